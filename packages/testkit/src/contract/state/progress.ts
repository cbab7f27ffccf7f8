import { strict as assert } from 'node:assert';
import { at, tableSpec } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const progressClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'progress/absent',
    promise: 'knows no progress and no units of a table that never had any',
    async check(harness) {
      await TargetSession.begin(harness);
      const { id } = tableSpec({ project: 'kit', dataset: 'kit', database: harness.database });
      assert.equal(await harness.state.loadProgress(id), undefined);
      assert.deepEqual(await harness.state.loadUnits(id, 'w-1', 4), []);
    },
  },
  {
    id: 'progress/replaced-whole',
    promise: 'replaces progress whole: a field that became null is null, in nested records too',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const full = fullProgress(session);
      const bare = session.progress({ generation: 'g-2', seen: { ...seen(), token: 't-2' } });
      for (const progress of [full, bare, session.progress({ generation: 'g-3' })]) {
        await session.commit(1, [], { record: () => ({ progress }) });
        assert.deepEqual(await session.harness.state.loadProgress(session.table.id), progress, `generation ${progress.generation}`);
      }
    },
  },
  {
    id: 'progress/exact',
    promise: 'gives back every field of progress, over a restart',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const progress = fullProgress(session);
      await session.commit(1, [], { record: () => ({ progress }) });
      await session.restart();
      assert.deepEqual(await session.harness.state.loadProgress(session.table.id), progress);
    },
  },
  {
    id: 'progress/kept',
    promise: 'leaves progress as it is where a commit records none',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const progress = fullProgress(session);
      await session.commit(1, [], { record: () => ({ progress }) });
      await session.commit(2, [], { record: () => ({}) });
      assert.deepEqual(await harness.state.loadProgress(session.table.id), progress);
    },
  },
  {
    id: 'progress/damaged',
    promise: 'treats damaged progress as absent, leaves other records alone, and takes the next one (INV-4)',
    async check(harness) {
      const [session, other] = [await TargetSession.begin(harness), await TargetSession.begin(harness)];
      const progress = fullProgress(session);
      await other.commit(1, [], { record: () => ({ progress: other.progress({ epoch: 5 }) }) });
      await session.commit(1, [], { record: () => ({ progress, unit: session.unit(0) }) });
      await harness.damageProgress(session.table.id);
      await session.restart();
      const { state } = session.harness;
      assert.equal(await state.loadProgress(session.table.id), undefined, 'a damaged record was returned as progress');
      assert.deepEqual(await state.loadUnits(session.table.id, 'w-1', 1), [session.unit(0)], 'the unit');
      assert.deepEqual(await state.loadProgress(other.table.id), other.progress({ epoch: 5 }), 'the progress of another table');
      await session.commit(2, [], { record: () => ({ progress }) });
      assert.deepEqual(await state.loadProgress(session.table.id), progress, 'the progress committed next');
    },
  },
];

function seen() {
  return { token: 't-1', modifiedAt: at(2, 2), openedAt: at(3, 3), streaming: true };
}

/** Progress with every field set to what no default would be. */
export function fullProgress(session: TargetSession) {
  return session.progress({
    stage: 'tail',
    epoch: 2,
    window: {
      windowId: 'w-1',
      snapshot: at(9, 999_999),
      totalRows: 2 ** 40,
      handle: '{"session":"s/1"}',
      units: 3,
      rowsDone: 17,
      commits: 4,
      kind: 'sweep',
      range: { from: null, to: null, nulls: 'include' },
      rewrite: true,
      maxCursor: '9999-12-31T23:59:59.999999Z',
    },
    completedWindowId: 'w-0',
    frontier: at(8, 1),
    maxCursor: at(8, 2),
    snapshot: at(8, 3),
    sweepSnapshot: at(8, 4),
    firstSnapshot: '1969-12-31T23:59:59.999999Z',
    nullsDone: true,
    staleRows: true,
    seen: seen(),
    counters: {
      inserted: 1,
      updated: 2,
      unchanged: 3,
      superseded: 4,
      quarantined: 5,
      deleted: 6,
      late: 7,
      lateMaxSeconds: 8.000001,
      windows: 9,
      commits: 10,
      bytesScanned: 2 ** 45,
      bytesBilled: 2 ** 45 + 1,
      bytesByReadApi: 2 ** 45,
    },
    spend: { day: '2026-01-01', bytes: 2 ** 44 },
  });
}
