import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HarperProcess, startHarper } from '@bqsync/harper-process';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { SyncStatus } from '../src/index.ts';
import { clientOf, pluginRuns, START_TIMEOUT_MS, waitUntil, writeApplication } from './harness.ts';
import { installPlugin } from './install-plugin.ts';

const ids = ['t1', 't2', 't3', 't4', 't5', 't6'];
const tables = ids.map((id) => ({
  id,
  dataset: 'maritime',
  table: id,
  timestampColumn: 'ts',
  targetTable: `Copy_${id}`,
  primaryKey: ['key'],
}));
const dir = mkdtempSync(join(tmpdir(), 'bqsync-cluster-'));
let local: LocalBigQuery;
const nodes: HarperProcess[] = [];

async function insert(first: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    key: `k${first + index}`,
    ts: new Date(Date.UTC(2026, 0, 1) + (first + index) * 1000).toISOString(),
  }));
  for (const id of ids) await clientOf(local).dataset('maritime').table(id).insert(rows);
}

async function statusOf(node: HarperProcess): Promise<SyncStatus> {
  return (await (await node.fetch('/SyncControl')).json()) as SyncStatus;
}

async function countOn(node: HarperProcess, id: string): Promise<number> {
  const { record_count } = await node.operation<{ record_count: number }>({
    operation: 'describe_table',
    table: `Copy_${id}`,
    exact_count: true,
  });
  return record_count;
}

async function everywhere(count: number, on: readonly HarperProcess[]): Promise<void> {
  await waitUntil(`${count} rows of each table on each node`, async () => {
    const counts = await Promise.all(on.map(async (node) => Promise.all(ids.map((id) => countOn(node, id)))));
    if (counts.flat().every((found) => found === count)) return true;
    const owners = await Promise.all(
      on.map(async (node) => (await statusOf(node)).tables.map(({ node: owner, state }) => `${owner ?? '?'} ${state}`)),
    );
    throw new Error(JSON.stringify({ counts, owners, logs: on.map((node) => node.logTail(8)) }));
  });
}

function startNode(host: string): Promise<HarperProcess> {
  return startHarper({
    rootDir: join(dir, host),
    appDir: join(dir, host, 'app'),
    host,
    cluster: true,
    threads: 1,
    password: 'cluster-password',
    ready: pluginRuns(1),
  });
}

beforeAll(async () => {
  local = await startLocalBigQuery();
  const [dataset] = await clientOf(local).createDataset('maritime');
  for (const id of ids) await dataset.createTable(id, { schema: 'key:STRING,ts:TIMESTAMP' });
  await insert(0, 50);
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const appDir = join(dir, host, 'app');
    await installPlugin(appDir);
    writeApplication(appDir, local, { tables });
    const node = await startNode(host);
    const [first] = nodes;
    nodes.push(node);
    if (first !== undefined) await node.joinCluster(first);
  }
}, START_TIMEOUT_MS);

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await local.close();
  rmSync(dir, { recursive: true, force: true });
});

// Other platforms have no second loopback address.
describe.runIf(process.platform === 'linux')('two nodes', { timeout: 180_000 }, () => {
  it('share the tables between them, each run by one (INV-7)', async () => {
    await waitUntil('both nodes see both', async () =>
      (await Promise.all(nodes.map(statusOf))).every((status) => status.nodes.filter(({ live }) => live).length === 2),
    );
    await waitUntil('the same owners', async () => {
      const [a, b] = (await Promise.all(nodes.map(statusOf))).map((status) => status.tables.map(({ node }) => node));
      return new Set(a).size === 2 && a!.join() === b!.join();
    });
    await everywhere(50, nodes);
    await insert(50, 25);
    await everywhere(75, nodes);
  });

  it("take over a dead node's tables, and miss nothing (R10, INV-7)", async () => {
    const [first, second] = nodes;
    await second!.kill();
    await insert(75, 25);
    await waitUntil('the first node runs all', async () => (await statusOf(first!)).tables.every(({ node }) => node === '127.0.0.1'));
    await everywhere(100, [first!]);
  });

  it('brings a node that was away up to date, tables that it does not own among them (R10)', async () => {
    const [first] = nodes;
    nodes[1] = await startNode('127.0.0.2');
    await insert(100, 10);
    await everywhere(110, [first!, nodes[1]]);
  });
});
