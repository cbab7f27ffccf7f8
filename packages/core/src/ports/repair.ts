import type { CursorRange } from './source.ts';
import type { InstantText } from './state.ts';
import type { Micros } from './time.ts';

/** Parts of a table to be read again and written whole, unchanged rows included. */
export interface RepairRequest {
  /** Not empty. Ranges of their own, not overlapping. Bounded ranges leave the table's progress as it is. */
  readonly ranges: readonly CursorRange[];
  /**
   * Rows of the target in these ranges that the source does not have are deleted, unless they are more than this: then none is, and the repair
   * fails with `BQS_USAGE`. Absent: nothing is deleted.
   */
  readonly maxDeletes?: number | undefined;
}

/** A range that was read and written whole, at one snapshot. */
export interface RepairedRange {
  readonly range: CursorRange;
  readonly snapshot: Micros;
}

/** What a sink did after the ranges of a repair were written. */
export interface RepairSettlement {
  readonly deleted: number;
  /** Quarantine records removed: their rows were read again and are stored now, or gone from the source. */
  readonly resolved: number;
}

/** What a repair did, in rows. */
export interface RepairOutcome extends RepairSettlement {
  readonly ranges: number;
  readonly inserted: number;
  readonly updated: number;
  /** Written again though equal, which heals replicas. */
  readonly unchanged: number;
  readonly superseded: number;
  readonly quarantined: number;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** Of the range read last; every other is a little older. Null: nothing had to be read. */
  readonly snapshot: InstantText | null;
}
