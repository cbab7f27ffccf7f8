import { type HeldIntent, storedIntent } from '../plan/intent.ts';
import { BqsyncError, toBqsyncError } from '@bqsync/errors';
import { randomUUID } from 'node:crypto';
import { budgetOf, msToNextDay } from '../plan/budget.ts';
import { type Command, decide } from '../plan/decide.ts';
import { dayOf, formatInstant, parseInstant } from '../plan/instant.ts';
import { isPartRepair, repairOrder } from '../plan/repair.ts';
import { batchSizeOf, lagSeconds, phaseOf } from '../plan/phase.ts';
import { joinsFrontier, openWindow, watermarkOf } from '../plan/progress.ts';
import type { Share } from '../plan/units.ts';
import { liesAbove, msUntilAbove } from '../plan/takeover.ts';
import { BACKFILL_LIMITS, planBackfill } from '../plan/windows.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sink } from '../ports/sink.ts';
import type { Column } from '../ports/row.ts';
import type { RepairOutcome, RepairRequest } from '../ports/repair.ts';
import type { CursorRange, Source, TableDescription, WindowRequest } from '../ports/source.ts';
import type { Phase, StateStore, TableProgress, WindowProgress } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import type { Micros } from '../ports/time.ts';
import type { SyncEvent, Telemetry } from '../ports/telemetry.ts';
import { SharedWindowRun } from './shared-window-run.ts';
import { systemClock } from './system-clock.ts';
import { intentOf } from './records.ts';
import { type Repair, RepairQueue } from './repair-queue.ts';
import { type BindingPorts, bindTable, rebind, sameMapping, type TableBinding } from './table-binding.ts';
import { SweepPace } from './sweep-pace.ts';
import { CommitPace, WindowRun, type WindowRunPorts } from './window-run.ts';
import type { Worker } from './worker.ts';

export interface StepperOptions {
  readonly table: TableSpec;
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  readonly worker: Worker;
  readonly clock?: Clock;
  readonly telemetry?: Telemetry;
  /** Read everything visible at each window, late rows included, whatever the pace of sweeps. For runs to completion. */
  readonly thorough?: boolean;
  /** The place of this thread among those that share the units of large backfill windows; alone by default. */
  readonly share?: Share;
  /** Makes window ids; random by default. */
  readonly newWindowId?: () => string;
}

/** What one {@link TableStepper.step} did. */
export type StepResult =
  | { readonly did: 'initialized' | 'outlined' | 'deleted-stale' }
  /** `resumed`: the window had been opened before, by this run or an earlier one. */
  | { readonly did: 'opened'; readonly windowId: string; readonly resumed: boolean }
  | { readonly did: 'committed'; readonly rows: number }
  /** An open-ended window is complete: everything visible at its snapshot, from the frontier on, is in the target. */
  | { readonly did: 'completed-tail'; readonly windowId: string }
  | { readonly did: 'completed-window' }
  | { readonly did: 'repaired' }
  | { readonly did: 'skipped' }
  | { readonly did: 'paused'; readonly forMs: number };

const ALONE: Share = { slot: 0, slots: 1 };

/** Errors after which a window is opened anew under another id. */
const REOPEN: ReadonlySet<string> = new Set([
  'BQS_SOURCE_WINDOW_EXPIRED',
  'BQS_SOURCE_JOB_FAILED',
  'BQS_SOURCE_PROTOCOL',
  'BQS_SOURCE_BYTES_LIMIT',
  // The next opening may read by another way.
  'BQS_SOURCE_RESULT_LIMIT',
]);

/**
 * Does the steps of one table, one at a time: `step()` performs the next command and returns. What is durable is only what the sink has
 * committed; after an error or a crash the next step goes on from there. Not safe for concurrent steps.
 */
