import { DEFAULT_RETRY, micros, type SyncEvent, type TableSpec, targetKeyOf } from '@bqsync/core';
import { type CrashPoint, type Mischief, type SourceCall, sourceFault, type SourceFaultName } from './faults.ts';
import { ModelBigQuery } from './model-bigquery.ts';
import { ModelHarper } from './model-harper.ts';
import { Oracle } from './oracle.ts';
import { Random } from './random.ts';
import type { Schedule, SimAction, SimConfig } from './schedule.ts';
import { EPOCH_MS, SimProcess } from './sim-process.ts';
import { ADDED_COLUMN, columnsOf, firstRows, laterRows, START_MS, updateRows } from './sim-rows.ts';
import { SimThread, type SimWorld } from './sim-thread.ts';
import { Timeline } from './timeline.ts';

/** Once faults stop, a table must be exact within this: the slowest retry, a sweep, and room. */
const HEAL_MS = 2 * DEFAULT_RETRY.slowDelayMs + 900_000;
/** And stay so for this long. */
const AFTER_MS = 8000;
/** A window in hand is complete within this. */
const SETTLE_MS = 60_000;

export interface SimResult {
  readonly seed: number;
  /** What did not hold; empty if all did. */
  readonly violations: readonly string[];
  readonly workers: number;
  readonly windows: number;
  /** Rows that the source was given. */
  readonly rows: number;
  readonly crashes: readonly CrashPoint[];
  readonly sourceFaults: readonly SourceFaultName[];
  /** Everything else that went wrong, by the name of its action. */
  readonly others: readonly string[];
  /** Virtual time until the last replica was exact. */
  readonly virtualMs: number;
  /** What happened, a line an event, if it was asked for. */
  readonly trace: readonly string[];
}

interface ArmedCrash {
  readonly point: CrashPoint;
  after: number;
  readonly whole: boolean;
  readonly downMs: number;
}

export interface SimOptions {
  /** Keep a line for each event. */
  readonly trace?: boolean;
  /**
   * Hold also what the engine is known not to hold at every moment. Off by default, and then left out are:
   * - the greatest row of each key while two threads own the table: an older one may stand until the next sweep (seed 512);
   * - claims of a replica while rows are on their way to it: a node that found another owner's rows unchanged sends its progress without them
   *   and so is ahead of what the third has;
   * - a column added to a table without a key: a row read between the two descriptions stays under two keys (seed 799).
   * That each table becomes exact is always held. See also {@link ScheduleOptions.rivals}.
   */
  readonly strict?: boolean;
}

/** Runs a schedule in virtual time. The same schedule gives the same result each time. */
export async function simulate(schedule: Schedule, options: SimOptions = {}): Promise<SimResult> {
  return new Simulation(schedule, options).run();
}

