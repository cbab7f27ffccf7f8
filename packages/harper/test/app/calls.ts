import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Batch,
  Checkpoint,
  CommitOutcome,
  Micros,
  PreparedTarget,
  RepairedRange,
  TableDescription,
  TableProgress,
  TableSpec,
  TargetKey,
  UnitProgress,
  WindowIntent,
} from '@bqsync/core';
import {
  countQuarantined,
  countTarget,
  createHarperSink,
  createHarperStateStore,
  findTable,
  type HarperAttribute,
  type HarperRecord,
  harperRuntime,
  type HarperTable,
  readTarget,
  type TargetRow,
} from '../../src/index.ts';
import { guardReads } from '../../src/guard-reads.ts';
import { readerOf, readPage, validationError, watchTables } from '../../src/harper-internals.ts';
import { kitCalls } from './kit.ts';

// Runs inside a Harper worker: what the tests may ask for, by name. Arguments and results travel as structured clones.

const runtime = harperRuntime();
const sink = createHarperSink({ runtime, createWaitMs: 2_000, unsafeCommits: process.env['BQSYNC_UNSAFE_COMMITS'] === '1' });
const damaged: string[] = [];
const state = createHarperStateStore({ runtime, onDamaged: (error) => damaged.push(error.message) });
const never = new AbortController().signal;

export interface CommitOrder extends Omit<Batch, 'record'> {
  /** What the worker prepares first if it has not yet. */
  readonly into: Target;
  readonly progress: TableProgress;
  readonly checkpoint: Checkpoint;
  /** Throw where the progress is asked for: behind the rows, inside the transaction. */
  readonly failInside?: boolean;
  /** Of a shared window: the unit's progress goes in instead of the table's, or the units go. */
  readonly unit?: UnitProgress;
  readonly clearUnits?: number;
}

export interface Target {
  readonly table: TableSpec;
  readonly description: TableDescription;
  readonly key: TargetKey;
}

function tableOf(name: string): HarperTable {
  const [database = 'data', table = ''] = name.includes('.') ? name.split('.') : ['data', name];
  const found = findTable(runtime, database, table);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
}

const prepared = new Set<string>();

function prepare({ table, description, key }: Target): Promise<PreparedTarget> {
  prepared.add(table.id);
  return sink.prepare(table, description, key, never);
}

async function commit({ into, progress, checkpoint, failInside, unit, clearUnits, ...order }: CommitOrder): Promise<CommitOutcome> {
  if (!prepared.has(into.table.id)) await prepare(into);
  return sink.commit(
    {
      ...order,
      record: () => {
        if (failInside === true) throw new Error('thrown inside the transaction');
        return unit === undefined ? { progress, checkpoint, clearUnits } : { unit };
      },
    },
    never,
  );
}

interface SchemaMessages {
  onMessageByType(type: 'schema', listener: (event: { readonly message: { readonly table?: string } }) => void): void;
}

interface ReadTransaction {
  /** Set by lmdb as it frees the transaction. */
  readonly isCommitted?: boolean;
  done(): void;
}

interface ReadStore {
  getRange(options: { snapshot: false }): Iterable<unknown>;
  useReadTransaction(): ReadTransaction;
}

function makeTable(database: string, table: string): Promise<unknown> {
  return runtime.server.operation({ operation: 'create_table', database, table, primary_key: 'id' }, { user: null }, false);
}

let heldTables: readonly string[] = [];

/** Keeps the thread from everything else until the file is there, for at most 20 s. */
function blockUntil(file: string): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 2_000 && !existsSync(file); tries++) Atomics.wait(cell, 0, 0, 10);
}

/** What only the worker `index` does: whether this is it. */
function on(index: number, work: () => void): Promise<boolean> {
  const isIt = runtime.server.workerIndex === index;
  if (isIt) work();
  return Promise.resolve(isIt);
}

interface HistoryTable {
  getHistory(): AsyncIterable<{ readonly localTime: number; readonly version: number }>;
}

/** The window that an order's commits belong to. */
function intentFor({ fence, table }: CommitOrder): WindowIntent {
  return {
    tableId: table.id,
    request: { windowId: fence.windowId, kind: 'backfill', range: { from: null, to: null, nulls: 'include' } },
    generation: 'g',
    schemaHash: 's',
    epoch: 0,
    workerId: fence.workerId,
    bootId: fence.bootId,
    probe: { token: 't', modifiedAt: '2026-01-01T00:00:00.000000Z', streaming: false },
  };
}

