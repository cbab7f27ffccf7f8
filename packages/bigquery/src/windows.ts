import type { Micros, OpenWindow, TableSpec, Unit, WindowRequest } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { conditions, type Statement } from '@bqsync/query';
import { type BigQueryDescription, tableName } from './describe.ts';
import type { Place } from './errors.ts';
import { digestOf, type Handle, handleText, jobHandle, parseHandle } from './handle.ts';
import { findJob, type FinishedJob, finishJob, labelValue, otherStatement, type QueryJob, sendJob, type SentJob } from './job.ts';
import type { Apis } from './meter.ts';
import type { Availability } from './storage/availability.ts';
import { createSession, type Session, type SessionRequest } from './storage/session.ts';
import { unitsOf } from './units.ts';

const MAX_STREAMS = 16;
/** Streams for each thread that reads: the threads end together more nearly. */
const STREAMS_PER_READER = 2;

export interface Windows extends Apis {
  readonly projectId: string;
  readonly availability: Availability;
  /** Tables of which a session was made, so that more of them need no trial. */
  readonly permitted: Set<string>;
  /** Rows from which `auto` reads by the Storage Read API. */
  readonly storageRows: number;
  /** The table as it is now. */
  describe(table: TableSpec, signal: AbortSignal): Promise<BigQueryDescription>;
}

/** A window to be opened. */
export interface Opening {
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
  readonly request: WindowRequest;
  /** The query whose result the window's rows are, under the window's id. */
  readonly query: QueryJob;
  /** Whether rows are numbered among identical ones, which only a query does. */
  readonly ordinal: boolean;
}

/**
 * Opens a window by one of three routes:
 * - `session`: a read session over the table itself, at the creation time of a job that reads nothing, whose id is the window's;
 * - `result`: the window's query, and a read session over its result;
 * - `job`: the window's query, its result read by REST.
 */
export async function openWindow(windows: Windows, opening: Opening, signal: AbortSignal): Promise<OpenWindow> {
  const { request, query, table } = opening;
  if (request.handle !== undefined) return reopen(windows, opening, request.handle, signal);
  const wanted = apiOf(windows, table);
  const isDirect = wanted !== 'rest' && mayReadTable(windows, opening, wanted);
  // What is not allowed must be said before a query is paid for.
  if (wanted === 'storage' && !isDirect) await tryStorage(windows, opening, signal);
  const snapshotJob = { ...query, statement: snapshotStatement(query.statement) };
  const sent = await sendJob(windows.transport, isDirect ? snapshotJob : query, signal);
  // A try before this one may have chosen another route: what it has sent stands.
  if (sent.sql === query.statement.sql) return openResult(windows, opening, query, sent, signal);
  if (sent.sql !== snapshotJob.statement.sql) throw otherStatement(query);
  const direct = isDirect ? await openTable(windows, opening, sent, signal) : undefined;
  if (direct !== undefined) return direct;
  const other = { ...query, jobId: `${query.jobId}_query` };
  return openResult(windows, opening, other, await sendJob(windows.transport, other, signal), signal);
}

