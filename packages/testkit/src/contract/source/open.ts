import { strict as assert } from 'node:assert';
import { BqsyncError } from '@bqsync/errors';
import { refuses } from '../refuses.ts';
import { at, instant, sampleRow, sampleRows, textsOf } from '../sample-table.ts';
import type { SourceHarness } from '../source-harness.ts';
import { EVERYTHING, newWindowId, SourceSession } from '../source-session.ts';
import type { Clause } from '../test-runner.ts';

export const openClauses: readonly Clause<SourceHarness>[] = [
  {
    id: 'open/fixed',
    promise: 'fixes the rows when a window is opened: rows added later are not in it, and are in the next one (R3)',
    async check(harness) {
      const rows = sampleRows(30);
      const session = await SourceSession.begin(harness, rows);
      const first = await session.open();
      const more = sampleRow('later', at(0));
      await session.insert([more]);
      await session.holds(first, rows, 'the window of before');
      await session.holds(await session.open(), [...rows, more], 'the window of after');
    },
  },
  {
    id: 'open/same-id-same-rows',
    promise: 'gives the same rows, order, units and snapshot under the same id, though rows were added, in the next process too (R3)',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(30));
      const id = newWindowId();
      const first = await session.open(EVERYTHING, id);
      const texts = await session.readAll(first);
      assert.equal(first.resumed, false);
      await session.insert([sampleRow('later', at(0))]);
      await session.restart();
      const second = await session.open(EVERYTHING, id, undefined, first.handle);
      assert.deepEqual({ ...second, resumed: false }, first);
      assert.equal(second.resumed, true);
      assert.deepEqual(await session.readAll(second), texts, 'the rows and their order');
    },
  },
  {
    id: 'open/same-id-one-scan',
    promise: 'scans once for one id, however often it is opened and read (R3, INV-13)',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(30));
      const id = newWindowId();
      const before = await harness.scans();
      const first = await session.open(EVERYTHING, id);
      for (let i = 0; i < 3; i++) {
        const again = await session.open(EVERYTHING, id, undefined, first.handle);
        await session.readAll(again);
        assert.deepEqual(
          [again.bytesScanned, again.bytesBilled],
          [first.bytesScanned, first.bytesBilled],
          'what the scan cost when it ran',
        );
      }
      assert.equal((await harness.scans()) - before, 1);
    },
  },
  {
    id: 'open/same-id-other-range',
    promise: 'never gives other rows under an id that was opened for another range',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(30));
      const id = newWindowId();
      const first = await session.open(EVERYTHING, id);
      const texts = await session.readAll(first);
      const other = { ...EVERYTHING, from: instant(at(0, 1005)) };
      await givesSameOrFails(async () => session.readAll(await session.open(other, id, undefined, first.handle)), texts);
    },
  },
  {
    id: 'open/rising-snapshots',
    promise: 'has rising snapshots from one window to the next (R1)',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      let last: bigint | undefined;
      for (let i = 0; i < 3; i++) {
        const { snapshot } = await session.open();
        if (last !== undefined) assert.ok(snapshot > last, `snapshot ${snapshot} after ${last}`);
        last = snapshot;
      }
    },
  },
  {
    id: 'open/empty',
    promise: 'opens a window without rows, and reads none',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      const open = await session.open({ from: instant(at(5)), to: instant(at(6)), nulls: 'exclude' });
      assert.deepEqual([open.estimated === true ? 0 : open.totalRows, await session.readAll(open)], [0, []]);
    },
  },
  {
    id: 'open/expired',
    promise: 'asks for a new id when the result of a window has expired, and gives all rows under that',
    async check(harness) {
      const rows = sampleRows(30);
      const session = await SourceSession.begin(harness, rows);
      const open = await session.open();
      await harness.expireResults();
      await refuses(
        () => session.readAll(open),
        ['BQS_SOURCE_WINDOW_EXPIRED', 'BQS_SOURCE_JOB_FAILED', 'BQS_SOURCE_PROTOCOL'],
        'reading an expired window',
      );
      await session.holds(await session.open(), rows, 'the new window');
    },
  },
  {
    id: 'open/expired-id',
    promise: 'never gives other rows under the id of an expired window',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(30));
      const id = newWindowId();
      const first = await session.open(EVERYTHING, id);
      const texts = await session.readAll(first);
      await harness.expireResults();
      await session.insert([sampleRow('later', at(0))]);
      await givesSameOrFails(async () => session.readAll(await session.open(EVERYTHING, id, undefined, first.handle)), texts);
    },
  },
  {
    id: 'open/selected-columns',
    promise: 'reads the selected columns only',
    async check(harness) {
      const session = await SourceSession.begin(harness, [sampleRow('a', at(1), 7)], { spec: { columns: ['id', 'ts'] } });
      const [text] = await session.readAll(await session.open());
      assert.equal(text, textsOf(session.columns, [{ id: 'a', ts: at(1) }])[0]);
    },
  },
  {
    id: 'open/aborted',
    promise: 'fails, and scans nothing, where the caller has asked to stop',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      const before = await harness.scans();
      await assert.rejects(session.open(EVERYTHING, newWindowId(), AbortSignal.abort()), 'the window was opened');
      assert.equal(await harness.scans(), before);
    },
  },
];

async function givesSameOrFails(work: () => Promise<string[]>, texts: readonly string[]): Promise<void> {
  let rows: readonly string[] | undefined;
  try {
    rows = await work();
  } catch (error) {
    if (!(error instanceof BqsyncError)) throw error;
  }
  if (rows !== undefined) assert.deepEqual(rows, texts);
}
