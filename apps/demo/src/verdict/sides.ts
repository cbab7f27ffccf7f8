import type { HarperProcess } from '@bqsync/harper-process';
import type { BigQuery } from '@google-cloud/bigquery';
import type { TableDefinition } from '@bqsync/synthesizer';
import { DATASET, PROJECT } from '../source/connection.ts';
import { canonicalRows } from './canonical.ts';
import { RowSet } from './compare.ts';

/** Marks the queries of the verdict, so that what they cost is told apart from the sync's. */
export const VERDICT_LABELS = { bqsync_demo: 'verdict' } as const;

/** What the generator made. */
export function generatedRows(table: TableDefinition, rows: Iterable<object>): RowSet {
  const set = new RowSet();
  const toRow = canonicalRows(table.columns, table.primaryKey);
  for (const row of rows) set.add(toRow(row as Record<string, unknown>));
  return set;
}

/** What BigQuery holds at a snapshot, each value as the official client converts it. */
export async function bigqueryRows(client: BigQuery, table: TableDefinition, snapshot: string, signal?: AbortSignal): Promise<RowSet> {
  const set = new RowSet();
  const toRow = canonicalRows(table.columns, table.primaryKey);
  const stream = client.createQueryStream({
    query: `SELECT * FROM \`${PROJECT}.${DATASET}.${table.name}\` FOR SYSTEM_TIME AS OF TIMESTAMP '${snapshot}'`,
    labels: VERDICT_LABELS,
  });
  for await (const row of stream) {
    signal?.throwIfAborted();
    set.add(toRow(plain(row as Record<string, unknown>)));
  }
  return set;
}

/** The client's own classes for values that JavaScript has no type for hold the text in `value`. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'object' && value !== null && 'value' in value) row[name] = value.value;
  }
  return row;
}

const ROWS_PER_PAGE = 100_000;

export interface HarperTable {
  readonly primaryKey: string;
  readonly attributes: readonly string[];
}

export async function describeTarget(harper: HarperProcess, table: string): Promise<HarperTable> {
  const found = await harper.operation<{ hash_attribute?: string; primary_key?: string; attributes: { attribute: string }[] }>({
    operation: 'describe_table',
    table,
  });
  return { primaryKey: found.primary_key ?? found.hash_attribute ?? 'id', attributes: found.attributes.map(({ attribute }) => attribute) };
}

/** What Harper holds, by its HTTP API, in pages along the primary key. */
export async function harperRows(harper: HarperProcess, table: TableDefinition, signal?: AbortSignal): Promise<RowSet> {
  const set = new RowSet();
  const { primaryKey } = await describeTarget(harper, table.name);
  const toRow = canonicalRows(table.columns, table.primaryKey, { allowed: [primaryKey, '_syncedAt'], exactInstants: true });
  for (let last: unknown; ; ) {
    signal?.throwIfAborted();
    const rows = await harperPage(harper, table.name, primaryKey, last);
    for (const row of rows) set.add(toRow(row));
    if (rows.length < ROWS_PER_PAGE) return set;
    last = rows.at(-1)?.[primaryKey];
  }
}

function harperPage(harper: HarperProcess, table: string, primaryKey: string, after: unknown): Promise<Record<string, unknown>[]> {
  const page = { table, get_attributes: ['*'], limit: ROWS_PER_PAGE };
  if (after === undefined)
    return harper.operation({ ...page, operation: 'search_by_value', search_attribute: primaryKey, search_value: '*' });
  const conditions = [{ search_attribute: primaryKey, search_type: 'greater_than', search_value: after }];
  return harper.operation({ ...page, operation: 'search_by_conditions', conditions });
}

/** Rows that Harper keeps apart because they could not be stored. */
export async function quarantinedRows(harper: HarperProcess, tableId: string): Promise<number> {
  const rows = await harper.operation<readonly { status?: string }[]>({
    operation: 'search_by_value',
    table: 'SyncAudit',
    search_attribute: 'tableId',
    search_value: tableId,
    get_attributes: ['status'],
  });
  return rows.filter(({ status }) => status === 'quarantined').length;
}
