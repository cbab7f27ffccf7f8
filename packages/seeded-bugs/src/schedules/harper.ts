import {
  type Clock,
  type Column,
  compileCanonical,
  formatInstant,
  micros,
  type Row,
  type Sink,
  type StateStore,
  type TableProgress,
  type TableSpec,
  TableSyncEngine,
  type Worker,
} from '@bqsync/core';
import { MemorySource } from '@bqsync/core/memory';
import { createHarperSink, createHarperStateStore, type HarperRecord, quarantineId, STATE_TABLES } from '@bqsync/harper';
import { isDeepStrictEqual } from 'node:util';
import { EXCLUSIVE_WRITES } from '../../../harper/src/writes.ts';
import { ModelRuntime, type Transaction } from './model-runtime.ts';
import { Random } from '../../../testkit/src/sim/random.ts';
import { serve } from './serve.ts';

const TARGET = 'Ships';
const START_MS = 1_800_000_000_000;
const REFUSED = 'refused';
const never = new AbortController().signal;

const column = (name: string, type: Column['type'], repeated = false): Column => ({ name, type, repeated, required: false });
const COLUMNS = [
  column('id', 'STRING'),
  column('ts', 'TIMESTAMP'),
  column('value', 'INT64'),
  column('raw', 'BYTES'),
  column('tags', 'STRING', true),
];
const ATTRIBUTES = [
  { name: 'id', type: 'ID', isPrimaryKey: true },
  { name: 'ts', type: 'String', indexed: true },
  { name: 'value', type: 'Int' },
  { name: '_syncedAt', type: 'String' },
];
const contentOf = compileCanonical(COLUMNS);

const TABLE: TableSpec = {
  id: 'ships',
  source: { project: 'p', dataset: 'd', table: 'ships' },
  cursorColumn: 'ts',
  columns: 'all',
  target: { table: TARGET },
  primaryKey: ['id'],
  duplicates: 'collapse',
  createTarget: true,
  mode: 'timestamp',
  sync: {
    initialBatchSize: 9,
    catchupBatchSize: 7,
    steadyBatchSize: 5,
    pollIntervalMs: 1000,
    catchupThresholdSeconds: 3600,
    steadyThresholdSeconds: 300,
    latenessSeconds: 3600,
  },
  cost: {},
};

interface Thread {
  readonly worker: Worker;
  readonly engine: TableSyncEngine;
}

/** The real engine and the real adapter over models of Harper's replicas: threads that die, are doubled or fail, and clocks that step. */
class HarperSchedule {
  readonly #random: Random;
  readonly #source: MemorySource;
  readonly #nodes: { readonly name: string; readonly runtime: ModelRuntime; readonly state: StateStore; threads: Thread[] }[] = [];
  /** What each replica was sent and has not got yet. */
  readonly #underway: { readonly to: ModelRuntime; readonly transaction: Transaction }[] = [];
  /** Of each replica and key, the newest snapshot that reached it. */
  readonly #newest = new Map<ModelRuntime, Map<string, string>>();
  #violation: string | undefined;
  #nowMs = START_MS;
  #wallOffsetMs = 0;
  #boots = 0;
  #calm = false;

