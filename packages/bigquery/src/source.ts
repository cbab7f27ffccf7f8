import {
  type Column,
  type CursorRange,
  cursorText,
  type OpenWindow,
  type Source,
  type TableDescription,
  type TableSpec,
  type WindowRequest,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { type Range, type Statement, windowQuery } from '@bqsync/query';
import { type Connection, createBigQueryClient } from './connection.ts';
import { type Checksums, checksumRows, findRows, type FoundRows } from './checksums.ts';
import { type Count, countRows } from './count.ts';
import { type BigQueryDescription, describeTable, ownDescription, tableName } from './describe.ts';
import { dryRun, labelValue, type QueryJob, runJob } from './job.ts';
import { outlineTable } from './outline.ts';
import { readPages } from './pages.ts';
import { createTransport } from './transport.ts';
import { unitsOf } from './units.ts';

export interface BigQuerySourceOptions {
  readonly connection: Connection;
  /** Size of a page's JSON to aim at, in bytes; 4 MiB unless given. A page holds at most 10,000 rows and at least one. */
  readonly pageBytes?: number | undefined;
  /** Ask for the next page while the current one is used, so that at most two are in memory; on unless set to false. */
  readonly readAhead?: boolean | undefined;
  /** How long BigQuery may stay silent within a call, in milliseconds; 60,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** Put on every job, beside `bqsync_table` and `bqsync_kind`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What opening a window would send and scan. */
export interface Estimate {
  readonly sql: string;
  readonly bytes: number;
  /** With the minimum of 10 MB a query that BigQuery bills. */
  readonly billedBytes: number;
}

/** A {@link Source} that can also say what a window would cost, and how many rows it would have. */
export interface BigQuerySource extends Source {
  describe(table: TableSpec, signal: AbortSignal): Promise<BigQueryDescription>;
  /** A dry run, which is free. */
  estimate(table: TableSpec, description: TableDescription, range: CursorRange, signal: AbortSignal): Promise<Estimate>;
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
const MIN_BILLED_BYTES = 10 * 1024 * 1024;
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
  const transport = createTransport(createBigQueryClient(connection), positive('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS));
  const { projectId } = connection;

  function jobOf(table: TableSpec, description: BigQueryDescription, request: WindowRequest): QueryJob {
    return {
      projectId,
      location: description.location,
      jobId: request.windowId,
      statement: windowStatement(table, description, request.range),
      table,
      labels: { ...labels, bqsync_table: labelValue(table.id), bqsync_kind: request.kind },
      maxBytesBilled: request.maxBytesBilled,
      doing: 'open a window',
    };
  }

  return {
    describe: (table, signal) => describeTable(transport, connection.location, table, signal),
    outline: (table, description, signal) => outlineTable(transport, projectId, labels, table, ownDescription(description), signal),
    async open(table, description, request, signal): Promise<OpenWindow> {
      const done = await runJob(transport, jobOf(table, ownDescription(description), request), signal);
      return {
        windowId: request.windowId,
        snapshot: done.createdAt,
        totalRows: done.totalRows,
        units: unitsOf(done.totalRows),
        bytesScanned: done.bytesScanned,
        bytesBilled: done.bytesBilled,
        resumed: done.resumed,
      };
    },
    read(table, description, window, unit, fromRow, signal) {
      const { location, columns, probe } = ownDescription(description);
      if (fromRow < unit.startRow || fromRow > unit.endRow) {
        throw new BqsyncError('BQS_INTERNAL', `row ${fromRow} lies outside the unit from ${unit.startRow} to ${unit.endRow}`);
      }
      const stored = probe.rowCount > 0 ? probe.bytes / probe.rowCount : 0;
      return readPages(
        transport,
        {
          jobId: window.windowId,
          location,
          columns,
          ordinal: asksOrdinal(table, description),
          totalRows: window.totalRows,
          fromRow,
          endRow: unit.endRow,
          rowBytes: 2 * stored + CELL_OVERHEAD_BYTES * columns.length,
          place: { doing: 'read rows', table: tableName(table), jobId: window.windowId },
        },
        pages,
        signal,
      );
    },
    async estimate(table, description, range, signal): Promise<Estimate> {
      const request: WindowRequest = { windowId: 'estimate', kind: 'tail', range };
      const job = { ...jobOf(table, ownDescription(description), request), doing: 'estimate a window' };
      const bytes = await dryRun(transport, job, signal);
      return { sql: job.statement.sql, bytes, billedBytes: Math.max(bytes, MIN_BILLED_BYTES) };
    },
    async count(table, description, range, signal): Promise<Count> {
      const own = ownDescription(description);
      return countRows(transport, { projectId, labels, table, description: own, range: rangeOf(range, own) }, signal);
    },
    async checksums(table, description, range, signal): Promise<Checksums> {
      const own = ownDescription(description);
      return checksumRows(transport, { projectId, labels, table, description: own }, rangeOf(range, own), signal);
    },
    async find(table, description, range, columns, by, values, signal): Promise<FoundRows> {
      const own = ownDescription(description);
      return findRows(transport, { projectId, labels, table, description: own }, rangeOf(range, own), columns, by, values, signal);
    },
  };
}

/** Identical rows are told apart only where nothing else identifies a row. */
function asksOrdinal(table: TableSpec, description: TableDescription): boolean {
  return table.duplicates === 'keep' && table.primaryKey === undefined && description.declaredKey === undefined;
}

function windowStatement(table: TableSpec, description: BigQueryDescription, range: CursorRange): Statement {
  return windowQuery({
    table: table.source,
    columns: description.columns.map(({ name }) => name),
    cursor: { column: table.cursorColumn, type: description.cursorType },
    range: rangeOf(range, description),
    requiredFilter: description.requiredFilter,
    ordinal: asksOrdinal(table, description),
  });
}

function rangeOf(range: CursorRange, { cursorType }: TableDescription): Range {
  return {
    from: range.from === undefined ? undefined : cursorText(range.from, cursorType),
    to: range.to === undefined ? undefined : cursorText(range.to, cursorType),
    nulls: range.nulls,
  };
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new BqsyncError('BQS_USAGE', `${name} must be a positive number, not ${value}`);
}
