import { strict as assert } from 'node:assert';
import type { WindowIntent } from '@bqsync/core';
import { at, tableSpec } from '../sample-table.ts';
import type { TargetHarness } from '../target-harness.ts';
import { intentOf, TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';

export const intentClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'intent/absent',
    promise: 'knows no intent of a table that never had one',
    async check(harness) {
      await TargetSession.begin(harness);
      const { id } = tableSpec({ project: 'kit', dataset: 'kit', database: harness.database });
      assert.equal(await harness.state.loadIntent(id), undefined);
    },
  },
  {
    id: 'intent/exact',
    promise: 'gives back an intent as it was saved, bounds to the microsecond, over a restart',
    async check(harness) {
      const first = await TargetSession.begin(harness);
      const intents: WindowIntent[] = [];
      const ranges = [
        { from: at(0, 1), to: '9999-12-31T23:59:59.999999Z', nulls: 'include' },
        { from: '1969-12-31T23:59:59.999999Z', to: null, nulls: 'exclude' },
        { from: null, to: null, nulls: 'only' },
      ] as const;
      for (const [i, range] of ranges.entries()) {
        const request = {
          windowId: `w-${i}`,
          kind: 'backfill' as const,
          range,
          ...(i === 0 ? { maxBytesBilled: 2 ** 40, readers: 3 } : {}),
        };
        const session = i === 0 ? first : await TargetSession.begin(harness);
        const intent = intentOf(session.table, request.windowId, { request, epoch: i });
        await session.hold(intent);
        intents.push(intent);
        assert.deepEqual(await harness.state.loadIntent(intent.tableId), intent, `range ${i}`);
      }
      await first.restart();
      for (const [i, intent] of intents.entries())
        assert.deepEqual(await first.harness.state.loadIntent(intent.tableId), intent, `range ${i}, after a restart`);
    },
  },
  {
    id: 'intent/last-wins',
    promise: 'keeps the intent saved last, whole, and that of each table apart',
    async check(harness) {
      const [one, two] = [await TargetSession.begin(harness), await TargetSession.begin(harness)];
      const last = intentOf(one.table, 'w-3', { bootId: 'boot-3', epoch: 4 });
      for (const intent of [intentOf(one.table, 'w-2', { workerId: 'worker-2' }), last]) await harness.state.saveIntent(intent);
      assert.deepEqual(await harness.state.loadIntent(one.table.id), last);
      assert.deepEqual(await harness.state.loadIntent(two.table.id), two.intent);
    },
  },
];
