import type { CursorRange, WindowRequest } from './source.ts';

/** Microsecond instants in state are ISO text with six digits and `Z`, so that people can read them. */
export type InstantText = string;

/**
 * How far a table is: written whole, and only after the rows it speaks of. A stale copy is always a valid start.
 * `frontier` and everything under it belong to `generation`; `window` to its id and `schemaHash`.
 */
export interface TableProgress {
  readonly tableId: string;
  readonly generation: string;
  readonly schemaHash: string;
  /** Counts the resyncs asked for; part of the generation. */
  readonly epoch: number;
  readonly stage: 'backfill' | 'tail';
  /** Progress within the window being read; null when the last one is complete. */
  readonly window: WindowProgress | null;
  /** Id of the last completed window. */
  readonly completedWindowId: string | null;
  /** What the last completed window read: read again once the schema is another, which it may have missed by a moment. */
  readonly completedRange: WindowProgress['range'] | null;
  /** End of the contiguous completed windows; null: nothing with a cursor was seen yet. */
  readonly frontier: InstantText | null;
  /** Greatest cursor seen, in the cursor column's own text. */
  readonly maxCursor: string | null;
  /** Snapshot of the last completed window. */
  readonly snapshot: InstantText | null;
  /** Snapshot of the last completed sweep (the first window counts as one). */
  readonly sweepSnapshot: InstantText | null;
  /** Snapshot of this generation's first window: rows synced before it belong to an older generation. */
  readonly firstSnapshot: InstantText | null;
  /** Whether rows with a NULL cursor have been read in this generation. */
  readonly nullsDone: boolean;
  /** Whether rows of an older generation may still be in the target. */
  readonly staleRows: boolean;
  /** What is known of the source as of the last completed open-ended window, for rule R4. */
  readonly seen: SeenProbe | null;
  readonly counters: Counters;
  /**
   * How far this node's writing of this table has come, whatever the generation: the greatest snapshot of a window that it has begun, and a
   * microsecond more for each version that its commits have used. Null before the first. Marks how much of this node's writing another node has received.
   */
  readonly touched: InstantText | null;
  /** Rows are written even where they seem unchanged, until a sweep is complete: other nodes may lack them (rule R8). */
  readonly healing: boolean;
  /** How many times rows of an older generation were cleared: each node clears its own replica once more when it grows. */
  readonly cleared: number;
  /** What of the other nodes' writing this progress accounts for, by node: from the least to the most that a node had of it. */
  readonly heard: Readonly<Record<string, readonly Heard[]>>;
  /** Bytes billed on one UTC day of the source's clock, for the daily budget. */
  readonly spend: { readonly day: string; readonly bytes: number };
}

/** From which `touched` to which of another node's a progress was begun from: everything that came of it is written again, or was everywhere. */
export interface Heard {
  readonly low: InstantText | null;
  readonly high: InstantText | null;
  /** Snapshot of the window that the other node wrote in at `high`: whatever more of that window arrives is accounted for, too. */
  readonly window?: InstantText | undefined;
}

/** How far one node's writing of a table had come where this was seen: what of its progress a takeover needs. */
export type WriterView = {
  /** Snapshot of the window in hand, else of the last complete one. */
  readonly written?: InstantText | null | undefined;
  /** Whether a window is in hand. */
  readonly reading?: boolean | undefined;
} & Pick<
  TableProgress,
  | 'generation'
  | 'epoch'
  | 'schemaHash'
  | 'stage'
  | 'frontier'
  | 'maxCursor'
  | 'snapshot'
  | 'sweepSnapshot'
  | 'firstSnapshot'
  | 'nullsDone'
  | 'staleRows'
  | 'cleared'
  | 'touched'
  | 'heard'
>;

export interface WindowProgress {
  readonly windowId: string;
  readonly kind: WindowRequest['kind'];
  /** What it reads: a window that cannot go on is opened again over the same range, for some of its rows are written already. */
  readonly range: { readonly from: InstantText | null; readonly to: InstantText | null; readonly nulls: CursorRange['nulls'] };
  readonly snapshot: InstantText;
  /** As the window was opened with: a guess where the source did not know. */
  readonly totalRows: number;
  /** The result that `rowsDone`, or the units' own, are positions in; absent: that of the window's id. */
  readonly handle?: string | undefined;
  /** Above 1: the window is shared by threads, and its progress is in the records of its units. */
  readonly units: number;
  /** Rows of the result that are durable, from the start, contiguous; 0 while the window is shared. */
  readonly rowsDone: number;
  readonly commits: number;
  /** Versions that the window's commits have used: where those of the next one begin, in microseconds above the snapshot. Absent: one per commit. */
  readonly versions?: number | undefined;
  /** True once a row of this window was contested: who takes it up begins at its first row, and writes every one, unchanged or not. */
  readonly rewrite: boolean;
  /** Greatest cursor among the rows done. */
  readonly maxCursor: string | null;
}

