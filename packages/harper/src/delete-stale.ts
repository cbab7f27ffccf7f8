import { formatInstant, type Micros } from '@bqsync/core';
import { yieldToEventLoop } from './event-loop.ts';
import { readerOf, readPage } from './harper-internals.ts';
import type { HarperRuntime, HarperTable } from './harper-runtime.ts';
import { commitError, throwIfAborted } from './map-error.ts';
import type { Target } from './prepared-target.ts';
import { SYNCED_AT } from './row-plan.ts';
import { versionAbove, versionOf } from './version.ts';

/** Rows looked at between two turns of the event loop. */
const SCANNED_AT_ONCE = 500;

/** Deletes rows of an older snapshot than `before`, in key order, holding one page of keys at a time. Rows that bqsync never wrote stay. */
export async function deleteStale(
  runtime: HarperRuntime,
  target: Target,
  before: Micros,
  batchSize: number,
  inLane: (task: () => Promise<number>) => Promise<number>,
  signal: AbortSignal,
): Promise<number> {
  const limit = formatInstant(before);
  let deleted = 0;
  let stale: string[] = [];
  const flush = async (): Promise<void> => {
    const keys = stale;
    stale = [];
    deleted += await inLane(() => deleteRows(runtime, target, keys, before));
  };
  let after: string | undefined;
  for (;;) {
    throwIfAborted(signal);
    const table = target.table();
    const { rows, last } = readPage(table, after, SCANNED_AT_ONCE);
    if (last === undefined) break;
    after = last;
    for (const { key, record } of rows) {
      if (!isStale(record[SYNCED_AT], limit)) continue;
      stale.push(key);
      if (stale.length >= batchSize) await flush();
    }
    await yieldToEventLoop();
  }
  if (stale.length > 0) await flush();
  return deleted;
}

async function deleteRows(runtime: HarperRuntime, target: Target, keys: readonly string[], before: Micros): Promise<number> {
  const table: HarperTable = target.table();
  const readRow = await readerOf(table, keys);
  const limit = formatInstant(before);
  // Below whatever is written at `before`, which may be on its way here from another node: a row that must be deleted above that takes no other along.
  const floor = versionOf(before, -1);
  const byVersion = new Map<number, string[]>();
  let deleted = 0;
  for (const key of keys) {
    const row = readRow(key);
    // It may have been written since its page was read.
    if (!isStale(row?.record?.[SYNCED_AT], limit)) continue;
    const timestamp = versionAbove(floor, row?.version ?? 0);
    const others = byVersion.get(timestamp);
    if (others === undefined) byVersion.set(timestamp, [key]);
    else others.push(key);
    deleted += 1;
  }
  try {
    for (const [timestamp, doomed] of byVersion) {
      await runtime.transaction({ timestamp }, (transaction) => Promise.all(doomed.map((key) => table.delete(key, transaction))));
    }
  } catch (error) {
    throw commitError(target.spec.id, error);
  }
  return deleted;
}

function isStale(syncedAt: unknown, limit: string): boolean {
  return typeof syncedAt === 'string' && syncedAt < limit;
}
