import { MINIMUM_BYTES_BILLED, type OpenWindow } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { tableName } from './describe.ts';
import { digestOf } from './handle.ts';
import { dryRun, type QueryJob, type SentJob } from './job.ts';
import type { Opening, Windows } from './opening.ts';
import type { ByQuery } from './result-limit.ts';
import { countedRows } from './row-count.ts';
import { newSession, rowsOf } from './window-session.ts';
import { sessionWindow } from './window-shape.ts';

/** What a window that is a session over the table itself bills. */
export interface TableEstimate {
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** Of `bytesBilled`, what the session reads; the rest counts the rows. */
  readonly bytesByReadApi: number;
}

/** Why a window is read by a query after all, and how many rows it has if they were counted. */
export interface Declined extends ByQuery {
  readonly rows?: number | undefined;
}

/**
 * A window that is a read session over the table itself, at the creation time of the job that counts its rows.
 *
 * A session may miss rows that were streamed lately, while the table's metadata, which can be minutes old, shows no streaming buffer. A query sees
 * them. So the window has as many rows as the query counted, and a session that ends with another number is not believed. The count is taken
 * after the session's snapshot, so rows written between the two would make it differ for no fault: then a query reads the rows at once.
 */
export async function openTable(
  windows: Windows,
  opening: Opening,
  count: QueryJob,
  sent: SentJob,
  signal: AbortSignal,
): Promise<OpenWindow | Declined> {
  const { table, request, query } = opening;
  const counted = await countedRows(windows.transport, count, sent, signal);
  const { rows, createdAt } = counted;
  windows.sight.note(table, counted.withheld);
  // A session reads the table as it was, for which filtered rows need a right of its own.
  if (counted.withheld.rows)
    return {
      why: 'row access policies filter its rows',
      wayOut: `partition the table on ${table.cursorColumn}, so that it is read in windows`,
      passes: false,
      rows,
    };
  const { availability } = windows;
  const passing = (why: string): Declined => ({ why, wayOut: 'the window is opened again', passes: true, rows });
  const { probe } = await windows.describe(table, signal);
  if (probe.streaming) return passing('rows are streaming in, which it may miss');
  // A count that was found is older: what was written since says nothing of it.
  if (!sent.resumed && probe.modifiedAt >= createdAt) return passing('rows were written while the window was opened');
  const isWhole = rowsOf(opening, undefined).restriction === '';
  if (isWhole && probe.rowCount < rows) return passing(`it may miss ${rows - probe.rowCount} of ${rows} rows, which were streamed lately`);
  const session = await newSession(windows, rowsOf(opening, createdAt), opening, signal);
  if (session instanceof BqsyncError) return { ...failed(session), rows };
  if (session.streams.length === 0 && rows > 0) return passing(`it has none of ${rows} rows`);
  checkLimit(opening, session.estimatedBytes + counted.bytesBilled);
  // A backfill asks for rows once: for the same ones again only where it did not get them.
  if (request.kind === 'backfill' && session.streams.length > 1)
    availability.noteShared(table.id, request.windowId, digestOf(query.statement.sql));
  return sessionWindow(
    request.windowId,
    {
      kind: 'session',
      digest: digestOf(query.statement.sql),
      snapshot: createdAt,
      totalRows: rows,
      isOfTable: true,
      bytesScanned: session.estimatedBytes + counted.bytesScanned,
      bytesBilled: session.estimatedBytes + counted.bytesBilled,
      bytesByReadApi: session.estimatedBytes,
      streams: session.streams,
    },
    sent.resumed,
  );
}

/** What a window would bill that is a session over the table itself, or why it is not one. Free. */
export async function estimateTable(
  windows: Windows,
  opening: Opening,
  count: QueryJob,
  signal: AbortSignal,
): Promise<TableEstimate | Declined> {
  const session = await newSession(windows, rowsOf(opening, undefined), opening, signal);
  if (session instanceof BqsyncError) return failed(session);
  const counted = await dryRun(windows.transport, { ...count, doing: 'estimate a window' }, signal);
  // Counting all rows reads no column and is free.
  const billed = counted === 0 ? 0 : Math.max(counted, MINIMUM_BYTES_BILLED);
  const { estimatedBytes } = session;
  return { bytesScanned: estimatedBytes + counted, bytesBilled: estimatedBytes + billed, bytesByReadApi: estimatedBytes };
}

/** @throws `BQS_SOURCE_BYTES_LIMIT` for a window that would bill more than it may, before anything of it is billed. */
export async function refuseOverLimit(windows: Windows, opening: Opening, count: QueryJob, signal: AbortSignal): Promise<void> {
  if (limitOf(opening) === undefined) return;
  const estimate = await estimateTable(windows, opening, count, signal);
  if ('bytesBilled' in estimate) checkLimit(opening, estimate.bytesBilled);
}

function limitOf({ table, request }: Opening): number | undefined {
  return request.maxBytesBilled ?? table.cost.maxBytesBilledPerQuery;
}

function checkLimit(opening: Opening, bytes: number): void {
  const { table } = opening;
  const limit = limitOf(opening);
  if (limit === undefined || bytes <= limit) return;
  throw new BqsyncError(
    'BQS_SOURCE_BYTES_LIMIT',
    `could not open a window of ${tableName(table)}: reading it would scan ${bytes} bytes, more than ${limit}`,
    {
      hint: 'raise cost.maxBytesBilledPerQuery of the table, or partition it on its timestamp column',
      context: { table: tableName(table) },
    },
  );
}

/** Why a query stands in for a session that could not be made. */
function failed(error: BqsyncError): Declined {
  return { why: 'it could not be made', wayOut: error.hint ?? '', passes: error.retryable, error };
}
