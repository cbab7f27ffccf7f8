import type {
  Batch,
  CommitOutcome,
  CommitRecords,
  Micros,
  RepairedRange,
  TableDescription,
  TableSpec,
  TargetKey,
  WindowIntent,
} from '@bqsync/core';
import { createHarperSink, createHarperStateStore, findTable, harperRuntime } from '../../src/index.ts';
import { versionOf } from '../../src/version.ts';

// What the contract kits ask of a worker. `node`: whose records, where nodes have their own.

export type SentBatch = Omit<Batch, 'record'>;

const runtime = harperRuntime();
const never = new AbortController().signal;

let failing = false;
/** Fails where a progress is put: behind everything else that a commit writes, so that what can be stored by then is. */
const progressTable = findTable(runtime, 'data', 'SyncTable');
if (progressTable === undefined) throw new Error('the state tables are not loaded');
const put = progressTable.put.bind(progressTable);
progressTable.put = (record, context) => {
  if (!failing) return put(record, context);
  failing = false;
  throw new Error('the disk is full');
};

type Node = string | undefined;
const sinks = new Map<Node, ReturnType<typeof createHarperSink>>();
const stores = new Map<Node, ReturnType<typeof createHarperStateStore>>();

function sinkOf(node: Node) {
  const sink = sinks.get(node) ?? createHarperSink({ runtime, node, createWaitMs: 2_000 });
  sinks.set(node, sink);
  return sink;
}

function storeOf(node: Node) {
  const store = stores.get(node) ?? createHarperStateStore({ runtime, node, onDamaged: () => undefined });
  stores.set(node, store);
  return store;
}

class Known extends Error {}

export const kitCalls = {
  kitPrepare: (node: Node, table: TableSpec, description: TableDescription, key: TargetKey) =>
    sinkOf(node).prepare(table, description, key, never),
  /** What a commit would decide: it ends where its records are asked for. */
  kitDecide: async (node: Node, batch: SentBatch): Promise<CommitOutcome> => {
    let outcome: CommitOutcome | undefined;
    const record = (decided: CommitOutcome): never => {
      outcome = decided;
      throw new Known();
    };
    try {
      await sinkOf(node).commit({ ...batch, record }, never);
    } catch (error) {
      if (outcome === undefined) throw error;
    }
    if (outcome === undefined) throw new Error('a commit asked for no records');
    return outcome;
  },
  kitCommit: (node: Node, batch: SentBatch, records: CommitRecords | string): Promise<CommitOutcome> => {
    const record = (): CommitRecords => {
      if (typeof records === 'string') throw new Error(records);
      return records;
    };
    return sinkOf(node).commit({ ...batch, record }, never);
  },
  kitDeleteStale: (node: Node, table: TableSpec, before: Micros, batchSize: number) =>
    sinkOf(node).deleteStale(table, before, batchSize, never),
  kitFinishRepair: (node: Node, table: TableSpec, repaired: readonly RepairedRange[], maxDeletes: number | undefined) =>
    sinkOf(node).finishRepair!(table, repaired, maxDeletes, never),
  kitLoadProgress: (node: Node, tableId: string) => storeOf(node).loadProgress(tableId),
  kitLoadElsewhere: async (node: Node, tableId: string) => (await storeOf(node).loadElsewhere?.(tableId)) ?? new Map(),
  kitArrivals: (node: Node, tableId: string, nodes: readonly string[]) =>
    storeOf(node).arrivals?.(tableId, nodes) ?? Promise.resolve(undefined),
  kitLoadUnits: (node: Node, tableId: string, windowId: string, units: number) => storeOf(node).loadUnits(tableId, windowId, units),
  kitLoadIntent: (node: Node, tableId: string) => storeOf(node).loadIntent(tableId),
  kitSaveIntent: (node: Node, intent: WindowIntent) => storeOf(node).saveIntent(intent),
  kitFailNext: () => Promise.resolve(void (failing = true)),
  /** The version of the first commit at a snapshot. */
  kitVersion: (snapshot: Micros) => Promise.resolve(versionOf(snapshot, 0)),
};
