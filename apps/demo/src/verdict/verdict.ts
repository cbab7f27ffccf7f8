import type { HarperProcess } from '@bqsync/harper-process';
import { TABLE_NAMES, TABLES, type TableName } from '@bqsync/synthesizer';
import type { BigQuery } from '@google-cloud/bigquery';
import type { WrittenData } from '../source/written-data.ts';
import { compareRows, type Difference, isExact } from './compare.ts';
import { bigqueryRows, generatedRows, harperRows, quarantinedRows } from './sides.ts';

export interface TableVerdict {
  /** Rows that the generator made: for a scenario alone, its exact counts. */
  readonly generatedRows: number;
  /** Rows that BigQuery holds. */
  readonly sourceRows: number;
  /** Rows that Harper holds. */
  readonly targetRows: number;
  /** How Harper differs from BigQuery. */
  readonly target: Difference;
  /** How BigQuery differs from what the generator made. */
  readonly source: Difference;
  readonly quarantined: number;
}

export interface Verdict {
  /** Of BigQuery, in its own time. */
  readonly snapshot: string;
  readonly exact: boolean;
  readonly tables: Readonly<Record<TableName, TableVerdict>>;
  readonly elapsedMs: number;
}

export interface Sides {
  readonly written: WrittenData;
  readonly client: BigQuery;
  readonly harper: HarperProcess;
}

/**
 * Compares every row of three sides: what the generator made, what BigQuery holds, what Harper answers. Nothing of it is the engine's: no
 * decoder, no query. Nobody may write meanwhile, and the sync must have reached the snapshot.
 */
export async function judge(sides: Sides, signal?: AbortSignal): Promise<Verdict> {
  const startedAt = performance.now();
  const snapshot = await currentSnapshot(sides.client);
  const tables: Partial<Record<TableName, TableVerdict>> = {};
  // One table at a time: the rows of a table are in memory three times.
  for (const name of TABLE_NAMES) tables[name] = await judgeTable(name, sides, snapshot, signal);
  const all = tables as Record<TableName, TableVerdict>;
  return { snapshot, exact: Object.values(all).every(isTableExact), tables: all, elapsedMs: performance.now() - startedAt };
}

export function isTableExact({ target, source, sourceRows, generatedRows, quarantined }: TableVerdict): boolean {
  return isExact(target) && isExact(source) && sourceRows === generatedRows && quarantined === 0;
}

async function judgeTable(
  name: TableName,
  { written, client, harper }: Sides,
  snapshot: string,
  signal?: AbortSignal,
): Promise<TableVerdict> {
  const table = TABLES[name];
  const [source, target, quarantined] = await Promise.all([
    bigqueryRows(client, table, snapshot, signal),
    harperRows(harper, table, signal),
    quarantinedRows(harper, name),
  ]);
  const generated = generatedRows(table, written.rows(name));
  return {
    generatedRows: generated.count,
    sourceRows: source.count,
    targetRows: target.count,
    target: compareRows(table.columns, source, target),
    source: compareRows(table.columns, generated, source),
    quarantined,
  };
}

/** BigQuery's own present: everything acknowledged is in it. */
export async function currentSnapshot(client: BigQuery): Promise<string> {
  const [rows] = (await client.query({ query: 'SELECT UNIX_MICROS(CURRENT_TIMESTAMP()) AS micros' })) as [
    { micros: number }[],
    ...unknown[],
  ];
  const micros = rows[0]?.micros ?? 0;
  return new Date(Math.floor(micros / 1000)).toISOString().replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`);
}
