import { strict as assert } from 'node:assert';
import type { Checkpoint, StateStore, TableProgress } from '@bqsync/core';
import { refuses } from '../refuses.ts';
import { at, sampleRow } from '../sample-table.ts';
import { snapshotAt, TargetSession } from '../target-session.ts';
import type { NodesHarness } from '../target-harness.ts';
import type { Clause } from '../test-runner.ts';

export const nodeClauses: readonly Clause<NodesHarness>[] = [
  {
    id: 'nodes/own-invisible',
    promise: 'leaves this node out of what other nodes wrote, which is nothing before they did (R10)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      assert.deepEqual(await elsewhere(session), {}, 'before anything was written');
      await write(session, session.progress({ frontier: at(1) }));
      assert.deepEqual(await elsewhere(session), {}, 'after this node wrote');
    },
  },
  {
    id: 'nodes/others-visible',
    promise: 'gives the last progress of each other node by its name, every field, over a restart (R10)',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const peers = await Promise.all(['b', 'c.example-1'].map((node) => TargetSession.join(harness.peer(node), session)));
      const wanted: Record<string, TableProgress> = {};
      for (const [i, peer] of peers.entries()) {
        await write(peer, peer.progress({ frontier: at(1) }));
        const heard = { a: [{ low: null, high: at(3, i), window: at(2, i) }] };
        const last = peer.progress({
          frontier: at(2, i),
          touched: at(4, i),
          healing: true,
          cleared: 3,
          heard,
          epoch: i,
        });
        await write(peer, last);
        wanted[(peer.harness as NodesHarness).node] = last;
      }
      assert.deepEqual(await elsewhere(session), wanted);
      await session.restart();
      assert.deepEqual(await elsewhere(session), wanted, 'after a restart');
    },
  },
  {
    id: 'nodes/own-progress',
    promise: 'keeps the progress and units of each node apart: none replaces those of another (R10, R13)',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const records = [session, peer].map((each, i) => ({
        progress: each.progress({ frontier: at(i, 1) }),
        unit: each.unit(0, { rowsDone: i }),
      }));
      for (const [i, each] of [session, peer].entries()) await each.commit(1, [], { record: () => records[i] ?? {} });
      for (const [i, { harness: of, table }] of [session, peer].entries()) {
        assert.deepEqual(await of.state.loadProgress(table.id), records[i]?.progress, 'the progress');
        assert.deepEqual(await of.state.loadUnits(table.id, 'w-1', 1), [records[i]?.unit], 'the units');
      }
      await peer.commit(1, [], { record: () => ({ clearUnits: 1 }) });
      assert.deepEqual(await harness.state.loadUnits(session.table.id, 'w-1', 1), [records[0]?.unit], 'after the other cleared its units');
    },
  },
  {
    id: 'nodes/own-intents',
    promise: 'fences by this node’s own intent, whatever another one stores (R9)',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const other = { ...peer.intent, request: { ...peer.intent.request, windowId: 'w-of-b' }, workerId: 'worker-b', bootId: 'boot-b' };
      await peer.hold(other);
      assert.equal((await harness.state.loadIntent(session.table.id))?.request.windowId, 'w-1');
      assert.equal((await session.commit(1, [sampleRow('a', at(1))])).inserted, 1);
      await peer.commit(2, [sampleRow('b', at(1))]);
      await refuses(
        () => peer.send({ ...peer.batch(3, []), fence: session.batch(3, []).fence }),
        ['BQS_FENCED'],
        'a commit by another’s fence',
      );
    },
  },
  {
    id: 'nodes/damaged-left-out',
    promise: 'leaves a damaged record of another node out, and gives the others (INV-4)',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const third = await TargetSession.join(harness.peer('c'), session);
      await write(peer, peer.progress({ frontier: at(1) }));
      await write(third, third.progress({ frontier: at(2) }));
      await peer.harness.damageProgress(peer.table.id);
      assert.deepEqual(await elsewhere(session), { c: third.progress({ frontier: at(2) }) });
    },
  },
  {
    id: 'nodes/tables-apart',
    promise: 'gives no record of another table, though its id begins with this one’s',
    async check(harness) {
      const [session, peer] = await pair(harness);
      for (const ending of ['0', '@b', '/0', ' '])
        await write(await TargetSession.join(peer.harness, session, `${session.table.id}${ending}`), peer.progress({ frontier: at(1) }));
      assert.deepEqual(await elsewhere(session), {});
    },
  },
  {
    id: 'nodes/arrivals',
    promise: 'tells that more of a node’s writing has arrived, of its progress and of its units',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const seen = [await arrivals(session, ['b'])];
      await write(peer, peer.progress({ frontier: at(1) }));
      seen.push(await arrivals(session, ['b']));
      await peer.commit(2, [], { record: () => ({ unit: peer.unit(0) }) });
      seen.push(await arrivals(session, ['b']));
      await write(peer, peer.progress({ frontier: at(1) }), 3);
      seen.push(await arrivals(session, ['b']));
      assert.equal(new Set(seen).size, seen.length, `it says the same of different states: ${seen.join(' | ')}`);
      assert.equal(await arrivals(session, ['b']), seen.at(-1), 'it changes by itself');
    },
  },
  {
    id: 'nodes/arrivals-named',
    promise: 'tells of the nodes and the table asked for, and of no others',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const third = await TargetSession.join(harness.peer('c'), session);
      const apart = await TargetSession.join(peer.harness, session, `${session.table.id}0`);
      await write(peer, peer.progress({ frontier: at(1) }));
      const before = await arrivals(session, ['b']);
      await write(third, third.progress({ frontier: at(1) }), 5);
      await write(session, session.progress({ frontier: at(1) }), 5);
      await write(apart, apart.progress({ frontier: at(1) }), 5);
      assert.equal(await arrivals(session, ['b']), before);
    },
  },
  {
    id: 'nodes/quarantine-version',
    promise:
      'stores rows at the version of their snapshot, though another node has quarantined a row of the batch at a newer one (R1, INV-5)',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const rejected = [{ key: 'poison', reason: 'decode', message: 'column "value": "x" is no INT64', sample: '{"id":"poison"}' }];
      await peer.commit(9, [], { rejected });
      for (const compare of [true, false])
        await session.commit(compare ? 4 : 5, [sampleRow('a', at(1), 1), sampleRow('b', at(1), 1)], { rejected, compare });
      await harness.arrive(session.table, snapshotAt(7), sampleRow('a', at(1), 2));
      await harness.arrive(session.table, snapshotAt(3), sampleRow('b', at(9), 9));
      await session.holds([sampleRow('a', at(1), 2), sampleRow('b', at(1), 1)], 'the newer row of another node was dropped');
      assert.equal((await harness.quarantineOf(session.table)).length, 1, 'the quarantine');
    },
  },
  {
    id: 'nodes/checkpoint-version',
    promise:
      'stores rows at the version of their snapshot, though another node has written a checkpoint of that id at a newer one (R1, INV-5)',
    async check(harness) {
      const [session, peer] = await pair(harness);
      const checkpoint: Checkpoint = {
        id: `${session.table.id}_7`,
        tableId: session.table.id,
        nodeId: 7,
        lastTimestamp: null,
        recordsIngested: 0,
        lastSyncTime: at(1),
        phase: 'steady',
        batchSize: 1,
      };
      await peer.commit(9, [], { record: () => ({ progress: peer.progress(), checkpoint }) });
      await session.commit(4, [sampleRow('a', at(1), 1)], { record: () => ({ progress: session.progress(), checkpoint }) });
      await harness.arrive(session.table, snapshotAt(7), sampleRow('a', at(1), 2));
      await session.holds([sampleRow('a', at(1), 2)], 'the newer row of another node was dropped');
    },
  },
];

async function pair(harness: NodesHarness): Promise<[TargetSession, TargetSession]> {
  const session = await TargetSession.begin(harness);
  return [session, await TargetSession.join(harness.peer('b'), session)];
}

async function write(session: TargetSession, progress: TableProgress, snapshot = 1): Promise<void> {
  await session.commit(snapshot, [], { record: () => ({ progress: { ...progress, tableId: session.table.id } }) });
}

async function elsewhere({ harness, table }: TargetSession): Promise<Record<string, TableProgress>> {
  const { state } = harness;
  assert.ok(state.loadElsewhere !== undefined, 'a store of several nodes has no loadElsewhere');
  return Object.fromEntries(await state.loadElsewhere(table.id));
}

function arrivals({ harness, table }: TargetSession, nodes: readonly string[]): Promise<string> {
  const { state }: { state: StateStore } = harness;
  assert.ok(state.arrivals !== undefined, 'a store of several nodes has no arrivals');
  return state.arrivals(table.id, nodes);
}
