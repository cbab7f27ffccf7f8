import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type BqsyncConfig, ConfigError, getPluginConfig } from '@bqsync/config';
import { type NodeViews, SharedState, SyncOrchestrator, viewOf } from '@bqsync/core';
import { type BqsyncError, toBqsyncError } from '@bqsync/errors';
import { assignTables, type Place } from './assignment.ts';
import { ClusterMembership } from './cluster-membership.ts';
import type { Connection } from './connect.ts';
import type { HarperLogger } from './harper.ts';
import { beat, loadNodes, type NodeReport } from './heartbeats.ts';
import { HEARTBEAT_MS } from './liveness.ts';
import { nodeIdOf, workerIdOf } from './node-id.ts';
import { QuarantineWatch } from './quarantine-watch.ts';
import { RequestServer } from './request-server.ts';
import { type KnownCount, TableCounts } from './table-counts.ts';
import { logTelemetry } from './telemetry.ts';
import { Wishes } from './wishes.ts';
import { loadReports, ownStates, type Problem, problemOf, type WorkerIdentity, WorkerRow } from './worker-row.ts';

/** How soon a wish, a change of the nodes or a takeover is noticed. */
const TICK_MS = 500;

export interface SyncThreadOptions {
  readonly hostname: string;
  readonly workerIndex: number;
  readonly workerCount: number;
  readonly baseDir: string;
  readonly logger: HarperLogger;
  readonly connect: (config: BqsyncConfig, node: string) => Connection;
  /** The errors of the configuration at their places in its file, if it has any now. */
  readonly locate: () => Promise<ConfigError | undefined>;
}

type Role = 'run' | 'help' | 'none';

/** What is configured and running, and the adapters that run it. */
interface Running {
  readonly config: BqsyncConfig;
  readonly orchestrator: SyncOrchestrator;
  readonly connection: Connection;
  readonly shared: SharedState;
  readonly counts: TableCounts;
  readonly watch: QuarantineWatch;
  /** What this thread does for a table: runs it, or reads units of its large windows. */
  readonly roles: Map<string, Role>;
}

/**
 * The part of the plugin on one worker thread: runs the tables that are assigned to it and wished to run, and keeps its row in SyncWorker.
 * Everything it does is one task after another, so that neither a reload nor a wish ever leaves two loops of a table running.
 */
export class SyncThread {
  readonly identity: WorkerIdentity;
  readonly #options: SyncThreadOptions;
  readonly #row: WorkerRow;
  readonly #outside = new AsyncResource('bqsync');
  readonly #membership: ClusterMembership;
  readonly #requests = new RequestServer((error) => this.#complain(error));
  #running: Running | undefined;
  #given: unknown;
  #problem: Problem | undefined;
  #unreadable: Problem | undefined;
  #fault: string | undefined;
  #places: ReadonlyMap<string, Place> = new Map();
  #beats = 0;
  #beatAtMs = Number.NEGATIVE_INFINITY;
  #tasks: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  readonly #clearing = new Set<string>();
  readonly #indexing = new Set<string>();
  readonly #end = new AbortController();
  #closed = false;

  constructor(options: SyncThreadOptions) {
    this.#options = options;
    const workerId = workerIdOf(options.hostname, options.workerIndex);
    this.identity = { workerId, workerIndex: options.workerIndex, nodeId: nodeIdOf(workerId), bootId: randomUUID() };
    this.#row = new WorkerRow(this.identity);
    this.#membership = new ClusterMembership(options.hostname);
  }

