import { strict as assert } from 'node:assert';
import { formatInstant } from '@bqsync/core';
import type { ErrorCode } from '@bqsync/errors';
import { refuses } from '../refuses.ts';
import { at, sampleRow } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { fullBatch, holdsAll, holdsNothing, intentOf, snapshotAt, TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

const FENCED: readonly ErrorCode[] = ['BQS_FENCED'];
const MOVED: readonly ErrorCode[] = ['BQS_UNIT_MOVED'];

export const fenceClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'fence/other-window',
    promise: 'refuses a commit whose window is no longer the stored one, and stores nothing of it (R9)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const batch = fullBatch(session);
      await session.hold(intentOf(session.table, 'w-2'));
      await refuses(() => session.send(batch), FENCED, 'a commit of the window before');
      await holdsNothing(session, 'after a fenced commit');
    },
  },
  {
    id: 'fence/other-boot',
    promise: 'refuses a commit of the same worker and window from another boot, and stores nothing of it (R9)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const batch = fullBatch(session);
      await session.hold(intentOf(session.table, 'w-1', { bootId: 'boot-2' }));
      await refuses(() => session.send(batch), FENCED, 'a commit of the boot before');
      await holdsNothing(session, 'after a fenced commit');
    },
  },
  {
    id: 'fence/other-worker',
    promise: 'refuses a commit of a window that another worker has taken over (R9)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const batch = fullBatch(session);
      await session.hold(intentOf(session.table, 'w-1', { workerId: 'worker-2', bootId: 'boot-2' }));
      await refuses(() => session.send(batch), FENCED, 'a commit of the worker before');
      await holdsNothing(session, 'after a fenced commit');
    },
  },
  {
    id: 'fence/no-window',
    promise: 'refuses a commit where no window is stored',
    async check(harness) {
      const [session, other] = [await TargetSession.begin(harness), await TargetSession.begin(harness)];
      const table = { ...other.table, id: `${other.table.id}_unheld` };
      await session.prepare(table);
      await refuses(() => session.send({ ...fullBatch(session), table }), FENCED, 'a commit without a window');
    },
  },
  {
    id: 'fence/restart',
    promise: 'refuses the commits of the window before after a restart too, and takes those of the stored one',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const batch = fullBatch(session);
      await session.hold(intentOf(session.table, 'w-2'));
      await session.restart();
      await refuses(() => session.send(batch), FENCED, 'a commit of the window before');
      await holdsNothing(session, 'after a fenced commit');
      await session.send(fullBatch(session));
      await holdsAll(session, 'after a commit of the stored window');
    },
  },
  {
    id: 'fence/touched',
    promise: 'refuses a commit whose progress was not begun from the stored one, that of its own window included (R9)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const begunFrom = (touched: string | null, snapshot: number, id: string) =>
        session.batch(snapshot, [sampleRow(id, at(snapshot))], {
          fence: { windowId: 'w-1', workerId: 'worker-1', bootId: 'boot-1', touched },
          record: () => ({ progress: session.progress({ touched: formatInstant(snapshotAt(snapshot)) }) }),
        });
      await session.send(begunFrom(null, 1, 'first'));
      await refuses(() => session.send(begunFrom(null, 1, 'other')), FENCED, 'a commit of another run of the window');
      await session.send(begunFrom(formatInstant(snapshotAt(1)), 1, 'second'));
      await refuses(() => session.send(begunFrom(null, 2, 'late')), FENCED, 'a commit that was begun from no progress');
      await session.send(begunFrom(formatInstant(snapshotAt(1)), 3, 'next'));
      await refuses(
        () => session.send(begunFrom(formatInstant(snapshotAt(1)), 4, 'late')),
        FENCED,
        'a commit begun from the progress before',
      );
      await session.holds([sampleRow('first', at(1)), sampleRow('second', at(1)), sampleRow('next', at(3))], 'after fenced commits');
      const stored = await harness.state.loadProgress(session.table.id);
      assert.equal(stored?.touched, formatInstant(snapshotAt(3)), 'the progress of a fenced commit was stored');
    },
  },
  {
    id: 'fence/damaged',
    promise: 'takes a commit that was begun from no progress where the stored one is damaged, so that its table goes on (INV-4, INV-8)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const progress = (snapshot: number) => session.progress({ touched: formatInstant(snapshotAt(snapshot)) });
      const fence = { windowId: 'w-1', workerId: 'worker-1', bootId: 'boot-1', touched: null };
      await session.commit(1, [sampleRow('a', at(1))], { fence, record: () => ({ progress: progress(1) }) });
      await harness.damageProgress(session.table.id);
      await session.restart();
      const next = session.commit(2, [sampleRow('b', at(2))], { fence, record: () => ({ progress: progress(2) }) });
      await assert.doesNotReject(next, 'a damaged record fences its table');
      await session.holds([sampleRow('a', at(1)), sampleRow('b', at(2))], 'after a commit over damaged progress');
      assert.deepEqual(await session.harness.state.loadProgress(session.table.id), progress(2));
    },
  },
  {
    id: 'fence/unit',
    promise: 'refuses a commit of a unit that another thread has gone on with, and stores nothing of it (R9, INV-2)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const unit = (commits: number) => session.unit(0, { commits, rowsDone: 10 * commits, endRow: 100 });
      const goingOn = (from: number, id: string, windowId = 'w-1') =>
        session.batch(1, [sampleRow(id, at(1))], {
          fence: { windowId, workerId: 'worker-1', bootId: 'boot-1', unit: { ...unit(from), windowId } },
          record: () => ({ unit: { ...unit(from + 1), windowId } }),
        });
      await refuses(() => session.send(goingOn(3, 'none')), MOVED, 'a commit that goes on with a unit without a record');
      await session.send(goingOn(0, 'first'));
      await refuses(() => session.send(goingOn(0, 'other')), MOVED, 'a commit of another thread that began with the same rows');
      await session.send(goingOn(1, 'second'));
      await refuses(() => session.send(goingOn(1, 'late')), MOVED, 'a commit of a thread that is behind');
      await session.restart();
      await refuses(() => session.send(goingOn(1, 'late')), MOVED, 'the same after a restart');
      assert.deepEqual(await harness.state.loadUnits(session.table.id, 'w-1', 1), [unit(2)], 'the unit after refused commits');
      await session.hold(intentOf(session.table, 'w-2'));
      await session.send(goingOn(0, 'next', 'w-2'));
      await session.holds(
        ['first', 'second', 'next'].map((id) => sampleRow(id, at(1))),
        'after refused commits',
      );
    },
  },
];
