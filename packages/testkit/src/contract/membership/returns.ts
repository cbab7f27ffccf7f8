import { strict as assert } from 'node:assert';
import type { MembershipHarness } from '../membership-harness.ts';
import { at } from '../sample-table.ts';
import type { Clause } from '../test-runner.ts';
import { seen } from './views.ts';

const before = seen({ w: { frontier: at(1, 1), touched: at(2) } });
const since = seen({ w: { frontier: at(9, 9) }, x: {} });

export const returnClauses: readonly Clause<MembershipHarness>[] = [
  {
    id: 'returns/first-life',
    promise: 'names no node that has only ever been in one life',
    async check(harness) {
      for (const node of ['b', harness.membership.self]) {
        await harness.beat(node, new Map([['t', before]]));
        await harness.beat(node, new Map([['t', since]]));
      }
      await harness.pass(1.5 * harness.livenessMs);
      await harness.beat('b', new Map([['t', since]]));
      assert.deepEqual([...harness.membership.returnsOf('t').keys()], []);
    },
  },
  {
    id: 'returns/had',
    promise: 'tells of a node that came back what it had when it last said so before, whatever it says since (R10)',
    async check(harness) {
      await harness.beat('b', new Map([['t', since]]));
      await harness.beat('b', new Map([['t', before]]));
      await harness.restart('b');
      for (let beats = 0; beats < 2; beats++) {
        await harness.beat('b', new Map([['t', since]]));
        assert.deepEqual([...(harness.membership.returnsOf('t').get('b')?.had ?? [])], [...before], `heartbeat ${beats}`);
      }
    },
  },
  {
    id: 'returns/lives',
    promise: 'has one name for one life of a node, and another for the next',
    async check(harness) {
      const lives: (string | undefined)[] = [];
      await harness.beat('b', new Map([['t', before]]));
      for (let life = 0; life < 2; life++) {
        await harness.restart('b');
        for (let beats = 0; beats < 2; beats++) {
          await harness.beat('b', new Map([['t', since]]));
          lives.push(harness.membership.returnsOf('t').get('b')?.life);
        }
      }
      const [first, again, second, secondAgain] = lives;
      assert.ok(first !== undefined && second !== undefined, 'a node that came back is not named');
      assert.deepEqual([again, secondAgain], [first, second], 'the name of a life changed within it');
      assert.notEqual(second, first, 'two lives have one name');
    },
  },
  {
    id: 'returns/self',
    promise: 'tells of this node, too, what it had before (R10)',
    async check(harness) {
      const { self } = harness.membership;
      await harness.beat(self, new Map([['t', before]]));
      await harness.restart(self);
      await harness.beat(self, new Map([['t', since]]));
      assert.deepEqual([...(harness.membership.returnsOf('t').get(self)?.had ?? [])], [...before]);
    },
  },
  {
    id: 'returns/live-only',
    promise: 'names no node that is not alive',
    async check(harness) {
      await harness.beat('b', new Map([['t', before]]));
      await harness.restart('b');
      await harness.beat('b', new Map([['t', since]]));
      await harness.pass(1.1 * harness.livenessMs);
      assert.deepEqual([...harness.membership.returnsOf('t').keys()], []);
    },
  },
];