/** How far one unit of a shared window is: written only with its rows, whole, and deleted with the window's completion. */
export interface UnitProgress {
  readonly tableId: string;
  readonly windowId: string;
  readonly index: number;
  readonly startRow: number;
  /** Exclusive. Null until the unit has been read to its end, where that was not known before. */
  readonly endRow: number | null;
  /** Rows of the unit that are durable, contiguous from its start. */
  readonly rowsDone: number;
  readonly commits: number;
  /** Versions that the unit's commits have used, in turns with the other units. Absent: one per commit. */
  readonly versions?: number | undefined;
  readonly maxCursor: string | null;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly superseded: number;
  readonly quarantined: number;
}

export interface SeenProbe {
  readonly token: string;
  readonly modifiedAt: InstantText;
  /** Snapshot of the window that the probe was taken before. */
  readonly openedAt: InstantText;
  readonly streaming: boolean;
}

export interface Counters {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly superseded: number;
  readonly quarantined: number;
  /** Rows of an older generation that were deleted. */
  readonly deleted: number;
  /** Rows found by sweeps below the frontier that were not yet stored, and how late the latest was. */
  readonly late: number;
  readonly lateMaxSeconds: number;
  readonly windows: number;
  readonly commits: number;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** Of `bytesBilled`, what the Storage Read API read, which costs less. */
  readonly bytesByReadApi: number;
}

/** The window about to be opened or being read: stored before its job is sent, and the fence of its commits. Survives JSON, as all state does. */
export interface WindowIntent {
  readonly tableId: string;
  /** What the source is asked for, its bounds as text. */
  readonly request: Pick<WindowRequest, 'windowId' | 'kind' | 'maxBytesBilled' | 'readers'> & { readonly range: WindowProgress['range'] };
  readonly generation: string;
  readonly schemaHash: string;
  /** Above the progress's own: a resync from the first row was asked for. */
  readonly epoch: number;
  readonly workerId: string;
  readonly bootId: string;
  /** The probe taken before this window, for rule R4. */
  readonly probe: { readonly token: string; readonly modifiedAt: InstantText; readonly streaming: boolean };
}

export type Phase = 'initial' | 'catchup' | 'steady';

/** The published view that users read, one a table and owner. Never read back to resume. */
export interface Checkpoint {
  /** `{tableId}_{nodeId}` */
  readonly id: string;
  readonly tableId: string;
  readonly nodeId: number;
  /** The watermark: every row with a smaller cursor that was visible at the last snapshot is in the target. Null before the first row. */
  readonly lastTimestamp: string | null;
  /** Rows inserted or updated so far. */
  readonly recordsIngested: number;
  /** The snapshot of the window last written from. */
  readonly lastSyncTime: InstantText;
  readonly phase: Phase;
  /** Rows per commit, at most, now. */
  readonly batchSize: number;
}

/**
 * Small durable records beside the data. Each is plain JSON: text, numbers, booleans and null, so that a store may keep it as text. A record that cannot be understood is reported as damaged: progress then counts as absent,
 * so that its windows are read again, never skipped.
 */
export interface StateStore {
  loadProgress(tableId: string): Promise<TableProgress | undefined>;
  /**
   * Where several nodes share a target, each keeps records of its own, which replicate: the other nodes' progress as it has arrived here, by node,
   * damaged ones left out. Left out where there is one node.
   */
  loadElsewhere?(tableId: string): Promise<ReadonlyMap<string, TableProgress>>;
  /** Goes with `loadElsewhere`: a text that changes whenever more of what these nodes wrote of the table has arrived here. */
  arrivals?(tableId: string, nodes: readonly string[]): Promise<string>;
  /** The units of a window that have a record, in the order of their index; records of other windows are not among them. */
  loadUnits(tableId: string, windowId: string, units: number): Promise<readonly UnitProgress[]>;
  loadIntent(tableId: string): Promise<WindowIntent | undefined>;
  /** Durable once it resolves. Last writer wins. */
  saveIntent(intent: WindowIntent): Promise<void>;
}
