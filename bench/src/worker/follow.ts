import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@bqsync/bigquery';
import { type Clock, SyncOrchestrator, systemClock, type TableSpec } from '@bqsync/core';
import { adaptersTo, harperTable, workerOf } from './adapters.ts';

const LOOK_MS = 5;

let following: SyncOrchestrator | undefined;
let skippedMs = 0;
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + skippedMs };

/** Begins to sync tables for good; resolves once they have caught up. */
export async function follow(connection: Connection, tables: readonly TableSpec[]): Promise<void> {
  following = new SyncOrchestrator({ tables, ...adaptersTo(connection), worker: workerOf(randomUUID()), clock });
  following.startAll();
  while (following.getStatus().some(({ state }) => state !== 'caught-up')) {
    const failed = following.getStatus().find(({ lastError }) => lastError !== undefined);
    if (failed !== undefined) throw new Error(failed.lastError?.message);
    await sleep(LOOK_MS);
  }
}

/** Processor time of the whole Harper process in the next `ms` milliseconds, of one core. */
export async function processorShare(ms: number): Promise<number> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await sleep(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - startedAt);
}

/** As if that much more time had gone by since anything was written. */
export function skipTime(ms: number): Promise<void> {
  skippedMs += ms;
  return Promise.resolve();
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
