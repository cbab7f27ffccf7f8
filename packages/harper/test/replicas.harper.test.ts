import { micros } from '@bqsync/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { EXCLUSIVE_WRITES } from '../src/writes.ts';
import { keyed, order, target } from './fixtures.ts';
import { type HarperApp, startHarperApp } from './harper-app.ts';

const HOSTS = ['127.0.0.31', '127.0.0.32', '127.0.0.33'];
const ROUNDS = 2;
const PER_COMMIT = 300;
/** The last commit of each table is of 1 to 97 rows. */
const LAST_ROWS = [1, 10, 30, 50, 70, 97];

const nodes: HarperApp[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.end();
});

const tables = Array.from({ length: ROUNDS }, (_, round) =>
  LAST_ROWS.map((last, n) => ({ name: `R${String(round)}T${String(n)}`, rows: 10 * PER_COMMIT + last, writer: n % HOSTS.length })),
);

async function startCluster(env: Record<string, string>): Promise<void> {
  const graphql = tables
    .flat()
    .map(({ name }) => `type ${name} @table { k: ID @primaryKey, ts: String @indexed, v: Any }`)
    .join('\n');
  for (const host of HOSTS) {
    const node = await startHarperApp({ graphql, host, env });
    nodes.push(node);
    if (node !== nodes[0]) await node.harper.joinCluster(nodes[0]!.harper);
  }
  await sleep(3_000);
}

/** Replicas that lack rows which their progress says are there, after all that was sent has had time to arrive. */
async function shortReplicas(rounds = tables): Promise<string[]> {
  const short: string[] = [];
  for (const round of rounds) {
    await Promise.all(
      round.map(async ({ name, rows, writer }) => {
        const into = target(name, { createTarget: false });
        await sleep(Math.random() * 1_500);
        const snapshot = micros(BigInt(Date.now() - 200) * 1000n);
        const given = order(into, [keyed('x')], { snapshot });
        await nodes[writer]!.call('load', HOSTS[writer]!, into, given, rows, PER_COMMIT);
      }),
    );
    // A fault that this looks for does not heal, so waiting hides nothing.
    for (let tries = 0; tries < 30 && (await lacking(round)).length > 0; tries++) await sleep(500);
    short.push(...(await lacking(round)));
  }
  return short;
}

async function lacking(round: (typeof tables)[number]): Promise<string[]> {
  const found: string[] = [];
  for (const [index, node] of nodes.entries())
    for (const { name, rows } of round) {
      const count = await node.call('count', name);
      if (count !== rows) found.push(`${name} on ${HOSTS[index]!}: ${String(count)} of ${String(rows)} rows`);
    }
  return found;
}

describe('a node that is killed while rows arrive', () => {
  it('lacks none once it is back, though Harper records what it has received before that is stored', async () => {
    const names = Array.from({ length: 6 }, (_, n) => `Killed${String(n)}`);
    const graphql = names.map((name) => `type ${name} @table { k: ID @primaryKey, ts: String @indexed, v: Any }`).join('\n');
    for (const host of HOSTS.slice(0, 2)) {
      const node = await startHarperApp({ graphql, host, env: { BQSYNC_TEST_GUARD: '1' } });
      nodes.push(node);
      if (node !== nodes[0]) await node.harper.joinCluster(nodes[0]!.harper);
    }
    await sleep(3_000);
    const [writer, replica] = [nodes[0]!, nodes[1]!];
    const countAll = (node: HarperApp) => Promise.all(names.map((name) => node.call('count', name)));
    for (const round of [0, 1]) {
      const loads = names.map((name, n) => {
        const given = order(target(name, { createTarget: false }), [keyed('x')], { snapshot: micros(BigInt(Date.now() - 200) * 1000n) });
        return writer.call('load', `writer${String(n)}`, target(name, { createTarget: false }), given, 1_500, 10 + 40 * n, 1_500 * round);
      });
      const before = (await countAll(replica))[1]!;
      while ((await countAll(replica))[1]! < before + 300) await sleep(100);
      await replica.harper.kill();
      await Promise.all(loads);
      await replica.harper.restart();
      const all = names.map(() => 1_500 * (round + 1));
      // What replication has passed over does not come any more, so waiting hides nothing.
      for (let tries = 0; tries < 40 && String(await countAll(replica)) !== String(all); tries++) await sleep(500);
      expect(await countAll(replica)).toEqual(all);
    }
  }, 240_000);
});

describe('three nodes', () => {
  it('have every row of every table, whatever the size of its last commit (R2, INV-1)', async () => {
    await startCluster({});
    expect(await shortReplicas()).toEqual([]);
    for (const node of nodes) {
      const sizes = await node.call('transactionSizes', 'data');
      const droppable = Object.keys(sizes).filter((size) => Number(size) > 1 && Number(size) < EXCLUSIVE_WRITES);
      expect(droppable, JSON.stringify(sizes)).toEqual([]);
      expect(Object.keys(sizes).map(Number)).toEqual(expect.arrayContaining([1, PER_COMMIT + 2]));
    }
  }, 240_000);

  it('lack rows where small commits are one transaction, which is why they are not', async () => {
    await startCluster({ BQSYNC_UNSAFE_COMMITS: '1' });
    // One round is enough: about half of its replicas lack rows.
    expect(await shortReplicas(tables.slice(0, 1))).not.toEqual([]);
  }, 240_000);
});
