import { strict as assert } from 'node:assert';
import type { RejectedRow } from '@bqsync/core';
import { at, sampleRow } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

const REJECTED: readonly RejectedRow[] = [
  { key: 'poison', reason: 'decode', message: 'column "value": "x" is no INT64', sample: '{"id":"poison"}' },
  { key: undefined, reason: 'key-null', message: 'key column "id" is NULL', sample: '{"id":null}' },
];

export const quarantineClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'quarantine/kept',
    promise: 'keeps rejected rows with key and reason beside the rows of the same commit, and counts them (INV-14)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const outcome = await session.commit(1, [sampleRow('good', at(1))], { rejected: REJECTED });
      assert.equal(outcome.inserted, 1);
      assert.deepEqual(reasonsOf(outcome.rejected), reasonsOf(REJECTED), 'the outcome');
      assert.deepEqual(reasonsOf(await harness.quarantineOf(session.table)), reasonsOf(REJECTED), 'what is stored');
      await session.holds([sampleRow('good', at(1))], 'beside rejected rows');
    },
  },
  {
    id: 'quarantine/alone',
    promise: 'commits rejected rows and records where no row is good',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const progress = session.progress({ maxCursor: at(3) });
      await session.commit(1, [], { rejected: REJECTED, record: () => ({ progress }) });
      assert.deepEqual(reasonsOf(await harness.quarantineOf(session.table)), reasonsOf(REJECTED));
      assert.deepEqual(await harness.state.loadProgress(session.table.id), progress);
    },
  },
  {
    id: 'quarantine/durable',
    promise: 'still has rejected rows of earlier commits after later ones and a restart',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      await session.commit(1, [], { rejected: REJECTED.slice(0, 1) });
      await session.commit(2, [sampleRow('good', at(1))], { rejected: REJECTED.slice(1) });
      await session.restart();
      assert.deepEqual(reasonsOf(await session.harness.quarantineOf(session.table)), reasonsOf(REJECTED));
    },
  },
];

function reasonsOf(rows: readonly Pick<RejectedRow, 'key' | 'reason'>[]): string[] {
  return rows.map(({ key, reason }) => `${key ?? '(no key)'}: ${reason}`).sort();
}
