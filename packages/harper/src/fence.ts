import type { Fence } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { EntryReader } from './harper-internals.ts';

/** Throws `BQS_FENCED` unless the stored window of the table is the one that the fence names, held by the same boot of the same worker. */
export function checkFence(readWindow: EntryReader, tableId: string, fence: Fence): void {
  const stored = readWindow(tableId)?.record;
  const request = stored?.request as { readonly windowId?: unknown } | undefined;
  const why =
    stored === undefined || stored === null
      ? 'no window is stored'
      : request?.windowId !== fence.windowId
        ? 'another window is stored'
        : stored.workerId !== fence.workerId || stored.bootId !== fence.bootId
          ? 'another worker has taken over'
          : undefined;
  if (why === undefined) return;
  throw new BqsyncError('BQS_FENCED', `commit to table "${tableId}" refused: ${why}`, {
    hint: 'load the progress and the window of the table again and go on from there',
    context: { table: tableId, windowId: fence.windowId, workerId: fence.workerId },
  });
}