  constructor(seed: number) {
    this.#random = new Random(seed);
    let ticks = 0n;
    this.#source = new MemorySource({
      now: () => micros(BigInt(Math.round(this.#nowMs)) * 1000n + ticks++),
      pageRows: this.#random.between(3, 14),
    });
    Date.now = () => Math.round(this.#nowMs + this.#wallOffsetMs);
    const names = this.#random.chance(0.4) ? ['a', 'b'] : ['a'];
    for (const name of names) {
      const runtime = new ModelRuntime(TARGET, ATTRIBUTES, (record) => Array.isArray(record['tags']) && record['tags'].includes(REFUSED));
      this.#newest.set(runtime, new Map());
      runtime.at = () => {
        if (!this.#calm && this.#random.chance(0.02)) throw new Error('the thread died');
      };
      runtime.onStored = (transaction) => {
        this.#stored(runtime, transaction);
        const { length } = transaction.writes;
        if (length > 1 && length < EXCLUSIVE_WRITES) this.#violate(`a transaction of ${String(length)} writes, which a replica may drop`);
        for (const other of this.#nodes) if (other.runtime !== runtime) this.#underway.push({ to: other.runtime, transaction });
      };
      const state = createHarperStateStore({ runtime, node: name, onDamaged: () => undefined });
      this.#nodes.push({ name, runtime, state, threads: [] });
    }
  }

  async run(): Promise<string | undefined> {
    this.#source.create('ships', COLUMNS, {});
    this.#insert(this.#random.between(5, 40), true);
    for (const node of this.#nodes) node.threads = [this.#thread(node.name), this.#thread(node.name)];
    for (let i = this.#random.between(15, 60); i > 0 && this.#violation === undefined; i--) await this.#happen();
    if (this.#violation !== undefined) return this.#violation;
    return this.#nodes.length === 1 ? this.#settle() : undefined;
  }

  async #happen(): Promise<void> {
    const random = this.#random;
    this.#nowMs += random.between(1, 2000);
    const node = random.pick(this.#nodes);
    const dice = random.next();
    if (dice < 0.08) this.#insert(random.between(1, 12), false);
    else if (dice < 0.14) this.#change();
    else if (dice < 0.16) this.#recreate();
    else if (dice < 0.19) this.#wallOffsetMs += random.between(-300_000, 300_000);
    else if (dice < 0.22) node.threads = [this.#thread(node.name), random.pick(node.threads)];
    else if (dice < 0.25 && this.#nodes.length === 1) this.#edit(node.runtime);
    else if (dice < 0.27) await this.#damage(node.runtime, node.state);
    else if (dice < 0.4) this.#deliver();
    else await this.#step(random.chance(0.85) ? node.threads[0] : node.threads[1]);
  }

  async #step(thread: Thread | undefined): Promise<void> {
    // What fails is tried again.
    await thread?.engine.step(never).catch(() => undefined);
  }

  /** Faults stop: what is in the source must be in the target, as it is there. */
  async #settle(): Promise<string | undefined> {
    this.#calm = true;
    const [node] = this.#nodes;
    if (node === undefined) return undefined;
    const { engine } = this.#thread(node.name);
    let failure: string | undefined;
    for (let tries = 0; tries < 5; tries++) {
      failure = undefined;
      try {
        await engine.runUntilCaughtUp();
        break;
      } catch (error) {
        failure = String(error);
      }
    }
    if (failure !== undefined) return `the table cannot catch up: ${failure}`;
    const stored = await node.state.loadProgress(TABLE.id);
    if (stored === undefined || stored.window !== null) return 'the progress is not that of a table that has caught up';
    return this.#violation ?? this.#difference(node.runtime);
  }

  #difference(runtime: ModelRuntime): string | undefined {
    const expected = new Map<string, { readonly row: Row; readonly content: string }>();
    const target = runtime.tables.get(TARGET)?.entries ?? new Map<string, never>();
    const audit = runtime.tables.get(STATE_TABLES.audit)?.entries ?? new Map<string, never>();
    for (const row of this.#source.tables.get('ships')?.rows ?? []) {
      const key = row['id'] as string;
      const content = contentOf(row);
      const other = expected.get(key);
      const [mine, theirs] = [row['ts'] ?? '', other?.row['ts'] ?? ''];
      if (other === undefined || mine > theirs || (mine === theirs && content > other.content)) expected.set(key, { row, content });
    }
    for (const [key, { row }] of expected) {
      const held = target.get(key)?.value;
      if (isPoison(row)) {
        const id = quarantineId(TABLE.id, { key, reason: '', message: '', sample: '' });
        if (!audit.has(id)) return `row ${key} is neither stored nor in quarantine`;
        continue;
      }
      if (held === undefined || held === null) return `row ${key} is missing`;
      const told = tell(held);
      if (told !== tell(row)) return `row ${key} is ${told} instead of ${tell(row)}`;
    }
    for (const [key, { value }] of target) if (value !== null && !expected.has(key)) return `row ${key} is not in the source`;
    return undefined;
  }

  #thread(name: string): Thread {
    const node = this.#nodes.find((each) => each.name === name);
    if (node === undefined) throw new RangeError(name);
    this.#boots += 1;
    const worker = { workerId: `${name}-0`, nodeId: name === 'a' ? 1 : 2, bootId: `boot-${String(this.#boots)}` };
    const inner = createHarperSink({ runtime: node.runtime, node: name });
    const sink: Sink = {
      prepare: (...args) => inner.prepare(...args),
      deleteStale: (...args) => inner.deleteStale(...args),
      commit: async (batch, signal) => {
        const before = await node.state.loadProgress(TABLE.id);
        let told: TableProgress | undefined;
        const record: typeof batch.record = (outcome) => {
          const records = batch.record(outcome);
          told = records.progress;
          return records;
        };
        const outcome = await inner.commit({ ...batch, record }, signal);
        await this.#checkCommit(node.state, batch.fence, before, told);
        const { inserted, updated, unchanged, superseded, contested, rejected } = outcome;
        const given = inserted + updated + unchanged + superseded + contested + rejected.length;
        if (given !== batch.rows.length + batch.rejected.length) this.#violate(`a commit accounts for ${String(given)} rows`);
        return outcome;
      },
    };
    let windows = 0;
    const engine = new TableSyncEngine({
      table: TABLE,
      source: this.#source,
      sink,
      state: node.state,
      worker,
      clock: this.#clock,
      thorough: true,
      newWindowId: () => `${worker.bootId}-${String(windows++)}`,
    });
    return { worker, engine };
  }

  /** A commit that went through was that of the window and boot that are stored, and its progress is there as it was told. */
  async #checkCommit(
    state: StateStore,
    fence: { readonly windowId: string; readonly bootId: string; readonly touched?: string | null | undefined },
    before: TableProgress | undefined,
    told: TableProgress | undefined,
  ): Promise<void> {
    const intent = await state.loadIntent(TABLE.id);
    if (intent?.bootId !== fence.bootId || intent.request.windowId !== fence.windowId)
      this.#violate('a commit of a thread went through that another had taken over from');
    const touched = before?.touched ?? null;
    if (fence.touched !== undefined && touched !== null && touched !== fence.touched)
      this.#violate('a commit went through that was planned from another progress');
    const stored = await state.loadProgress(TABLE.id);
    if (told !== undefined && !isDeepStrictEqual(stored, told)) this.#violate('the progress of a commit is not what is stored');
  }

  /** The newest snapshot of a row wins on every replica, in whatever order transactions arrive. */
  #stored(runtime: ModelRuntime, { writes }: Transaction): void {
    const newest = this.#newest.get(runtime);
    for (const { table, id, value } of writes) {
      if (table !== TARGET || newest === undefined) continue;
      if (value === null) {
        newest.delete(id);
        continue;
      }
      const syncedAt = String(value['_syncedAt']);
      if (syncedAt > (newest.get(id) ?? '')) newest.set(id, syncedAt);
      const held = runtime.tables.get(TARGET)?.entries.get(id)?.value;
      if (held !== undefined && held !== null && String(held['_syncedAt']) < (newest.get(id) ?? ''))
        this.#violate(`row ${id} of an older snapshot stands over one of a newer`);
    }
  }

  #deliver(): void {
    const at = this.#random.between(0, 3);
    for (let i = 0; i < at; i++) {
      const next = this.#underway.shift();
      if (next === undefined) return;
      next.to.apply(next.transaction);
      this.#stored(next.to, next.transaction);
    }
  }

  #violate(text: string): void {
    this.#violation ??= text;
  }

  #insert(count: number, isFirst: boolean): void {
    const rows = Array.from({ length: count }, () => this.#row(isFirst));
    this.#source.insert('ships', rows);
  }

  /** Rows without a cursor are read by the first windows only. */
  #row(isFirst: boolean): Row {
    const random = this.#random;
    const dice = isFirst ? random.next() : 0.1 + 0.9 * random.next();
    const tags = Array.from({ length: random.between(0, 3) }, () => random.pick(['x', 'y', 'z']));
    return {
      id: `k${String(random.between(0, 30))}`,
      ts: dice < 0.08 ? null : formatInstant(micros(BigInt(START_MS - random.between(0, 3) * 500) * 1000n + BigInt(random.between(0, 3)))),
      value: dice > 0.97 ? 3_000_000_000 : random.between(0, 3),
      raw: Buffer.from([random.between(0, 2)]),
      tags: dice > 0.94 && dice < 0.97 ? [REFUSED] : tags,
    };
  }

