import {
  type Column,
  type CursorRange,
  cursorText,
  MINIMUM_BYTES_BILLED,
  type OpenWindow,
  type Source,
  type TableDescription,
  type TableSpec,
  type WindowRequest,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { ORDINAL_COLUMN, type Range, type Selection, windowQuery } from '@bqsync/query';
import { type AccessProblem, checkAccess } from './access.ts';
import { checkConnection, type Connection } from './connection.ts';
import { CredentialsHolder } from './credentials.ts';
import { type Checksums, checksumRows, findRows, type FoundRows } from './checksums.ts';
import { type Count, countRows } from './count.ts';
import { type BigQueryDescription, describeTable, ownDescription, tableName } from './describe.ts';
import { parseHandle } from './handle.ts';
import { dryRun, labelValue, type QueryJob } from './job.ts';
import { type Apis, Meter } from './meter.ts';
import type { Opening, Windows } from './opening.ts';
import { outlineTable } from './outline.ts';
import { readPages } from './pages.ts';
import { ColumnWatch, wholeRead } from './rescan.ts';
import { ResultLimit } from './result-limit.ts';
import { Sight } from './sight.ts';
import { Availability, type SourceNotice } from './storage/availability.ts';
import { createStorageClient, type StorageClient } from './storage/client.ts';
import { readStream, type StreamFaults } from './storage/read-stream.ts';
import { SessionSchemas } from './storage/session-schemas.ts';
import { READING, type SourceWait, STORAGE_TIMEOUTS, type StorageTimeouts } from './storage/timeouts.ts';
import { createTransport } from './transport.ts';
import { estimateSession, isForSession, openWindow } from './windows.ts';

export interface BigQuerySourceOptions {
  readonly connection: Connection;
  /** Size of a page's JSON to aim at, in bytes; 4 MiB unless given. A page holds at most 10,000 rows and at least one. */
  readonly pageBytes?: number | undefined;
  /** Ask for the next page while the current one is used, so that at most two are in memory; on unless set to false. */
  readonly readAhead?: boolean | undefined;
  /**
   * How long BigQuery may stay silent within a call, in milliseconds. Absent: 60,000 over REST, and with the Storage Read API what the official
   * client waits: 600,000 for a session to be made, 86,400,000 for the next rows of a stream.
   */
  readonly timeoutMs?: number | undefined;
  /** Told every 30 seconds that the Storage Read API has been silent within a call. That is no fault: few rows of a large table may match. */
  readonly onWait?: ((wait: SourceWait) => void) | undefined;
  /** Another pace of `onWait`, in milliseconds. */
  readonly waitNoticeMs?: number | undefined;
  /** Rows from which `read.api: auto` uses the Storage Read API instead of pages over REST; 50,000 unless given. */
  readonly storageRows?: number | undefined;
  /** Told once of each reason for which `auto` does without the Storage Read API. */
  readonly onNotice?: ((notice: SourceNotice) => void) | undefined;
  /** Put on every job, beside `bqsync_table` and `bqsync_kind`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What opening a window would send and scan. */
export interface Estimate {
  readonly sql: string;
  readonly bytes: number;
  /** With the minimum of 10 MB that BigQuery bills for a query. */
  readonly billedBytes: number;
  /** Of `billedBytes`, what the Storage Read API reads, at its own price. */
  readonly bytesByReadApi: number;
  /** Whether a session of the Storage Read API reads the rows from the table, at its own price and without a minimum, instead of the query. */
  readonly byReadApi: boolean;
}

/** A {@link Source} that can also say what a window would cost, and how many rows it would have. */
export interface BigQuerySource extends Source {
  describe(table: TableSpec, signal: AbortSignal): Promise<BigQueryDescription>;
  /** A dry run, or a read session that nothing is read of: both are free. */
  estimate(
    table: TableSpec,
    description: TableDescription,
    request: Pick<WindowRequest, 'kind' | 'range'>,
    signal: AbortSignal,
  ): Promise<Estimate>;
  /** What this account cannot do that reading takes, by trying it without the table: nothing is billed. Undefined: nothing lacks. */
  access(table: TableSpec, description: TableDescription, signal: AbortSignal): Promise<AccessProblem | undefined>;
  /** Counts the rows of a range now. Billed: it scans the cursor column of the range. */
  count(table: TableSpec, description: TableDescription, range: CursorRange, signal: AbortSignal): Promise<Count>;
  /** Counts and checksums of a range, day by day. Billed like reading it, but only the sums travel. All columns must have checksums. */
  checksums(table: TableSpec, description: TableDescription, range: CursorRange, signal: AbortSignal): Promise<Checksums>;
  /** Columns of the rows of a range whose column `by` has one of the values, given as text. Scans these columns of the range. */
  find(
    table: TableSpec,
    description: TableDescription,
    range: CursorRange,
    columns: readonly Column[],
    by: Column,
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<FoundRows>;
}

const DEFAULT_PAGE_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_STORAGE_ROWS = 50_000;
/** A cell is wrapped as `{"v":"…"},` on the wire. */
const CELL_OVERHEAD_BYTES = 9;

/**
 * BigQuery tables as a {@link Source}, on the official client.
 *
 * A window is one query job whose id is the window's, so sending it again finds the job instead of scanning again. Its snapshot is the
 * job's creation time: BigQuery fixes what a query sees when it starts it, which is later, so every row committed before that time is
 * in the window; one committed just after it may be, too. Its result is immutable, read by row index, and kept for about 24 hours.
 *
 * Nothing is tried again here: errors say whether to. The codes are those of the group `source` in `@bqsync/errors`.
 *
 * @example
 * const source = createBigQuerySource({ connection: { projectId: 'my-project', credentials: { kind: 'default' } } });
 * const description = await source.describe(table, signal);
 */
export function createBigQuerySource(options: BigQuerySourceOptions): BigQuerySource {
  const { connection, labels = {} } = options;
  const pageBytes = positive('pageBytes', options.pageBytes ?? DEFAULT_PAGE_BYTES);
  const pages = { pageBytes, readAhead: options.readAhead ?? true };
  const timeoutMs = positive('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const timeouts: StorageTimeouts = {
    sessionMs: options.timeoutMs ?? STORAGE_TIMEOUTS.sessionMs,
    streamMs: options.timeoutMs ?? STORAGE_TIMEOUTS.streamMs,
    noticeMs: positive('waitNoticeMs', options.waitNoticeMs ?? STORAGE_TIMEOUTS.noticeMs),
  };
  const { projectId, apiEndpoint, storageEndpoint } = connection;
  // Another server than Google's has a Storage Read API only if it says where.
  const isReachable = apiEndpoint === undefined || storageEndpoint !== undefined;
  checkConnection(connection);
  const credentials = new CredentialsHolder(connection);
  const meter = new Meter({
    transport: createTransport(credentials, timeoutMs),
    storage: isReachable
      ? createStorageClient({ connection, credentials, timeouts, aheadBytes: pageBytes, onWait: options.onWait })
      : undefined,
  });
  const onNotice = options.onNotice ?? (() => undefined);
  const now = (): number => performance.now();
  const sight = new Sight(onNotice, now);
  const storageRows = positive('storageRows', options.storageRows ?? DEFAULT_STORAGE_ROWS);
  const watch = new ColumnWatch();
  const describe: BigQuerySource['describe'] = async (table, signal) => {
    const described = await describeTable(meter.of(table).transport, connection.location, sight, table, signal);
    const description = { ...described, wholeRead: wholeRead(described, isReachable && isForSession(table, described, storageRows)) };
    const change = watch.seen(table, description);
    if (change !== undefined) onNotice({ tableId: table.id, message: change });
    return description;
  };
  const schemas = new SessionSchemas();
  const windows: Omit<Windows, keyof Apis> = {
    projectId,
    availability: new Availability(onNotice, now),
    sight,
    resultLimit: new ResultLimit(now),
    schemas,
    sessionTimeoutMs: timeouts.sessionMs,
    permitted: new Set(),
    storageRows,
    describe,
  };

  function openingOf(table: TableSpec, description: TableDescription, request: WindowRequest): Opening {
    const own = ownDescription(description);
    return { table, description: own, request, query: jobOf(table, own, request), ordinal: asksOrdinal(table, description) };
  }

  function jobOf(table: TableSpec, description: BigQueryDescription, request: WindowRequest): QueryJob {
    return {
      projectId,
      location: description.location,
      jobId: request.windowId,
      ...windowOf(table, description, request.range),
      table,
      labels: { ...labels, bqsync_table: labelValue(table.id), bqsync_kind: request.kind },
      maxBytesBilled: request.maxBytesBilled,
      doing: 'open a window',
    };
  }

  return {
    describe,
    outline: (table, description, signal) =>
      outlineTable(meter.of(table).transport, projectId, labels, table, ownDescription(description), signal),
    open(table, description, request, signal): Promise<OpenWindow> {
      return openWindow({ ...windows, ...meter.of(table) }, openingOf(table, description, request), signal);
    },
    read(table, description, window, unit, fromRow, signal) {
      const { location, columns, probe } = ownDescription(description);
      if (fromRow < unit.startRow || (unit.endRow !== undefined && fromRow > unit.endRow)) {
        throw new BqsyncError('BQS_INTERNAL', `row ${fromRow} lies outside the unit from ${unit.startRow} to ${unit.endRow ?? 'its end'}`);
      }
      const { transport, storage } = meter.of(table);
      const ordinal = asksOrdinal(table, description);
      const handle = window.handle === undefined ? undefined : parseHandle(window.handle);
      if (handle?.kind === 'session') {
        const part = {
          stream: handle.streams[unit.index] ?? '',
          columns,
          ordinal: ordinal ? ORDINAL_COLUMN : undefined,
          fromRow,
          endRow: unit.endRow,
          place: { doing: READING, table: tableName(table), tableId: table.id },
          schemas,
          faults: streamFaults(windows.availability, table, columns, handle.isOfTable),
        };
        return readStream(reachable(storage, table), part, pageBytes, signal);
      }
      const jobId = handle?.jobId ?? window.windowId;
      const stored = probe.rowCount > 0 ? probe.bytes / probe.rowCount : 0;
      return readPages(
        transport,
        {
          jobId,
          location,
          columns,
          ordinal,
          totalRows: window.totalRows,
          fromRow,
          endRow: unit.endRow ?? window.totalRows,
          rowBytes: 2 * stored + CELL_OVERHEAD_BYTES * columns.length,
          place: { doing: 'read rows', table: tableName(table), jobId },
        },
        pages,
        signal,
      );
    },
    async estimate(table, description, { kind, range }, signal): Promise<Estimate> {
      const apis = meter.of(table);
      const opening = openingOf(table, description, { windowId: 'estimate', kind, range });
      const { sql } = opening.query.statement;
      const read = await estimateSession({ ...windows, ...apis }, opening, signal);
      if (read !== undefined) {
        const { bytesScanned, bytesBilled, bytesByReadApi } = read;
        return { sql, bytes: bytesScanned, billedBytes: bytesBilled, bytesByReadApi, byReadApi: true };
      }
      const bytes = await dryRun(apis.transport, { ...opening.query, doing: 'estimate a window' }, signal);
      return { sql, bytes, billedBytes: Math.max(bytes, MINIMUM_BYTES_BILLED), bytesByReadApi: 0, byReadApi: false };
    },
    access(table, description, signal): Promise<AccessProblem | undefined> {
      const input = { projectId, labels, table, description: ownDescription(description), sessionTimeoutMs: timeouts.sessionMs };
      return checkAccess(meter.of(table), input, signal);
    },
    async count(table, description, range, signal): Promise<Count> {
      const own = ownDescription(description);
      return countRows(meter.of(table).transport, { projectId, labels, table, description: own, range: rangeOf(range, own) }, signal);
    },
    async checksums(table, description, range, signal): Promise<Checksums> {
      const own = ownDescription(description);
      return checksumRows(meter.of(table).transport, { projectId, labels, table, description: own }, rangeOf(range, own), signal);
    },
    async find(table, description, range, columns, by, values, signal): Promise<FoundRows> {
      const own = ownDescription(description);
      return findRows(
        meter.of(table).transport,
        { projectId, labels, table, description: own },
        rangeOf(range, own),
        columns,
        by,
        values,
        signal,
      );
    },
    apiCalls: (table) => meter.calls(table),
  };
}

/** Identical rows are told apart only where nothing else identifies a row. */
function asksOrdinal(table: TableSpec, description: TableDescription): boolean {
  return table.duplicates === 'keep' && table.primaryKey === undefined && description.declaredKey === undefined;
}

function windowOf(table: TableSpec, description: BigQueryDescription, range: CursorRange): Pick<QueryJob, 'statement' | 'selection'> {
  const selection: Selection = {
    cursor: { column: table.cursorColumn, type: description.cursorType },
    range: rangeOf(range, description),
    requiredFilter: description.requiredFilter,
  };
  const columns = description.columns.map(({ name }) => name);
  const statement = windowQuery({ table: table.source, columns, ...selection, ordinal: asksOrdinal(table, description) });
  return { statement, selection };
}

function rangeOf(range: CursorRange, { cursorType }: TableDescription): Range {
  return {
    from: range.from === undefined ? undefined : cursorText(range.from, cursorType),
    to: range.to === undefined ? undefined : cursorText(range.to, cursorType),
    nulls: range.nulls,
  };
}

/** What each fault of a stream means for how the table is read from then on. */
function streamFaults(availability: Availability, table: TableSpec, columns: readonly Column[], isOfTable: boolean): StreamFaults {
  return {
    corrupt: (error) => availability.distrust(table.id, error),
    short: (error) => (isOfTable ? availability.noteShort(table.id, error.message) : availability.distrust(table.id, error)),
    columns: (error) => availability.noteColumns(table.id, JSON.stringify(columns), error),
    denied: (error) => table.read?.api !== 'storage' && availability.learn(error, table.id),
  };
}

/** A window may be older than the configuration. */
function reachable(storage: StorageClient | undefined, table: TableSpec): StorageClient {
  if (storage !== undefined) return storage;
  throw new BqsyncError(
    'BQS_SOURCE_WINDOW_EXPIRED',
    `the window of ${table.id} was opened by the Storage Read API, whose address is not known now`,
    {
      hint: 'the window is opened anew',
    },
  );
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new BqsyncError('BQS_USAGE', `${name} must be a positive number, not ${value}`);
}
