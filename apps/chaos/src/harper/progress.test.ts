import type { HarperProcess } from '@bqsync/harper-process';
import { expect, it } from 'vitest';
import { isInTheMiddle, readRecords } from './progress.ts';

/** Harper as far as reading its tables goes. */
function harperWith(tables: Readonly<Record<string, readonly object[]>>): HarperProcess {
  const operation = ({ table }: { table: string }) => Promise.resolve(tables[table] ?? []);
  return { operation } as unknown as HarperProcess;
}

const of = { tableIds: ['orders'] };
const counters = { inserted: 5, updated: 2, unchanged: 3, superseded: 0, windows: 4 };
const window = { windowId: 'w', kind: 'tail', rowsDone: 0, totalRows: 100, units: 2 };
const row = { tableId: 'orders', completedWindowId: 'v', snapshot: null, sweepSnapshot: null, counters };
const unit = { tableId: 'orders', windowId: 'w', rowsDone: 10, inserted: 8, updated: 1, unchanged: 1, superseded: 0 };

it('adds the units of a shared window to its record, and none of another window', async () => {
  const [orders] = await readRecords(harperWith({ SyncTable: [{ ...row, window }], SyncUnit: [unit, { ...unit, windowId: 'other' }] }), of);
  expect(orders).toMatchObject({ inserted: 13, committed: 20, window: { rowsDone: 10, totalRows: 100 } });
  expect(isInTheMiddle(orders!)).toBe(true);
});

it('reads again where a window was completed meanwhile, which deletes its units', async () => {
  const begun = { ...row, window };
  const done = { ...row, completedWindowId: 'w', window: null, counters: { ...counters, windows: 5 } };
  const reads: Record<string, readonly object[][]> = { SyncTable: [[begun], [done]], SyncUnit: [[]] };
  const asked: Record<string, number> = {};
  const operation = ({ table }: { table: string }) => {
    const found = reads[table] ?? [[]];
    const at = (asked[table] ??= 0);
    asked[table] = at + 1;
    return Promise.resolve(found[Math.min(at, found.length - 1)]);
  };
  const [orders] = await readRecords({ operation } as unknown as HarperProcess, of);
  expect(orders).toMatchObject({ windowsCompleted: 5, window: undefined });
});

it('tells a window that is being opened from one that is complete or has rows', async () => {
  const openingOf = async (progress: object, windowId: string) => {
    const harper = harperWith({ SyncTable: [progress], SyncWindow: [{ tableId: 'orders', request: { windowId } }] });
    const [orders] = await readRecords(harper, of);
    return orders!.opening;
  };
  expect(await openingOf({ ...row, window: null }, 'w')).toBe('w');
  expect(await openingOf({ ...row, window: null }, 'v')).toBeUndefined();
  expect(await openingOf({ ...row, window }, 'w')).toBeUndefined();
});

it('takes of a cluster only what the node asked for wrote itself', async () => {
  const other = { ...row, counters: { ...counters, windows: 9 } };
  const tables = {
    SyncTable: [
      { ...other, id: 'orders@127.0.0.3' },
      { ...row, id: 'orders@127.0.0.31', window },
    ],
    SyncUnit: [
      { ...unit, id: 'orders@127.0.0.3/0' },
      { ...unit, id: 'orders@127.0.0.31/0', rowsDone: 4 },
    ],
  };
  const [orders] = await readRecords(harperWith(tables), { ...of, node: '127.0.0.31' });
  expect(orders).toMatchObject({ windowsCompleted: 4, window: { rowsDone: 4 } });
});