  /** A row says something else, with its cursor as it was. */
  #change(): void {
    const table = this.#source.tables.get('ships');
    if (table === undefined || table.rows.length === 0) return;
    const at = this.#random.between(0, table.rows.length - 1);
    const row = table.rows[at];
    if (row === undefined || row['ts'] === null) return;
    const { raw, tags } = this.#row(false);
    table.rows[at] = this.#random.chance(0.5) ? { ...row, raw: raw ?? null } : { ...row, tags: tags ?? [] };
    this.#source.retain('ships', () => true);
  }

  #recreate(): void {
    this.#source.create('ships', COLUMNS, {});
    this.#insert(this.#random.between(0, 15), true);
  }

  /** Other code writes a row at a time of its own. */
  #edit(runtime: ModelRuntime): void {
    const id = `k${String(this.#random.between(0, 30))}`;
    const value = runtime.tables.get(TARGET)?.entries.get(id)?.value;
    if (value === undefined || value === null || value['ts'] === null) return;
    const timestamp = this.#nowMs + this.#random.between(0, 600_000);
    runtime.apply({
      timestamp,
      writes: [{ table: TARGET, id, value: this.#random.chance(0.5) ? { ...value, tags: ['edited'] } : { ...value, more: 1 } }],
    });
  }

  /** A damaged record must count as none. */
  async #damage(runtime: ModelRuntime, state: StateStore): Promise<void> {
    const table = runtime.tables.get(STATE_TABLES.progress);
    const [id] = [...(table?.entries.keys() ?? [])];
    const entry = id === undefined ? undefined : table?.entries.get(id);
    const window = entry?.value?.['window'] as HarperRecord | null | undefined;
    if (id === undefined || entry === undefined || !window) return;
    table?.entries.set(id, { version: entry.version, value: { ...entry.value, window: { ...window, rowsDone: 2.5 } } });
    if (this.#nodes.length === 1 && (await state.loadProgress(TABLE.id)) !== undefined) this.#violate('a damaged progress counts');
  }

  readonly #clock: Clock = {
    now: () => micros(BigInt(Math.round(this.#nowMs + this.#wallOffsetMs)) * 1000n),
    monotonic: () => this.#nowMs - START_MS,
    random: () => this.#random.next(),
    sleep: (ms) => {
      this.#nowMs += ms;
      return Promise.resolve();
    },
  };
}

/** What the target cannot hold: an integer beyond its `Int`, and what its schema refuses. */
function isPoison(row: Row): boolean {
  return row['value'] === 3_000_000_000 || (Array.isArray(row['tags']) && row['tags'].includes(REFUSED));
}

function tell(record: Row | HarperRecord): string {
  const { id, ts, value, raw, tags, _syncedAt, ...more } = record as Record<string, unknown>;
  return JSON.stringify([id, ts, value, raw instanceof Uint8Array ? Buffer.from(raw).toString('hex') : raw, tags, more]);
}

await serve(() => (seed) => new HarperSchedule(seed).run());
