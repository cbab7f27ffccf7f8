import type { CursorRange, Sink, TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { commitBatch } from './commit-batch.ts';
import { deleteStale } from './delete-stale.ts';
import { finishRepair } from './finish-repair.ts';
import { Lanes } from './event-loop.ts';
import { DEFAULT_DATABASE, findTable, type HarperRuntime, type HarperTable } from './harper-runtime.ts';
import { throwIfAborted } from './map-error.ts';
import { Target } from './prepared-target.ts';
import { stateTable } from './state-tables.ts';
import { addMissingAttributes, createTarget, missingTarget, refuseStateTable, targetAttributes, targetName } from './target-table.ts';
import { Committer, EXCLUSIVE_WRITES } from './writes.ts';

const CREATE_WAIT_MS = 5_000;
const WHOLE_TABLE: CursorRange = { from: undefined, to: undefined, nulls: 'include' };

export interface HarperSinkOptions {
  readonly runtime: HarperRuntime;
  /** Where the state tables are; `data` by default. */
  readonly stateDatabase?: string | undefined;
  /** This node's durable name, where several nodes share the target: its state records bear it. The same as the state store's. */
  readonly node?: string | undefined;
  /** How long to wait for a target that was made, by whichever thread, to show on this one; 5,000 ms by default. */
  readonly createWaitMs?: number | undefined;
  /**
   * Commits small batches as one transaction, which Harper 4.7.29 drops on replicas now and then. For tests that show it: never set it where data counts.
   */
  readonly unsafeCommits?: boolean | undefined;
}

/**
 * Harper tables as a sink, inside a Harper worker. One thread at a time may run a table: commits of one target through one sink go one after
 * another, in the order they are asked for.
 *
 * `prepare` comes first, once per process and table and again when the columns change. It throws `BQS_TARGET_MISSING`,
 * `BQS_TARGET_INCOMPATIBLE` or `BQS_TARGET_UNAVAILABLE` (the target could not be made). `commit` stores rows and quarantine first and progress last, and
 * throws `BQS_FENCED`, `BQS_TARGET_COMMIT_FAILED` (no state record was stored; the same call may be made again) or `BQS_ABORTED`; its `record` is called
 * again if rows that the target refused are taken out. 100 writes or more of one database are one transaction; fewer are one transaction each, because a
 * replica may lose a smaller one of several records. So rows may be ahead of progress after a crash, never behind.
 *
 * @example
 * const sink = createHarperSink({ runtime: harperRuntime() });
 * const { created, notices } = await sink.prepare(table, description, key, signal);
 */
export function createHarperSink(options: HarperSinkOptions): Sink {
  const { runtime } = options;
  const stateDatabase = options.stateDatabase ?? DEFAULT_DATABASE;
  const waitMs = options.createWaitMs ?? CREATE_WAIT_MS;
  const committer = new Committer(runtime, options.unsafeCommits === true ? 0 : EXCLUSIVE_WRITES);
  const targets = new Map<string, Target>();
  const lanes = new Lanes();

  function prepared(table: TableSpec): Target {
    const target = targets.get(table.id);
    if (target === undefined) throw new BqsyncError('BQS_INTERNAL', `table "${table.id}" is written to before it is prepared`);
    return target;
  }
  const laneOf = (table: TableSpec): string => JSON.stringify(targetName(table));

  return {
    prepare: async (table, description, key, signal) => {
      throwIfAborted(signal);
      refuseStateTable(table);
      for (const role of ['progress', 'window', 'checkpoint', 'audit'] as const) stateTable(runtime, stateDatabase, role);
      const { database, table: name } = targetName(table);
      const attributes = targetAttributes(description.columns, table.cursorColumn, key);
      let created = false;
      if (findTable(runtime, database, name) === undefined) {
        if (!table.createTarget) throw missingTarget(table, attributes);
        created = await createTarget(runtime, table, attributes, waitMs, signal);
      }
      const target = new Target(runtime, table, description.columns, key);
      const harperTable = target.table();
      const notices: string[] = [...target.plan(harperTable).notices];
      const added = table.createTarget ? await addMissingAttributes(runtime, harperTable, table, attributes, signal) : [];
      if (added.length > 0 && !created)
        notices.push(`Target "${database}.${name}" was given declarations or an index for: ${added.join(', ')}.`);
      notices.push(...tableNotices(harperTable, stateDatabase));
      targets.set(table.id, target);
      return { created, notices };
    },
    commit: async (batch, signal) => {
      const target = prepared(batch.table);
      return lanes.run(laneOf(batch.table), () =>
        commitBatch(runtime, { stateDatabase, node: options.node, committer }, target, batch, signal),
      );
    },
    deleteStale: async (table, before, batchSize, signal) => {
      const target = prepared(table);
      const inLane = (task: () => Promise<number>): Promise<number> => lanes.run(laneOf(table), task);
      const deleted = await deleteStale(committer, target, before, batchSize, inLane, signal);
      // Every row was read again since: one that was not rejected again is no longer in quarantine.
      const repaired = [{ range: WHOLE_TABLE, snapshot: before }];
      await inLane(
        async () => (await finishRepair({ runtime, committer, stateDatabase, target, repaired, maxDeletes: undefined, signal })).resolved,
      );
      return deleted;
    },
    finishRepair: async (table, repaired, maxDeletes, signal) => {
      const target = prepared(table);
      return lanes.run(laneOf(table), () => finishRepair({ runtime, committer, stateDatabase, target, repaired, maxDeletes, signal }));
    },
  };
}

function tableNotices(table: HarperTable, stateDatabase: string): string[] {
  const name = `Target "${table.databaseName}.${table.tableName}"`;
  const notices: string[] = [];
  if ((table.expirationMS ?? 0) > 0) notices.push(`${name} has an expiration: Harper removes rows that BigQuery still has.`);
  if (table.audit === false) notices.push(`${name} has no audit log: Harper does not replicate it to other nodes.`);
  if (table.databaseName !== stateDatabase) {
    notices.push(`${name} is in another database than the state tables ("${stateDatabase}"): rows are committed before their progress.`);
  }
  return notices;
}