  get config(): BqsyncConfig | undefined {
    return this.#running?.config;
  }
  /** What is wrong with the configuration, or keeps the whole thread from syncing. */
  get problem(): Problem | undefined {
    return this.#unreadable ?? this.#problem;
  }
  get hostname(): string {
    return this.#options.hostname;
  }
  get workerCount(): number {
    return this.#options.workerCount;
  }
  /** What is in Harper of each table, as far as it could be counted. */
  async counts(tableId: string | undefined): Promise<ReadonlyMap<string, KnownCount>> {
    const { config, counts } = this.#running ?? {};
    const tables = config?.tables.filter(({ id }) => tableId === undefined || id === tableId) ?? [];
    return (await counts?.of(tables)) ?? new Map<string, KnownCount>();
  }
  /** Where each table runs, as of the last look. */
  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }
  get nodes(): readonly (NodeReport & { readonly live: boolean })[] {
    const live = new Set(this.#membership.live());
    return this.#membership.reports.map((node) => ({ ...node, live: live.has(node.node) }));
  }

  /** Claims this worker's row and begins with the options given. Never throws. */
  async open(given: unknown): Promise<void> {
    await this.#enqueue(async () => {
      await this.#row.claim();
      await this.#configure(given);
    });
    this.#schedule(0);
  }

  /** Takes over changed options; what runs by unchanged ones goes on. Undefined: there are none any more, so nothing runs. Never throws. */
  async reload(given: unknown): Promise<void> {
    this.#unreadable = undefined;
    await this.#enqueue(() => (given === undefined ? this.#withdraw() : this.#configure(given)));
    this.look();
  }

  /** The configuration's file cannot be read, until it is reloaded; what runs goes on. */
  setUnreadable(error: BqsyncError): void {
    this.#unreadable = error.toJSON();
    this.#logOnce(error);
  }

  /** Looks at wishes, nodes and itself now instead of at the next tick. */
  look(): void {
    this.#schedule(0);
  }

  /** Stops everything at once and for good. Resolves when nothing is running any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#end.abort();
    clearTimeout(this.#timer);
    await Promise.all([this.#tasks, this.#running?.orchestrator.stopAll()]);
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#tasks = this.#tasks.then(async () => {
      if (this.#closed) return;
      try {
        await task();
      } catch (error) {
        this.#complain(toBqsyncError(error));
      }
    });
    return this.#tasks;
  }

  /** Logs a fault of this thread, once while it lasts. */
  #complain({ code, message }: BqsyncError): void {
    const fault = `bqsync ${this.identity.workerId}: ${code} ${message}`;
    if (fault !== this.#fault && !this.#closed) this.#options.logger.error?.(fault);
    this.#fault = fault;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    // Called from a request, it would otherwise go on within that request's context for ever.
    const tick = (): void => {
      void this.#enqueue(() => this.#tick()).then(() => this.#schedule(TICK_MS));
    };
    this.#timer = this.#outside.runInAsyncScope(() => setTimeout(tick, delayMs));
    // A worker that Harper wants to end is not kept by it.
    this.#timer.unref();
  }

  async #configure(given: unknown): Promise<void> {
    if (this.#given !== undefined && isDeepStrictEqual(given, this.#given)) {
      // The same errors may be at other places now.
      if (this.#problem !== undefined) this.#problem = problemOf((await this.#options.locate()) ?? this.#problem);
      return;
    }
    this.#given = given;
    try {
      const config = getPluginConfig(given, { baseDir: this.#options.baseDir });
      const next = this.#prepare(config);
      await this.#running?.orchestrator.stopAll();
      this.#running = next;
      this.#problem = undefined;
    } catch (error) {
      // What ran before goes on: a slip in the file is no reason to let the copies age.
      const wrong = (error instanceof ConfigError ? await this.#options.locate() : undefined) ?? toBqsyncError(error);
      this.#problem = problemOf(wrong);
      this.#logOnce(wrong);
    }
  }

  async #withdraw(): Promise<void> {
    await this.#running?.orchestrator.stopAll();
    this.#running = undefined;
    this.#given = undefined;
    this.#problem = undefined;
  }

  /** Every thread reads the same file: one of them says what is wrong with it. */
  #logOnce({ code, message }: BqsyncError): void {
    if (this.identity.workerIndex === 0) this.#options.logger.error?.(`bqsync: ${code} ${message}`);
  }

  #prepare(config: BqsyncConfig): Running {
    const connection = this.#options.connect(config, this.hostname);
    const shared = new SharedState({ state: connection.state, membership: this.#membership });
    const counts = new TableCounts(
      (table) => connection.count(table),
      (error) => this.#complain(toBqsyncError(error)),
    );
    const watch = new QuarantineWatch(this.#options.logger);
    const log = logTelemetry(this.#options.logger);
    const orchestrator = new SyncOrchestrator({
      tables: config.tables,
      source: connection.source,
      sink: connection.sink,
      state: shared.state,
      worker: { workerId: this.identity.workerId, nodeId: this.identity.nodeId, bootId: this.identity.bootId },
      share: { slot: this.identity.workerIndex, slots: this.workerCount },
      telemetry: {
        event: (event) => {
          log.event(event);
          watch.event(event);
        },
      },
      retry: { maxRetries: config.bigquery.maxRetries, initialDelayMs: config.bigquery.initialRetryDelayMs },
    });
    return { config, orchestrator, connection, shared, counts, watch, roles: new Map() };
  }

  async #tick(): Promise<void> {
    if (await this.#row.isTakenOver()) {
      this.#options.logger.warn?.(`bqsync ${this.identity.workerId}: a later run of this worker has begun; this one stops`);
      // Not awaited: closing waits for the task that this is a part of.
      void this.close();
      return;
    }
    await this.#meetNodes();
    if (this.#running !== undefined) {
      this.#reconcile(this.#running, await Wishes.load());
      this.#indexReplicas(this.#running);
      this.#watchQuarantine(this.#running);
      await this.#heed(this.#running);
      await this.#requests.serve(this.#running.orchestrator, (tableId) => this.#isHere(tableId));
    }
    await this.#report();
    this.#fault = undefined;
  }

  async #meetNodes(): Promise<void> {
    const membership = this.#membership;
    membership.observe(await loadNodes());
    if (this.identity.workerIndex !== 0) return;
    const now = performance.now();
    // A node alone has nobody to tell that it lives: it says so once.
    const alone = membership.reports.length <= 1 && this.#beats > 0;
    if (alone || now - this.#beatAtMs < HEARTBEAT_MS) return;
    this.#beatAtMs = now;
    this.#beats += 1;
    await beat(
      {
        node: this.hostname,
        bootId: this.identity.bootId,
        heartbeat: this.#beats,
        nodeId: this.identity.nodeId,
        threads: this.workerCount,
        views: await this.#viewsHere(),
        states: membership.reports.length <= 1 ? new Map() : ownStates(await loadReports(this.workerCount), this.#places, this.hostname),
      },
      membership.own,
    );
  }

  async #viewsHere(): Promise<Map<string, NodeViews>> {
    const here = new Map<string, NodeViews>();
    if (this.#running === undefined || this.#membership.reports.length <= 1) return here;
    const { state } = this.#running.connection;
    for (const { id } of this.#running.config.tables) {
      const known = new Map(await state.loadElsewhere?.(id));
      const own = await state.loadProgress(id);
      if (own !== undefined) known.set(this.#membership.self, own);
      here.set(id, new Map([...known].map(([node, progress]) => [node, viewOf(progress)])));
    }
    return here;
  }

  /** Goes on from further back where other nodes wrote what an engine here does not account for, and clears what came late of a table's earlier life. */
  async #heed({ config, orchestrator, shared, roles }: Running): Promise<void> {
    if (this.#membership.reports.length <= 1) return;
    for (const { id } of config.tables) {
      if (roles.get(id) === 'run' && (await shared.isOutdated(id))) {
        void orchestrator.stop(id);
        orchestrator.start(id);
      }
      if (this.identity.workerIndex === 0) await this.#clearStale(id, orchestrator, shared);
    }
  }

  async #clearStale(tableId: string, orchestrator: SyncOrchestrator, shared: SharedState): Promise<void> {
    const stale = await shared.staleBefore(tableId);
    if (stale === undefined || this.#clearing.has(tableId)) return;
    this.#clearing.add(tableId);
    // Not awaited: it may take long, and the thread has more to do. What fails is tried again at a later look.
    void orchestrator
      .clearStale(tableId, stale.before)
      .then(
        () => shared.cleared(tableId, stale.token),
        (error: unknown) => this.#complain(toBqsyncError(error)),
      )
      .then(() => this.#clearing.delete(tableId));
  }

  /** A node that has just begun to listen leaves the tables to the others: what they wrote may still be on its way here. */
  #candidates(): readonly string[] {
    const live = this.#membership.live();
    const others = live.filter((node) => node !== this.hostname);
    return this.#membership.isSettled || others.length === 0 ? live : others;
  }

  /** One thread of the node sees to the tables that other nodes run. */
  #indexReplicas({ config, connection }: Running): void {
    if (this.identity.workerIndex !== 0) return;
    for (const table of config.tables) {
      const place = this.#places.get(table.id);
      if (place === undefined || place.node === this.hostname || this.#indexing.has(table.id)) continue;
      this.#indexing.add(table.id);
      // Not awaited: an index over many rows takes long. What fails is tried again at a later look.
      void connection
        .indexReplica(table, this.#end.signal)
        .catch((error: unknown) => this.#complain(toBqsyncError(error)))
        .then(() => this.#indexing.delete(table.id));
    }
  }

  #watchQuarantine({ config, counts, watch, orchestrator, roles }: Running): void {
    const tables = config.tables.filter(({ id }) => roles.get(id) === 'run');
    const stageOf = (tableId: string) => orchestrator.getStatus().find((status) => status.tableId === tableId)?.stage;
    // Not awaited: counting may take long.
    void watch.look(tables, counts, stageOf);
  }

  #reconcile({ config, orchestrator, roles }: Running, wishes: Wishes): void {
    this.#places = assignTables({
      tableIds: config.tables.map(({ id }) => id),
      nodes: this.#candidates(),
      node: this.hostname,
      workerCount: this.workerCount,
      holderOf: (tableId) => this.#membership.holderOf(tableId),
    });
    for (const { id } of config.tables) {
      const role = wishes.of(id) === 'start' ? this.#roleFor(id) : 'none';
      const before = roles.get(id) ?? 'none';
      if (role === before) continue;
      roles.set(id, role);
      // The step under way may take a while; a start meanwhile waits for it.
      if (before === 'run') void orchestrator.stop(id);
      if (before === 'help') void orchestrator.stopHelping(id);
      if (role === 'run') orchestrator.start(id);
      if (role === 'help') orchestrator.help(id);
    }
  }

  /** A table's threads are all of its node: one runs it, the others help where a window is large. */
  #roleFor(tableId: string): Role {
    if (this.#isHere(tableId)) return 'run';
    return this.#places.get(tableId)?.node === this.hostname && this.workerCount > 1 ? 'help' : 'none';
  }

  #isHere(tableId: string): boolean {
    const place = this.#places.get(tableId);
    return place?.node === this.hostname && place.workerIndex === this.identity.workerIndex;
  }

  async #report(): Promise<void> {
    const statuses = this.#running?.orchestrator.getStatus() ?? [];
    const tables = statuses.filter(({ tableId, state }) => state !== 'stopped' || this.#isHere(tableId));
    await this.#row.write({ tables, apiCalls: this.#apiCalls(), problem: this.problem });
  }

  #apiCalls(): Record<string, number> {
    if (this.#running === undefined) return {};
    const { config, connection } = this.#running;
    const calls = config.tables.map((table) => [table.id, connection.source.apiCalls?.(table) ?? 0] as const);
    return Object.fromEntries(calls.filter(([, count]) => count > 0));
  }
}