export const calls = {
  ...kitCalls,
  watchTables: (worker: number) => on(worker, watchTables),
  /**
   * The worker's turn of the event loop in which it hears of the first table reads a row, makes the file `held` and goes on until the file
   * `made` is there. What the worker knows when Harper has handled the message of the second table is kept for `heldTables`.
   */
  holdAtFirstTable: (worker: number, [first, second]: readonly [string, string], held: string, made: string) =>
    on(worker, () => {
      const { threads } = globalThis as unknown as { threads: SchemaMessages };
      const handle = async (table: string | undefined): Promise<void> => {
        // Harper reads the tables first, some microtasks on.
        for (let n = 0; n < 100; n++) await Promise.resolve();
        if (table === second) heldTables = Object.keys(runtime.databases['data'] ?? {});
        if (table !== first) return;
        // Reading begins the snapshot of the turn.
        (await readerOf(tableOf('SyncTable'), []))('none');
        writeFileSync(held, '');
        blockUntil(made);
      };
      threads.onMessageByType('schema', ({ message }) => void handle(message.table));
    }),
  heldTables: (worker: number, names: readonly string[]) =>
    Promise.resolve(runtime.server.workerIndex === worker ? names.filter((name) => heldTables.includes(name)) : undefined),
  /** Makes a table, and another once the file `held` is there, then the file `made`; false, and nothing done, on another worker. */
  makeTwoTables: async (worker: number, [first, second]: readonly [string, string], held: string, made: string): Promise<boolean> => {
    if (runtime.server.workerIndex !== worker) return false;
    await makeTable('data', first);
    while (!existsSync(held)) await sleep(5);
    await makeTable('data', second);
    writeFileSync(made, '');
    return true;
  },
  /** Which of the tables a worker knows; undefined on another one. */
  knownTables: (worker: number, names: readonly string[]) =>
    Promise.resolve(runtime.server.workerIndex === worker ? names.filter((name) => findTable(runtime, 'data', name)) : undefined),
  makeTable,
  guardReads: () => Promise.resolve(guardReads(runtime.databases)),
  /**
   * Reads two of the rows of a table, makes another table of its database, then reads the others, as Harper's replication reads the audit log.
   * Where the first reads' transaction was freed meanwhile, the others are left: they would end the process.
   */
  makeBesideRead: async (database: string, read: string, made: string): Promise<{ freed: boolean; rows: number | undefined }> => {
    const store = tableOf(`${database}.${read}`).primaryStore as ReadStore;
    const reading = store.getRange({ snapshot: false })[Symbol.iterator]();
    let rows = 0;
    for (const _ of [1, 2]) if (reading.next().done !== true) rows++;
    const transaction = store.useReadTransaction();
    transaction.done();
    await makeTable(database, made);
    if (transaction.isCommitted === true) return { freed: true, rows: undefined };
    while (reading.next().done !== true) rows++;
    return { freed: false, rows };
  },
  worker: () => Promise.resolve(runtime.server.workerIndex),
  loadUnits: (tableId: string, windowId: string, units: number) => state.loadUnits(tableId, windowId, units),
  prepare,
  commit,
  /** Commits one after another until killed; the tests look at what is left. */
  commitForever: async (order: CommitOrder, rowsPerCommit: number): Promise<never> => {
    for (let done = 0; ; done += rowsPerCommit) {
      const rows = Array.from({ length: rowsPerCommit }, (_, index) => {
        const key = `r${String(done + index)}`;
        return { key, cursor: null, row: { ...order.rows[0]?.row, k: key } };
      });
      const window = { ...order.progress.window!, rowsDone: done + rowsPerCommit };
      await commit({ ...order, rows, sequence: (done / rowsPerCommit) * 500, progress: { ...order.progress, window } });
    }
  },
  /** Fills a target by commits of `perCommit` rows, the last of which holds what is left, as the engine does; `node`: whose state records. */
  load: async (node: string, into: Target, order: CommitOrder, rows: number, perCommit: number): Promise<void> => {
    const own = createHarperSink({ runtime, node, unsafeCommits: process.env['BQSYNC_UNSAFE_COMMITS'] === '1' });
    await own.prepare(into.table, into.description, into.key, never);
    await createHarperStateStore({ runtime, node }).saveIntent(intentFor(order));
    let sequence = 0;
    for (let done = 0; done < rows; done += perCommit) {
      const keys = Array.from({ length: Math.min(perCommit, rows - done) }, (_, index) => `r${String(done + index)}`);
      const window = { ...order.progress.window!, rowsDone: done + keys.length };
      const outcome = await own.commit(
        {
          ...order,
          sequence,
          rows: keys.map((key) => ({ key, cursor: null, row: { ...order.rows[0]?.row, k: key } })),
          record: () => ({ progress: { ...order.progress, window }, checkpoint: order.checkpoint }),
        },
        never,
      );
      sequence += outcome.versions ?? 1;
      await sleep(1);
    }
  },
  /** Sizes of the transactions of a database as its log has them, by what a replica takes for one: neighbours of one version. */
  transactionSizes: async (database: string): Promise<Record<number, number>> => {
    const entries: { readonly localTime: number; readonly version: number }[] = [];
    for (const table of Object.values(runtime.databases[database] ?? {})) {
      for await (const entry of (table as unknown as HistoryTable).getHistory()) entries.push(entry);
    }
    entries.sort((a, b) => a.localTime - b.localTime);
    const sizes: Record<number, number> = {};
    let size = 0;
    for (const [index, { version }] of entries.entries()) {
      size += 1;
      if (entries[index + 1]?.version === version) continue;
      sizes[size] = (sizes[size] ?? 0) + 1;
      size = 0;
    }
    return sizes;
  },
  finishRepair: (table: TableSpec, repaired: readonly RepairedRange[], maxDeletes: number | undefined) =>
    sink.finishRepair!(table, repaired, maxDeletes, never),
  deleteStale: (table: TableSpec, before: Micros, batchSize: number) => sink.deleteStale(table, before, batchSize, never),
  saveIntent: (intent: WindowIntent) => state.saveIntent(intent),
  loadIntent: (tableId: string) => state.loadIntent(tableId),
  loadProgress: (tableId: string) => state.loadProgress(tableId),
  damaged: () => Promise.resolve(damaged),
  rows: async (table: string): Promise<TargetRow[]> => {
    const rows: TargetRow[] = [];
    for await (const row of readTarget(tableOf(table))) rows.push(row);
    return rows;
  },
  count: (table: string) => countTarget(tableOf(table)),
  countQuarantined: (tableId: string) => countQuarantined(runtime, tableId),
  entry: async (table: string, id: string) => {
    const entry = (await readerOf(tableOf(table), [id]))(id);
    return entry && { version: entry.version, record: entry.record && { ...entry.record } };
  },
  /** As `readerOf` reads where the store cannot be read directly. */
  entryByGet: async (table: string, id: string) => {
    const found = tableOf(table);
    const documented = { get: (key: string, context: object) => found.get(key, context) } as HarperTable;
    return (await readerOf(documented, [id]))(id);
  },
  page: (table: string, after: string | undefined, limit: number) => {
    const { rows, last } = readPage(tableOf(table), after, limit);
    return Promise.resolve({ keys: rows.map(({ key }) => key), last });
  },
  validation: (table: string, record: HarperRecord) => Promise.resolve(validationError(tableOf(table), record)),
  /** A write by other code. */
  put: async (table: string, record: HarperRecord, timestamp?: number) => {
    await runtime.transaction(timestamp === undefined ? {} : { timestamp }, (transaction) => tableOf(table).put(record, transaction));
  },
  remove: async (table: string, id: string) => {
    await runtime.transaction({}, (transaction) => tableOf(table).delete(id, transaction));
  },
  attributes: (table: string) =>
    Promise.resolve(
      tableOf(table).attributes.map(({ name, type, indexed }: HarperAttribute) => ({ name, type, indexed: Boolean(indexed) })),
    ),
  primaryKey: (table: string) => Promise.resolve(tableOf(table).primaryKey),
} satisfies Record<string, (...args: never[]) => Promise<unknown>>;

export type Calls = typeof calls;
