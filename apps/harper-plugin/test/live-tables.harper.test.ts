import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HarperProcess, startHarper } from '@bqsync/harper-process';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncStatus } from '../src/index.ts';
import { clientOf, pluginRuns, START_TIMEOUT_MS, type TableConfig, waitUntil, writeApplication } from './harness.ts';
import { installPlugin } from './install-plugin.ts';

// A longer hunt: LIVE_TABLE_ROUNDS=10 vitest run test/live-tables.harper.test.ts
const ROUNDS = Number(process.env['LIVE_TABLE_ROUNDS'] ?? 1);
const TABLES_PER_ROUND = 9;
const THREADS = 2;
const HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

/** Each node's own table, which its own code writes all the time: replication then reads the audit log all the time. */
const GRAPHQL = HOSTS.map((_, node) => `type Busy${node} @table { id: ID @primaryKey\n n: Int }`).join('\n');
const RESOURCES = `
let busy = false;
export class Write extends Resource {
  static loadAsInstance = false;
  async post(_target, body) {
    const { table, on } = await body;
    if (!on || busy) return { busy: (busy = on) };
    busy = true;
    void (async () => {
      for (let n = 0; busy; n++) {
        await tables[table].put({ id: String(n % 1000), n });
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    return { busy };
  }
}
`;

const dir = mkdtempSync(join(tmpdir(), 'bqsync-live-'));
const nodes: HarperProcess[] = [];
const deaths: string[] = [];
const configured: TableConfig[] = [];
let local: LocalBigQuery;
let ends = false;
let killed: HarperProcess | undefined;

const appDirOf = (host: string): string => join(dir, host, 'app');
const configure = (host: string): string =>
  writeApplication(appDirOf(host), local, { tables: configured, graphql: GRAPHQL, resources: RESOURCES });

async function seed(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `t${configured.length + index}`);
  for (const id of ids) {
    const [table] = await clientOf(local).dataset('maritime').createTable(id, { schema: 'key:STRING,ts:TIMESTAMP,n:INTEGER' });
    await table.insert(
      Array.from({ length: 120 }, (_, n) => ({ key: `k${n}`, ts: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(), n })),
    );
    configured.push({ id, dataset: 'maritime', table: id, timestampColumn: 'ts', targetTable: `Copy_${id}`, primaryKey: ['key'] });
  }
  return ids;
}

async function write(on: boolean): Promise<void> {
  await Promise.all(
    nodes.map((node, index) =>
      node.fetch('/Write', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ table: `Busy${index}`, on }),
      }),
    ),
  );
}

interface Described {
  readonly attributes: readonly { readonly attribute: string; readonly indexed?: unknown }[];
}

/** Whether the node has the table with its index: index flags are not replicated. */
async function isComplete(node: HarperProcess, id: string): Promise<boolean> {
  const { attributes } = await node.operation<Described>({ operation: 'describe_table', table: `Copy_${id}` });
  return Boolean(attributes.find(({ attribute }) => attribute === 'ts')?.indexed);
}

function watch(node: HarperProcess): void {
  void node.exited.then(({ code, signal }) => {
    if (node === killed) killed = undefined;
    else if (!ends) deaths.push(`${node.httpUrl} ended with ${signal ?? String(code)}\n${node.logTail(10)}`);
  });
}

async function untilComplete(ids: readonly string[], what: string): Promise<void> {
  await waitUntil(what, async () => {
    if (deaths.length > 0) return true;
    const complete = await Promise.all(nodes.flatMap((node) => ids.map((id) => isComplete(node, id))));
    return complete.every(Boolean);
  });
  expect(deaths).toEqual([]);
}

beforeAll(async () => {
  local = await startLocalBigQuery();
  await clientOf(local).createDataset('maritime');
  await seed(1);
  for (const host of HOSTS) {
    await installPlugin(appDirOf(host));
    const node = await startHarper({
      rootDir: join(dir, host),
      appDir: configure(host),
      host,
      cluster: true,
      threads: THREADS,
      password: 'cluster-password',
      ready: pluginRuns(THREADS),
    });
    watch(node);
    if (nodes[0] !== undefined) await node.joinCluster(nodes[0]);
    nodes.push(node);
  }
}, START_TIMEOUT_MS);

afterAll(async () => {
  ends = true;
  await Promise.all(nodes.map((node) => node.stop()));
  await local.close();
  rmSync(dir, { recursive: true, force: true });
});

// Other platforms have no second loopback address.
describe.runIf(process.platform === 'linux')('three nodes that replicate all the time', { timeout: 60_000 + ROUNDS * 60_000 }, () => {
  it('outlive tables that each of them makes at run time, at different moments: Harper alone ends by SIGSEGV (R14)', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await write(true);
      const ids = await seed(TABLES_PER_ROUND);
      for (const host of HOSTS) {
        configure(host);
        await sleep(300);
      }
      await untilComplete(ids, `the tables of round ${round} on every node`);
    }
    await write(false);
  });

  it('tell each other how the tables are that they run', async () => {
    await waitUntil('each node knows of each table', async () => {
      const answers = await Promise.all(nodes.map((node) => node.fetch('/SyncControl')));
      const statuses = (await Promise.all(answers.map((answer) => answer.json()))) as SyncStatus[];
      const elsewhere = statuses.flatMap(({ tables }) => tables.filter(({ state }) => state === 'elsewhere'));
      return elsewhere.length > 0 && elsewhere.every((table) => table.elsewhere?.state === 'caught-up' && table.elsewhere.stage === 'tail');
    });
  });

  it('outlive the return of one that was killed while it sent rows, and find tables that were made meanwhile', async () => {
    await write(true);
    const [returning] = nodes.slice(-1);
    killed = returning;
    await returning!.kill();
    const ids = await seed(TABLES_PER_ROUND);
    for (const host of HOSTS) configure(host);
    await sleep(3_000);
    await returning!.restart();
    watch(returning!);
    await write(true);
    await untilComplete(ids, 'the tables on the node that was away, too');
    await write(false);
  });
});
