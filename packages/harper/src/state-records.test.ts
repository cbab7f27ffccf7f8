import { beginGeneration, type TableProgress } from '@bqsync/core';
import { expect, it } from 'vitest';
import { parseProgress, progressRecord } from './state-records.ts';

const at = '2026-01-01T00:00:00.000001Z';
const begun = beginGeneration({ tableId: 'ports', generation: 'g', epoch: 1 }, 'abc/3(2)', true, undefined, 'columns have changed');

it.each<[string, TableProgress]>([
  ['why a table is read again', begun],
  ['where the last sweep left the frontier', { ...begun, rescan: null, sweepFrontier: at, sweepSnapshot: at, frontier: at }],
  [
    'a near sweep in hand',
    {
      ...begun,
      window: {
        windowId: 'w',
        kind: 'near-sweep',
        range: { from: at, to: null, nulls: 'exclude' },
        snapshot: at,
        totalRows: 3,
        units: 1,
        rowsDone: 1,
        commits: 1,
        versions: 2,
        rewrite: false,
        maxCursor: at,
      },
    },
  ],
])('a record of progress keeps %s', (_, progress) => {
  expect(parseProgress(JSON.parse(JSON.stringify(progressRecord(progress, 'n1'))) as never)).toStrictEqual(progress);
});

it('a record of before it kept them is read', () => {
  const { rescan: _, sweepFrontier: __, ...old } = progressRecord(begun, undefined);
  expect(parseProgress(old)).toMatchObject({ tableId: 'ports', stage: 'backfill' });
});
