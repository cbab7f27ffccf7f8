import type { RowTexts } from './rows.ts';

/** How one node's rows of one table differ from BigQuery's. */
export interface TableDrift {
  readonly table: string;
  /** Rows that the node has. */
  readonly rows: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** Some of the keys, at most {@link MOST_KEYS} of each kind. */
  readonly missingKeys: readonly string[];
  readonly extraKeys: readonly string[];
  readonly differentKeys: readonly string[];
}

/** One node, compared with BigQuery row by row. */
export interface NodeVerdict {
  readonly node: string;
  readonly exact: boolean;
  /** Of all tables. */
  readonly rows: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** The tables that differ; absent where none does. */
  readonly tables?: readonly TableDrift[];
}

export const MOST_KEYS = 10;

export function compareTable(table: string, source: RowTexts, found: RowTexts): TableDrift {
  const [missing, extra, different]: [string[], string[], string[]] = [[], [], []];
  for (const [key, text] of source) {
    const own = found.get(key);
    if (own === undefined) missing.push(key);
    else if (own !== text) different.push(key);
  }
  for (const key of found.keys()) if (!source.has(key)) extra.push(key);
  return {
    table,
    rows: found.size,
    missing: missing.length,
    extra: extra.length,
    different: different.length,
    missingKeys: missing.slice(0, MOST_KEYS),
    extraKeys: extra.slice(0, MOST_KEYS),
    differentKeys: different.slice(0, MOST_KEYS),
  };
}

export function isExactTable({ missing, extra, different }: TableDrift): boolean {
  return missing + extra + different === 0;
}

/** `tables`: all that the node was compared in. */
export function nodeVerdict(node: string, tables: readonly TableDrift[]): NodeVerdict {
  const drifted = tables.filter((table) => !isExactTable(table));
  const sum = (of: (table: TableDrift) => number): number => tables.reduce((total, table) => total + of(table), 0);
  return {
    node,
    exact: drifted.length === 0,
    rows: sum(({ rows }) => rows),
    missing: sum(({ missing }) => missing),
    extra: sum(({ extra }) => extra),
    different: sum(({ different }) => different),
    ...(drifted.length === 0 ? {} : { tables: drifted }),
  };
}

/** What a person needs to look further: how much of each table differs, and some of the keys. */
export function driftLines({ node, tables = [] }: NodeVerdict): string[] {
  return tables.flatMap((drift) => [
    `✗ node ${node}, ${drift.table}: ${drift.rows} rows; missing ${drift.missing}, extra ${drift.extra}, different ${drift.different}`,
    ...keysLine('missing', drift.missing, drift.missingKeys),
    ...keysLine('extra', drift.extra, drift.extraKeys),
    ...keysLine('different', drift.different, drift.differentKeys),
  ]);
}

function keysLine(kind: string, count: number, keys: readonly string[]): string[] {
  if (count === 0) return [];
  const more = count > keys.length ? `, and ${count - keys.length} more` : '';
  return [`    ${kind}: ${keys.join(', ')}${more}`];
}
