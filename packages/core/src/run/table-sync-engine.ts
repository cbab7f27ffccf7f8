import { BqsyncError, toBqsyncError } from '@bqsync/errors';
import { targetKeyOf } from '../identity/generation.ts';
import { pollIntervalMs } from '../plan/budget.ts';
import { idleIntervalMs } from '../plan/pace.ts';
import { usdOf } from '../plan/price.ts';
import { watermarkOf } from '../plan/progress.ts';
import { tableSpec, type TableSpecInput } from '../plan/table-spec.ts';
import { DEFAULT_RETRY, type RetryPolicy, retryDelayMs, slowRetryDelayMs } from '../plan/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { RepairOutcome, RepairRequest } from '../ports/repair.ts';
import type { Counters } from '../ports/state.ts';
import type { Micros } from '../ports/time.ts';
import type { EngineState, TableStatus } from './status.ts';
import { systemClock } from './system-clock.ts';
import { type StepperOptions, type StepResult, TableStepper } from './table-stepper.ts';

export interface EngineOptions extends Omit<StepperOptions, 'table'> {
  /** What it leaves out is as {@link tableSpec} says. */
  readonly table: TableSpecInput;
  readonly retry?: Partial<RetryPolicy>;
}

/** A quota frees slowly: the first try after one that is used up waits this long. */
const QUOTA_DELAY_MS = 60_000;

/**
 * Keeps one table's target an exact copy of its source.
 *
 * `start()` runs until `stop()`: failed steps are repeated with growing delays, then slowly and for ever, with the error in the status.
 * `runUntilCaughtUp()` returns once everything visible at the call is in the target, and throws when tries are used up.
 * `step()` does one step, for tests and simulations. All may be called again after a crash or an error: nothing is lost or doubled.
 *
 * @example
 * const engine = new TableSyncEngine({ table, source, sink, state, worker });
 * await engine.runUntilCaughtUp();
 */
export class TableSyncEngine {
  readonly #options: StepperOptions;
  readonly #stepper: TableStepper;
  readonly #clock: Clock;
  readonly #retry: RetryPolicy;
  #run: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #state: EngineState = 'stopped';
  #failures = 0;
  #lastError: BqsyncError | undefined;
  #nextTryAtMs: number | undefined;
  #wake = new AbortController();
  /** Rows written so far, and when that changed last. */
  #written = { rows: -1, atMs: 0 };

  /** @throws `BQS_CONFIG_INVALID` for a malformed spec of the table. */
  constructor(given: EngineOptions) {
    const options = { ...given, table: tableSpec(given.table) };
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
    this.#stepper = new TableStepper(options);
  }

  get tableId(): string {
    return this.#options.table.id;
  }

  /** Describes the source, makes the target ready and loads the state, once. Throws what is wrong; `start` does it too, with retries. */
  async initialize(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#stepper.initialize(signal);
  }

  /** Does one step and returns what it was. Only while not started. */
  async step(signal: AbortSignal = new AbortController().signal): Promise<StepResult> {
    const result = await this.#stepper.step(signal);
    this.#noteSuccess(result);
    return result;
  }

