import {
  type Column,
  formatInstant,
  type Micros,
  micros,
  type OpenWindow,
  type Page,
  parseInstant,
  type Row,
  type Source,
  syncAll,
  type TableDescription,
  type TableSpec,
  TableSyncEngine,
  type Unit,
  type WindowRequest,
} from '@bqsync/core';
import { MemorySource, MemoryTarget } from '@bqsync/core/memory';
import { BqsyncError } from '@bqsync/errors';
import { Random } from '../../../testkit/src/sim/random.ts';
import { serve } from './serve.ts';

const never = new AbortController().signal;
const START_MS = 1_800_000_000_000;
/** How far behind the truth a snapshot may be. */
const STALE_MS = 8000;
const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'STRING', repeated: false, required: true },
  { name: 'ts', type: 'TIMESTAMP', repeated: false, required: false },
];

/** A table to which rows are only added, each with the time of its arrival; snapshots may be seconds old, and what streams in shows late in metadata. */
class GrowingSource implements Source {
  nowMs = START_MS;
  readonly rows: { readonly row: Row; readonly at: Micros }[] = [];
  readonly #random: Random;
  readonly #results = new Map<string, { readonly rows: readonly Row[]; readonly open: OpenWindow }>();
  #token = 1;
  #modifiedAt = this.now();
  #bufferedUntilMs = 0;
  #lastSnapshot = micros(0n);

  constructor(random: Random) {
    this.#random = random;
  }

  now(): Micros {
    return micros(BigInt(Math.round(this.nowMs)) * 1000n);
  }

  insert(isStreamed: boolean): void {
    const at = this.now();
    this.rows.push({ row: { id: `r${String(this.rows.length)}`, ts: formatInstant(at) }, at });
    if (isStreamed) this.#bufferedUntilMs = Math.max(this.#bufferedUntilMs, this.nowMs + this.#random.between(20_000, 90_000));
    else this.#touch();
  }

  /** What was streamed is in the table's storage from some time on, and only then in its metadata. */
  flush(): void {
    if (this.#bufferedUntilMs === 0 || this.nowMs < this.#bufferedUntilMs) return;
    this.#bufferedUntilMs = 0;
    this.#touch();
  }

  #touch(): void {
    this.#token += 1;
    this.#modifiedAt = this.now();
  }

