import { DEFAULT_RETRY, micros, type SyncEvent, type TableSpec, targetKeyOf } from '@bqsync/core';
import { Cluster } from './cluster.ts';
import { type CrashPoint, type Mischief, type SourceCall, sourceFault, type SourceFaultName } from './faults.ts';
import { ModelBigQuery } from './model-bigquery.ts';
import { type HarperNode, ModelHarper } from './model-harper.ts';
import { Oracle } from './oracle.ts';
import { Random } from './random.ts';
import type { Schedule, SimAction, SimConfig } from './schedule.ts';
import { EPOCH_MS, type SimProcess } from './sim-process.ts';
import { ADDED_COLUMN, columnsOf, deleteRows, firstRows, laterRows, rekeyRows, RENAMED, START_MS, updateRows } from './sim-rows.ts';
import type { SimWorld } from './sim-thread.ts';
import { Timeline } from './timeline.ts';

/** Once faults stop, a table must be exact within this: the slowest retry, a sweep, and room. */
const HEAL_MS = 2 * DEFAULT_RETRY.slowDelayMs + 900_000;
/** And stay so for this long. */
const AFTER_MS = 2000;
/** A handover takes place within this, if there is one. */
const HANDOVER_MS = 40_000;
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
  /** How the table's rows or columns were changed. */
  readonly changes: readonly string[];
  /** Virtual time until the last replica was exact. */
  readonly virtualMs: number;
  /** What happened, a line an event, if it was asked for. */
  readonly trace: readonly string[];
}

