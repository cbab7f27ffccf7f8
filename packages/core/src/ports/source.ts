import type { Column, CursorType, RejectedRow, Row } from './row.ts';
import type { TableSpec } from './table-spec.ts';
import type { Micros } from './time.ts';

/** What the source says of a table, without billing anything. Read before every poll, so it is also the probe. */
export interface TableDescription {
  /** The selected columns and those of the key, configured or declared, in the source's order. */
  readonly columns: readonly Column[];
  readonly cursorType: CursorType;
  /** The key the source declares, if any. */
  readonly declaredKey: readonly string[] | undefined;
  /** Whether a range of the cursor column is read without scanning the rest of the table. */
  readonly prunable: boolean;
  /** For people: how the table is laid out, for example `DAY partitions on ts, clustered by mmsi`. */
  readonly layout: string;
  /** Differs when the table was dropped and made again. */
  readonly createdAt: Micros;
  readonly probe: Probe;
  /**
   * Whether rows or values may be withheld from who reads, without an error: a copy is then exact only as this account may see the table.
   * Absent: nothing is known to be withheld.
   */
  readonly filtered?: boolean | undefined;
  /** For people: what keeps a copy from being all that the source holds, or as new. Absent: nothing. */
  readonly notices?: readonly string[] | undefined;
  /** At most what reading the whole table once bills, for saying so before it is done. Absent: the source does not bill. */
  readonly wholeRead?: Billed | undefined;
}

/** What was billed, or would be, and how much of it as read by a bulk API instead of scanned by queries. */
export interface Billed {
  readonly bytesBilled: number;
  readonly bytesByReadApi?: number | undefined;
}

export interface Probe {
  /** Changes whenever rows may have changed. Equal tokens mean an unchanged table only by rule R4. */
  readonly token: string;
  /** The source's own time of the last change known to the token. */
  readonly modifiedAt: Micros;
  /** Rows are in flight that the token may not show. */
  readonly streaming: boolean;
  readonly rowCount: number;
  readonly bytes: number;
}

/** A stretch of the cursor with the rows and bytes it holds. `from` inclusive, `to` exclusive; absent: unbounded. */
export interface OutlinePart {
  readonly from: Micros | undefined;
  readonly to: Micros | undefined;
  readonly rows: number;
  readonly bytes: number;
}

/** How a prunable table's rows spread over its cursor. */
export interface Outline {
  /** In cursor order, not overlapping; parts without rows may be absent. */
  readonly parts: readonly OutlinePart[];
  /** Whether rows with a NULL cursor may exist (rows in a streaming buffer may be such). */
  readonly nulls: boolean;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

/** Which rows a window holds. `from` inclusive, `to` exclusive, in microseconds whatever the cursor's type (DATE and DATETIME as if UTC). */
export interface CursorRange {
  readonly from: Micros | undefined;
  readonly to: Micros | undefined;
  /** Rows whose cursor is NULL: read with the others, left out, or the only ones. */
  readonly nulls: 'include' | 'exclude' | 'only';
}

/** `repair` rewrites every row it reads, `verify` writes none. */
export type WindowKind = 'backfill' | 'tail' | 'sweep' | 'repair' | 'verify';

export interface WindowRequest {
  /** Random, persisted before `open` is called, new on each reopening. */
  readonly windowId: string;
  readonly kind: WindowKind;
  readonly range: CursorRange;
  /** The scan must fail with `BQS_SOURCE_BYTES_LIMIT` rather than bill more than this; absent: no limit. */
  readonly maxBytesBilled?: number | undefined;
  /** How many threads will read the window side by side; absent: one. More units than that are fine, one unit for several threads is not. */
  readonly readers?: number | undefined;
  /**
   * {@link OpenWindow.handle} of this window as it was opened before, where rows of it are durable already: exactly that result is found again,
   * or the call or the reading of it fails with `BQS_SOURCE_WINDOW_EXPIRED`. Without it no row is durable, and any result at the id's snapshot will do.
   */
  readonly handle?: string | undefined;
}

export interface Unit {
  readonly index: number;
  /** First row of the window's result, from 0. Where any unit's end is unknown, each unit counts its own rows, from 0. */
  readonly startRow: number;
  /** Exclusive. Undefined: known only once the unit has been read to its end. */
  readonly endRow: number | undefined;
}

/** A fixed set of rows at one snapshot, ready to be read any number of times. */
export interface OpenWindow {
  readonly windowId: string;
  /**
   * The source's own time at which the rows were fixed: every row committed before it is in the window if it matches.
   * Windows of one table opened one after another have rising snapshots.
   */
  readonly snapshot: Micros;
  /** How many rows the window has, which is checked; a guess where `estimated` is set. */
  readonly totalRows: number;
  readonly estimated?: boolean | undefined;
  readonly units: readonly Unit[];
  /** By which the source finds the same result again; stored with the rows' progress. Absent: the window's id is enough. */
  readonly handle?: string | undefined;
  /** What the window's scan cost when it ran, also when it is resumed. */
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** Of `bytesBilled`, what the Storage Read API reads, which costs less than a query's scan; absent: none. */
  readonly bytesByReadApi?: number | undefined;
  /** True when the window had been opened before under this id, so that nothing is billed now. */
  readonly resumed: boolean;
}

export interface Page {
  /** Position of `rows[0]`, counted as the unit counts. */
  readonly firstRow: number;
  /** One entry for each row received; `undefined` where the row could not be decoded, which `rejected` explains. */
  readonly rows: readonly (Row | undefined)[];
  /** By position within `rows`. */
  readonly rejected: ReadonlyMap<number, RejectedRow>;
  /** Ordinals among identical rows, from 1, where the table asks for `duplicates: 'keep'`. */
  readonly ordinals: readonly number[] | undefined;
  /**
   * Beside `ordinals`, by position: the content (`compileExact`) of rows that the source tells from others with equal values, such as 0.0 from -0.0, or
   * JSON `1.0` from `1`. Their ordinals count among such rows alone, so their keys must differ from those of the others. Absent: there is none.
   */
  readonly contents?: ReadonlyMap<number, string> | undefined;
  /** Size on the wire, for bounding what is in flight. */
  readonly bytes: number;
}

/**
 * Where rows come from. Every method throws a `BqsyncError`: retryable ones may be called again unchanged.
 * `BQS_SOURCE_WINDOW_EXPIRED`, `BQS_SOURCE_JOB_FAILED` and `BQS_SOURCE_PROTOCOL` ask for the window to be opened under a new id.
 */
export interface Source {
  /** Free. Fails by name if the table or a configured column is missing. */
  describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription>;
  /** Billed at the source's minimum, so asked once for a backfill. Only for prunable tables. */
  outline(table: TableSpec, description: TableDescription, signal: AbortSignal): Promise<Outline>;
  /**
   * Scans once. Idempotent under the window's id: the same id gives the same rows and snapshot, or fails; with the handle in the same order, too,
   * as it does without where there is none.
   */
  open(table: TableSpec, description: TableDescription, request: WindowRequest, signal: AbortSignal): Promise<OpenWindow>;
  /**
   * Pages in row order from `fromRow` to the unit's end, exactly; ending early or late is an error. Of a unit whose end is unknown the end is where
   * the pages end; `fromRow` may be that end, which then gives no page. Repeatable at no further scan.
   */
  read(
    table: TableSpec,
    description: TableDescription,
    window: OpenWindow,
    unit: Unit,
    fromRow: number,
    signal: AbortSignal,
  ): AsyncIterable<Page>;
  /** Calls of the source's API that were sent for a table so far, failed ones among them. */
  apiCalls?(table: TableSpec): number;
}
