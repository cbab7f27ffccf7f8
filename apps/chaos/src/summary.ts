import type { ReadChoice, ReadWay } from './options.ts';
import type { NodeVerdict } from './verdict/node-verdict.ts';
import type { TableReads } from './verdict/reads.ts';

/** Kills, by what they met. */
export interface KillCounts {
  readonly kills: number;
  /** Kills that hit while a window was open. */
  readonly openWindow: number;
  /** Kills in the middle of a window: some of its rows committed, and it was not complete. */
  readonly midWindow: number;
}

/** The one line of a run with `--json`. */
export interface Summary extends KillCounts {
  readonly event: 'summary';
  /** Every row of every table is equal, and no moment after a kill showed a record ahead of its data. */
  readonly exact: boolean;
  readonly seed: number;
  readonly read: ReadChoice;
  /** The kills by how the tables that they were aimed at are read. Each counts only what it met of these. */
  readonly killsByRead: Readonly<Partial<Record<ReadWay, KillCounts>>>;
  /** How each table was to be read, and was. */
  readonly reads: Readonly<Record<string, TableReads>>;
  /** Of all workers, Harper's process going on. */
  readonly restarts: number;
  /** Calls hit. */
  readonly faultsByKind: Readonly<Record<string, number>>;
  /** Rows at the end, by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly lateRows: number;
  readonly updatedRows: number;
  /** Every row of every node, compared with BigQuery. */
  readonly nodes: readonly NodeVerdict[];
  readonly violations: readonly string[];
  readonly elapsedMs: number;
}

export function countsOf(kills: readonly { readonly openWindow: boolean; readonly midWindow: boolean }[]): KillCounts {
  return {
    kills: kills.length,
    openWindow: kills.filter(({ openWindow }) => openWindow).length,
    midWindow: kills.filter(({ midWindow }) => midWindow).length,
  };
}
