import { strict as assert } from 'node:assert';
import { refuses } from '../refuses.ts';
import { at, sampleRow, sampleRows } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { fullBatch, holdsAll, holdsNothingAhead, holdsNothing, TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const transactionClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'transaction/whole',
    promise: 'stores rows, quarantine, progress, unit and checkpoint of one commit (R2)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.send(fullBatch(session));
      await holdsAll(session, 'after the commit');
    },
  },
  {
    id: 'transaction/durable',
    promise: 'has stored all of a commit once it resolves: a restart at that moment loses nothing (R2, INV-3)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.send(fullBatch(session));
      await session.restart();
      await holdsAll(session, 'after a restart');
    },
  },
  {
    id: 'transaction/failed',
    promise:
      'throws a retryable error when a commit fails, and no record is ahead of the rows it speaks of, before and after a restart (R2, INV-3)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await harness.failNextCommit();
      const error = await refuses(() => session.send(fullBatch(session)), [], 'a failing commit');
      assert.ok(error.retryable, `${error.code} is not retryable`);
      await holdsNothingAhead(session, 'after a failed commit');
      await session.restart();
      await holdsNothingAhead(session, 'after a failed commit and a restart');
    },
  },
  {
    id: 'transaction/retried',
    promise: 'stores all of a batch that is sent again after it failed',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const batch = fullBatch(session);
      await harness.failNextCommit();
      await refuses(() => session.send(batch), [], 'a failing commit');
      const { inserted, superseded } = await session.send(batch);
      assert.equal(inserted + superseded, 1, 'the row is not accounted for');
      await holdsAll(session, 'after the second try');
    },
  },
  {
    id: 'transaction/before-stays',
    promise: 'leaves the records that earlier commits stored when a later one fails, and loses no row (R2)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const progress = session.progress({ maxCursor: at(1) });
      const unit = session.unit(0);
      const checkpoint = session.checkpoint();
      await session.commit(1, [sampleRow('a', at(1), 1)], { record: () => ({ progress, unit, checkpoint }) });
      await harness.failNextCommit();
      const next = session.batch(2, [sampleRow('a', at(2), 2), sampleRow('b', at(2))], {
        record: () => ({
          progress: session.progress({ maxCursor: at(2) }),
          checkpoint: session.checkpoint({ recordsIngested: 99 }),
          clearUnits: 1,
        }),
      });
      await refuses(() => session.send(next), [], 'a failing commit');
      await session.restart();
      const [first, second] = [sampleRow('a', at(1), 1), sampleRow('a', at(2), 2)];
      await session.holdsSomeOf([[first, second], [sampleRow('b', at(2))]], 'the rows');
      assert.ok((await session.harness.rowsOf(session.table)).has('a'), 'a row of an earlier commit is gone');
      const { state } = session.harness;
      assert.deepEqual(await state.loadProgress(session.table.id), progress, 'the progress');
      assert.deepEqual(await state.loadUnits(session.table.id, 'w-1', 1), [unit], 'the unit');
      // A view that may be ahead of progress: both rows are stored by then.
      const isAhead = (await session.harness.rowsOf(session.table)).size === 2;
      const [shown] = await session.harness.checkpointsOf(session.table);
      assert.ok(shown?.recordsIngested === checkpoint.recordsIngested || (isAhead && shown?.recordsIngested === 99), 'the checkpoint');
    },
  },
  {
    id: 'transaction/record-throws',
    promise: 'stores nothing where record() throws',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const record = (): never => {
        throw new Error('no record can be made');
      };
      await assert.rejects(session.send({ ...fullBatch(session), record }), 'the error of record() was swallowed');
      await holdsNothing(session, 'after record() threw');
    },
  },
  {
    id: 'transaction/records-alone',
    promise: 'stores records of a commit without rows',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const progress = session.progress({ frontier: at(7, 7) });
      await session.commit(1, [], { record: () => ({ progress }) });
      assert.deepEqual(await harness.state.loadProgress(session.table.id), progress);
    },
  },
  {
    id: 'transaction/side-by-side',
    promise: 'stores all of two commits that run at the same time',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const rows = sampleRows(40);
      const halves = [rows.slice(0, 20), rows.slice(20)];
      await Promise.all(halves.map((half, index) => session.commit(1, half, { record: () => ({ unit: session.unit(index) }) })));
      await session.holds(rows, 'after both commits');
      assert.deepEqual(await harness.state.loadUnits(session.table.id, 'w-1', 2), [session.unit(0), session.unit(1)]);
    },
  },
];
