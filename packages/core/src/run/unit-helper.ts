import { type HeldIntent, heldIntent } from '../plan/intent.ts';
import { generationOf, targetKeyOf } from '../identity/generation.ts';
import { schemaChange } from '../identity/schema-hash.ts';
import { formatInstant } from '../plan/instant.ts';
import { lagSeconds, phaseOf } from '../plan/phase.ts';
import { isUnitDone, nextUnit, type Share, unitsOf } from '../plan/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sink } from '../ports/sink.ts';
import type { OpenWindow, Source } from '../ports/source.ts';
import type { Phase, StateStore, WindowProgress } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { systemClock } from './system-clock.ts';
import type { TableBinding } from './table-binding.ts';
import { UnitRun } from './unit-run.ts';
import { CommitPace, type WindowRunPorts } from './window-run.ts';
import type { Worker } from './worker.ts';

export interface HelperOptions {
  readonly table: TableSpec;
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  readonly worker: Worker;
  readonly share: Share;
  readonly clock?: Clock;
  readonly telemetry?: Telemetry;
}

export type HelperResult = { readonly did: 'committed'; readonly rows: number } | { readonly did: 'nothing' };

interface Helped {
  readonly intent: HeldIntent;
  readonly open: OpenWindow;
  readonly binding: Pick<TableBinding, 'description' | 'key'>;
  readonly phase: Phase;
  /** Units that the window's owner has taken over. */
  readonly lost: Set<number>;
}

/**
 * Reads units of windows that another thread of the same node has opened. It plans nothing and completes nothing: if it stops or dies, the
 * owner of the window reads its units. Not safe for concurrent steps.
 */
export class UnitHelper {
  readonly #options: HelperOptions;
  readonly #ports: WindowRunPorts;
  readonly #pace = new CommitPace();
  #helped: Helped | undefined;
  #unit: UnitRun | undefined;

  constructor(options: HelperOptions) {
    const { table, source, sink, worker, clock = systemClock, telemetry = { event: () => undefined } } = options;
    this.#options = options;
    this.#ports = { table, source, sink, worker, clock, telemetry };
  }

  /** Commits the next rows of a unit of this thread's share, if a shared window is open. After an error it looks anew. */
  async step(signal: AbortSignal): Promise<HelperResult> {
    try {
      const unit = this.#unit ?? (await this.#take(signal));
      if (unit === undefined) return { did: 'nothing' };
      const before = unit.progress.rowsDone;
      const progress = await unit.commitNext(signal);
      if (progress === undefined) {
        // The owner took it for standing still: it reads it to its end.
        this.#helped?.lost.add(unit.progress.index);
        await this.close();
        return { did: 'nothing' };
      }
      if (isUnitDone(progress)) await this.close();
      return { did: 'committed', rows: progress.rowsDone - before };
    } catch (error) {
      this.#helped = undefined;
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const unit = this.#unit;
    this.#unit = undefined;
    await unit?.close();
  }

  async #take(signal: AbortSignal): Promise<UnitRun | undefined> {
    const { table, state, share } = this.#options;
    const [held, progress] = await Promise.all([state.loadIntent(table.id), state.loadProgress(table.id)]);
    const intent = held && heldIntent(held);
    const window = progress?.window;
    const isShared = intent !== undefined && window != null && window.units > 1 && window.windowId === intent.request.windowId;
    if (!isShared) {
      this.#helped = undefined;
      return undefined;
    }
    const stored = await state.loadUnits(table.id, window.windowId, window.units);
    if (stored.filter(isUnitDone).length === window.units) return undefined;
    const known = this.#helped;
    const same =
      known?.intent.request.windowId === window.windowId && known.intent.bootId === intent.bootId && known.open.handle === window.handle;
    const helped = same ? known : await this.#join(intent, window, signal);
    if (
      helped === undefined ||
      helped.open.totalRows !== window.totalRows ||
      helped.open.handle !== window.handle ||
      formatInstant(helped.open.snapshot) !== window.snapshot
    )
      return undefined;
    const units = unitsOf(table.id, helped.open, stored).filter(({ index }) => !helped.lost.has(index));
    const next = nextUnit(units, share, () => false);
    if (next === undefined) return undefined;
    const fence = { windowId: window.windowId, workerId: intent.workerId, bootId: intent.bootId };
    this.#unit = new UnitRun(this.#ports, helped.binding, helped.open, next, fence, helped.phase, this.#pace, signal);
    return this.#unit;
  }

  /** Finds the open window's result under its id, which costs nothing. Undefined if this thread sees another table than the owner. */
  async #join(intent: HeldIntent, window: WindowProgress, signal: AbortSignal): Promise<Helped | undefined> {
    const { table, source, sink, state } = this.#options;
    const description = await source.describe(table, signal);
    const key = targetKeyOf(table, description);
    const isSame =
      generationOf(table, description, key, intent.epoch) === intent.generation &&
      schemaChange(intent.schemaHash, description.columns) === 'none';
    if (!isSame) return undefined;
    await sink.prepare(table, description, key, signal);
    const open = await source.open(table, description, { ...intent.request, handle: window.handle }, signal);
    const progress = await state.loadProgress(table.id);
    const phase = progress === undefined ? 'initial' : phaseOf(lagSeconds(progress, open.snapshot), table.sync);
    this.#helped = { intent, open, binding: { description, key }, phase, lost: new Set() };
    return this.#helped;
  }
}
