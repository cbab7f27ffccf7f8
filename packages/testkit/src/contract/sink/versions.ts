import { strict as assert } from 'node:assert';
import type { Row } from '@bqsync/core';
import { at, sampleRow } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const versionClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'versions/newer-replaces',
    promise: 'lets a row of a newer snapshot replace the whole row of an older one (R1, INV-5)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('a', at(1), 5)]);
      const outcome = await session.commit(2, [sampleRow('a', at(2), null)]);
      assert.equal(outcome.updated, 1);
      await session.holds([sampleRow('a', at(2), null)], 'after the newer row');
    },
  },
  {
    id: 'versions/older-stays-out',
    promise: 'never lets a row of an older snapshot replace a newer one, whatever its cursor (R1, INV-5)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(9, [sampleRow('a', at(1), 1), sampleRow('b', at(1), 1)]);
      const outcome = await session.commit(2, [sampleRow('a', at(8), 2), sampleRow('b', at(1), 1)]);
      assert.equal(outcome.superseded, 2);
      assert.equal((await session.commit(3, [sampleRow('a', at(8), 2)], { compare: false })).superseded, 1);
      await session.holds([sampleRow('a', at(1), 1), sampleRow('b', at(1), 1)], 'after the older rows');
    },
  },
  greatestStays('greatest-cursor', 'the greatest cursor', sampleRow('a', at(1, 1), 9), sampleRow('a', at(1, 2), 1)),
  greatestStays('null-cursor-least', 'any cursor over none', sampleRow('a', null, 9), sampleRow('a', '1900-01-01T00:00:00.000000Z', 1)),
  greatestStays('greatest-content', 'the greatest content where cursors are equal', sampleRow('a', at(1), 1), sampleRow('a', at(1), 2)),
  {
    id: 'versions/repeat',
    promise: 'leaves everything as it is when a batch is stored again at its own snapshot (INV-2)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const rows = [sampleRow('a', at(1), 1), sampleRow('b', null, 2)];
      await session.commit(1, rows);
      for (const compare of [true, false]) assert.equal((await session.commit(1, rows, { compare })).superseded, 2);
      await session.holds(rows, 'after two repetitions');
    },
  },
  {
    id: 'versions/contested',
    promise:
      'with compare on, does not write a row that is smaller than the stored one of an older snapshot, and says which, if it does (R1)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('a', at(5), 1), sampleRow('b', at(5), 5)]);
      const outcome = await session.commit(2, [sampleRow('a', at(4), 2), sampleRow('b', at(5), 4)]);
      assert.equal(outcome.contested, 2);
      if (outcome.contestedKeys !== undefined) assert.deepEqual([...outcome.contestedKeys].sort(), ['a', 'b'], 'the contested keys');
      assert.equal(outcome.updated, 0);
      await session.holds([sampleRow('a', at(5), 1), sampleRow('b', at(5), 5)], 'after contested rows');
    },
  },
  {
    id: 'versions/uncompared-smaller',
    promise: 'with compare off, writes a row that is smaller than the stored one of an older snapshot',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('a', at(5), 1)]);
      const outcome = await session.commit(2, [sampleRow('a', at(4), 2)], { compare: false });
      assert.equal(outcome.updated, 1);
      assert.equal(outcome.contested, 0);
      await session.holds([sampleRow('a', at(4), 2)], 'after the smaller row');
    },
  },
  {
    id: 'versions/uncompared-unchanged',
    promise: 'with compare off, puts an unchanged row at its new snapshot (R8)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const rows = [sampleRow('a', at(1))];
      await session.commit(1, rows);
      const outcome = await session.commit(3, rows, { compare: false });
      assert.equal(outcome.unchanged, 1);
      assert.equal(await session.deleteStale(2, 10), 0, 'the row is still at its old snapshot');
      assert.equal((await session.commit(2, [sampleRow('a', at(9), 9)])).superseded, 1, 'the row is still at its old snapshot');
      await session.holds(rows, 'after the rewrite');
    },
  },
];

/** Two rows of one key and snapshot, in both orders of arrival and with compare on and off. */
function greatestStays(name: string, what: string, smaller: Row, greater: Row): Clause<TargetHarness> {
  return {
    id: `versions/${name}`,
    promise: `keeps ${what} within one snapshot, in any order of arrival`,
    async check(harness) {
      for (const compare of [true, false]) {
        for (const order of [
          [smaller, greater],
          [greater, smaller],
        ]) {
          const session = await TargetSession.begin(harness);
          for (const row of order) await session.commit(1, [row], { compare });
          await session.holds([greater], order[0] === smaller ? 'the greater came last' : 'the greater came first');
        }
      }
    },
  };
}
