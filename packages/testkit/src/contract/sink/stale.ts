import { strict as assert } from 'node:assert';
import { at, sampleRow, sampleRows } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { fullBatch, intentOf, TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const staleClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'stale/bounded',
    promise: 'deletes the rows of snapshots before the bound, none at or after it, over several batches, and counts them',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const old = sampleRows(7);
      await session.commit(1, old);
      await session.commit(5, [sampleRow('on the bound', at(-9))]);
      await session.commit(6, [sampleRow('after', null)]);
      assert.equal(await session.deleteStale(5, 2), 7);
      await session.holds([sampleRow('on the bound', at(-9)), sampleRow('after', null)], 'after the deletion');
      assert.equal(await session.deleteStale(5, 2), 0, 'a second deletion');
    },
  },
  {
    id: 'stale/durable',
    promise: 'has deleted durably once it resolves',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, sampleRows(3));
      await session.deleteStale(2, 100);
      await session.restart();
      await session.holds([], 'after a restart');
    },
  },
  {
    id: 'stale/records-stay',
    promise: 'leaves progress, units and checkpoints as they are, and the quarantine of rows that were rejected at the bound or later',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.send(fullBatch(session));
      assert.equal(await session.deleteStale(1, 10), 0);
      assert.equal((await harness.quarantineOf(session.table)).length, 1, 'quarantine');
      assert.equal(await session.deleteStale(9, 10), 1);
      const { state } = harness;
      assert.deepEqual(await state.loadProgress(session.table.id), session.progress({ maxCursor: at(1) }), 'progress');
      assert.deepEqual(await state.loadUnits(session.table.id, 'w-1', 1), [session.unit(0)], 'unit');
      assert.deepEqual(await harness.checkpointsOf(session.table), [session.checkpoint()], 'checkpoint');
    },
  },
  {
    id: 'stale/unfenced',
    promise: 'deletes for a worker that was taken over too',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, sampleRows(2));
      await harness.state.saveIntent(intentOf(session.table, 'w-9', { workerId: 'worker-2', bootId: 'boot-2' }));
      assert.equal(await session.deleteStale(2, 10), 2);
    },
  },
];
