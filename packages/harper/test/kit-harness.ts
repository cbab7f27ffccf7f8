import { isDeepStrictEqual } from 'node:util';
import {
  type Batch,
  type Checkpoint,
  type CommitOutcome,
  type CommitRecords,
  formatInstant,
  type Row,
  type Sink,
  type StateStore,
} from '@bqsync/core';
import { BqsyncError, type ErrorCode } from '@bqsync/errors';
import type { NodesHarness, TargetHarness } from '@bqsync/testkit';
import type { HarperApp } from './harper-app.ts';

/** A Harper process as the contract kits want it; `node`: whose records, where nodes have their own. A restart of it is a kill -9. */
export function harperHarness(app: HarperApp, node?: string): TargetHarness {
  const call: HarperApp['call'] = (name, ...args) => app.call(name, ...args).catch(rethrow);
  const sink: Sink = {
    prepare: (table, description, key) => call('kitPrepare', node, table, description, key),
    commit: (batch) => commit(call, node, batch),
    deleteStale: (table, before, batchSize) => call('kitDeleteStale', node, table, before, batchSize),
    finishRepair: (table, repaired, maxDeletes) => call('kitFinishRepair', node, table, repaired, maxDeletes),
  };
  const state: StateStore = {
    loadProgress: (tableId) => call('kitLoadProgress', node, tableId),
    loadUnits: (tableId, windowId, units) => call('kitLoadUnits', node, tableId, windowId, units),
    loadIntent: (tableId) => call('kitLoadIntent', node, tableId),
    saveIntent: (intent) => call('kitSaveIntent', node, intent),
    ...(node === undefined
      ? {}
      : {
          loadElsewhere: (tableId) => call('kitLoadElsewhere', node, tableId),
          arrivals: async (tableId, nodes) => (await call('kitArrivals', node, tableId, nodes)) ?? '',
        }),
  };
  const recordsOf = async (table: string, tableId: string) =>
    (await call('rows', table)).map(({ row }) => row).filter((row) => row.tableId === tableId);
  return {
    sink,
    state,
    rowsOf: async (table) => new Map((await call('rows', table.target.table)).map(({ key, row }) => [key, row as Row])),
    quarantineOf: async (table) =>
      (await recordsOf('SyncAudit', table.id)).map(({ key, reason }) => ({
        key: (key ?? undefined) as string | undefined,
        reason: String(reason).slice(0, String(reason).indexOf(':')),
      })),
    checkpointsOf: async (table) => (await recordsOf('SyncCheckpoint', table.id)) as unknown as Checkpoint[],
    restart: async () => {
      await app.harper.kill();
      await app.harper.restart();
      return harperHarness(app, node);
    },
    failNextCommit: () => call('kitFailNext'),
    damageProgress: async (tableId) => {
      const id = node === undefined ? tableId : `${tableId}@${node}`;
      const stored = (await call('entry', 'SyncTable', id))?.record;
      await call('put', 'SyncTable', { ...stored, id, counters: { inserted: -1 } });
    },
  };
}

/** A node of several whose replicas are one: all that a peer writes is there at once. */
export function harperNodesHarness(app: HarperApp, node: string): NodesHarness {
  const harness = harperHarness(app, node);
  return {
    ...harness,
    node,
    peer: (name) => harperNodesHarness(app, name),
    arrive: async (table, snapshot, row) => {
      const version = await app.call('kitVersion', snapshot);
      await app.call('put', table.target.table, { ...row, _syncedAt: formatInstant(snapshot) }, version);
    },
    restart: async () => {
      await harness.restart();
      return harperNodesHarness(app, node);
    },
  };
}

/** `record` cannot travel: what it is asked for is found out by a commit that ends there. */
async function commit(call: HarperApp['call'], node: string | undefined, batch: Batch): Promise<CommitOutcome> {
  const sent = { ...batch, record: undefined };
  const decided = await call('kitDecide', node, sent);
  let records: CommitRecords | string;
  let failure: unknown;
  try {
    records = batch.record(decided);
  } catch (error) {
    failure = error;
    records = String(error);
  }
  const outcome = await call('kitCommit', node, sent, records);
  if (failure !== undefined) throw new Error('a commit without records was stored');
  if (!isDeepStrictEqual(outcome, decided)) throw new Error('a commit decided otherwise the second time');
  return outcome;
}

/** Errors lose their class on the way. */
function rethrow(error: unknown): never {
  const { code, message, hint, retryable } = error as Error & { code?: ErrorCode; hint?: string; retryable?: boolean };
  if (code?.startsWith('BQS_') !== true) throw error;
  throw new BqsyncError(code, message, { hint, retryable });
}