  describe(): Promise<TableDescription> {
    const probe = {
      token: String(this.#token),
      modifiedAt: this.#modifiedAt,
      streaming: this.#bufferedUntilMs > 0,
      rowCount: this.rows.length,
      bytes: this.rows.length,
    };
    const createdAt = micros(BigInt(START_MS) * 1000n);
    return Promise.resolve({
      columns: COLUMNS,
      cursorType: 'TIMESTAMP',
      declaredKey: ['id'],
      prunable: true,
      layout: '',
      createdAt,
      probe,
    });
  }

  outline(): Promise<never> {
    return Promise.reject(new Error('the table is small'));
  }

  open(_table: TableSpec, _description: TableDescription, { windowId, range }: WindowRequest): Promise<OpenWindow> {
    const known = this.#results.get(windowId);
    if (known !== undefined) return Promise.resolve({ ...known.open, resumed: true });
    const lagMs = this.#random.chance(0.4) ? this.#random.between(0, STALE_MS) : 0;
    const wanted = micros(this.now() - BigInt(lagMs) * 1000n);
    const snapshot = wanted > this.#lastSnapshot ? wanted : micros(this.#lastSnapshot + 1n);
    this.#lastSnapshot = snapshot;
    const rows = this.rows
      .filter(
        ({ at }) =>
          at <= snapshot &&
          range.nulls !== 'only' &&
          (range.from === undefined || at >= range.from) &&
          (range.to === undefined || at < range.to),
      )
      .map(({ row }) => row);
    const units: Unit[] = rows.length === 0 ? [] : [{ index: 0, startRow: 0, endRow: rows.length }];
    const open = { windowId, snapshot, totalRows: rows.length, units, bytesScanned: 1, bytesBilled: 1, resumed: false };
    this.#results.set(windowId, { rows, open });
    return Promise.resolve(open);
  }

  async *read(_table: TableSpec, _description: TableDescription, window: OpenWindow, unit: Unit, fromRow: number): AsyncGenerator<Page> {
    const rows = this.#results.get(window.windowId)?.rows.slice(fromRow, unit.endRow) ?? [];
    yield await Promise.resolve({ firstRow: fromRow, rows, rejected: new Map<number, never>(), ordinals: undefined, bytes: rows.length });
  }
}

/** A poll that is left out costs nothing, and must lose nothing: whatever is in the source then is in the target. */
async function skipsNothing(random: Random): Promise<string | undefined> {
  const source = new GrowingSource(random);
  const target = new MemoryTarget();
  const clock = {
    now: () => source.now(),
    monotonic: () => source.nowMs - START_MS,
    random: () => random.next(),
    sleep: () => Promise.resolve(),
  };
  const worker = { workerId: 'w', nodeId: 0, bootId: 'b' };
  let windows = 0;
  const newWindowId = () => `window-${String(windows++)}`;
  const engine = new TableSyncEngine({ table: specOf('t'), source, sink: target, state: target, worker, clock, newWindowId });
  for (let i = 0; i < 80; i++) {
    source.nowMs += random.chance(0.2) ? random.between(1000, 30_000) : random.between(1, 1500);
    source.flush();
    if (random.chance(0.12)) source.insert(random.chance(0.4));
    const { did } = await engine.step(never);
    const missing = did === 'skipped' ? source.rows.length - target.rowsOf('T_t').length : 0;
    if (missing > 0) return `a poll was skipped that would have found ${String(missing)} rows`;
  }
  return undefined;
}

/** Tables share nothing: what fails in one leaves the others alone. */
async function failsAlone(random: Random): Promise<string | undefined> {
  const names = ['a', 'b', 'c', 'd'].slice(0, random.between(2, 4));
  const failing = random.chance(0.7) ? random.pick(names) : undefined;
  const call = random.pick(['describe', 'open', 'read'] as const);
  const source = new MemorySource({
    before: (each, tableId) => {
      if (tableId === failing && each === call) throw new BqsyncError('BQS_SOURCE_DENIED', 'not allowed');
    },
  });
  const target = new MemoryTarget();
  const rows = random.between(1, 20);
  const stamp = formatInstant(parseInstant('2026-01-01') ?? micros(0n));
  for (const name of names) {
    source.create(name, COLUMNS, {});
    source.insert(
      name,
      Array.from({ length: rows }, (_, i) => ({ id: String(i), ts: stamp })),
    );
  }
  const results = await syncAll({ tables: names.map(specOf), source, sink: target, state: target }).catch((error: unknown) =>
    String(error),
  );
  if (typeof results === 'string') return `one table stopped all: ${results}`;
  for (const name of names) {
    const wanted = name === failing ? 'failed' : 'success';
    const { status } = results[name] ?? {};
    if (status !== wanted) return `table ${name} ended with ${String(status)} instead of ${wanted}`;
    if (wanted === 'success' && target.rowsOf(`T_${name}`).length !== rows) return `table ${name} lacks rows`;
  }
  return undefined;
}

function specOf(id: string): TableSpec {
  return {
    id,
    source: { project: 'p', dataset: 'd', table: id },
    cursorColumn: 'ts',
    columns: 'all',
    target: { table: `T_${id}` },
    primaryKey: ['id'],
    duplicates: 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: {
      initialBatchSize: 100,
      catchupBatchSize: 100,
      steadyBatchSize: 100,
      pollIntervalMs: 1000,
      catchupThresholdSeconds: 3600,
      steadyThresholdSeconds: 300,
      latenessSeconds: 3600,
    },
    cost: {},
  };
}

await serve(() => async (seed) => {
  const random = new Random(seed);
  return (await failsAlone(random)) ?? skipsNothing(random);
});
