import { ownerOf, SyncOrchestrator, type TableProgress, type TableSpec, type Telemetry } from '@bqsync/core';
import type { Mischief } from './faults.ts';
import type { ModelBigQuery } from './model-bigquery.ts';
import { type HarperNode, type ModelHarper, versionAbove } from './model-harper.ts';
import { type Oracle, ThreadWatch } from './oracle.ts';
import { simFailover } from './sim-failover.ts';
import type { SimProcess } from './sim-process.ts';
import { REFUSED } from './sim-rows.ts';
import { SimSource } from './sim-source.ts';
import { type RowContents, SimTarget, STATE } from './sim-target.ts';

/** As in the plugin: between two beats, and how long a node counts as alive after one was seen. */
const HEARTBEAT_MS = 5000;
const LIVE_MS = 15_000;
const TICK_MS = 1000;

interface Report {
  readonly bootId: string;
  readonly beats: number;
  readonly progress: TableProgress | undefined;
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
  readonly #seen = new Map<string, { beat: string; atMs: number }>();
  #role: Role = 'none';
  /** A role that a fault gives it whatever the nodes say. */
  #forced: Role | undefined;
  #beats = 0;
  #beatAtMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(world: SimWorld, process: SimProcess, index: number) {
    this.#world = world;
    this.process = process;
    this.index = index;
    this.#node = world.harper.node(process.node);
    const { table, source, harper, oracle, mischief, contents, threads } = world;
    const watch = new ThreadWatch(oracle, source.totals, process.bootId);
    const target = new SimTarget(harper, process, mischief, watch, contents, ({ row }) => row['value'] === REFUSED);
    const { state, sink } = simFailover(target, target, process, mischief, () => this.#progressElsewhere());
    const loadProgress = async (tableId: string): Promise<TableProgress | undefined> => {
      const progress = await state.loadProgress(tableId);
      watch.loaded(progress);
      return progress;
    };
    let windows = 0;
    const options = {
      tables: [table],
      source: new SimSource(source, process, mischief, watch),
      sink,
      state: { ...state, loadProgress },
      worker: { workerId: `${process.node}-${String(index)}`, nodeId: index, bootId: process.bootId },
      clock: process.clock,
      share: { slot: index, slots: threads },
      telemetry: world.telemetry,
      newWindowId: () => `${process.bootId}.${String(windows++)}`,
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
    const owner = ownerOf(this.#world.table.id, this.#live());
    if (owner !== this.process.node) return 'none';
    if (this.index === 0) return 'run';
    return 'help';
  }

  #live(): string[] {
    const now = this.process.clock.monotonic();
    const others = [...this.#seen].filter(([node, { atMs }]) => node !== this.process.node && now - atMs < LIVE_MS);
    return [this.process.node, ...others.map(([node]) => node)].sort();
  }

  #meetNodes(): void {
    const now = this.process.clock.monotonic();
    for (const [node, { value }] of this.#node.table(STATE.node)) {
      const { bootId, beats } = value as Report;
      const beat = `${bootId}:${String(beats)}`;
      if (this.#seen.get(node)?.beat !== beat) this.#seen.set(node, { beat, atMs: now });
    }
    if (this.index !== 0 || now - this.#beatAtMs < HEARTBEAT_MS) return;
    this.#beatAtMs = now;
    this.#beats += 1;
    const { name } = this.#node;
    const progress = this.#node.table(STATE.progress).get(this.#world.table.id)?.value as TableProgress | undefined;
    const report: Report = { bootId: this.process.bootId, beats: this.#beats, progress };
    const version = versionAbove(this.process.wallMs(), this.#node.version(STATE.node, name));
    this.#world.harper.commit(this.#node, version, [{ table: STATE.node, id: name, value: report }]);
  }

  #progressElsewhere(): (TableProgress | undefined)[] {
    const live = this.#live().filter((name) => name !== this.process.node);
    return live.map((name) => (this.#node.table(STATE.node).get(name)?.value as Report | undefined)?.progress);
  }
}
