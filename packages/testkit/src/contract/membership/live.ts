import { strict as assert } from 'node:assert';
import type { MembershipHarness } from '../membership-harness.ts';
import type { Clause } from '../test-runner.ts';

const NOTHING = new Map();

export const liveClauses: readonly Clause<MembershipHarness>[] = [
  {
    id: 'live/self',
    promise: 'counts this node as alive, alone or not, however long nothing was heard of it (R9)',
    async check(harness) {
      const { self } = harness.membership;
      assert.deepEqual([...harness.membership.live()], [self], 'before anything was heard');
      await harness.beat(self, NOTHING);
      await harness.pass(3 * harness.livenessMs);
      assert.deepEqual([...harness.membership.live()], [self], 'long after');
    },
  },
  {
    id: 'live/sorted',
    promise: 'names each live node once, in the order of the names, whatever order they are heard of in',
    async check(harness) {
      const { self } = harness.membership;
      const others = [`${self}z`, '0', `${self}a`, 'zz', 'B'];
      for (const node of [...others, ...others]) await harness.beat(node, NOTHING);
      assert.deepEqual([...harness.membership.live()], [...others, self].sort());
    },
  },
  {
    id: 'live/expires',
    promise: 'counts a node as dead once nothing new was heard of it for the liveness time, and not before (R9)',
    async check(harness) {
      for (const node of ['b', 'c']) await harness.beat(node, NOTHING);
      await harness.pass(0.6 * harness.livenessMs);
      await harness.beat('c', NOTHING);
      assert.deepEqual(others(harness), ['b', 'c'], 'a node was given up too early');
      await harness.pass(0.6 * harness.livenessMs);
      assert.deepEqual(others(harness), ['c'], 'a node whose last heartbeat is old');
      await harness.pass(harness.livenessMs);
      assert.deepEqual(others(harness), [], 'nodes whose last heartbeats are old');
    },
  },
  {
    id: 'live/again',
    promise: 'counts a node as alive again with its next heartbeat, of the same process or another',
    async check(harness) {
      for (const node of ['b', 'c']) await harness.beat(node, NOTHING);
      await harness.pass(1.1 * harness.livenessMs);
      await harness.restart('c');
      for (const node of ['b', 'c']) await harness.beat(node, NOTHING);
      assert.deepEqual(others(harness), ['b', 'c']);
    },
  },
];

function others({ membership }: MembershipHarness): string[] {
  return membership.live().filter((node) => node !== membership.self);
}
