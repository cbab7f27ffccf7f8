import type { Column, Page } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { compileDecoder, type PageDecoder } from './decoder.ts';
import type { Place } from './errors.ts';
import { expired, totalRowsOf } from './job.ts';
import type { ResultsResource } from './rest.ts';
import { columnOf, sameShape } from './schema.ts';
import type { Transport } from './transport.ts';

const MAX_PAGE_ROWS = 10_000;
const LONG_POLL_MS = 10_000;

/** A stretch of a finished job's result. */
export interface Stretch {
  readonly jobId: string;
  readonly location: string;
  readonly columns: readonly Column[];
  /** Whether one more column, the ordinal, comes last. */
  readonly ordinal: boolean;
  readonly totalRows: number;
  readonly fromRow: number;
  readonly endRow: number;
  /** Guess of a row's size as JSON, for the first page. */
  readonly rowBytes: number;
  readonly place: Place;
}

export interface PageOptions {
  /** Size of a page's JSON to aim at. */
  readonly pageBytes: number;
  /** Whether the next page is asked for while the current one is decoded and used. */
  readonly readAhead: boolean;
}

interface Received {
  readonly firstRow: number;
  readonly rows: readonly unknown[];
  readonly bytes: number;
}

/**
 * Pages of a stretch in order, to its end exactly. BigQuery cuts a page by bytes wherever it likes, so only rows received count, and
 * only an empty page is an error.
 */
export async function* readPages(transport: Transport, stretch: Stretch, options: PageOptions, signal: AbortSignal): AsyncGenerator<Page> {
  const decode = compileDecoder(stretch.columns, { ordinal: stretch.ordinal });
  // Stops what was asked for ahead, too, when the reader leaves early.
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  let rowBytes = Math.max(1, stretch.rowBytes);
  const ask = (firstRow: number): Promise<Received> => {
    const fitting = Math.floor(options.pageBytes / rowBytes);
    const rows = Math.max(1, Math.min(MAX_PAGE_ROWS, fitting, stretch.endRow - firstRow));
    return receive(transport, stretch, firstRow, rows, stop.signal);
  };
  let ahead: Promise<Received> | undefined;
  try {
    signal.throwIfAborted();
    for (let at = stretch.fromRow; at < stretch.endRow; ) {
      const received = await (ahead ?? ask(at));
      ahead = undefined;
      rowBytes = Math.max(1, received.bytes / received.rows.length);
      at += received.rows.length;
      if (options.readAhead && at < stretch.endRow) {
        ahead = ask(at);
        // Awaited in the next round; until then its failure is nobody's.
        ahead.catch(() => undefined);
      }
      yield pageOf(received, decode);
      signal.throwIfAborted();
    }
  } catch (error) {
    if (signal.aborted) throw new BqsyncError('BQS_ABORTED', `stopped while trying to ${stretch.place.doing}`);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

function pageOf(received: Received, decode: PageDecoder): Page {
  return { firstRow: received.firstRow, ...decode(received.rows), bytes: received.bytes };
}

async function receive(
  transport: Transport,
  stretch: Stretch,
  firstRow: number,
  maxResults: number,
  signal: AbortSignal,
): Promise<Received> {
  const { place } = stretch;
  const query = {
    location: stretch.location,
    startIndex: firstRow,
    maxResults,
    timeoutMs: LONG_POLL_MS,
    'formatOptions.useInt64Timestamp': true,
  };
  const { body, bytes } = await transport.get({ path: `/queries/${stretch.jobId}`, query, place, signal }).catch((error: unknown) => {
    if (error instanceof BqsyncError && error.code === 'BQS_SOURCE_NOT_FOUND') throw expired(stretch.jobId, place, error);
    throw error;
  });
  const results = body as ResultsResource;
  const rows = results.rows ?? [];
  if (results.jobComplete !== true) throw protocol(stretch, 'the finished job answers that it is not complete');
  const totalRows = totalRowsOf(results, place);
  if (totalRows !== stretch.totalRows) throw protocol(stretch, `the result has ${totalRows} rows instead of ${stretch.totalRows}`);
  if (rows.length === 0) throw protocol(stretch, `the result ends at row ${firstRow} instead of ${stretch.endRow}`);
  if (rows.length > maxResults) throw protocol(stretch, `${rows.length} rows came where ${maxResults} were asked for`);
  checkSchema(results, stretch);
  return { firstRow, rows, bytes };
}

/** The job may be older than the description: rows must be decoded by the schema that they were written with. */
function checkSchema(results: ResultsResource, stretch: Stretch): void {
  const fields = (results.schema?.fields ?? []).slice(0, stretch.ordinal ? -1 : undefined);
  const columns = fields.map((field) => columnOf(field, field.name));
  if (sameShape(columns, stretch.columns)) return;
  throw new BqsyncError(
    'BQS_SOURCE_WINDOW_EXPIRED',
    `the columns of ${stretch.place.table ?? 'the table'} changed since job ${stretch.jobId}`,
    {
      hint: 'the window is opened anew',
      context: { table: stretch.place.table, jobId: stretch.jobId },
    },
  );
}

function protocol(stretch: Stretch, what: string): BqsyncError {
  return new BqsyncError('BQS_SOURCE_PROTOCOL', `could not ${stretch.place.doing} of ${stretch.place.table ?? ''}: ${what}`, {
    context: { table: stretch.place.table, jobId: stretch.jobId },
  });
}