  /** Begins to sync in the background. Does nothing if it is running already; waits for a stop under way. */
  start(): void {
    if (this.#run !== undefined && !this.#run.controller.signal.aborted) return;
    const before = this.#run?.done ?? Promise.resolve();
    const controller = new AbortController();
    const done = before.then(() => this.#loop(controller.signal));
    this.#run = { controller, done };
  }

  /** Ends after the step under way; resolves when nothing is running any more. What is committed stays; nothing else is stored. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.controller.abort(new DOMException('stopped', 'AbortError'));
    await run.done;
    if (this.#run === run) this.#run = undefined;
  }

  /**
   * Syncs until every row visible in the source when this was called is in the target, rows of an older generation are gone, and then returns.
   * Throws the last error once `maxRetries` steps in a row have failed, or at once if the error is final.
   */
  async runUntilCaughtUp(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const opened = new Set<string>();
    let caughtUp = false;
    try {
      for (;;) {
        const result = await this.#stepWithRetries(signal);
        if (result.did === 'opened' && !result.resumed) opened.add(result.windowId);
        // A window opened before the call may miss rows that were visible at it.
        if (result.did === 'completed-tail' && opened.has(result.windowId)) caughtUp = true;
        if (result.did === 'skipped') caughtUp = true;
        if (result.did === 'paused') {
          throw new BqsyncError('BQS_BUDGET_EXHAUSTED', `table "${this.tableId}" has used up its daily byte budget`, {
            hint: 'raise cost.maxBytesPerDay or run again after midnight UTC',
            context: { table: this.tableId },
          });
        }
        if (caughtUp && this.#stepper.progress?.staleRows !== true) break;
      }
      this.#state = 'caught-up';
      this.#options.telemetry?.event({ type: 'caught-up', tableId: this.tableId });
    } finally {
      await this.#stepper.close();
    }
  }

  /**
   * Has rows read again and written even where they seem unchanged: from the instant `from` on, or every row, after which rows that the source
   * no longer has are deleted. Durable once it resolves; done by the run under way, or the next one. Throws `BQS_USAGE` for a `from` above
   * what is synced.
   */
  async resync(from?: Micros): Promise<void> {
    const running = this.#run !== undefined && !this.#run.controller.signal.aborted;
    await this.stop();
    try {
      await this.#stepper.requestResync(from, new AbortController().signal);
    } finally {
      if (running) this.start();
    }
  }

  /** Deletes rows that were last synced before `before` from this node's replica; at any time, whoever runs the table. Returns how many. */
  async clearStale(before: Micros, signal: AbortSignal = new AbortController().signal): Promise<number> {
    const { table, source, sink } = this.#options;
    const description = await source.describe(table, signal);
    await sink.prepare(table, description, targetKeyOf(table, description), signal);
    return sink.deleteStale(table, before, table.sync.steadyBatchSize, signal);
  }

  /**
   * Has parts of the table read again and written whole by the run under way, and rows in them that the source does not have deleted. Resolves
   * when that is done; repairs of a table are done one after another, between its windows. Idempotent.
   *
   * Rejects with `BQS_USAGE` if the engine is not started, a range is empty, or more rows would be deleted than allowed (then none is);
   * with `BQS_ABORTED` if it is stopped meanwhile; and with what made the source or the sink fail, after some tries. What was written stays.
   */
  async repair(request: RepairRequest): Promise<RepairOutcome> {
    if (this.#run === undefined || this.#run.controller.signal.aborted) {
      throw new BqsyncError('BQS_USAGE', `table "${this.tableId}" is stopped, so nothing repairs it`, { hint: 'start it first' });
    }
    const outcome = this.#stepper.repair(request);
    this.#wake.abort();
    return outcome;
  }

  getStatus(): TableStatus {
    const { table, source } = this.#options;
    const progress = this.#stepper.progress;
    const window = progress?.window;
    const error = this.#lastError;
    return {
      tableId: this.tableId,
      state: this.#state,
      stage: progress?.stage,
      phase: this.#stepper.phase,
      lagSeconds: finite(this.#stepper.lagSeconds),
      batchSize: this.#stepper.batchSize,
      watermark: progress === undefined ? null : watermarkOf(progress),
      snapshot: progress?.snapshot ?? null,
      window: window ? { windowId: window.windowId, rowsDone: this.#stepper.windowRowsDone ?? 0, totalRows: window.totalRows } : undefined,
      counters: progress?.counters,
      latenessSeconds: table.sync.latenessSeconds,
      bytesBilledToday: progress?.spend.bytes ?? 0,
      usd: progress === undefined ? 0 : usdOf(progress.counters, table.cost),
      apiCalls: source.apiCalls?.(table),
      notices: this.#stepper.notices,
      lastError: error === undefined ? undefined : { code: error.code, message: error.message, hint: error.hint, attempts: this.#failures },
      nextTryInMs: this.#nextTryAtMs === undefined ? undefined : Math.max(0, Math.round(this.#nextTryAtMs - this.#clock.monotonic())),
    };
  }

  async #loop(signal: AbortSignal): Promise<void> {
    // One listener for the whole run: a signal made of both for each pause is kept by Node for as long as anything listens to it.
    this.#wake = new AbortController();
    const endPause = () => this.#wake.abort();
    signal.addEventListener('abort', endPause);
    try {
      while (!signal.aborted) {
        let pauseMs = 0;
        try {
          if (this.#state === 'stopped') this.#state = 'syncing';
          const result = await this.#stepper.step(signal);
          this.#noteSuccess(result);
          pauseMs = this.#pauseAfter(result);
        } catch (error) {
          pauseMs = isAborted(signal) ? 0 : this.#noteFailure(toBqsyncError(error));
        }
        if (pauseMs > 0) await this.#pause(pauseMs);
      }
    } finally {
      signal.removeEventListener('abort', endPause);
      this.#stepper.abandonRepairs(new BqsyncError('BQS_ABORTED', `table "${this.tableId}" was stopped before its repair was done`));
      await this.#stepper.close();
      this.#state = 'stopped';
      this.#options.telemetry?.event({ type: 'stopped', tableId: this.tableId });
    }
  }

  async #pause(ms: number): Promise<void> {
    this.#nextTryAtMs = this.#clock.monotonic() + ms;
    try {
      await this.#clock.sleep(ms, this.#wake.signal);
    } catch (error) {
      if (!this.#wake.signal.aborted) throw error;
      // What woke it before it began has ended this pause, too.
      this.#wake = new AbortController();
    } finally {
      this.#nextTryAtMs = undefined;
    }
  }

  async #stepWithRetries(signal: AbortSignal): Promise<StepResult> {
    for (;;) {
      try {
        signal.throwIfAborted();
        this.#state = 'syncing';
        const result = await this.#stepper.step(signal);
        this.#noteSuccess(result);
        return result;
      } catch (cause) {
        const error = toBqsyncError(cause);
        if (signal.aborted || !error.retryable || this.#failures >= this.#retry.maxRetries) {
          this.#failures += 1;
          this.#lastError = error;
          this.#state = 'failed';
          if (!signal.aborted) this.#options.telemetry?.event({ type: 'failed', tableId: this.tableId, error, retryInMs: undefined });
          throw error;
        }
        await this.#clock.sleep(this.#noteFailure(error), signal);
      }
    }
  }

  #noteSuccess(result: StepResult): void {
    // Only what moves the table on ends a row of failures: an open that succeeds before a read that fails does not.
    if (result.did === 'initialized' || result.did === 'opened' || result.did === 'outlined') return;
    this.#failures = 0;
    this.#lastError = undefined;
    this.#state =
      result.did === 'completed-tail' || result.did === 'skipped' ? 'caught-up' : result.did === 'paused' ? 'paused' : 'syncing';
  }

  /** Records a failure and says how long to wait. */
  #noteFailure(error: BqsyncError): number {
    this.#failures += 1;
    this.#lastError = error;
    const wish = error.code === 'BQS_SOURCE_QUOTA_EXCEEDED' ? Math.max(QUOTA_DELAY_MS, error.retryAfterMs ?? 0) : error.retryAfterMs;
    if (error.retryable && this.#failures <= this.#retry.maxRetries) {
      this.#state = 'retrying';
      const delayMs = retryDelayMs(this.#retry, this.#failures, this.#clock.random(), wish);
      this.#options.telemetry?.event({ type: 'retrying', tableId: this.tableId, error, attempt: this.#failures, delayMs });
      return delayMs;
    }
    this.#state = 'failed';
    const delayMs = slowRetryDelayMs(this.#retry, this.#failures, this.#clock.random(), wish);
    this.#options.telemetry?.event({ type: 'failed', tableId: this.tableId, error, retryInMs: delayMs });
    return delayMs;
  }

  #pauseAfter(result: StepResult): number {
    if (result.did === 'paused') return result.forMs;
    if ((result.did !== 'skipped' && result.did !== 'completed-tail') || this.#stepper.isRepairing) return 0;
    const { table } = this.#options;
    const progress = this.#stepper.progress;
    if (progress?.staleRows === true) return 0;
    const wished = idleIntervalMs(table.sync, this.#stillMs(progress?.counters));
    const interval =
      progress === undefined ? wished : pollIntervalMs(wished, progress, table.cost, this.#stepper.lastTailBilled, this.#clock.now());
    // Spread, so that many tables do not poll in step.
    return interval * (0.9 + 0.1 * this.#clock.random());
  }

  /** For how long nothing was written, as far as this process knows. */
  #stillMs(counters: Counters | undefined): number {
    const written = counters === undefined ? 0 : counters.inserted + counters.updated + counters.deleted;
    const now = this.#clock.monotonic();
    if (written !== this.#written.rows) this.#written = { rows: written, atMs: now };
    return now - this.#written.atMs;
  }
}

/** Asked anew after each await, which the compiler cannot know. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function finite(value: number | undefined): number | undefined {
  return value === undefined || Number.isFinite(value) ? value : undefined;
}
