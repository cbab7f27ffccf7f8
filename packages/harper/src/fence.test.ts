import type { Batch } from '@bqsync/core';
import { expect, it } from 'vitest';
import { checkFence } from './fence.ts';
import type { HarperRecord } from './harper-runtime.ts';

const reader = (record: HarperRecord) => () => ({ record, version: 1 });
const readWindow = reader({ request: { windowId: 'w' }, workerId: 'a', bootId: 'b' });
const batch = {
  table: { id: 'ships' },
  snapshot: 1_800_000_000_000_000n,
  fence: { windowId: 'w', workerId: 'a', bootId: 'b', touched: null },
} as Batch;

it('lets a commit through that was planned without the progress that is damaged', () => {
  const damaged = reader({ id: 'ships', touched: '2027-01-01T00:00:00.000000Z', window: 'gone' });
  expect(() => checkFence(readWindow, damaged, 'ships', batch)).not.toThrow();
});
