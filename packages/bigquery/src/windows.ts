import type { OpenWindow, TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { type BigQueryDescription, tableName } from './describe.ts';
import { digestOf, parseHandle } from './handle.ts';
import { findJob, finishJob, lookUpJob, otherStatement, type QueryJob, sendJob, type SentJob } from './job.ts';
import { type Opening, restrictionsOf, type Windows } from './opening.ts';
import { type ByQuery, excessOf, refuseTooLarge } from './result-limit.ts';
import { countJob } from './row-count.ts';
import { surelySeen } from './storage-state.ts';
import { estimateTable, openTable, refuseOverLimit, type TableEstimate } from './table-window.ts';
import { newSession, streamsFor } from './window-session.ts';
import { jobWindow, sessionWindow } from './window-shape.ts';

/** Of a table this large or larger, `auto` reads by a session, however few its rows. */
const LARGE_BYTES = 2 ** 30;

/**
 * Opens a window by one of three routes:
 * - `session`: a read session over the table itself, at the creation time of a job that counts its rows, whose id is the window's;
 * - `result`: the window's query, and a read session over its result;
 * - `job`: the window's query, its result read by REST.
 */
export async function openWindow(windows: Windows, opening: Opening, signal: AbortSignal): Promise<OpenWindow> {
  const { request, query, table } = opening;
  if (request.handle !== undefined) return reopen(windows, opening, request.handle, signal);
  windows.availability.noteOpening(table.id, request.windowId, digestOf(query.statement.sql));
  const api = apiOf(windows, table);
  const byQuery = await routeByQuery(windows, opening, api, signal);
  // What is not allowed must be said before a query is paid for.
  if (api === 'storage' && byQuery !== undefined) await tryStorage(windows, opening, signal);
  if (byQuery !== undefined) await refuseTooLarge(windows, opening, byQuery, undefined, signal);
  const count = countJob(query, opening.description);
  if (byQuery === undefined) await refuseOverLimit(windows, opening, count, signal);
  const sent = await sendJob(windows.transport, byQuery === undefined ? count : query, signal);
  // A try before this one may have chosen another route: what it has sent stands.
  if (sent.sql === query.statement.sql) return openResult(windows, opening, query, sent, signal);
  if (sent.sql !== count.statement.sql) throw otherStatement(query);
  const other = { ...query, jobId: `${query.jobId}_query` };
  const sentAfter = sent.resumed ? await lookUpJob(windows.transport, other, signal) : undefined;
  if (sentAfter !== undefined) return openResult(windows, opening, other, sentAfter, signal);
  if (byQuery === undefined) {
    const direct = await openTable(windows, opening, count, sent, signal);
    if ('windowId' in direct) return direct;
    await refuseTooLarge(windows, opening, direct, direct.rows, signal);
  }
  return openResult(windows, opening, other, await sendJob(windows.transport, other, signal), signal);
}

/** What the first route would bill for a window; undefined: the window is read by a query. Free. */
export async function estimateSession(windows: Windows, opening: Opening, signal: AbortSignal): Promise<TableEstimate | undefined> {
  const byQuery = await routeByQuery(windows, opening, apiOf(windows, opening.table), signal);
  const estimated = byQuery ?? (await estimateTable(windows, opening, countJob(opening.query, opening.description), signal));
  if (!('why' in estimated)) return estimated;
  await refuseTooLarge(windows, opening, estimated, undefined, signal);
  return undefined;
}

type Api = 'rest' | 'auto' | 'storage';

function apiOf({ storage, availability }: Windows, table: TableSpec): Api {
  const api = table.read?.api ?? 'auto';
  if (api === 'storage' && storage === undefined) {
    throw new BqsyncError('BQS_CONFIG_INVALID', `table ${table.id} is to be read by the Storage Read API, whose address is not known`, {
      hint: 'set bigquery.storageEndpoint beside apiEndpoint, or read.api to auto or rest',
      context: { tableId: table.id },
    });
  }
  if (!availability.trusts(table.id) || (api === 'auto' && (storage === undefined || !availability.has(table.id)))) return 'rest';
  return api;
}

/** Why the window is read by a query; undefined: by a session over the table, which is tried again at once where a query cannot succeed. */
async function routeByQuery(windows: Windows, opening: Opening, api: Api, signal: AbortSignal): Promise<ByQuery | undefined> {
  const byQuery = reasonForQuery(windows, opening, api);
  if (byQuery?.failedLately !== true) return byQuery;
  return (await excessOf(windows, opening, undefined, signal)) === undefined ? byQuery : undefined;
}

/** Whether a table is large enough for reading it whole by a session, if there may be one. */
export function isForSession(table: TableSpec, { probe }: Pick<BigQueryDescription, 'probe'>, storageRows: number): boolean {
  const api = table.read?.api ?? 'auto';
  return api === 'storage' || (api === 'auto' && (probe.rowCount >= storageRows || probe.bytes >= LARGE_BYTES));
}

/** Undefined where the table's own storage holds exactly the window's rows, and reading it is worth the calls. */
function reasonForQuery(windows: Windows, opening: Opening, api: Api): ByQuery | undefined {
  const { storage, storageRows, availability, resultLimit } = windows;
  const { table, description, request, query, ordinal } = opening;
  const { streaming } = description.probe;
  const lasting = (why: string, wayOut: string): ByQuery => ({ why, wayOut, passes: false });
  const partition = `partition the table on ${table.cursorColumn}, so that it is read in windows`;
  if (ordinal) return lasting('only a query tells identical rows apart', 'name the key under primaryKey, or set duplicates to collapse');
  if (restrictionsOf(opening).length !== 1) return lasting('a session takes one condition, and the partition filter makes two', partition);
  // Reading a table as it was, as a session does, needs a right of its own where rows are filtered.
  if (description.rowPolicies === 'some') return lasting('row access policies filter its rows', partition);
  if (description.maxStaleness > 0n) return lasting('the table has a maxStaleness', partition);
  // Rows in the streaming buffer may be missing from a session.
  if (streaming || !availability.readsTable(table.id)) {
    const wayOut = `wait until BigQuery has stored what is streaming in, or ${partition}`;
    return { why: 'rows are streaming in, which it may miss', wayOut, passes: true };
  }
  if (api === 'rest') {
    if (table.read?.api === 'rest') return lasting('read.api is rest', 'set read.api of the table to auto or storage');
    if (storage === undefined) return lasting('the address of the Storage Read API is not known', 'set bigquery.storageEndpoint');
    return { why: 'it failed lately', wayOut: 'the session is tried again some minutes later', passes: true, failedLately: true };
  }
  if (api === 'storage') return undefined;
  const isLarge = isForSession(table, description, storageRows) && request.kind !== 'tail' && request.kind !== 'sweep';
  if (isLarge || resultLimit.forbids(query.statement.sql)) return undefined;
  return lasting('few rows are expected', 'set read.api of the table to storage');
}

/** The result of the window's query, by a session where that pays. */
async function openResult(windows: Windows, opening: Opening, query: QueryJob, sent: SentJob, signal: AbortSignal): Promise<OpenWindow> {
  const { table, request, description } = opening;
  const api = apiOf(windows, table);
  const done = await finishJob(windows.transport, query, sent, signal).catch((error: unknown) => tooLarge(windows, opening, query, error));
  if (done === undefined) return openAfterAll(windows, opening, signal);
  windows.sight.note(table, done.withheld);
  const isWorthIt = api === 'storage' || (api === 'auto' && done.totalRows >= windows.storageRows);
  const found = isWorthIt && done.totalRows > 0 ? done.result : undefined;
  if (found === undefined) return jobWindow(request.windowId, done, description);
  const what = { table: found, columns: [], restriction: '', snapshot: undefined, maxStreams: streamsFor(request) };
  const session = await newSession(windows, what, opening, signal);
  if (session instanceof BqsyncError) return jobWindow(request.windowId, done, description);
  const { createdAt, totalRows, bytesScanned, bytesBilled, resumed } = done;
  return sessionWindow(
    request.windowId,
    {
      kind: 'session',
      digest: digestOf(query.statement.sql),
      snapshot: surelySeen(createdAt, description),
      totalRows,
      isOfTable: false,
      bytesScanned,
      bytesBilled,
      // Reading a query's result costs nothing beyond the query.
      bytesByReadApi: 0,
      streams: session.streams,
    },
    resumed,
  );
}

/** Remembers a query whose result was too large. Undefined: a session over the table may read the rows. */
function tooLarge(windows: Windows, opening: Opening, query: QueryJob, error: unknown): undefined {
  if (!(error instanceof BqsyncError) || error.code !== 'BQS_SOURCE_RESULT_LIMIT') throw error;
  windows.resultLimit.remember(query.statement.sql);
  if (reasonForQuery(windows, opening, apiOf(windows, opening.table)) !== undefined) throw error;
  return undefined;
}

/** By a session over the table, of a window whose query turned out to have too large a result. */
async function openAfterAll(windows: Windows, opening: Opening, signal: AbortSignal): Promise<OpenWindow> {
  const count = countJob({ ...opening.query, jobId: `${opening.query.jobId}_count` }, opening.description);
  await refuseOverLimit(windows, opening, count, signal);
  const direct = await openTable(windows, opening, count, await sendJob(windows.transport, count, signal), signal);
  if ('windowId' in direct) return direct;
  await refuseTooLarge(windows, opening, direct, direct.rows, signal);
  throw new BqsyncError('BQS_INTERNAL', `a query of ${tableName(opening.table)} is allowed that failed just now`);
}

/** A session that nothing is read of costs nothing, and shows whether one may be made. */
async function tryStorage(windows: Windows, opening: Opening, signal: AbortSignal): Promise<void> {
  const { table } = opening;
  if (windows.permitted.has(table.id)) return;
  // The table may demand a filter of each reader; every condition of the window has it.
  const restriction = restrictionsOf(opening)[0] ?? '';
  const what = { table: table.source, columns: [table.cursorColumn], restriction, snapshot: undefined, maxStreams: 1 };
  await newSession(windows, what, opening, signal);
  windows.permitted.add(table.id);
}

/** Exactly the result of before: nothing is sent that could make another. */
async function reopen(
  windows: Windows,
  { query, request, table, description }: Opening,
  text: string,
  signal: AbortSignal,
): Promise<OpenWindow> {
  const handle = parseHandle(text);
  if (handle?.kind === 'session' && handle.digest === digestOf(query.statement.sql)) return sessionWindow(request.windowId, handle, true);
  if (handle?.kind !== 'job') {
    throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `window ${request.windowId} of ${tableName(table)} was opened for other rows`, {
      hint: 'the window is opened again under another id',
      context: { table: tableName(table), windowId: request.windowId },
    });
  }
  const job = { ...query, jobId: handle.jobId };
  const done = await finishJob(windows.transport, job, await findJob(windows.transport, job, signal), signal);
  return jobWindow(request.windowId, done, description);
}