/** What users do to their table every day, and what should not happen to it. */
const CHANGES: ReadonlySet<string> = new Set(['update', 'rekey', 'delete', 'add-column', 'drop-column', 'retype', 'rename']);
const MISHAPS: ReadonlySet<string> = new Set(['recreate', 'truncate', 'drop-table', 'expire-results']);

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
   * That each table becomes exact is always held.
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
  readonly #cluster: Cluster;
  readonly #crashes: ArmedCrash[] = [];
  readonly #faults: { readonly name: SourceFaultName; after: number }[] = [];
  readonly #met = { crashes: [] as CrashPoint[], sourceFaults: [] as SourceFaultName[], others: [] as string[], changes: [] as string[] };
  readonly #trace: string[] | undefined;
  readonly #strict: boolean;
  #quiet = false;
  #dirty = true;
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
    const drops = { random: new Random(seed ^ 0x2545f491), ofAnySize: config.dropsAny === true };
    this.#harper = new ModelHarper(names, this.#timeline, this.#random, drops, (node) => {
      this.#dirty = true;
      if (strict || this.#harper.hasAll(node)) this.#oracle.replicaChanged(node, this.#timeline.nowMs);
    });
    this.#oracle.versions = strict || config.nodes === 1;
    const world: SimWorld = {
      table,
      source: this.#source,
      harper: this.#harper,
      oracle: this.#oracle,
      mischief: this,
      contents: new Map(),
      threads: config.threads,
      telemetry: { event: (event) => this.#note(event) },
    };
    this.#cluster = new Cluster(world, this.#timeline, this.#random, config);
    // Two owners from here on.
    this.#cluster.onRivals = () => {
      if (!strict) this.#oracle.versions = false;
    };
  }

  async run(): Promise<SimResult> {
    const { config, actions, seed } = this.#schedule;
    const rows = firstRows(config, 0, config.initialRows, seed);
    this.#rows += rows.length;
    this.#source.insert(rows, false);
    this.#cluster.start(new Set(actions.flatMap((action) => (action.kind === 'join' ? [action.node] : []))));
    for (const action of actions) this.#timeline.at(action.atMs, () => this.#act(action));
    const endMs = (actions.at(-1)?.atMs ?? 0) + 500;
    const isBroken = () => this.#oracle.violations.length > 0;
    await this.#timeline.runUntil(endMs, isBroken);
    // A node is known to be dead, or to have come back, only after a while: what is to go wrong in a handover waits for one.
    const isAwaited = () => this.#crashes.some(({ point }) => point === 'mid-handover');
    if (config.nodes > 1 && isAwaited()) await this.#timeline.runUntil(endMs + HANDOVER_MS, () => isBroken() || !isAwaited());
    this.#calm();
    const exact = await this.#timeline.runUntil(this.#timeline.nowMs + HEAL_MS, () => isBroken() || this.#isExact());
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
      // Under steady polls with much to replicate there may be no moment at which nothing is under way.
      const difference = again ? undefined : this.#difference();
      if (difference !== undefined) this.#oracle.violate(`exact at ${virtualMs.toFixed(0)} ms, and no longer after: ${difference}`);
    }
    this.#cluster.stop();
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
    if (crash.whole) this.#cluster.nodeDown(process.node, crash.downMs);
    else this.#cluster.threadDown(process, crash.downMs);
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
    if (this.#trace !== undefined) this.#log(`action ${JSON.stringify(action)}`);
    if (CHANGES.has(action.kind)) this.#met.changes.push(action.kind);
    if (MISHAPS.has(action.kind)) this.#met.others.push(action.kind);
    switch (action.kind) {
      case 'insert':
        this.#rows += action.rows;
        source.insert(laterRows(config, source, nowMs, action.rows, action.seed), action.buffered);
        break;
      case 'update':
        updateRows(config, source, nowMs, action.share, action.seed);
        break;
      case 'rekey':
        rekeyRows(config, source, nowMs, action.share, action.seed);
        break;
      case 'delete':
        deleteRows(source, action.share, action.seed);
        break;
      case 'add-column':
        if (this.#strict || !config.key.startsWith('content')) source.addColumn(ADDED_COLUMN);
        break;
      case 'drop-column':
        source.dropColumn(ADDED_COLUMN.name);
        break;
      case 'retype':
        source.retype('value', 'NUMERIC');
        break;
      case 'rename':
        source.rename('value', RENAMED);
        break;
      case 'recreate':
        this.#recreate(action.rows, action.seed);
        break;
      case 'drop-table':
        source.drop(action.ms, () => this.#recreate(action.rows, action.seed));
        break;
      case 'truncate':
        this.#rows += action.rows;
        source.truncate();
        source.insert(laterRows(config, source, nowMs, action.rows, action.seed), false);
        break;
      case 'expire-results':
        source.expireResults();
        break;
      case 'fault':
        this.#faults.push({ name: action.fault, after: action.after });
        break;
      case 'crash':
        this.#crashes.push({ point: action.point, after: action.after, whole: action.whole, downMs: action.downMs });
        break;
      default:
        if (this.#cluster.disturb(action)) this.#met.others.push(action.kind);
    }
  }

  #recreate(rows: number, seed: number): void {
    const { nowMs } = this.#timeline;
    this.#dirty = true;
    this.#rows += rows;
    this.#source.recreate();
    this.#source.insert(firstRows(this.#schedule.config, nowMs, rows, seed), false);
  }

  /** Faults stop: nothing armed goes off any more, and what is cut or down comes back as it was to. */
  #calm(): void {
    this.#quiet = true;
    this.#dirty = true;
    this.#cluster.calm();
    this.#log('calm');
  }

  #isExact(): boolean {
    if (!this.#dirty) return false;
    this.#dirty = false;
    const { nodes, settled } = this.#harper;
    return settled && nodes.every((node) => !node.member || this.#isDone(node)) && this.#difference() === undefined;
  }

  #isDone(node: HarperNode): boolean {
    return !this.#oracle.isReading(node) && this.#oracle.mayBeExact(node);
  }

  #difference(): string | undefined {
    for (const node of this.#harper.nodes) {
      const difference = node.member ? this.#oracle.difference(node) : undefined;
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
