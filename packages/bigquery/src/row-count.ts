import { rowCountQuery } from '@bqsync/query';
import { BqsyncError } from '@bqsync/errors';
import { type BigQueryDescription, tableName } from './describe.ts';
import { digestOf } from './handle.ts';
import { type FinishedJob, finishJob, type QueryJob, type SentJob } from './job.ts';
import { resultRows } from './query.ts';
import type { Transport } from './transport.ts';

/**
 * The job that counts a window's rows, under the window's id. It stands for these rows and columns alone: that of another window has another
 * statement.
 */
export function countJob(query: QueryJob, description: BigQueryDescription): QueryJob {
  const { selection, statement, table } = query;
  if (selection === undefined) throw new BqsyncError('BQS_INTERNAL', `the window of ${table.id} has no selection`);
  const input = { ...selection, table: table.source, requiredFilter: description.requiredFilter };
  return { ...query, statement: rowCountQuery(input, digestOf(statement.sql)), doing: 'count the rows of a window' };
}

/** Waits for a count that was sent. */
export async function countedRows(
  transport: Transport,
  job: QueryJob,
  sent: SentJob,
  signal: AbortSignal,
): Promise<FinishedJob & { readonly rows: number }> {
  const done = await finishJob(transport, job, sent, signal);
  const columns = (['row_count', 'counted_for'] as const).map((name) => ({
    name,
    type: name === 'row_count' ? ('INT64' as const) : ('STRING' as const),
    repeated: false,
    required: false,
  }));
  const [row] = await resultRows(transport, job, done, columns, signal);
  const rows = Number(row?.row_count);
  if (Number.isSafeInteger(rows)) return { ...done, rows };
  throw new BqsyncError('BQS_SOURCE_PROTOCOL', `counting ${tableName(job.table)} gave no number`, { context: { jobId: job.jobId } });
}
