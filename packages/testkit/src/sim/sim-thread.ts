import {
  type Membership,
  type NodeViews,
  holderOf,
  ownerOf,
  SharedState,
  type Sink,
  SyncOrchestrator,
  type TableProgress,
  type TableSpec,
  type Telemetry,
  viewOf,
  type WriterView,
} from '@bqsync/core';
import type { Mischief } from './faults.ts';
import type { ModelBigQuery } from './model-bigquery.ts';
import { type HarperNode, type ModelHarper, versionAbove } from './model-harper.ts';
import { type Oracle, ThreadWatch } from './oracle.ts';
import type { SimProcess } from './sim-process.ts';
import { REFUSED, RENAMED } from './sim-rows.ts';
import { SimSource } from './sim-source.ts';
import { progressElsewhere, recordId, type RowContents, SimTarget, STATE } from './sim-target.ts';

/** As in the plugin: between two beats, and how long a node counts as alive after one was seen. */
const HEARTBEAT_MS = 5000;
const LIVE_MS = 15_000;
const TICK_MS = 1000;

interface Report {
  readonly bootId: string;
  readonly beats: number;
  readonly views: NodeViews;
}

export interface SimWorld {
  readonly table: TableSpec;
  readonly source: ModelBigQuery;
  readonly harper: ModelHarper;
  readonly oracle: Oracle;
  readonly mischief: Mischief;
  readonly contents: RowContents;
  readonly threads: number;
  readonly telemetry: Telemetry;
}

type Role = 'run' | 'help' | 'none';

/** One worker thread of a node in one life, wired as the plugin wires it: the real orchestrator, engine and helper over the models. */
export class SimThread {
  readonly process: SimProcess;
  readonly index: number;
  readonly #world: SimWorld;
  readonly #node: HarperNode;
  readonly #orchestrator: SyncOrchestrator;
  readonly #shared: SharedState;
  readonly #seen = new Map<string, { readonly beat: unknown; readonly atMs: number; readonly isFirst: boolean }>();
  #role: Role = 'none';
  /** A role that a fault gives it whatever the nodes say. */
  #forced: Role | undefined;
  #beats = 0;
  #beatAtMs = Number.NEGATIVE_INFINITY;
  #closed = false;
  #checking = false;
  #clearing = false;

