import { strict as assert } from 'node:assert';
import { at, sampleRow } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const lateClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'late/counted',
    promise: 'counts inserted and updated rows with a cursor below the bound to the microsecond, and names the smallest',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('updated', at(1), 1)]);
      const outcome = await session.commit(
        2,
        [
          sampleRow('on the bound', at(5, 10)),
          sampleRow('just below', at(5, 9)),
          sampleRow('far below', at(3, 7)),
          sampleRow('above', at(6)),
          sampleRow('no cursor', null),
          sampleRow('updated', at(4), 2),
        ],
        { lateBelow: at(5, 10) },
      );
      assert.deepEqual({ late: outcome.late, lateOldest: outcome.lateOldest }, { late: 3, lateOldest: at(3, 7) });
    },
  },
  {
    id: 'late/only-changed',
    promise: 'counts no row as late that was stored already',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const rows = [sampleRow('a', at(1)), sampleRow('b', at(2))];
      await session.commit(1, rows);
      for (const compare of [true, false]) {
        const { late, lateOldest } = await session.commit(compare ? 2 : 3, rows, { lateBelow: at(9), compare });
        assert.deepEqual({ late, lateOldest }, { late: 0, lateOldest: null }, compare ? 'compared' : 'rewritten');
      }
    },
  },
  {
    id: 'late/unbounded',
    promise: 'counts none as late without a bound',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const { late, lateOldest } = await session.commit(1, [sampleRow('a', at(-9e8))]);
      assert.deepEqual({ late, lateOldest }, { late: 0, lateOldest: null });
    },
  },
];
