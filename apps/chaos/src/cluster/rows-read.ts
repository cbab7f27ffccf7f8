import type { LocalBigQuery } from '@bqsync/local-bigquery';
import { DATASET, PROJECT } from '../source/tables.ts';

/** Rows of a table that BigQuery has handed over so far, by any API, rows that were read again included. */
export function rowsReadOf(local: Pick<LocalBigQuery, 'usage'>, tableId: string): number {
  const { rest, storage } = local.usage().rowsRead[`${PROJECT}.${DATASET}.${tableId}`] ?? { rest: 0, storage: 0 };
  return rest + storage;
}

/** Rows that a kill caused to be read. */
export interface RowsAfterKill {
  /** From the kill until the table had caught up again, or the next kill. */
  readonly rowsReadAfterKill: number;
  /** Of these, the rows that the killed owner had already committed or that were read more than once. */
  readonly rowsReadAgain: number;
  /** Whether the table had caught up by then. */
  readonly settled: boolean;
}

/** `left`: rows that were still to come at the kill: those of the window that were not committed, and those written since. */
export function rowsAfterKill(before: number, after: number, left: number, settled: boolean): RowsAfterKill {
  const rowsReadAfterKill = after - before;
  return { rowsReadAfterKill, rowsReadAgain: Math.max(0, rowsReadAfterKill - left), settled };
}
