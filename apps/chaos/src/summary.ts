/** The one line of a run with `--json`. */
export interface Summary {
  readonly event: 'summary';
  /** Every row of every table is equal, and no moment after a kill showed a record ahead of its data. */
  readonly exact: boolean;
  readonly seed: number;
  readonly kills: number;
  /** Kills that hit while a window was open. */
  readonly openWindow: number;
  /** Kills in the middle of a window: some of its rows committed, some not. */
  readonly midWindow: number;
  /** Of all workers, Harper's process going on. */
  readonly restarts: number;
  /** Calls hit. */
  readonly faultsByKind: Readonly<Record<string, number>>;
  /** Rows at the end, by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly lateRows: number;
  readonly updatedRows: number;
  readonly violations: readonly string[];
  readonly elapsedMs: number;
}
