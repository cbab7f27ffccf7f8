import { BqsyncError } from '@bqsync/errors';
import type { RetryPolicy } from '../plan/retry.ts';
import { tableSpec, type TableSpecInput } from '../plan/table-spec.ts';
import type { Share } from '../plan/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sink } from '../ports/sink.ts';
import type { Source } from '../ports/source.ts';
import type { StateStore } from '../ports/state.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { RepairOutcome, RepairRequest } from '../ports/repair.ts';
import type { Micros } from '../ports/time.ts';
import { HelperLoop } from './helper-loop.ts';
import type { TableStatus } from './status.ts';
import { TableSyncEngine } from './table-sync-engine.ts';
import type { Worker } from './worker.ts';

export interface OrchestratorOptions {
  /** What they leave out is as {@link tableSpec} says. */
  readonly tables: readonly TableSpecInput[];
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  readonly worker: Worker;
  readonly clock?: Clock;
  readonly telemetry?: Telemetry;
  readonly retry?: Partial<RetryPolicy>;
  readonly thorough?: boolean;
  /** The place of this thread among those that share the units of large backfill windows; alone by default. */
  readonly share?: Share;
}

/**
 * Runs the engines of several tables side by side. Tables share nothing but the process: each starts, fails, waits and stops alone.
 *
 * @example
 * const orchestrator = new SyncOrchestrator({ tables, source, sink, state, worker });
 * orchestrator.startAll();
 * // …
 * await orchestrator.stopAll();
 */
export class SyncOrchestrator {
  readonly #engines: ReadonlyMap<string, TableSyncEngine>;
  readonly #helpers: ReadonlyMap<string, HelperLoop>;

  /** @throws `BQS_CONFIG_INVALID` for a malformed spec, or two of one id. */
  constructor(options: OrchestratorOptions) {
    const { tables: given, ...shared } = options;
    const tables = given.map(tableSpec);
    const engines = new Map<string, TableSyncEngine>();
    const helpers = new Map<string, HelperLoop>();
    for (const table of tables) {
      if (engines.has(table.id))
        throw new BqsyncError('BQS_CONFIG_INVALID', `two tables have the id "${table.id}"`, { hint: 'give each table an id of its own' });
      engines.set(table.id, new TableSyncEngine({ ...shared, table }));
      if (options.share !== undefined) helpers.set(table.id, new HelperLoop({ ...shared, share: options.share, table }));
    }
    this.#engines = engines;
    this.#helpers = helpers;
  }

  /** Initializes every table in parallel; returns the errors of those that failed, by table. Never throws for one table. */
  async initialize(signal?: AbortSignal): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    await Promise.all(
      [...this.#engines].map(async ([id, engine]) => {
        try {
          await engine.initialize(signal);
        } catch (error) {
          failed.set(id, error);
        }
      }),
    );
    return failed;
  }

  startAll(): void {
    for (const engine of this.#engines.values()) engine.start();
  }

  /** Resolves when nothing is running any more. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#engines.values(), ...this.#helpers.values()].map((each) => each.stop()));
  }

  /** Starts one table. Throws `BQS_USAGE` for an id that is not configured. */
  start(tableId: string): void {
    this.#engine(tableId).start();
  }

  async stop(tableId: string): Promise<void> {
    await this.#engine(tableId).stop();
  }

  /**
   * Reads units of a table that another thread of this node runs, whenever it has a large window open. Needs `share`. A table is either run or
   * helped with here: starting the one, stop the other first.
   */
  help(tableId: string): void {
    this.#engine(tableId);
    this.#helpers.get(tableId)?.start();
  }

  async stopHelping(tableId: string): Promise<void> {
    await this.#helpers.get(tableId)?.stop();
  }

  /** Runs one table until it has caught up: see {@link TableSyncEngine.runUntilCaughtUp}. */
  async runUntilCaughtUp(tableId: string, signal?: AbortSignal): Promise<void> {
    await this.#engine(tableId).runUntilCaughtUp(signal);
  }

  /** See {@link TableSyncEngine.resync}. */
  async resync(tableId: string, from?: Micros): Promise<void> {
    await this.#engine(tableId).resync(from);
  }

  /** See {@link TableSyncEngine.clearStale}. */
  async clearStale(tableId: string, before: Micros, signal?: AbortSignal): Promise<number> {
    return this.#engine(tableId).clearStale(before, signal);
  }

  /** See {@link TableSyncEngine.repair}. */
  async repair(tableId: string, request: RepairRequest): Promise<RepairOutcome> {
    return this.#engine(tableId).repair(request);
  }

  /** One status a table, in the order configured. */
  getStatus(): TableStatus[] {
    return [...this.#engines.values()].map((engine) => engine.getStatus());
  }

  #engine(tableId: string): TableSyncEngine {
    const engine = this.#engines.get(tableId);
    if (engine === undefined) {
      throw new BqsyncError('BQS_USAGE', `there is no table "${tableId}"`, { hint: `tables: ${[...this.#engines.keys()].join(', ')}` });
    }
    return engine;
  }
}
