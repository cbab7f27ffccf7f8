import type { Column, Row } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { tableName } from './describe.ts';
import { type FinishedJob, type QueryJob, runJob } from './job.ts';
import { readPages } from './pages.ts';
import type { Transport } from './transport.ts';

const PAGE_BYTES = 4 * 1024 * 1024;
const ROW_BYTES = 200;

/** A query with a small result, whole. A row that cannot be decoded is an error here: nothing would explain its absence. */
export async function runQuery(
  transport: Transport,
  job: QueryJob,
  columns: readonly Column[],
  signal: AbortSignal,
): Promise<FinishedJob & { readonly rows: readonly Row[] }> {
  const done = await runJob(transport, job, signal);
  return { ...done, rows: await resultRows(transport, job, done, columns, signal) };
}

/** The rows of a finished job, whole. */
export async function resultRows(
  transport: Transport,
  job: QueryJob,
  done: FinishedJob,
  columns: readonly Column[],
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const stretch = {
    jobId: done.jobId,
    location: job.location,
    columns,
    ordinal: false,
    totalRows: done.totalRows,
    fromRow: 0,
    endRow: done.totalRows,
    rowBytes: ROW_BYTES,
    place: { doing: job.doing, table: tableName(job.table), jobId: done.jobId },
  };
  const rows: Row[] = [];
  for await (const page of readPages(transport, stretch, { pageBytes: PAGE_BYTES, readAhead: false }, signal)) {
    for (const [at, row] of page.rows.entries()) {
      if (row === undefined) {
        throw new BqsyncError(
          'BQS_SOURCE_PROTOCOL',
          `could not ${job.doing} of ${tableName(job.table)}: ${page.rejected.get(at)?.message ?? ''}`,
        );
      }
      rows.push(row);
    }
  }
  return rows;
}
