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
import { readerOf, readPage, validationError } from '../../src/harper-internals.ts';
import { kitCalls } from './kit.ts';

// Runs inside a Harper worker: what the tests may ask for, by name. Arguments and results travel as structured clones.

const runtime = harperRuntime();
const sink = createHarperSink({ runtime, createWaitMs: 2_000 });
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

export const calls = {
  ...kitCalls,
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
      await commit({ ...order, rows, sequence: done / rowsPerCommit, progress: { ...order.progress, window } });
    }
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