/** What a session over the table itself would read of a window, in bytes; undefined: the window is read by a query. Free. */
export async function estimateSession(windows: Windows, opening: Opening, signal: AbortSignal): Promise<number | undefined> {
  const wanted = apiOf(windows, opening.table);
  if (wanted === 'rest' || !mayReadTable(windows, opening, wanted)) return undefined;
  const session = await newSession(windows, rowsOf(opening, undefined), opening, signal);
  return session?.estimatedBytes;
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

/** Whether the table's own storage holds exactly the window's rows, and is worth the calls. */
function mayReadTable({ storageRows }: Windows, { table, description, request, query, ordinal }: Opening, api: Api): boolean {
  const { streaming, rowCount } = description.probe;
  // Rows in the streaming buffer may be missing from a session, and one condition is all that it takes.
  if (ordinal || streaming || restrictionsOf(query, table, description).length !== 1) return false;
  return api === 'storage' || (rowCount >= storageRows && request.kind !== 'tail' && request.kind !== 'sweep');
}

function restrictionsOf({ selection }: QueryJob, table: TableSpec, description: BigQueryDescription): readonly (string | undefined)[] {
  if (selection === undefined) throw new BqsyncError('BQS_INTERNAL', `the window of ${table.id} has no selection`);
  return conditions({ ...selection, requiredFilter: description.requiredFilter });
}

/** Reads no table, so it is free; it differs for different windows, as their queries do. */
function snapshotStatement({ sql }: Statement): Statement {
  return { sql: `SELECT '${digestOf(sql)}' AS snapshot_of`, params: {}, types: {} };
}

/** Undefined where the table must be read in another way after all. */
async function openTable(windows: Windows, opening: Opening, sent: SentJob, signal: AbortSignal): Promise<OpenWindow | undefined> {
  const { table, request, query } = opening;
  const session = await newSession(windows, rowsOf(opening, sent.createdAt), opening, signal);
  if (session === undefined) return undefined;
  checkLimit(opening, session);
  // Rows may have begun to stream in since the table was described.
  const now = await windows.describe(table, signal);
  if (now.probe.streaming) return undefined;
  return sessionWindow(
    request.windowId,
    {
      kind: 'session',
      digest: digestOf(query.statement.sql),
      snapshot: sent.createdAt,
      totalRows: session.estimatedRows,
      estimated: true,
      bytesScanned: session.estimatedBytes,
      bytesBilled: session.estimatedBytes,
      streams: session.streams,
    },
    sent.resumed,
  );
}

type SessionRows = Omit<SessionRequest, 'projectId' | 'traceId'>;

/** The window's rows in the table itself. */
function rowsOf({ table, description, request, query }: Opening, snapshot: Micros | undefined): SessionRows {
  return {
    table: table.source,
    columns: description.columns.map(({ name }) => name),
    restriction: restrictionsOf(query, table, description)[0] ?? '',
    snapshot,
    maxStreams: streamsFor(request),
  };
}

function streamsFor({ readers = 1 }: WindowRequest): number {
  return readers > 1 ? Math.min(MAX_STREAMS, readers * STREAMS_PER_READER) : 1;
}

function checkLimit({ table, request }: Opening, { estimatedBytes }: Session): void {
  const limit = request.maxBytesBilled ?? table.cost.maxBytesBilledPerQuery;
  if (limit === undefined || estimatedBytes <= limit) return;
  throw new BqsyncError(
    'BQS_SOURCE_BYTES_LIMIT',
    `could not open a window of ${tableName(table)}: reading it would scan ${estimatedBytes} bytes, more than ${limit}`,
    {
      hint: 'raise cost.maxBytesBilledPerQuery of the table, or partition it on its timestamp column',
      context: { table: tableName(table) },
    },
  );
}

/** The result of the window's query, by a session where that pays. */
async function openResult(windows: Windows, opening: Opening, query: QueryJob, sent: SentJob, signal: AbortSignal): Promise<OpenWindow> {
  const { table, request } = opening;
  const api = apiOf(windows, table);
  const done = await finishJob(windows.transport, query, sent, signal);
  const isWorthIt = api === 'storage' || (api === 'auto' && done.totalRows >= windows.storageRows);
  const found = isWorthIt && done.totalRows > 0 ? done.result : undefined;
  if (found === undefined) return jobWindow(request.windowId, done);
  const what = { table: found, columns: [], restriction: '', snapshot: undefined, maxStreams: streamsFor(request) };
  const session = await newSession(windows, what, opening, signal);
  if (session === undefined) return jobWindow(request.windowId, done);
  return sessionWindow(
    request.windowId,
    {
      kind: 'session',
      digest: digestOf(query.statement.sql),
      snapshot: done.createdAt,
      totalRows: done.totalRows,
      estimated: false,
      bytesScanned: done.bytesScanned,
      bytesBilled: done.bytesBilled,
      streams: session.streams,
    },
    done.resumed,
  );
}

/** A session that nothing is read of costs nothing, and shows whether one may be made. */
async function tryStorage(windows: Windows, opening: Opening, signal: AbortSignal): Promise<void> {
  const { table, query, description } = opening;
  if (windows.permitted.has(table.id)) return;
  // The table may demand a filter of each reader; every condition of the window has it.
  const restriction = restrictionsOf(query, table, description)[0] ?? '';
  const what = { table: table.source, columns: [table.cursorColumn], restriction, snapshot: undefined, maxStreams: 1 };
  await newSession(windows, what, opening, signal);
  windows.permitted.add(table.id);
}

/** Undefined where `auto` goes on without the Storage Read API. */
async function newSession(
  { storage, projectId, availability }: Windows,
  rows: SessionRows,
  { table, request }: Opening,
  signal: AbortSignal,
): Promise<Session | undefined> {
  if (storage === undefined) return undefined;
  const place: Place = { doing: 'open a read session', table: tableName(table) };
  try {
    return await createSession(storage, { projectId, ...rows, traceId: traceOf(table, request.kind) }, place, signal);
  } catch (error) {
    if (table.read?.api !== 'storage' && availability.learn(error, table.id)) return undefined;
    throw error;
  }
}

/** The same as the labels of a job. */
function traceOf(table: TableSpec, kind: string): string {
  return `bqsync:${labelValue(table.id)}:${kind}`;
}

/** Exactly the result of before: nothing is sent that could make another. */
async function reopen(windows: Windows, { query, request, table }: Opening, text: string, signal: AbortSignal): Promise<OpenWindow> {
  const handle = parseHandle(text);
  if (handle?.kind === 'session' && handle.digest === digestOf(query.statement.sql)) return sessionWindow(request.windowId, handle, true);
  if (handle?.kind !== 'job') {
    throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `window ${request.windowId} of ${tableName(table)} was opened for other rows`, {
      hint: 'the window is opened anew',
      context: { table: tableName(table), windowId: request.windowId },
    });
  }
  const job = { ...query, jobId: handle.jobId };
  return jobWindow(request.windowId, await finishJob(windows.transport, job, await findJob(windows.transport, job, signal), signal));
}

function jobWindow(windowId: string, done: FinishedJob): OpenWindow {
  return {
    windowId,
    snapshot: done.createdAt,
    totalRows: done.totalRows,
    units: unitsOf(done.totalRows),
    handle: jobHandle(done),
    bytesScanned: done.bytesScanned,
    bytesBilled: done.bytesBilled,
    resumed: done.resumed,
  };
}

function sessionWindow(windowId: string, handle: Extract<Handle, { kind: 'session' }>, resumed: boolean): OpenWindow {
  const { snapshot, totalRows, estimated, bytesScanned, bytesBilled, streams } = handle;
  // Of several streams only the sum is known, and of an estimate not even that.
  const endRow = estimated || streams.length > 1 ? undefined : totalRows;
  const units: Unit[] = streams.map((_, index) => ({ index, startRow: 0, endRow }));
  return {
    windowId,
    snapshot,
    totalRows,
    ...(estimated ? { estimated } : {}),
    units,
    handle: handleText(handle),
    bytesScanned,
    bytesBilled,
    // Reading a query's result costs nothing beyond the query.
    ...(estimated ? { bytesByReadApi: bytesBilled } : {}),
    resumed,
  };
}
