import { formatInstant, type Micros } from '@bqsync/core';
import { yieldToEventLoop } from './event-loop.ts';
import { readerOf, readPage } from './harper-internals.ts';
import type { HarperTable } from './harper-runtime.ts';
import { commitError, throwIfAborted } from './map-error.ts';
import type { Target } from './prepared-target.ts';
import { SYNCED_AT } from './row-plan.ts';
import { VERSION_STEP_MS, versionOf } from './version.ts';
import type { Committer, Write } from './writes.ts';

/** Rows looked at between two turns of the event loop. */
const SCANNED_AT_ONCE = 500;
/** Versions in use by other tables may push deletes this much further below the snapshot. */
const ROOM_MICROS = 100_000;

/** Deletes rows of an older snapshot than `before`, in key order, holding one page of keys at a time. Rows that bqsync never wrote stay. */
export async function deleteStale(
  committer: Committer,
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
    deleted += await inLane(() => deleteRows(committer, target, keys, before));
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

async function deleteRows(committer: Committer, target: Target, keys: readonly string[], before: Micros): Promise<number> {
  const table: HarperTable = target.table();
  const readRow = await readerOf(table, keys);
  const limit = formatInstant(before);
  // Below whatever is written at `before`, which may be on its way here from another node: a row that must be deleted above that takes no other along.
  const floor = versionOf(before, -1);
  const doomed: Write[] = [];
  const newer: Write[] = [];
  for (const id of keys) {
    const row = readRow(id);
    // It may have been written since its page was read.
    if (!isStale(row?.record?.[SYNCED_AT], limit)) continue;
    const storedVersion = row?.version ?? 0;
    (storedVersion < versionOf(before, -keys.length - ROOM_MICROS) ? doomed : newer).push({ table, id, storedVersion });
  }
  try {
    await committer.commit(doomed, { first: floor, stepMs: -VERSION_STEP_MS });
    for (const write of newer) await committer.commit([write], { first: floor, stepMs: -VERSION_STEP_MS });
  } catch (error) {
    throw commitError(target.spec.id, error);
  }
  return doomed.length + newer.length;
}

function isStale(syncedAt: unknown, limit: string): boolean {
  return typeof syncedAt === 'string' && syncedAt < limit;
}
