import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@bqsync/bigquery';
import { SyncOrchestrator, type TableSpec } from '@bqsync/core';
import { adaptersTo, harperTable, workerOf } from './adapters.ts';

const LOOK_MS = 5;

let following: SyncOrchestrator | undefined;

/** Begins to sync a table for good; resolves once it has caught up. */
export async function follow(connection: Connection, table: TableSpec): Promise<void> {
  following = new SyncOrchestrator({ tables: [table], ...adaptersTo(connection), worker: workerOf(randomUUID()) });
  following.startAll();
  while (following.getStatus()[0]?.state !== 'caught-up') {
    const error = following.getStatus()[0]?.lastError;
    if (error !== undefined) throw new Error(error.message);
    await sleep(LOOK_MS);
  }
}

export async function stopFollowing(): Promise<void> {
  await following?.stopAll();
  following = undefined;
}

/** Resolves to the wall clock's milliseconds at which a read in this worker finds the row. */
export async function whenReadable(table: string, key: string): Promise<number> {
  const target = harperTable(table);
  // A context of its own each time: within that of a request all reads see one moment.
  while (!(await target.get(key, {}))) await sleep(LOOK_MS);
  return Date.now();
}
