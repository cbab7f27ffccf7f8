import { describe, expect, it } from 'vitest';
import { violationsOf } from './kill.ts';
import type { TableRecord } from './progress.ts';

const record = (rowsDone: number, units: number, changes: Partial<TableRecord> = {}): TableRecord => ({
  tableId: 'orders',
  inserted: 100,
  committed: 100,
  windowsCompleted: 3,
  completedWindowId: 'w1',
  snapshot: null,
  sweepSnapshot: null,
  window: { windowId: 'w2', kind: 'backfill', rowsDone, totalRows: 500, units },
  healing: false,
  opening: undefined,
  ...changes,
});

describe('the records around a kill', () => {
  it('keep what they said', () => {
    expect(violationsOf(record(50, 1), record(75, 1), 100)).toEqual([]);
    expect(violationsOf(record(50, 1), { ...record(0, 1), window: undefined }, 100)).toEqual([]);
  });

  it('must not speak of fewer rows of a window, shared or not', () => {
    expect(violationsOf(record(50, 1), record(49, 1), 100)).toEqual(['orders: 50 rows of window w2 were done, now 49']);
    expect(violationsOf(record(50, 4), record(49, 4), 100)).toEqual(['orders: 50 rows of window w2 were done, now 49']);
  });

  it('must not forget a window, nor speak of rows that are not stored', () => {
    expect(violationsOf(record(50, 1), record(50, 1, { windowsCompleted: 2 }), 100)).toEqual(['orders: 3 windows were complete, now 2']);
    expect(violationsOf(record(50, 4), record(50, 4), 99)).toEqual(['orders: the record speaks of 100 rows inserted, 99 are stored']);
  });
});
