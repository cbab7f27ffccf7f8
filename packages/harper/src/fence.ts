import { type Batch, isUnitMoved, type UnitProgress } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { EntryReader } from './harper-internals.ts';
import type { HarperRecord } from './harper-runtime.ts';
import { DamagedRecord, parseProgress, parseUnit } from './state-records.ts';

/**
 * Throws `BQS_FENCED` unless the stored window of the table is the one that the fence names, held by the same boot of the same worker, and the stored
 * progress is the one that it was begun from.
 */
export function checkFence(readWindow: EntryReader, readProgress: EntryReader, id: string, { table, fence }: Batch): void {
  const stored = readWindow(id)?.record;
  const touched = parsed(readProgress(id)?.record, parseProgress)?.touched ?? null;
  const request = stored?.request as { readonly windowId?: unknown } | undefined;
  const why =
    stored === undefined || stored === null
      ? 'no window is stored'
      : request?.windowId !== fence.windowId
        ? 'another window is stored'
        : stored.workerId !== fence.workerId || stored.bootId !== fence.bootId
          ? 'another worker has taken over'
          : fence.touched !== undefined && touched !== null && touched !== fence.touched
            ? 'another run has written since this one was planned'
            : undefined;
  if (why === undefined) return;
  throw new BqsyncError('BQS_FENCED', `commit to table "${table.id}" refused: ${why}`, {
    hint: 'load the progress and the window of the table again and go on from there',
    context: { table: table.id, windowId: fence.windowId, workerId: fence.workerId },
  });
}

/** Throws `BQS_UNIT_MOVED` unless the stored record of the unit that the commit goes on with is the one that it was begun from. */
export function checkUnit(readUnit: EntryReader, id: string, base: UnitProgress): void {
  if (!isUnitMoved(base, parsed(readUnit(id)?.record, parseUnit))) return;
  throw new BqsyncError('BQS_UNIT_MOVED', `commit to table "${base.tableId}" refused: another thread has read on in unit ${base.index}`, {
    hint: 'load the units of the window again and go on from there',
    context: { table: base.tableId, windowId: base.windowId },
  });
}

/** A record that cannot be understood counts as absent here too: who loaded it was told that there is none. */
function parsed<T>(record: HarperRecord | null | undefined, parse: (record: HarperRecord) => T): T | undefined {
  if (record === null || record === undefined) return undefined;
  try {
    return parse(record);
  } catch (error) {
    if (error instanceof DamagedRecord) return undefined;
    throw error;
  }
}
