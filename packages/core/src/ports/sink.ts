import type { RepairedRange, RepairSettlement } from './repair.ts';
import type { RejectedRow, Row } from './row.ts';
import type { CursorRange, TableDescription } from './source.ts';
import type { Checkpoint, InstantText, TableProgress, UnitProgress } from './state.ts';
import type { TableSpec } from './table-spec.ts';
import type { Micros } from './time.ts';

export interface KeyedRow {
  /** The target's primary key value. */
  readonly key: string;
  /** The cursor column's text, or null. Orders as text. */
  readonly cursor: string | null;
  /** The source row, in plain values as {@link Row} says. The sink converts to what the target declares. */
  readonly row: Row;
}

/** Who commits. A commit is refused with `BQS_FENCED` if the stored window, the stored boot of this worker or what the progress has touched is another. */
export interface Fence {
  readonly windowId: string;
  readonly workerId: string;
  readonly bootId: string;
  /**
   * The `touched` that the stored progress of this node must have, if one is stored: another run, of the same window even, may have
   * written in between. Only where the commit records progress.
   */
  readonly touched?: InstantText | null | undefined;
  /**
   * The unit that the commit goes on with, as it was loaded: one whose stored record is another by now (`isUnitMoved`) is refused with
   * `BQS_UNIT_MOVED`, for another thread has read on. Only where the commit records a unit.
   */
  readonly unit?: UnitProgress | undefined;
}

export interface Batch {
  readonly table: TableSpec;
  /** The window's snapshot: the version of every row in it. */
  readonly snapshot: Micros;
  /**
   * Versions of its window that are used already: this commit's writes go in at the snapshot and this many microseconds more. A later commit of a window
   * wins over an earlier one on an equal key by content, not by this.
   */
  readonly sequence: number;
  /** How far apart the versions of this commit are, in microseconds: the units of a shared window take turns. 1 by default. */
  readonly stride?: number | undefined;
  /** Keys are unique within a batch. */
  readonly rows: readonly KeyedRow[];
  /** Rows that could not be decoded or keyed. */
  readonly rejected: readonly RejectedRow[];
  /** Whether unchanged rows may be left as they are (rule R8). */
  readonly compare: boolean;
  /** Rows inserted or updated whose cursor is smaller are counted in {@link CommitOutcome.late}; null: none are late. */
  readonly lateBelow: string | null;
  /** Stored rows with this cursor, in the cursor column's text, or a greater one stay, whatever their snapshot; absent: none does. Of a repair in part. */
  readonly keepFrom?: string | undefined;
  /** What the window holds: where a rejected row whose cursor is not known is found again. Absent: anywhere. */
  readonly range?: CursorRange | undefined;
  readonly fence: Fence;
  /** The committing worker's number, as quarantine records show it. */
  readonly nodeId: number;
  /** Called at each try once the rows are decided, before anything is stored: what to store with them. Pure. */
  record(outcome: CommitOutcome): CommitRecords;
}

/** State records that become durable with the rows they speak of, or after them, never before. Each replaces the one before it whole. */
export interface CommitRecords {
  readonly progress?: TableProgress | undefined;
  readonly unit?: UnitProgress | undefined;
  readonly checkpoint?: Checkpoint | undefined;
  /** The table's unit records with an index below this are deleted: before a progress that has the window in hand, after one that has not. */
  readonly clearUnits?: number | undefined;
}

/** `inserted + updated + unchanged + superseded + contested + rejected.length` is the number of rows given, rejected ones included. */
export interface CommitOutcome {
  readonly inserted: number;
  readonly updated: number;
  /** Already stored with equal content, from an older snapshot. */
  readonly unchanged: number;
  /** Another row of the same key and snapshot is stored, equal or greater, or one of a newer snapshot. */
  readonly superseded: number;
  /**
   * Only where unchanged rows may be left (`compare`): rows not written because the stored row differs, is of an older snapshot and is
   * greater by (cursor, content). Whether that one still is in the source cannot be told from here: had it been read again, it would have been
   * left as unchanged. The engine looks through the window again, and has the greatest of its rows of these keys written with `compare` off.
   */
  readonly contested: number;
  /** Keys of the contested rows. Where a sink does not say, or there are very many, the whole window is written again from its first row. */
  readonly contestedKeys?: readonly string[] | undefined;
  /** Of the inserted and updated rows: how many had a cursor below `lateBelow`, and the smallest such cursor. */
  readonly late: number;
  readonly lateOldest: string | null;
  /** All rows that went to quarantine: those given and those the target refused. */
  readonly rejected: readonly RejectedRow[];
  /** How many versions this commit uses, where rows are stored with one each; 1 by default. The next commit's `sequence` is so much higher. */
  readonly versions?: number | undefined;
}

export interface PreparedTarget {
  /** True when the target was made now. */
  readonly created: boolean;
  /** Things a user should know: lossy conversions, renamed columns. One sentence each, naming the column. */
  readonly notices: readonly string[];
}

/** Where rows go. Errors are `BqsyncError`s; a failed commit stores no state records, and of its rows all, some or none. */
export interface Sink {
  /** Makes sure that the target exists and can hold the columns. Idempotent. */
  prepare(table: TableSpec, description: TableDescription, key: TargetKey, signal: AbortSignal): Promise<PreparedTarget>;
  /**
   * Stores rows and quarantine, then progress (rule R2); resolves once all is durable. One transaction is the simplest way, and one that stores rows first
   * is as good: a crash between leaves rows ahead of progress, which are read again and change nothing. Rows go in at version `snapshot`:
   * a stored row of a newer snapshot stays; of the same snapshot, the greater (cursor, content) stays (content ordered by `compileCanonical`);
   * one of an older snapshot gives way, but see {@link CommitOutcome.contested}.
   */
  commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome>;
  /**
   * Deletes rows last synced at a snapshot before `before`, in several commits of at most `batchSize` rows, without touching progress, and may remove
   * quarantine records of before: every row was read since.
   * Idempotent, and harmless from a worker that was taken over, so not fenced; returns how many were deleted.
   */
  deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number>;
  /**
   * Ends a repair: of rows whose cursor lies in one of the ranges, deletes those last synced before that range's snapshot, or never, as the source
   * does not have them; at most `maxDeletes` (absent: none), and rather none and `BQS_USAGE` than fewer than there are. Rows in quarantine stay.
   * Removes quarantine records whose rows lie in the ranges and were not rejected again. Each decided by the row as it is stored then, at the
   * version of the range's snapshot: a row that came meanwhile stays. Idempotent, not fenced. Absent: the sink cannot delete single rows.
   */
  finishRepair?(
    table: TableSpec,
    repaired: readonly RepairedRange[],
    maxDeletes: number | undefined,
    signal: AbortSignal,
  ): Promise<RepairSettlement>;
}

/** How rows of a table are identified. */
export type TargetKey =
  /** One column: the key is its text. Several: their texts joined. */
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  /** No key known: a hash of the content, with an ordinal if identical rows are kept apart. */
  | { readonly kind: 'content'; readonly ordinal: boolean };
