import { strict as assert } from 'node:assert';
import type { CursorRange, RejectedRow } from '@bqsync/core';
import type { ErrorCode } from '@bqsync/errors';
import { refuses } from '../refuses.ts';
import { at, instant, sampleRow } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { intentOf, snapshotAt, TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

const USAGE: readonly ErrorCode[] = ['BQS_USAGE'];
const NULLS: CursorRange = { from: undefined, to: undefined, nulls: 'only' };
const WHOLE: CursorRange = { from: undefined, to: undefined, nulls: 'include' };

/** Rows at 10, 20 and 30 seconds and one without a cursor, as of snapshot 1. */
const [TEN, TWENTY, THIRTY, NONE] = [
  sampleRow('ten', at(10)),
  sampleRow('twenty', at(20)),
  sampleRow('thirty', at(30)),
  sampleRow('none', null),
];
const ROWS = [TEN, TWENTY, THIRTY, NONE];

/** Of sinks with `finishRepair`, and of commits with `keepFrom`; a sink that cannot delete single rows waives them. */
export const repairClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'repair/absent',
    promise: 'deletes the rows of a range that were last synced before its snapshot, no others, and counts them (INV-12)',
    async check(harness) {
      const session = await begin(harness);
      await session.commit(5, [TWENTY], { compare: false });
      const repaired = [{ range: range(10, 30), snapshot: snapshotAt(5) }];
      assert.deepEqual(await session.finishRepair(repaired, 9), { deleted: 1, resolved: 0 });
      await session.holds([TWENTY, THIRTY, NONE], 'after the repair: the bounds are from inclusive, to exclusive');
      assert.deepEqual(await session.finishRepair(repaired, 9), { deleted: 0, resolved: 0 }, 'a second time');
      await session.restart();
      await session.holds([TWENTY, THIRTY, NONE], 'after a restart');
    },
  },
  {
    id: 'repair/newer',
    promise: 'leaves a row that came at a newer snapshot than the range was read at',
    async check(harness) {
      const session = await begin(harness);
      await session.commit(7, [TEN], { compare: false });
      assert.equal((await session.finishRepair([{ range: WHOLE, snapshot: snapshotAt(5) }], 9)).deleted, 3);
      await session.holds([TEN], 'after the repair');
    },
  },
  {
    id: 'repair/each-snapshot',
    promise: 'judges each range by its own snapshot',
    async check(harness) {
      const session = await begin(harness);
      await session.commit(5, [TEN, THIRTY], { compare: false });
      const repaired = [
        { range: range(0, 15), snapshot: snapshotAt(5) },
        { range: range(25, 40), snapshot: snapshotAt(6) },
      ];
      assert.equal((await session.finishRepair(repaired, 9)).deleted, 1);
      await session.holds([TEN, TWENTY, NONE], 'after the repair');
    },
  },
  {
    id: 'repair/nulls',
    promise: 'takes rows without a cursor where the range does, only them or none of them',
    async check(harness) {
      const session = await begin(harness);
      const excluded = { ...WHOLE, nulls: 'exclude' as const };
      await session.commit(5, [TWENTY, THIRTY], { compare: false });
      assert.equal((await session.finishRepair([{ range: excluded, snapshot: snapshotAt(5) }], 9)).deleted, 1);
      await session.holds([TWENTY, THIRTY, NONE], 'after a range without NULL');
      assert.equal((await session.finishRepair([{ range: NULLS, snapshot: snapshotAt(6) }], 9)).deleted, 1);
      await session.holds([TWENTY, THIRTY], 'after a range of NULL only');
    },
  },
  {
    id: 'repair/limit',
    promise: 'deletes none where it would be more than allowed, or where no deletion was asked for',
    async check(harness) {
      const session = await begin(harness);
      const repaired = [{ range: WHOLE, snapshot: snapshotAt(5) }];
      await refuses(() => session.finishRepair(repaired, 3), USAGE, 'a deletion of four rows where three are allowed');
      await session.holds(ROWS, 'after a refused deletion');
      assert.deepEqual(await session.finishRepair(repaired, undefined), { deleted: 0, resolved: 0 });
      await session.holds(ROWS, 'where no deletion was asked for');
      assert.equal((await session.finishRepair(repaired, 4)).deleted, 4);
    },
  },
  {
    id: 'repair/quarantined-rows',
    promise: 'leaves a stored row whose newest state is in quarantine: the source has it (INV-14)',
    async check(harness) {
      const session = await begin(harness);
      await session.commit(5, [], { compare: false, rejected: [rejected('twenty', at(20))] });
      assert.deepEqual(await session.finishRepair([{ range: range(0, 40), snapshot: snapshotAt(5) }], 9), { deleted: 2, resolved: 0 });
      await session.holds([TWENTY, NONE], 'after the repair');
    },
  },
  {
    id: 'repair/resolved',
    promise: 'removes the quarantine records of its ranges that were not rejected again, and counts them (INV-14)',
    async check(harness) {
      const [session, other] = [await begin(harness), await begin(harness)];
      const [fixed, failing, far, none] = [
        rejected('fixed', at(20)),
        rejected('failing', at(21)),
        rejected('far', at(900)),
        rejected('nowhere', null),
      ];
      for (const each of [session, other]) await each.commit(2, [], { rejected: [fixed, failing, far, none] });
      await session.commit(5, [], { compare: false, rejected: [failing] });
      assert.deepEqual(await session.finishRepair([{ range: range(0, 40), snapshot: snapshotAt(5) }], undefined), {
        deleted: 0,
        resolved: 1,
      });
      const keysOf = async (of: TargetSession) => (await harness.quarantineOf(of.table)).map(({ key }) => key).sort();
      assert.deepEqual(await keysOf(session), ['failing', 'far', 'nowhere'], 'after the repair of a range');
      assert.equal((await keysOf(other)).length, 4, 'the quarantine of another table');
      assert.equal((await session.finishRepair([{ range: WHOLE, snapshot: snapshotAt(6) }], undefined)).resolved, 3);
      assert.deepEqual(await keysOf(session), [], 'after the repair of the whole table');
      await session.holds(ROWS, 'after both');
    },
  },
  {
    id: 'repair/unfenced',
    promise: 'ends a repair for a worker that was taken over too',
    async check(harness) {
      const session = await begin(harness);
      await harness.state.saveIntent(intentOf(session.table, 'w-9', { workerId: 'worker-2', bootId: 'boot-2' }));
      assert.equal((await session.finishRepair([{ range: WHOLE, snapshot: snapshotAt(5) }], 9)).deleted, 4);
    },
  },
  {
    id: 'repair/keep-from',
    promise: 'with keepFrom, leaves a stored row with that cursor or a greater one, whatever its snapshot, and says so',
    async check(harness) {
      const session = await begin(harness);
      const lesser = ['ten', 'twenty', 'thirty', 'none'].map((id) => sampleRow(id, at(5), 1));
      const outcome = await session.commit(5, lesser, { compare: false, keepFrom: at(20) });
      assert.deepEqual([outcome.superseded, outcome.updated], [2, 2]);
      await session.holds([sampleRow('ten', at(5), 1), TWENTY, THIRTY, sampleRow('none', at(5), 1)], 'after a repair in part');
    },
  },
];

async function begin(harness: TargetHarness): Promise<TargetSession> {
  const session = await TargetSession.begin(harness);
  await session.commit(1, ROWS);
  return session;
}

function range(from: number, to: number): CursorRange {
  return { from: instant(at(from)), to: instant(at(to)), nulls: 'exclude' };
}

function rejected(key: string, cursor: string | null): RejectedRow {
  return { key, reason: 'decode', message: 'column "value" is no number', sample: '{}', cursor };
}
