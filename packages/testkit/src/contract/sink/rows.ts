import { strict as assert } from 'node:assert';
import { at, sampleRow, sampleRows, VALUE_SAMPLES } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const rowClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'rows/complete',
    promise: 'stores every row of every commit, and nothing more',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const rows = sampleRows(250);
      for (let from = 0; from < rows.length; from += 100) {
        const part = rows.slice(from, from + 100);
        const outcome = await session.commit(1, part);
        assert.equal(outcome.inserted, part.length, 'inserted');
      }
      await session.holds(rows, 'after 250 rows in 3 commits');
    },
  },
  ...VALUE_SAMPLES.map(
    ({ aspect, columns, rows }): Clause<TargetHarness> => ({
      id: `rows/${aspect.replaceAll(' ', '-')}`,
      promise: `stores ${aspect} without loss`,
      async check(harness) {
        const session = await TargetSession.begin(harness, columns);
        await session.commit(1, rows);
        await session.holds(rows, aspect);
      },
    }),
  ),
  {
    id: 'rows/counted',
    promise: 'counts each row given exactly once',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('same', at(1)), sampleRow('old', at(1)), sampleRow('great', at(5))]);
      await session.commit(3, [sampleRow('newer', at(1))]);
      const outcome = await session.commit(
        2,
        [sampleRow('same', at(1)), sampleRow('old', at(2)), sampleRow('great', at(4)), sampleRow('newer', at(2)), sampleRow('new', at(1))],
        { rejected: [{ key: undefined, reason: 'key-null', message: 'key column "id" is NULL', sample: '{}' }] },
      );
      const { inserted, updated, unchanged, superseded, contested, rejected } = outcome;
      assert.deepEqual(
        { inserted, updated, unchanged, superseded, contested, rejected: rejected.length },
        { inserted: 1, updated: 1, unchanged: 1, superseded: 1, contested: 1, rejected: 1 },
      );
    },
  },
  {
    id: 'rows/recorded-outcome',
    promise: 'gives record() the outcome that it returns',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('a', at(1))]);
      const seen: unknown[] = [];
      const outcome = await session.commit(2, [sampleRow('a', at(0)), sampleRow('b', at(2))], {
        compare: false,
        lateBelow: at(1),
        record: (given) => {
          seen.push({ ...given });
          return {};
        },
      });
      assert.ok(seen.length > 0, 'record() was not called');
      assert.deepEqual(seen.at(-1), { ...outcome });
    },
  },
];
