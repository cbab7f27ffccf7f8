import { BqsyncError } from '@bqsync/errors';
import { batchSizeOf } from '../plan/phase.ts';
import { unitSequence } from '../plan/progress.ts';
import { applyUnitCommit } from '../plan/units.ts';
import type { Fence } from '../ports/sink.ts';
import type { OpenWindow } from '../ports/source.ts';
import type { Checkpoint, Phase, UnitProgress } from '../ports/state.ts';
import { withSuperseded } from './records.ts';
import type { TableBinding } from './table-binding.ts';
import { WindowReader } from './window-reader.ts';
import type { CommitPace, WindowRunPorts } from './window-run.ts';

/** One unit of a shared window on its way into the target, batch by batch, by whichever thread. */
export class UnitRun {
  readonly #ports: WindowRunPorts;
  readonly #pace: CommitPace;
  readonly #phase: Phase;
  readonly #open: OpenWindow;
  readonly #fence: Fence;
  readonly #units: number;
  readonly #reader: WindowReader;
  #progress: UnitProgress;

  /** `fence`: that of the window, whoever opened it. */
  constructor(
    ports: WindowRunPorts,
    binding: Pick<TableBinding, 'description' | 'key'>,
    open: OpenWindow,
    progress: UnitProgress,
    fence: Fence,
    phase: Phase,
    pace: CommitPace,
    signal: AbortSignal,
  ) {
    const { table, source } = ports;
    const unit = { index: progress.index, startRow: progress.startRow, endRow: progress.endRow ?? undefined };
    this.#ports = ports;
    this.#pace = pace;
    this.#phase = phase;
    this.#open = open;
    this.#fence = fence;
    this.#progress = progress;
    this.#units = open.units.length;
    const part = { ...open, units: [unit], estimated: unit.endRow === undefined };
    const from = progress.startRow + progress.rowsDone;
    this.#reader = new WindowReader(source, table, binding.description, binding.key, part, from, signal);
  }

  get progress(): UnitProgress {
    return this.#progress;
  }

  /**
   * Makes the next rows durable. Every row is written, unchanged or not: with several readers none can tell which row of a key the others have
   * left as it was (see `CommitOutcome.contested`), and a shared window is a backfill, where few rows are stored yet.
   * Undefined, and nothing stored, if another thread has gone on with the unit: give this run up.
   */
  async commitNext(signal: AbortSignal, checkpoint?: (unit: UnitProgress) => Checkpoint): Promise<UnitProgress | undefined> {
    const { table, sink, clock, telemetry } = this.#ports;
    const batch = await this.#reader.next(this.#pace.next(batchSizeOf(this.#phase, table.sync)));
    signal.throwIfAborted();
    const before = this.#progress;
    let next: UnitProgress | undefined;
    const started = clock.monotonic();
    const committing = sink.commit(
      {
        table,
        snapshot: this.#open.snapshot,
        sequence: unitSequence(this.#units, before),
        stride: this.#units,
        rows: batch.rows,
        rejected: batch.rejected,
        compare: false,
        lateBelow: null,
        fence: { ...this.#fence, unit: before },
        nodeId: this.#ports.worker.nodeId,
        record: (outcome) => {
          next = applyUnitCommit(before, batch.received, batch.maxCursor, withSuperseded(outcome, batch.superseded), batch.ended);
          return { unit: next, checkpoint: checkpoint?.(next) };
        },
      },
      signal,
    );
    const stored = await committing.catch((error: unknown) => {
      if (error instanceof BqsyncError && error.code === 'BQS_UNIT_MOVED') return undefined;
      throw error;
    });
    if (stored === undefined) return undefined;
    if (next === undefined) throw new BqsyncError('BQS_INTERNAL', 'the sink committed without recording progress');
    const durationMs = clock.monotonic() - started;
    this.#pace.learn(batch.rows.length, durationMs);
    this.#progress = next;
    telemetry.event({
      type: 'committed',
      tableId: table.id,
      windowId: this.#open.windowId,
      rows: batch.received,
      rowsDone: next.startRow + next.rowsDone,
      totalRows: this.#open.totalRows,
      outcome: withSuperseded(stored, batch.superseded),
      phase: this.#phase,
      durationMs,
    });
    return next;
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}