class Simulation implements Mischief {
  readonly #schedule: Schedule;
  readonly #timeline = new Timeline();
  readonly #random: Random;
  readonly #source: ModelBigQuery;
  readonly #harper: ModelHarper;
  readonly #oracle: Oracle;
  readonly #world: SimWorld;
  readonly #threads = new Map<string, SimThread[]>();
  readonly #crashes: ArmedCrash[] = [];
  readonly #faults: { readonly name: SourceFaultName; after: number }[] = [];
  readonly #met: { crashes: CrashPoint[]; sourceFaults: SourceFaultName[]; others: string[] } = {
    crashes: [],
    sourceFaults: [],
    others: [],
  };
  readonly #trace: string[] | undefined;
  readonly #strict: boolean;
  #quiet = false;
  #dirty = true;
  #boots = 0;
  #rows = 0;

  constructor(schedule: Schedule, { trace = false, strict = false }: SimOptions) {
    const { seed, config } = schedule;
    this.#schedule = schedule;
    this.#trace = trace ? [] : undefined;
    this.#strict = strict;
    this.#random = new Random(seed ^ 0x5bd1e995);
    const columns = columnsOf(config);
    this.#source = new ModelBigQuery(this.#timeline, this.#random, layoutOf(config), columns);
    const table = specOf(config);
    this.#oracle = new Oracle(table, this.#source, targetKeyOf(table, this.#source.describe(table, false)));
    const names = Array.from({ length: config.nodes }, (_, i) => `node${String(i)}`);
    this.#harper = new ModelHarper(names, this.#timeline, this.#random, (node) => {
      this.#dirty = true;
      if (strict || this.#harper.hasAll(node)) this.#oracle.replicaChanged(node, this.#timeline.nowMs);
    });
    this.#oracle.versions = strict || config.nodes === 1;
    this.#world = {
      table,
      source: this.#source,
      harper: this.#harper,
      oracle: this.#oracle,
      mischief: this,
      threads: config.threads,
      telemetry: { event: (event) => this.#note(event) },
    };
  }

  async run(): Promise<SimResult> {
    const { config, actions, seed } = this.#schedule;
    const rows = firstRows(config, 0, config.initialRows, seed);
    this.#rows += rows.length;
    this.#source.insert(rows, false);
    for (const { name } of this.#harper.nodes) this.#bootNode(name);
    for (const action of actions) this.#timeline.at(action.atMs, () => this.#act(action));
    const endMs = (actions.at(-1)?.atMs ?? 0) + 3000;
    const isBroken = () => this.#oracle.violations.length > 0;
    await this.#timeline.runUntil(endMs, isBroken);
    this.#calm();
    const exact = await this.#timeline.runUntil(endMs + HEAL_MS, () => isBroken() || this.#isExact());
    const virtualMs = this.#timeline.nowMs;
    if (!exact)
      this.#oracle.violate(
        `not exact ${String(HEAL_MS / 1000)} s after the last fault: ${this.#difference() ?? 'replication stands still'}`,
      );
    else if (!isBroken()) {
      await this.#timeline.runUntil(virtualMs + AFTER_MS, isBroken);
      // A window that is written again from its first row shows older rows of a key until it is complete: let it.
      this.#dirty = true;
      const again = await this.#timeline.runUntil(virtualMs + AFTER_MS + SETTLE_MS, () => isBroken() || this.#isExact());
      if (!again) this.#oracle.violate(`exact at ${virtualMs.toFixed(0)} ms, and no longer after: ${this.#difference() ?? ''}`);
    }
    for (const threads of this.#threads.values()) for (const thread of threads) thread.process.die();
    return {
      seed,
      violations: this.#oracle.violations,
      workers: config.nodes * config.threads,
      windows: this.#source.totals.size,
      rows: this.#rows,
      ...this.#met,
      virtualMs,
      trace: this.#trace ?? [],
    };
  }

  reach(point: CrashPoint, process: SimProcess): void {
    if (this.#quiet || !process.alive) return;
    const crash = this.#crashes.find((each) => each.point === point);
    if (crash === undefined || crash.after-- > 0) return;
    this.#crashes.splice(this.#crashes.indexOf(crash), 1);
    this.#met.crashes.push(point);
    this.#log(`crash ${point} of ${process.bootId}${crash.whole ? ' with its node' : ''}`);
    if (crash.whole) this.#nodeDown(process.node, crash.downMs);
    else this.#threadDown(process, crash.downMs);
  }

  fault(call: SourceCall): SourceFaultName | undefined {
    if (this.#quiet) return undefined;
    const fault = this.#faults.find(({ name }) => sourceFault(name).calls.includes(call));
    if (fault === undefined || fault.after-- > 0) return undefined;
    this.#faults.splice(this.#faults.indexOf(fault), 1);
    this.#met.sourceFaults.push(fault.name);
    this.#log(`fault ${fault.name} at ${call}`);
    return fault.name;
  }

  #act(action: SimAction): void {
    const { config } = this.#schedule;
    const { nowMs } = this.#timeline;
    const source = this.#source;
    this.#dirty = true;
    this.#log(`action ${JSON.stringify(action)}`);
    switch (action.kind) {
      case 'insert':
        this.#rows += action.rows;
        source.insert(laterRows(config, source, nowMs, action.rows, action.seed), action.buffered);
        break;
      case 'update':
        updateRows(config, source, nowMs, action.share, action.seed);
        break;
      case 'add-column':
        if (this.#strict || !config.key.startsWith('content')) source.addColumn(ADDED_COLUMN);
        break;
      case 'recreate':
        this.#rows += action.rows;
        source.recreate();
        source.insert(firstRows(config, nowMs, action.rows, action.seed), false);
        this.#met.others.push(action.kind);
        break;
      case 'truncate':
        this.#rows += action.rows;
        source.truncate();
        source.insert(laterRows(config, source, nowMs, action.rows, action.seed), false);
        this.#met.others.push(action.kind);
        break;
      case 'expire-results':
        source.expireResults();
        this.#met.others.push(action.kind);
        break;
      case 'fault':
        this.#faults.push({ name: action.fault, after: action.after });
        break;
      case 'crash':
        this.#crashes.push({ point: action.point, after: action.after, whole: action.whole, downMs: action.downMs });
        break;
      default:
        this.#disturb(action);
    }
  }

  #disturb(action: Extract<SimAction, { readonly node: number }>): void {
    const node = this.#harper.nodes[action.node];
    const threads = node === undefined ? undefined : this.#threads.get(node.name);
    if (node === undefined || threads === undefined || !node.up) return;
    this.#met.others.push(action.kind);
    const { nowMs } = this.#timeline;
    if (action.kind === 'clock-step') node.wallOffsetMs += action.ms;
    else if (action.kind === 'cut') {
      node.cutUntilMs = Math.max(node.cutUntilMs, nowMs + action.ms);
    } else if (action.kind === 'down') this.#nodeDown(node.name, action.ms);
    else if (action.kind === 'restart') {
      for (const thread of threads) thread.close();
      for (const { index } of threads) this.#timeline.after(500, () => this.#bootThread(node.name, index));
    } else {
      const thread = threads[action.thread];
      if (thread === undefined) return;
      // Two owners from here on.
      if (!this.#strict) this.#oracle.versions = false;
      if (action.kind === 'second-owner') thread.force('run', action.ms);
      else if (action.kind === 'zombie') {
        // A hung worker: another takes its place, and it wakes up not knowing.
        thread.process.pause(action.ms);
        this.#bootThread(node.name, action.thread);
        thread.process.run(this.#random.between(500, 3000), () => thread.close());
      } else {
        this.#bootThread(node.name, action.thread);
        thread.process.run(action.ms, () => thread.close());
      }
    }
  }

  #bootNode(name: string): void {
    const node = this.#harper.node(name);
    this.#harper.comeBack(node);
    this.#threads.set(name, []);
    for (let index = 0; index < this.#schedule.config.threads; index++) this.#bootThread(name, index);
    this.#harper.replicate();
  }

  #bootThread(name: string, index: number): void {
    const node = this.#harper.node(name);
    const threads = this.#threads.get(name);
    if (!node.up || threads === undefined) return;
    const process = new SimProcess(
      name,
      `${name}-${String(index)}.${String(this.#boots++)}`,
      this.#timeline,
      this.#random,
      () => node.wallOffsetMs,
    );
    const thread = new SimThread(this.#world, process, index);
    threads[index] = thread;
    this.#zombies.push(thread);
    process.run(this.#random.between(1, 50), () => thread.start());
  }

  /** Every life of every thread, so that a node's death takes those with it that live beside their successors. */
  readonly #zombies: SimThread[] = [];

  #threadDown(process: SimProcess, downMs: number): void {
    process.die();
    const thread = this.#zombies.find((each) => each.process === process);
    const isCurrent = thread !== undefined && this.#threads.get(process.node)?.[thread.index] === thread;
    if (isCurrent)
      this.#timeline.after(
        downMs,
        () => this.#threads.get(process.node)?.[thread.index] === thread && this.#bootThread(process.node, thread.index),
      );
  }

  #nodeDown(name: string, downMs: number): void {
    const node = this.#harper.node(name);
    node.up = false;
    for (const thread of this.#zombies) if (thread.process.node === name) thread.process.die();
    this.#timeline.after(downMs, () => {
      if (!node.up) this.#bootNode(name);
    });
  }

  /** Faults stop: nothing armed goes off any more, and what is cut or down comes back as it was to. */
  #calm(): void {
    this.#quiet = true;
    this.#dirty = true;
    for (const node of this.#harper.nodes) node.cutUntilMs = Math.min(node.cutUntilMs, this.#timeline.nowMs);
    this.#harper.replicate();
    this.#log('calm');
  }

  #isExact(): boolean {
    if (!this.#dirty) return false;
    this.#dirty = false;
    const { nodes, settled } = this.#harper;
    return settled && nodes.every((node) => !this.#oracle.isReading(node)) && this.#difference() === undefined;
  }

  #difference(): string | undefined {
    for (const node of this.#harper.nodes) {
      const difference = this.#oracle.difference(node);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  #note(event: SyncEvent): void {
    if (this.#trace === undefined) return;
    this.#log(
      JSON.stringify(event, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value instanceof Error ? value.message : value,
      ),
    );
  }

  #log(line: string): void {
    this.#trace?.push(`${this.#timeline.nowMs.toFixed(3).padStart(12)} ${line}`);
  }
}

function layoutOf(config: SimConfig) {
  const { cursorType, prunable, bytesPerRow, pageRows, unitRows, key } = config;
  return { cursorType, prunable, bytesPerRow, pageRows, unitRows, declaredKey: key === 'declared' ? ['id'] : undefined };
}

function specOf(config: SimConfig): TableSpec {
  const [initialBatchSize, catchupBatchSize, steadyBatchSize] = config.commitRows;
  return {
    id: 'ships',
    source: { project: 'p', dataset: 'd', table: 'ships' },
    cursorColumn: 'ts',
    columns: 'all',
    target: { table: 'Ships' },
    primaryKey: config.key === 'configured' ? ['id'] : undefined,
    duplicates: config.key === 'content-keep' ? 'keep' : 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: {
      initialBatchSize,
      catchupBatchSize,
      steadyBatchSize,
      pollIntervalMs: config.pollIntervalMs,
      catchupThresholdSeconds: 3600,
      steadyThresholdSeconds: 300,
      latenessSeconds: config.latenessSeconds,
      startTimestamp: config.hasStart ? micros(BigInt(EPOCH_MS + START_MS) * 1000n) : undefined,
    },
    cost: {},
  };
}
