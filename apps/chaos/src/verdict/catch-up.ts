import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import { readRecords } from '../harper/progress.ts';
import { readStatus } from '../harper/workers.ts';
import type { Run } from '../run.ts';
import { TABLES } from '../source/tables.ts';

/** Longer than any wait of the sync itself, which is five minutes. */
const PATIENCE_MS = 600_000;

/** Resolves once each table was swept, late rows included, at a snapshot after the source's last change, and has nothing in hand. */
export async function untilCaughtUp({ harper, load, signal, say }: Run): Promise<void> {
  const tableIds = TABLES.map(({ id }) => id);
  const modified = new Map<string, number>();
  for (const table of TABLES) modified.set(table.id, await load.lastModifiedMs(table));
  const startedAt = performance.now();
  let saidAt = startedAt;
  for (;;) {
    const behind = (await readRecords(harper, { tableIds })).filter(({ tableId, window, sweepSnapshot }) => {
      const swept = sweepSnapshot === null ? 0 : Date.parse(sweepSnapshot);
      return window !== undefined || swept <= (modified.get(tableId) ?? Infinity);
    });
    if (behind.length === 0) return;
    const now = performance.now();
    if (now - saidAt > 10_000) {
      const { tables } = await readStatus(harper);
      const why = new Map(tables.map(({ tableId, lastError }) => [tableId, lastError?.message]));
      say(`… catching up: ${behind.map(({ tableId }) => [tableId, why.get(tableId)].filter(Boolean).join(': ')).join(', ')}`);
      saidAt = now;
    }
    if (now - startedAt > PATIENCE_MS) {
      const { tables } = await readStatus(harper);
      throw new BqsyncError('BQS_DRIFT', `not caught up ${PATIENCE_MS / 1000} s after the last fault: ${JSON.stringify(tables)}`);
    }
    await sleep(250, undefined, { signal });
  }
}
