import type { HeldIntent } from '../plan/intent.ts';
import { BqsyncError } from '@bqsync/errors';
import { FIRST_COMMIT_ROWS, nextCommitSize } from '../plan/commit-size.ts';
import { cursorText, parseInstant } from '../plan/instant.ts';
import { batchSizeOf } from '../plan/phase.ts';
import { applyCommit, versionsOf } from '../plan/progress.ts';
import { keepFrom } from '../plan/repair.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sink } from '../ports/sink.ts';
import type { OpenWindow, Source } from '../ports/source.ts';
import type { InstantText, Phase, TableProgress, WindowProgress } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { Contest } from './contest.ts';
import { checkpointOf, withSuperseded } from './records.ts';
import type { TableBinding } from './table-binding.ts';
import { NO_ROWS, type RowBatch, WindowReader } from './window-reader.ts';
import type { Worker } from './worker.ts';

export interface WindowRunPorts {
  readonly table: TableSpec;
  readonly source: Source;
  readonly sink: Sink;
  readonly worker: Worker;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** How many rows the next commit takes: learned from commit to commit, over windows. */
export class CommitPace {
  #rows = FIRST_COMMIT_ROWS;
  #last: { readonly rows: number; readonly durationMs: number } | undefined;

  next(limit: number): number {
    this.#rows = nextCommitSize(this.#last, this.#rows, limit);
    return this.#rows;
  }

  learn(rows: number, durationMs: number): void {
    this.#last = { rows, durationMs };
  }
}

/** What one commit of a window made durable. */
export interface Committed {
  readonly progress: TableProgress;
  readonly rows: number;
  /** The window must be taken up again from where its progress now stands: see `CommitOutcome.contested`. */
  readonly contested: boolean;
}

/** An open window on its way into the target, batch by batch. */
export class WindowRun {
  readonly intent: HeldIntent;
  readonly open: OpenWindow;
  readonly #ports: WindowRunPorts;
  readonly #pace: CommitPace;
  readonly #phase: Phase;
  #touched: InstantText | null;
  readonly #batchSize: number;
  readonly #compare: boolean;
  readonly #lateBelow: string | null;
  readonly #keepFrom: string | undefined;
  readonly #readFrom: (row: number) => WindowReader;
  readonly #reader: WindowReader;
  readonly #contest = new Contest();
  #rowsDone = 0;
  /** All rows of the window are durable but the contested ones. */
  #isRead = false;

  /** `progress`: the table's, with the window taken up; `touched`: that of the progress before. */
  constructor(
    ports: WindowRunPorts,
    binding: TableBinding,
    intent: HeldIntent,
    open: OpenWindow,
    phase: Phase,
    progress: TableProgress,
    pace: CommitPace,
    touched: InstantText | null,
    signal: AbortSignal,
  ) {
    const { table, source } = ports;
    const { kind } = intent.request;
    const frontier = progress.frontier === null ? undefined : parseInstant(progress.frontier);
    this.intent = intent;
    this.open = open;
    this.#ports = ports;
    this.#pace = pace;
    this.#touched = touched;
    this.#phase = phase;
    this.#batchSize = batchSizeOf(phase, table.sync);
    this.#compare = !progress.staleRows && !progress.healing && kind !== 'repair' && progress.window?.rewrite !== true;
    // A row that is written again because columns changed, or a node was away, did not come late.
    const countsLate = kind === 'sweep' && !progress.healing;
    this.#lateBelow = countsLate && frontier !== undefined ? cursorText(frontier, binding.description.cursorType) : null;
    // Rows without a cursor are the least of their keys: read by themselves they give way to any that has one.
    const isNullsOnly = intent.request.range.nulls === 'only' && !progress.staleRows;
    this.#keepFrom = isNullsOnly ? '' : keepFrom(intent.request, binding.description.cursorType);
    this.#readFrom = (row) => new WindowReader(source, table, binding.description, binding.key, open, row, signal);
    this.#reader = this.#readFrom(progress.window?.rowsDone ?? 0);
  }

  /** Rows of the window that are durable, by the last commit of this run. */
  get rowsDone(): number {
    return this.#rowsDone;
  }

  /** Reads the next rows and makes them durable with the progress behind them. A window without rows takes one commit too. */
  async commitNext(progress: TableProgress, signal: AbortSignal): Promise<Committed> {
    const { table, sink, worker, clock } = this.#ports;
    const window = progress.window;
    if (window === null) throw new BqsyncError('BQS_INTERNAL', 'a window is read without progress', { context: { table: table.id } });
    const isSettling = this.#isRead;
    const batch = await this.#nextBatch(window);
    const rowsDone = window.rowsDone + batch.received;
    const isEnd = batch.ended || (!isSettling && this.open.estimated !== true && rowsDone === window.totalRows);
    let isHeld = true;
    signal.throwIfAborted();

    let next: TableProgress | undefined;
    const started = clock.monotonic();
    const stored = await sink.commit(
      {
        table,
        snapshot: this.open.snapshot,
        sequence: versionsOf(window),
        rows: batch.rows,
        rejected: batch.rejected,
        compare: this.#compare && !isSettling,
        lateBelow: this.#lateBelow,
        keepFrom: this.#keepFrom,
        range: this.intent.request.range,
        fence: { windowId: this.open.windowId, workerId: worker.workerId, bootId: worker.bootId, touched: this.#touched },
        nodeId: worker.nodeId,
        record: (outcome) => {
          isHeld = this.#contest.hold(outcome);
          const ended = isEnd && (isSettling || !this.#contest.isOpen);
          const counted = withSuperseded(outcome, batch.superseded);
          next = applyCommit(progress, this.intent, batch.received, batch.maxCursor, counted, table.sync.startTimestamp, ended, isHeld);
          return { progress: next, checkpoint: checkpointOf(table, next, this.#phase, this.open.snapshot, worker) };
        },
      },
      signal,
    );
    const durationMs = clock.monotonic() - started;
    if (next === undefined) throw new BqsyncError('BQS_INTERNAL', 'the sink committed without recording progress');
    this.#rowsDone = rowsDone;
    this.#isRead = isEnd || isSettling;
    this.#touched = next.touched;
    this.#pace.learn(batch.rows.length, durationMs);
    this.#ports.telemetry.event({
      type: 'committed',
      tableId: table.id,
      windowId: this.open.windowId,
      rows: batch.received,
      rowsDone: next.window?.rowsDone ?? rowsDone,
      totalRows: this.open.totalRows,
      outcome: isSettling ? stored : withSuperseded(stored, batch.superseded),
      phase: this.#phase,
      durationMs,
    });
    return { progress: next, rows: batch.received, contested: !isHeld };
  }

  async #nextBatch(window: WindowProgress): Promise<RowBatch> {
    const limit = this.#pace.next(this.#batchSize);
    const totalRows = this.open.estimated === true ? undefined : window.totalRows;
    if (this.#isRead) {
      const { rows, isLast } = await this.#contest.next(() => this.#readFrom(0), totalRows, limit);
      // They were counted as superseded when they were read.
      return { ...NO_ROWS, rows, superseded: -rows.length, ended: isLast };
    }
    return window.rowsDone === totalRows ? NO_ROWS : this.#reader.next(limit);
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}