  constructor(world: SimWorld, process: SimProcess, index: number) {
    this.#world = world;
    this.process = process;
    this.index = index;
    this.#node = world.harper.node(process.node);
    const { table, source, harper, oracle, mischief, contents, threads } = world;
    const watch = new ThreadWatch(oracle, source.totals, process.bootId);
    const target = new SimTarget(harper, process, mischief, watch, contents, ({ row }) => Number(row['value'] ?? row[RENAMED]) === REFUSED);
    const newWindowId = () => `${process.bootId}.${String(windows++)}`;
    this.#shared = new SharedState({ state: target, membership: this.#membership, clock: process.clock, newWindowId });
    let last: TableProgress | undefined;
    const loadProgress = async (tableId: string): Promise<TableProgress | undefined> => {
      const progress = await this.#shared.state.loadProgress(tableId);
      if (progress?.healing === true) mischief.reach('mid-handover', process);
      last = progress;
      watch.loaded(progress);
      return progress;
    };
    const commit: Sink['commit'] = (batch, signal) => {
      if (last?.healing === true) mischief.reach('mid-handover', process);
      return target.commit(batch, signal);
    };
    const sink: Sink = { prepare: target.prepare.bind(target), commit, deleteStale: target.deleteStale.bind(target) };
    let windows = 0;
    const options = {
      tables: [table],
      source: new SimSource(source, process, mischief, watch),
      sink,
      state: { ...this.#shared.state, loadProgress },
      worker: { workerId: `${process.node}-${String(index)}`, nodeId: index, bootId: process.bootId },
      clock: process.clock,
      share: { slot: index, slots: threads },
      telemetry: world.telemetry,
      newWindowId,
    };
    this.#orchestrator = new SyncOrchestrator(options);
  }

  start(): void {
    this.#look();
  }

  /** Gives a role for a while, as two owners of one table would have it. */
  force(role: Role, ms: number): void {
    this.#forced = role;
    this.#look(false);
    this.process.run(ms, () => {
      this.#forced = undefined;
      this.#look(false);
    });
  }

  /** Stops for good, as on a reload or when a later life of this thread was noticed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#orchestrator.stopAll().then(() => this.process.die());
  }

  #look(again = true): void {
    if (this.#closed) return;
    if (this.#world.harper.nodes.length > 1) {
      this.#meetNodes();
      if (again) this.process.run(TICK_MS, () => this.#look());
    }
    if (this.#role === 'run') this.#checkOutdated();
    if (this.index === 0) this.#clearStale();
    const role = this.#forced ?? this.#roleNow();
    const before = this.#role;
    if (role === before) return;
    this.#role = role;
    const { id } = this.#world.table;
    if (before === 'run') void this.#orchestrator.stop(id);
    if (before === 'help') void this.#orchestrator.stopHelping(id);
    if (role === 'run') this.#orchestrator.start(id);
    if (role === 'help') this.#orchestrator.help(id);
  }

  #roleNow(): Role {
    if (this.#owner() !== this.process.node) return 'none';
    if (this.index === 0) return 'run';
    return 'help';
  }

  /** As in the plugin: one that has just begun to listen leaves tables to the others, and one that has a window in hand keeps it. */
  #owner(): string | undefined {
    const { id } = this.#world.table;
    const now = this.process.clock.monotonic();
    const live = this.#live();
    const others = live.filter((node) => node !== this.process.node);
    const isSettled = [...this.#seen].every(([node, { atMs, isFirst }]) => node === this.process.node || !isFirst || now - atMs >= LIVE_MS);
    const candidates = isSettled || others.length === 0 ? live : others;
    const said = new Map<string, WriterView>();
    for (const [node, { value }] of this.#node.table(STATE.node)) {
      const own = (value as Report).views.get(node);
      if (own !== undefined) said.set(node, own);
    }
    return ownerOf(id, candidates, holderOf(said, candidates));
  }

  #live(): string[] {
    const now = this.process.clock.monotonic();
    const live = [this.process.node];
    for (const [node, { atMs }] of this.#seen) if (node !== this.process.node && now - atMs < LIVE_MS) live.push(node);
    return live.sort();
  }

  #meetNodes(): void {
    const now = this.process.clock.monotonic();
    // Each beat is an object of its own, on every node.
    for (const [node, { value }] of this.#node.table(STATE.node)) {
      const known = this.#seen.get(node);
      if (known?.beat !== value) this.#seen.set(node, { beat: value, atMs: now, isFirst: known === undefined });
    }
    if (this.index !== 0 || now - this.#beatAtMs < HEARTBEAT_MS) return;
    this.#beatAtMs = now;
    this.#beats += 1;
    const { name } = this.#node;
    const { id } = this.#world.table;
    const views = new Map([...progressElsewhere(this.#node, id)].map(([node, progress]) => [node, viewOf(progress)]));
    const own = this.#node.table(STATE.progress).get(recordId(id, name))?.value as TableProgress | undefined;
    if (own !== undefined) views.set(name, viewOf(own));
    const report: Report = { bootId: this.process.bootId, beats: this.#beats, views };
    const version = this.#node.claim(versionAbove(this.process.wallMs(), this.#node.version(STATE.node, name)));
    this.#world.harper.commit(this.#node, version, [{ table: STATE.node, id: name, value: report }]);
  }

  /** Others wrote what the engine does not account for: it begins again from further back. */
  #checkOutdated(): void {
    const { id } = this.#world.table;
    if (this.#checking || this.#world.harper.nodes.length === 1) return;
    this.#checking = true;
    void this.#shared.isOutdated(id).then((isOutdated) => {
      this.#checking = false;
      if (!isOutdated || this.#role !== 'run' || this.#closed) return;
      void this.#orchestrator.stop(id);
      this.#orchestrator.start(id);
    });
  }

  #clearStale(): void {
    const { id } = this.#world.table;
    if (this.#clearing || this.#world.harper.nodes.length === 1) return;
    this.#clearing = true;
    const clear = async (): Promise<void> => {
      const stale = await this.#shared.staleBefore(id);
      if (stale === undefined) return;
      await this.#orchestrator.clearStale(id, stale.before);
      this.#shared.cleared(id, stale.token);
    };
    void clear()
      // The source may fail: the next look tries again.
      .catch(() => undefined)
      .then(() => {
        this.#clearing = false;
      });
  }

  get #membership(): Membership {
    const { name } = this.#node;
    return {
      self: name,
      live: () => this.#live(),
      viewsOf: () =>
        new Map(
          [...this.#node.table(STATE.node)].filter(([node]) => node !== name).map(([node, { value }]) => [node, (value as Report).views]),
        ),
    };
  }
}
