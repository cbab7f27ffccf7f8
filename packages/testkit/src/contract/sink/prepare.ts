import { strict as assert } from 'node:assert';
import { refuses } from '../refuses.ts';
import { at, sampleRow, tableSpec } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

const SIGNAL = new AbortController().signal;

export const prepareClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'prepare/idempotent',
    promise: 'makes the target once, and a second time leaves it and its rows alone',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [sampleRow('a', at(1))]);
      assert.equal((await session.prepare()).created, false, 'the target was made a second time');
      await session.holds([sampleRow('a', at(1))], 'after the second prepare');
    },
  },
  {
    id: 'prepare/created',
    promise: 'says that it made the target, which is empty then',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const other = { ...session.table, ...pickNew(harness) };
      assert.equal((await session.prepare(other)).created, true);
      assert.equal((await harness.rowsOf(other)).size, 0);
    },
  },
  {
    id: 'prepare/missing',
    promise: 'fails with BQS_TARGET_MISSING where the target is missing and may not be made',
    async check(harness) {
      const table = { ...tableSpec({ project: 'kit', dataset: 'kit', database: harness.database }), createTarget: false };
      const session = await TargetSession.begin(harness);
      await refuses(() => session.prepare(table), ['BQS_TARGET_MISSING'], 'prepare of a missing target');
      const made = { ...table, createTarget: true };
      assert.equal((await session.prepare(made)).created, true, 'the refused prepare made the target');
    },
  },
  {
    id: 'prepare/isolated',
    promise: 'keeps the rows and records of two tables apart, whatever their keys',
    async check(harness) {
      const one = await TargetSession.begin(harness);
      const two = await TargetSession.begin(harness);
      await one.commit(1, [sampleRow('a', at(1), 1)], { record: () => ({ progress: one.progress({ maxCursor: at(1) }) }) });
      await two.commit(2, [sampleRow('a', at(2), 2)], { record: () => ({ progress: two.progress({ maxCursor: at(2) }) }) });
      assert.equal(await harness.sink.deleteStale(two.table, two.batch(3, []).snapshot, 10, SIGNAL), 1);
      await one.holds([sampleRow('a', at(1), 1)], 'the first table');
      await two.holds([], 'the second table');
      assert.deepEqual(await harness.state.loadProgress(one.table.id), one.progress({ maxCursor: at(1) }));
      assert.deepEqual(await harness.state.loadProgress(two.table.id), two.progress({ maxCursor: at(2) }));
    },
  },
];

function pickNew(harness: TargetHarness) {
  const { id, target } = tableSpec({ project: 'kit', dataset: 'kit', database: harness.database });
  return { id, target };
}