export class TableStepper {
  readonly #options: StepperOptions;
  readonly #table: TableSpec;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  #binding: TableBinding | undefined;
  /** Whether the binding's description was read just now. */
  #fresh = false;
  #progress: TableProgress | undefined;
  #intent: HeldIntent | undefined;
  /** A window whose result is lost: never continued. */
  #abandoned: string | undefined;
  #run: WindowRun | SharedWindowRun | undefined;
  #outline: { readonly generation: string; readonly ranges: readonly CursorRange[]; readonly nulls: boolean } | undefined;
  readonly #sweeps: SweepPace;
  readonly #pace = new CommitPace();
  #phase: Phase | undefined;
  #lag: number | undefined;
  #lastTailBilled = 0;
  readonly #repairs = new RepairQueue();
  #targetNotices: readonly string[] = [];
  #sourceNotices: readonly string[] = [];
  #columns: readonly Column[] | undefined;
  #confirmed: string | undefined;

  constructor(options: StepperOptions) {
    this.#options = options;
    this.#table = options.table;
    this.#sweeps = new SweepPace(options.table.sync);
    this.#clock = options.clock ?? systemClock;
    const report = options.telemetry;
    this.#telemetry = {
      event: (event: SyncEvent) => {
        if (event.type === 'prepared') this.#targetNotices = event.notices;
        report?.event(event);
      },
    };
  }

  get progress(): TableProgress | undefined {
    return this.#progress;
  }
  get phase(): Phase | undefined {
    return this.#phase;
  }
  get lagSeconds(): number | undefined {
    return this.#lag;
  }
  get notices(): readonly string[] {
    return [...this.#sourceNotices, ...this.#targetNotices];
  }
  /** Rows of the window in hand that are durable. */
  get windowRowsDone(): number | undefined {
    return this.#run instanceof SharedWindowRun ? this.#run.rowsDone : this.#progress?.window?.rowsDone;
  }
  /** Bytes billed by the last open-ended window: what a poll costs now. */
  get lastTailBilled(): number {
    return this.#lastTailBilled;
  }
  /** The limit of rows per commit in force. */
  get batchSize(): number | undefined {
    return this.#phase === undefined ? undefined : batchSizeOf(this.#phase, this.#table.sync);
  }

  /** Describes the source, makes the target ready and loads the state. Idempotent. */
  async initialize(signal: AbortSignal): Promise<void> {
    if (this.#binding !== undefined) return;
    const binding = await bindTable(this.#table, this.#ports(), signal);
    this.#adopt(binding);
    this.#telemetry.event({ type: 'started', tableId: this.#table.id, resumed: binding.progress.firstSnapshot !== null });
  }

  /**
   * Performs the next command. After an error nothing is half done: the state is read again, and a window that can go on goes on from its
   * last commit.
   */
  async step(signal: AbortSignal): Promise<StepResult> {
    try {
      if (this.#binding === undefined) {
        await this.initialize(signal);
        return { did: 'initialized' };
      }
      if (this.#run !== undefined) return await this.#commitNext(this.#run, signal);
      return await this.#openNext(this.#binding, signal);
    } catch (error) {
      const known = toBqsyncError(error);
      // What makes a repair impossible is for who asked for it: if it keeps the table from going on, the next step meets it again.
      const isGivenUp = this.#repairs.noteFailure(known);
      await this.#recover(known);
      if (isGivenUp && !signal.aborted) return { did: 'repaired' };
      throw error;
    }
  }

  /**
   * Asks for rows to be read again and written even where they seem unchanged: from `from` on, or, without it, every row, after which rows that
   * the source no longer has are deleted. Durable when it resolves; the next steps do it. Throws `BQS_USAGE` for a `from` above what is synced.
   */
  async requestResync(from: Micros | undefined, signal: AbortSignal): Promise<void> {
    await this.close();
    await this.initialize(signal);
    const binding = this.#binding;
    const progress = this.#progress;
    if (binding === undefined || progress === undefined)
      throw new BqsyncError('BQS_INTERNAL', 'a resync needs a table that is initialized');
    const range: CursorRange = { from, to: undefined, nulls: from === undefined ? 'include' : 'exclude' };
    if (from !== undefined && !joinsFrontier(progress, range, this.#table.sync.startTimestamp)) {
      throw new BqsyncError(
        'BQS_USAGE',
        `table "${this.#table.id}" is synced only up to ${progress.frontier ?? 'its start'}, which is before ${formatInstant(from)}`,
        {
          hint: 'give an earlier instant; later rows arrive by themselves',
        },
      );
    }
    const request: WindowRequest = {
      windowId: this.#newWindowId(),
      kind: from === undefined ? 'backfill' : 'repair',
      range: from === undefined ? range : { ...range, from: startOver(from, progress.window) },
    };
    const intent = intentOf(this.#table, request, binding, progress.epoch, this.#options.worker);
    await this.#options.state.saveIntent(storedIntent(from === undefined ? { ...intent, epoch: progress.epoch + 1 } : intent));
    await this.close();
  }

  get isRepairing(): boolean {
    return this.#repairs.current !== undefined;
  }

  /** Has ranges read and written whole by the next steps; resolves when all is done, rejects when it cannot be. */
  repair({ ranges, maxDeletes }: RepairRequest): Promise<RepairOutcome> {
    return this.#repairs.add(repairOrder(ranges, this.#table.sync.startTimestamp), maxDeletes);
  }

  /** Gives up what was asked of {@link repair}. */
  abandonRepairs(error: BqsyncError): void {
    this.#repairs.abandon(error);
  }

  /** Gives up the window in hand without losing what is committed. */
  async close(): Promise<void> {
    this.#binding = undefined;
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    await run?.close();
  }

  async #openNext(bound: TableBinding, signal: AbortSignal): Promise<StepResult> {
    // What was described to bind the table is as good a probe as the next.
    const description = this.#fresh ? bound.description : await this.#options.source.describe(this.#table, signal);
    this.#fresh = false;
    // What the account may see changes without another binding.
    this.#sourceNotices = description.notices ?? [];
    const binding = await this.#follow(bound, description, signal);
    const progress = this.#progress ?? binding.progress;
    const budget = budgetOf(progress, this.#table.cost, this.#clock.now());
    if (this.#intent !== undefined) return this.#open(binding, progress, this.#intent, signal);

    const repair = this.#repairs.current;
    if (repair !== undefined) return this.#continueRepair(repair, progress, { ...binding, description }, signal);

    const command = this.#decide(progress, description, binding);
    if (command.do === 'skip') {
      this.#lag = 0;
      this.#telemetry.event({ type: 'poll-skipped', tableId: this.#table.id });
      return { did: 'skipped' };
    }
    if (command.do === 'delete-stale') return this.#deleteStale(progress, command.before, binding, signal);
    if (budget.pausedForMs !== undefined) return this.#pause(budget.spentBytes, budget.pausedForMs);
    if (command.do === 'outline') return this.#outlineBackfill(binding, description, progress, signal);

    const request: WindowRequest = {
      windowId: this.#newWindowId(),
      kind: command.kind,
      range: command.range,
      maxBytesBilled: budget.maxBytesBilled,
    };
    try {
      return await this.#open(
        binding,
        progress,
        intentOf(this.#table, request, { ...binding, description }, progress.epoch, this.#options.worker),
        signal,
      );
    } catch (error) {
      // What is left of the day's budget is less than this window: that is a pause, not a fault.
      const byBudget = budget.maxBytesBilled !== this.#table.cost.maxBytesBilledPerQuery;
      if (!(byBudget && error instanceof BqsyncError && error.code === 'BQS_SOURCE_BYTES_LIMIT')) throw error;
      await this.#recover(error);
      return this.#pause(budget.spentBytes, msToNextDay(this.#clock.now()));
    }
  }

  async #continueRepair(repair: Repair, progress: TableProgress, binding: TableBinding, signal: AbortSignal): Promise<StepResult> {
    const range = repair.next;
    if (range === undefined) return this.#finishRepair(repair, progress, signal);
    const budget = budgetOf(progress, this.#table.cost, this.#clock.now());
    if (budget.pausedForMs !== undefined) return this.#pause(budget.spentBytes, budget.pausedForMs);
    const known = repair.intent;
    const goesOn =
      known !== undefined &&
      known.request.windowId !== this.#abandoned &&
      known.generation === binding.generation &&
      known.schemaHash === binding.schemaHash;
    const request: WindowRequest = { windowId: this.#newWindowId(), kind: 'repair', range, maxBytesBilled: budget.maxBytesBilled };
    const intent = goesOn ? known : intentOf(this.#table, request, binding, progress.epoch, this.#options.worker);
    repair.intent = intent;
    return this.#open(binding, progress, intent, signal);
  }

  async #finishRepair(repair: Repair, progress: TableProgress, signal: AbortSignal): Promise<StepResult> {
    const { sink } = this.#options;
    if (sink.finishRepair === undefined && repair.maxDeletes !== undefined)
      throw new BqsyncError('BQS_USAGE', `the target of table "${this.#table.id}" cannot delete single rows`);
    const settlement = (await sink.finishRepair?.(this.#table, repair.repaired, repair.maxDeletes, signal)) ?? { deleted: 0, resolved: 0 };
    // As with stale rows: written with the next commit.
    this.#progress = { ...progress, counters: { ...progress.counters, deleted: progress.counters.deleted + settlement.deleted } };
    this.#repairs.settle(settlement);
    return { did: 'repaired' };
  }

  #pause(spentBytes: number, forMs: number): StepResult {
    this.#telemetry.event({ type: 'budget-paused', tableId: this.#table.id, spentBytes, limitBytes: this.#table.cost.maxBytesPerDay ?? 0 });
    return { did: 'paused', forMs };
  }

  #decide(progress: TableProgress, description: TableDescription, binding: TableBinding): Command {
    return decide(
      progress,
      {
        probe: description.probe,
        prunable: description.prunable,
        outline: this.#outline?.generation === binding.generation ? this.#outline : undefined,
        ...this.#sweeps.observe(this.#clock.monotonic()),
        thorough: this.#options.thorough ?? false,
      },
      this.#table.sync,
    );
  }

  /** Takes up a changed description: a recreated table or another mapping begins a new generation, another schema lets go of the window. */
  async #follow(bound: TableBinding, description: TableDescription, signal: AbortSignal): Promise<TableBinding> {
    if (sameMapping(description, bound.description)) {
      if (this.#progress?.window === null) this.#confirmed = this.#progress.completedWindowId ?? undefined;
      return bound;
    }
    const next = await rebind(this.#table, this.#ports(), description, this.#progress, this.#intent, signal);
    this.#adopt(next);
    return next;
  }

  async #outlineBackfill(
    binding: TableBinding,
    description: TableDescription,
    progress: TableProgress,
    signal: AbortSignal,
  ): Promise<StepResult> {
    const outline = await this.#options.source.outline(this.#table, description, signal);
    const frontier = progress.frontier === null ? this.#table.sync.startTimestamp : parseInstant(progress.frontier);
    const ranges = planBackfill(outline, frontier, BACKFILL_LIMITS);
    this.#outline = { generation: binding.generation, ranges, nulls: outline.nulls };
    const day = dayOf(this.#clock.now());
    this.#progress = {
      ...progress,
      spend: { day, bytes: (progress.spend.day === day ? progress.spend.bytes : 0) + outline.bytesBilled },
      counters: {
        ...progress.counters,
        bytesScanned: progress.counters.bytesScanned + outline.bytesScanned,
        bytesBilled: progress.counters.bytesBilled + outline.bytesBilled,
      },
    };
    let rows = 0;
    let bytes = 0;
    for (const part of outline.parts) {
      rows += part.rows;
      bytes += part.bytes;
    }
    this.#telemetry.event({ type: 'outlined', tableId: this.#table.id, windows: ranges.length, rows, bytes });
    return { did: 'outlined' };
  }

  async #open(binding: TableBinding, progress: TableProgress, intent: HeldIntent, signal: AbortSignal): Promise<StepResult> {
    const { source, state, worker } = this.#options;
    // The fence of this window's commits, and what a crash finds: durable before the job is sent (rule R3).
    const share = this.#options.share ?? ALONE;
    const readers = intent.request.kind === 'backfill' && share.slots > 1 ? { readers: share.slots } : {};
    const own: HeldIntent = { ...intent, request: { ...intent.request, ...readers }, workerId: worker.workerId, bootId: worker.bootId };
    await state.saveIntent(storedIntent(own));
    this.#intent = own;
    const begun = progress.window?.windowId === own.request.windowId ? progress.window : undefined;
    const waitMs = begun === undefined ? msUntilAbove(progress, this.#clock.now()) : 0;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    const open = await source
      .open(this.#table, binding.description, { ...own.request, handle: begun?.handle }, signal)
      .catch((error: unknown) => this.#blameColumns(binding.description, toBqsyncError(error), signal));
    if (begun === undefined && !liesAbove(progress, open)) {
      throw new BqsyncError(
        'BQS_SOURCE_WINDOW_EXPIRED',
        `window ${open.windowId} does not lie above all rows of "${this.#table.id}" that were written before`,
        {
          hint: 'the window is opened anew',
          context: { table: this.#table.id },
        },
      );
    }
    const lag = lagSeconds(progress, open.snapshot);
    const phase = phaseOf(lag, this.#table.sync);
    // What a part holds says nothing of the rows that the table lacks.
    if (!isPartRepair(own.request)) {
      this.#lag = lag;
      this.#phase = phase;
    }
    if (this.#repairs.current?.reads(own) === true) this.#repairs.current.noteOpen(open);
    const endless = open.units.some(({ endRow }) => endRow === undefined);
    const next = openWindow(
      progress,
      binding.schemaHash,
      open,
      own.request,
      // One record can hold a position in a whole result, but not in several streams.
      open.units.length > 1 && (endless || (share.slots > 1 && own.request.kind === 'backfill')),
    );
    this.#progress = next;
    if (own.request.range.to === undefined && own.request.kind !== 'backfill') this.#lastTailBilled = open.bytesBilled;
    // The very record that was loaded, so it is stored.
    const announced = next.window === progress.window;
    // A repair may be given up, and is then not to be found in hand.
    const isKnown = announced || state.isShared !== true || own.request.kind === 'repair';
    const ports = this.#runPorts();
    this.#run =
      (next.window?.units ?? 1) > 1
        ? new SharedWindowRun({ ...ports, state }, binding, own, open, phase, share, this.#pace, announced, progress.touched)
        : new WindowRun(ports, binding, own, open, phase, next, this.#pace, progress.touched, isKnown, signal);
    this.#telemetry.event({
      type: 'window-opened',
      tableId: this.#table.id,
      request: own.request,
      snapshot: open.snapshot,
      totalRows: open.totalRows,
      bytesScanned: open.bytesScanned,
      bytesBilled: open.bytesBilled,
      resumed: open.resumed,
    });
    return { did: 'opened', windowId: open.windowId, resumed: open.resumed };
  }

  /** A window that fails because its columns are no more, or are others, since they were looked at is no fault: it is opened again with those of now. */
  async #blameColumns(described: TableDescription, error: BqsyncError, signal: AbortSignal): Promise<never> {
    if (error.code !== 'BQS_SOURCE_QUERY_INVALID') throw error;
    const now = await this.#options.source.describe(this.#table, signal);
    if (sameMapping(now, described)) throw error;
    throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `the columns of table "${this.#table.id}" changed while a window was opened`, {
      hint: 'the window is opened again with the columns of now',
      context: { table: this.#table.id },
      cause: error,
    });
  }

  async #commitNext(run: WindowRun | SharedWindowRun, signal: AbortSignal): Promise<StepResult> {
    const before = this.#progress;
    if (before === undefined) throw new BqsyncError('BQS_INTERNAL', 'a window is read before its table is initialized');
    const { progress, rows, contested } = await run.commitNext(before, signal);
    this.#progress = progress;
    if (this.#repairs.current?.reads(run.intent) === true) this.#repairs.current.noteCommit(before.counters, progress.counters);
    // The next step takes the window up again where its progress now stands.
    if (contested) await this.#letGo();
    if (progress.window !== null) return { did: 'committed', rows };
    return this.#complete(run, before, progress);
  }

  async #complete(run: WindowRun | SharedWindowRun, before: TableProgress, after: TableProgress): Promise<StepResult> {
    this.#intent = undefined;
    await this.#letGo();
    if (this.#repairs.current?.reads(run.intent) === true) this.#repairs.current.noteComplete(run.open.snapshot);
    this.#telemetry.event({
      type: 'window-completed',
      tableId: this.#table.id,
      windowId: run.open.windowId,
      rows: run.rowsDone,
      watermark: watermarkOf(after),
      late: after.counters.late - before.counters.late,
    });
    const { range } = run.intent.request;
    if (after.stage !== 'tail' || range.to !== undefined || range.nulls === 'only') return { did: 'completed-window' };
    this.#lag = 0;
    this.#phase = 'steady';
    const least = run instanceof WindowRun ? run.least : null;
    this.#sweeps.noteCompleted(run.intent.request, run.open, least, before.stage === 'backfill', this.#clock.monotonic());
    return { did: 'completed-tail', windowId: run.open.windowId };
  }

  async #deleteStale(progress: TableProgress, before: Micros, binding: TableBinding, signal: AbortSignal): Promise<StepResult> {
    const rows = await this.#options.sink.deleteStale(this.#table, before, this.#table.sync.steadyBatchSize, signal);
    // Written with the next commit; until then a crash only repeats the search.
    this.#progress = {
      ...progress,
      staleRows: false,
      rescan: null,
      cleared: progress.cleared + 1,
      counters: { ...progress.counters, deleted: progress.counters.deleted + rows },
    };
    this.#telemetry.event({ type: 'stale-deleted', tableId: binding.progress.tableId, rows });
    return { did: 'deleted-stale' };
  }

  #adopt(binding: TableBinding): void {
    this.#binding = binding;
    this.#columns = binding.description.columns;
    this.#sourceNotices = binding.description.notices ?? [];
    this.#fresh = true;
    this.#progress = binding.progress;
    this.#intent = binding.intent;
  }

  /** Back to what is durable. A window whose result is lost is forgotten, so that the next is opened under a new id. */
  async #recover(error: BqsyncError): Promise<void> {
    if (REOPEN.has(error.code) && this.#intent !== undefined) this.#abandoned = this.#intent.request.windowId;
    await this.close();
  }

  #runPorts(): WindowRunPorts {
    const { table, source, sink, worker } = this.#options;
    return {
      table,
      source,
      sink,
      worker,
      clock: this.#clock,
      telemetry: this.#telemetry,
      floorOf: (...found) => this.#sweeps.floorOf(...found),
    };
  }

  #ports(): BindingPorts {
    const { source, sink, state } = this.#options;
    return {
      source,
      sink,
      state,
      telemetry: this.#telemetry,
      abandonedWindowId: this.#abandoned,
      columnsBefore: this.#columns,
      confirmedWindowId: this.#confirmed,
    };
  }

  #newWindowId(): string {
    return this.#options.newWindowId?.() ?? `bqsync_${randomUUID().replaceAll('-', '')}`;
  }
}

/** A repair takes over from the window in hand, so it reads what that one began, too. Undefined: from the first row. */
function startOver(from: Micros, window: WindowProgress | null): Micros | undefined {
  if (window === null || window.range.nulls === 'only') return from;
  const begun = window.range.from === null ? undefined : parseInstant(window.range.from);
  return begun === undefined || begun < from ? begun : from;
}
