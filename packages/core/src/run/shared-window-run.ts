import type { HeldIntent } from '../plan/intent.ts';
import { BqsyncError } from '@bqsync/errors';
import { completeUnits, versionsOfUnits } from '../plan/progress.ts';
import { isUnitDone, nextUnit, type Share, unitsOf } from '../plan/units.ts';
import type { CommitRecords, Fence } from '../ports/sink.ts';
import type { OpenWindow } from '../ports/source.ts';
import type { InstantText, Phase, StateStore, TableProgress, UnitProgress } from '../ports/state.ts';
import { checkpointOf } from './records.ts';
import type { TableBinding } from './table-binding.ts';
import { UnitRun } from './unit-run.ts';
import type { CommitPace, Committed, WindowRunPorts } from './window-run.ts';

/** A unit of another thread that has not moved for this long is read by the one that completes the window. */
const STANDSTILL_MS = 5000;
/** How long to wait for the other threads between two looks at their units. */
const LOOK_MS = 100;

/**
 * A window whose units are read by several threads, as its owner runs it: it makes the window known, reads units of its own and such as stand
 * still, and completes the window once all are durable.
 */
export class SharedWindowRun {
  readonly intent: HeldIntent;
  readonly open: OpenWindow;
  readonly #ports: WindowRunPorts & { readonly state: StateStore };
  readonly #binding: TableBinding;
  readonly #share: Share;
  readonly #phase: Phase;
  readonly #pace: CommitPace;
  #fence: Fence;
  readonly #movedAt = new Map<number, { readonly rowsDone: number; readonly atMs: number }>();
  #announced: boolean;
  #units: UnitProgress[] = [];
  #unit: UnitRun | undefined;

  /** `announced`: whether the window's progress is stored already. */
  constructor(
    ports: WindowRunPorts & { readonly state: StateStore },
    binding: TableBinding,
    intent: HeldIntent,
    open: OpenWindow,
    phase: Phase,
    share: Share,
    pace: CommitPace,
    announced: boolean,
    touched: InstantText | null,
  ) {
    this.intent = intent;
    this.open = open;
    this.#ports = ports;
    this.#binding = binding;
    this.#share = share;
    this.#phase = phase;
    this.#pace = pace;
    this.#announced = announced;
    this.#fence = { windowId: open.windowId, workerId: ports.worker.workerId, bootId: ports.worker.bootId, touched };
  }

  /** Rows of the window that are durable, by the last look at its units. */
  get rowsDone(): number {
    return this.#units.reduce((sum, unit) => sum + unit.rowsDone, 0);
  }

  /** Makes the window known, or the next rows durable, or completes it; or waits a little for the others. */
  async commitNext(progress: TableProgress, signal: AbortSignal): Promise<Committed> {
    if (!this.#announced) {
      // Units left under this id, by a run whose progress is lost, were positions in a result that may be another one.
      await this.#record({ progress, checkpoint: this.#checkpoint(progress), clearUnits: this.open.units.length }, 0, signal);
      this.#announced = true;
      this.#fence = { ...this.#fence, touched: progress.touched };
      return { progress, rows: 0, contested: false };
    }
    const unit = this.#unit ?? (await this.#nextUnit(signal));
    if (unit !== undefined) return { progress, rows: await this.#commitUnit(unit, progress, signal), contested: false };
    if (this.#units.every(isUnitDone)) return this.#complete(progress, signal);
    await this.#ports.clock.sleep(LOOK_MS, signal);
    return { progress, rows: 0, contested: false };
  }

  async close(): Promise<void> {
    const unit = this.#unit;
    this.#unit = undefined;
    await unit?.close();
  }

  async #nextUnit(signal: AbortSignal): Promise<UnitRun | undefined> {
    const { state, table, clock } = this.#ports;
    this.#units = unitsOf(table.id, this.open, await state.loadUnits(table.id, this.open.windowId, this.open.units.length));
    const now = clock.monotonic();
    for (const { index, rowsDone } of this.#units) {
      if (this.#movedAt.get(index)?.rowsDone !== rowsDone) this.#movedAt.set(index, { rowsDone, atMs: now });
    }
    const next = nextUnit(this.#units, this.#share, ({ index }) => now - (this.#movedAt.get(index)?.atMs ?? now) >= STANDSTILL_MS);
    if (next === undefined) return undefined;
    this.#unit = new UnitRun(this.#ports, this.#binding, this.open, next, this.#fence, this.#phase, this.#pace, signal);
    return this.#unit;
  }

  async #commitUnit(run: UnitRun, progress: TableProgress, signal: AbortSignal): Promise<number> {
    const before = run.progress.rowsDone;
    const unit = await run.commitNext(signal, (next) => {
      this.#units = this.#units.map((known) => (known.index === next.index ? next : known));
      return this.#checkpoint(progress);
    });
    // A unit that has moved is its thread's again: it had only stood still for a while.
    if (unit === undefined || isUnitDone(unit)) await this.close();
    return unit === undefined ? 0 : unit.rowsDone - before;
  }

  async #complete(progress: TableProgress, signal: AbortSignal): Promise<Committed> {
    const { table, worker } = this.#ports;
    const { totalRows, estimated } = this.open;
    if (estimated !== true && this.rowsDone !== totalRows)
      throw new BqsyncError('BQS_SOURCE_PROTOCOL', `the units of the window ended after ${this.rowsDone} of ${totalRows} rows`);
    const next = completeUnits(progress, this.intent, this.#units, table.sync.startTimestamp);
    const checkpoint = checkpointOf(table, next, this.#phase, this.open.snapshot, worker);
    const sequence = versionsOfUnits(this.#units);
    await this.#record({ progress: next, checkpoint, clearUnits: this.open.units.length }, sequence, signal);
    return { progress: next, rows: 0, contested: false };
  }

  /** The checkpoint counts what the units have stored so far. */
  #checkpoint(progress: TableProgress) {
    const { table, worker } = this.#ports;
    const checkpoint = checkpointOf(table, progress, this.#phase, this.open.snapshot, worker);
    const more = this.#units.reduce((sum, unit) => sum + unit.inserted + unit.updated, 0);
    return { ...checkpoint, recordsIngested: checkpoint.recordsIngested + more };
  }

  async #record(records: CommitRecords, sequence: number, signal: AbortSignal): Promise<void> {
    const { table, sink } = this.#ports;
    await sink.commit(
      {
        table,
        snapshot: this.open.snapshot,
        sequence,
        rows: [],
        rejected: [],
        compare: false,
        lateBelow: null,
        fence: this.#fence,
        nodeId: this.#ports.worker.nodeId,
        record: () => records,
      },
      signal,
    );
  }
}
