import { strict as assert } from 'node:assert';
import type { CommitRecords } from '@bqsync/core';
import { at } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { intentOf, TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const unitClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'units/in-order',
    promise: 'loads the units that have a record in the order of their index, whatever order they were written in',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      for (const index of [11, 2, 0]) await put(session, { unit: session.unit(index) });
      await session.restart();
      const { state } = session.harness;
      assert.deepEqual(await state.loadUnits(session.table.id, 'w-1', 12), [session.unit(0), session.unit(2), session.unit(11)]);
    },
  },
  {
    id: 'units/replaced-whole',
    promise: 'replaces the record of a unit whole',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const units = [
        session.unit(0, { maxCursor: at(1, 1), quarantined: 3 }),
        session.unit(0, { rowsDone: 40, maxCursor: null, endRow: null }),
      ];
      for (const unit of units) {
        await put(session, { unit });
        assert.deepEqual(await harness.state.loadUnits(session.table.id, 'w-1', 1), [unit]);
      }
    },
  },
  {
    id: 'units/own-window',
    promise: 'never takes the units of another window for those of this one (R3)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      for (const index of [0, 1]) await put(session, { unit: session.unit(index) });
      await session.hold(intentOf(session.table, 'w-2'));
      assert.deepEqual(await harness.state.loadUnits(session.table.id, 'w-2', 2), []);
      await put(session, { unit: session.unit(1) }, 2);
      assert.deepEqual(await harness.state.loadUnits(session.table.id, 'w-2', 2), [session.unit(1)]);
    },
  },
  {
    id: 'units/cleared',
    promise: 'deletes the units below the index named, of this table only, durably',
    async check(harness) {
      const [session, other] = [await TargetSession.begin(harness), await TargetSession.begin(harness)];
      for (const index of [0, 1, 2]) {
        await put(session, { unit: session.unit(index) });
        await put(other, { unit: other.unit(index) });
      }
      await put(session, { clearUnits: 2 });
      await session.restart();
      const { state } = session.harness;
      assert.deepEqual(await state.loadUnits(session.table.id, 'w-1', 3), [session.unit(2)]);
      assert.deepEqual(await state.loadUnits(other.table.id, 'w-1', 3), [other.unit(0), other.unit(1), other.unit(2)]);
    },
  },
  {
    id: 'units/checkpoints',
    promise: 'publishes one checkpoint an id, the last one, whole',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const other = session.checkpoint({ id: `${session.table.id}_8`, nodeId: 8 });
      const last = session.checkpoint({ lastTimestamp: null, phase: 'steady', recordsIngested: 9 });
      for (const checkpoint of [session.checkpoint(), other, last]) await put(session, { checkpoint });
      const published = [...(await harness.checkpointsOf(session.table))].sort((a, b) => a.nodeId - b.nodeId);
      assert.deepEqual(published, [last, other]);
    },
  },
];

async function put(session: TargetSession, records: CommitRecords, snapshot = 1): Promise<void> {
  await session.commit(snapshot, [], { record: () => records });
}
