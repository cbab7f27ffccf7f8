import type { Micros } from './time.ts';

/** Rows and pace of one table. Sizes are upper limits of rows per commit in the phase they name. */
export interface SyncOptions {
  /** Rows per commit, at most, while lag is over `catchupThresholdSeconds`. */
  readonly initialBatchSize: number;
  /** Rows per commit, at most, while lag is over `steadyThresholdSeconds`. */
  readonly catchupBatchSize: number;
  /** Rows per commit, at most, otherwise. */
  readonly steadyBatchSize: number;
  /** Time between two polls of an up-to-date table while rows keep coming; up to a tenth less, to spread them. */
  readonly pollIntervalMs: number;
  /** To which the time between polls grows while none come. Absent: `pollIntervalMs`, so that it does not. */
  readonly idlePollIntervalMs?: number | undefined;
  readonly catchupThresholdSeconds: number;
  readonly steadyThresholdSeconds: number;
  /** Rows with a smaller cursor are left out and counted as excluded; absent: from the first row. */
  readonly startTimestamp?: Micros | undefined;
  /** How late a row may become visible, behind rows with a greater cursor that were read already, and still be found by a sweep. */
  readonly latenessSeconds: number;
}

/** Byte limits of one table, and the prices that its bytes have. Absent: no limit, list prices. */
export interface CostOptions {
  readonly maxBytesBilledPerQuery?: number | undefined;
  readonly maxBytesPerDay?: number | undefined;
  /** US dollars per TiB that queries scan; 0 where slots are paid and not bytes. */
  readonly usdPerTiB?: number | undefined;
  /** US dollars per TiB that the Storage Read API reads. */
  readonly usdPerTiBReadApi?: number | undefined;
}

/** How rows are read. */
export interface ReadOptions {
  /**
   * Of sources with more than one way: `storage`, a bulk API, for what is large; `rest`, one that pages, for what is small; `auto` chooses by
   * the rows expected, and goes without the first where it cannot be used.
   */
  readonly api: 'auto' | 'rest' | 'storage';
}

/** More rows in quarantine than either allows make a table degraded. What reports a table's state goes by them, not the engine. */
export interface QuarantineLimits {
  /** Absent: 1,000. */
  readonly maxRows?: number | undefined;
  /** Of the table's rows, those in quarantine among them. Absent: 1. */
  readonly maxPercent?: number | undefined;
}

/** One configured source table and its target. Made by `@bqsync/config`, by `tableSpec` or by hand; never changed while an engine runs it. */
export interface TableSpec {
  /** Unique among the tables of a configuration; names the table in state, status and errors. */
  readonly id: string;
  readonly source: { readonly project: string; readonly dataset: string; readonly table: string };
  /** The configured `timestampColumn`: TIMESTAMP, DATETIME or DATE. */
  readonly cursorColumn: string;
  /** Top-level columns to copy, the cursor and key columns among them; `'all'`: every column, those added later included. */
  readonly columns: readonly string[] | 'all';
  readonly target: { readonly database?: string | undefined; readonly table: string };
  /** Absent: the source's declared key, else a hash of the content (see {@link keyOf}). */
  readonly primaryKey?: readonly string[] | undefined;
  /** What becomes of identical rows of a table without a key. */
  readonly duplicates: 'collapse' | 'keep';
  /** Whether a missing target is created from the source's schema. */
  readonly createTarget: boolean;
  readonly mode: 'timestamp';
  /** Absent: `auto`. */
  readonly read?: ReadOptions | undefined;
  readonly sync: SyncOptions;
  readonly cost: CostOptions;
  /** Absent: both limits by default. */
  readonly quarantine?: QuarantineLimits | undefined;
}
