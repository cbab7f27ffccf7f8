import { strict as assert } from 'node:assert';
import { beginGeneration, type NodeViews, type TableProgress, viewOf } from '@bqsync/core';
import { at } from '../sample-table.ts';
import type { MembershipHarness } from '../membership-harness.ts';
import type { Clause } from '../test-runner.ts';

export const viewClauses: readonly Clause<MembershipHarness>[] = [
  {
    id: 'views/others',
    promise: 'tells what each other node last said it has of a table, every field (R10)',
    async check(harness) {
      const first = seen({ w: { frontier: at(1, 1) } });
      const last = seen({ w: { frontier: at(2, 2), touched: at(3), heard: { a: [{ low: null, high: at(1) }] }, cleared: 2 }, x: {} });
      await harness.beat('b', new Map([['t', first]]));
      await harness.beat(
        'c',
        new Map([
          ['t', first],
          ['u', last],
        ]),
      );
      await harness.beat('b', new Map([['t', last]]));
      const views = harness.membership.viewsOf('t');
      assert.deepEqual([...(views.get('b') ?? [])], [...last], 'what one said last');
      assert.deepEqual([...(views.get('c') ?? [])], [...first], 'what the other said');
      assert.deepEqual([...(harness.membership.viewsOf('u').get('c') ?? [])], [...last], 'of the other table');
    },
  },
  {
    id: 'views/gone',
    promise: 'tells no more of what a node has no longer',
    async check(harness) {
      await harness.beat('b', new Map([['t', seen({ w: {} })]]));
      await harness.beat('b', new Map());
      assert.deepEqual([...(harness.membership.viewsOf('t').get('b') ?? [])], []);
    },
  },
  {
    id: 'views/not-self',
    promise: 'never tells what this node said of itself',
    async check(harness) {
      const { self } = harness.membership;
      await harness.beat(self, new Map([['t', seen({ w: {} })]]));
      await harness.beat('b', new Map([['t', seen({ w: {} })]]));
      assert.equal(harness.membership.viewsOf('t').has(self), false);
      assert.equal(harness.membership.viewsOf('t').has('b'), true);
    },
  },
  {
    id: 'views/unknown',
    promise: 'answers with nothing for tables that nobody spoke of, whatever their names, and never throws',
    async check(harness) {
      const ask = (): void => {
        for (const table of ['unknown', '', '__proto__', 'constructor']) {
          for (const [node, views] of harness.membership.viewsOf(table)) assert.equal(views.size, 0, `${node} of "${table}"`);
        }
      };
      assert.doesNotThrow(ask, 'before anything was heard');
      await harness.beat('b', new Map([['t', seen({ w: {} })]]));
      assert.doesNotThrow(ask, 'after a heartbeat');
      await harness.restart('b');
      await harness.beat('b', new Map());
      assert.doesNotThrow(ask, 'after another life');
    },
  },
];

/** What a node has of a table, by writer. */
function seen(writers: Readonly<Record<string, Partial<TableProgress>>>): NodeViews {
  const begun = beginGeneration({ tableId: 't', generation: 'g-1', epoch: 0 }, 'schema-1', false);
  return new Map(Object.entries(writers).map(([writer, changes]) => [writer, viewOf({ ...begun, ...changes })]));
}
