import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncStatus } from '../src/index.ts';
import { Fixture, START_TIMEOUT_MS, type TableConfig, waitUntil } from './harness.ts';

const table = (id: string): TableConfig => ({
  id,
  dataset: 'maritime',
  table: id,
  timestampColumn: 'ts',
  targetTable: `Copy_${id}`,
  primaryKey: ['key'],
});
const tables = ['alpha', 'beta', 'gamma', 'missing'].map(table);
let fixture: Fixture;

async function seed(bigquery: BigQuery): Promise<void> {
  const [dataset] = await bigquery.createDataset('maritime');
  for (const id of ['alpha', 'beta', 'gamma']) {
    const [made] = await dataset.createTable(id, {
      schema: [
        { name: 'key', type: 'STRING' },
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'n', type: 'INTEGER' },
      ],
    });
    await made.insert(rowsFrom(0, 100));
  }
}

function rowsFrom(first: number, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `k${first + index}`,
    ts: new Date(Date.UTC(2026, 0, 1) + (first + index) * 1000).toISOString(),
    n: first + index,
  }));
}

const stateOf = (status: SyncStatus, id: string) => status.tables.find(({ tableId }) => tableId === id);
const present = ['alpha', 'beta', 'gamma'];

/** Sent on connections of their own, so many that each thread answers some. */
async function askEach<T>(path: string): Promise<T[]> {
  const ask = async (): Promise<T> => {
    const answer = await fixture.harper.fetch(path, { headers: { connection: 'close' } });
    if (!answer.ok) throw new Error(`GET ${path} answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return Promise.all(Array.from({ length: 16 }, ask));
}

/** Waits until it holds for each thread: each follows the configuration by itself, and answers by what it knows. */
async function waitForEach(what: string, condition: (status: SyncStatus) => boolean): Promise<SyncStatus[]> {
  let statuses: SyncStatus[] = [];
  await waitUntil(what, async () => {
    statuses = await askEach<SyncStatus>('/SyncControl');
    return statuses.every(condition);
  });
  return statuses;
}

/** `GET /Looks/`: how often the thread that answers has looked at the tables by its own message, as Harper's messages are counted. */
const LOOKS = `
import { threadId } from 'node:worker_threads';
let looks = 0;
threads.onMessageByType('schema', ({ message }) => {
  if (message.originator === threadId) looks++;
});
export class Looks extends Resource {
  static loadAsInstance = false;
  get() {
    return { looks };
  }
}
`;

beforeAll(async () => {
  fixture = await Fixture.start({ tables, threads: 2, seed, resources: LOOKS });
}, START_TIMEOUT_MS);
afterAll(() => fixture.close());

describe('the plugin, installed from tarballs', { timeout: 120_000 }, () => {
  it('lesson 16: syncs each table on one of the threads, and fails one alone (INV-6)', async () => {
    await fixture.waitUntilSynced(present);
    const status = await fixture.waitFor('the missing table', (now) => stateOf(now, 'missing')?.state === 'failed');
    expect(stateOf(status, 'missing')).toMatchObject({ state: 'failed', lastError: { code: 'BQS_SOURCE_NOT_FOUND' } });
    expect(new Set(status.tables.map(({ workerIndex }) => workerIndex))).toEqual(new Set([0, 1]));
    for (const id of present) {
      const copies = await fixture.rows(`Copy_${id}`, ['key', 'n']);
      expect(copies.map(({ n }) => n).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 100 }, (_, n) => n));
    }
  });

  it('publishes a checkpoint for each table', async () => {
    const checkpoints = await fixture.rows('SyncCheckpoint');
    expect(checkpoints.map(({ tableId }) => tableId).sort()).toEqual(present);
    for (const checkpoint of checkpoints) {
      expect(checkpoint).toMatchObject({
        id: `${checkpoint.tableId}_${checkpoint.nodeId}`,
        recordsIngested: 100,
        lastTimestamp: '2026-01-01T00:01:39.000000Z',
      });
    }
  });

  it('lesson 22: answers super users only', async () => {
    await fixture.harper.operation({ operation: 'add_role', role: 'reader', permission: { super_user: false } });
    await fixture.harper.operation({
      operation: 'add_user',
      role: 'reader',
      username: 'reader',
      password: 'reader-password',
      active: true,
    });
    const reader = `Basic ${Buffer.from('reader:reader-password').toString('base64')}`;
    for (const [authorization, status] of [
      ['', 401],
      [reader, 403],
    ] as const) {
      const get = await fixture.harper.fetch('/SyncControl', { headers: { authorization } });
      expect(get.status).toBe(status);
      expect(await get.text()).not.toContain('alpha');
      const post = await fixture.harper.fetch('/SyncControl', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{"action":"stop"}',
      });
      expect(post.status).toBe(status);
    }
    expect((await fixture.status()).desired).toBe('start');
  });

  it('looks once more at tables that another thread has made: Harper may have looked too early (R14)', async () => {
    await fixture.harper.operation({ operation: 'create_table', table: 'MadeByHand', primary_key: 'id' });
    await waitUntil('a thread has looked once more', async () =>
      (await askEach<{ looks: number }>('/Looks/')).some(({ looks }) => looks > 0),
    );
  });

  it('exposes no state table over REST (R13)', async () => {
    for (const name of ['SyncTable', 'SyncWindow', 'SyncCheckpoint', 'SyncAudit', 'SyncNode', 'SyncWorker']) {
      expect((await fixture.harper.fetch(`/${name}/`)).status, name).toBe(404);
    }
  });

  it('lesson 18: refuses what it does not know, and stores no one-off command as the desired state', async () => {
    for (const body of [
      { action: 'validate' },
      { action: 'stop', table: 'nope' },
      {},
      { action: 'stop', tables: ['alpha'] },
      { action: 'resync' },
    ]) {
      const response = await fixture.control(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        actions: ['start', 'stop', 'resync', 'repair', 'answer', 'withdraw'],
        tables: ['alpha', 'beta', 'gamma', 'missing'],
      });
    }
    expect(await fixture.rows('SyncControl')).toEqual([]);
  });

  it('stops one table on whichever thread it runs, keeps that over a crash, and starts it again', async () => {
    expect((await fixture.control({ action: 'stop', table: 'beta' })).status).toBe(200);
    await fixture.waitFor('beta stopped', (status) => stateOf(status, 'beta')?.state === 'stopped');
    for (const id of present) await fixture.bigquery.dataset('maritime').table(id).insert(rowsFrom(100, 10));
    await fixture.harper.kill();
    await fixture.harper.restart();
    await fixture.waitUntilSynced(['alpha', 'gamma']);
    const status = await fixture.waitFor('beta’s thread', (now) => stateOf(now, 'beta')?.state === 'stopped');
    expect(stateOf(status, 'beta')).toMatchObject({ desired: 'stop', state: 'stopped' });
    expect(await fixture.rows('Copy_alpha', ['key'])).toHaveLength(110);
    expect(await fixture.rows('Copy_beta', ['key'])).toHaveLength(100);
    await fixture.control({ action: 'start', table: 'beta' });
    await fixture.waitUntilSynced(present);
    expect(await fixture.rows('Copy_beta', ['key'])).toHaveLength(110);
  });

  it('stops and starts all tables, those with a wish of their own included', async () => {
    await fixture.control({ action: 'stop' });
    await fixture.waitFor('all stopped', ({ desired, tables: all }) => desired === 'stop' && all.every(({ state }) => state === 'stopped'));
    await fixture.control({ action: 'start' });
    await fixture.waitFor('present tables caught up', ({ tables: all }) => all.filter(({ state }) => state === 'caught-up').length === 3);
  });

  it('reads a table again once, on the thread that runs it, and stores no wish for it', async () => {
    await fixture.harper.operation({ operation: 'delete', table: 'Copy_beta', hash_values: ['k3', 'k4'] });
    const wishes = await fixture.rows('SyncControl');
    const response = await fixture.control({ action: 'resync', table: 'beta' });
    expect([response.status, await response.json()]).toEqual([200, { action: 'resync', table: 'beta', status: 'begun' }]);
    await fixture.waitFor(
      'beta read again',
      // Not what its thread said last of the reading before: the counters begin anew.
      (status) => stateOf(status, 'beta')?.state === 'caught-up' && stateOf(status, 'beta')?.counters?.inserted === 2,
    );
    expect(await fixture.rows('Copy_beta', ['key'])).toHaveLength(110);
    expect(await fixture.rows('SyncControl')).toEqual(wishes);
    expect(await fixture.rows('SyncRequest')).toEqual([]);
    const refused = await fixture.control({ action: 'resync', table: 'beta', from: '2099-01-01T00:00:00Z' });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error: { code: 'BQS_USAGE' } });
  });

  it('lesson 15: follows a changed configuration without a restart, and leaks no engine', async () => {
    fixture.configure({ tables: tables.filter(({ id }) => id === 'alpha') });
    await fixture.waitFor(
      'one table left',
      ({ tables: all, workers }) => all.length === 1 && workers.every((w) => w.tables.every(({ tableId }) => tableId === 'alpha')),
    );
    for (const id of present) await fixture.bigquery.dataset('maritime').table(id).insert(rowsFrom(110, 5));
    await fixture.waitUntilSynced(['alpha']);
    expect(await fixture.rows('Copy_alpha', ['key'])).toHaveLength(115);
    expect(await fixture.rows('Copy_beta', ['key'])).toHaveLength(110);
    expect(await fixture.rows('Copy_gamma', ['key'])).toHaveLength(110);
    fixture.configure({ tables: tables.filter(({ id }) => id !== 'missing') });
    await fixture.waitUntilSynced(present);
    expect(await fixture.rows('Copy_gamma', ['key'])).toHaveLength(115);
    await waitForEach('three tables', ({ tables: all }) => all.length === 3);
  });

  it('shows every error of a bad configuration, and goes on with the one before', async () => {
    fixture.configure({ tables: [{ ...table('alpha'), bogus: 1 }, { ...table('alpha') }] });
    for (const { problem, tables: running } of await waitForEach('the problem', (status) => status.problem !== undefined)) {
      expect(problem).toMatchObject({ code: 'BQS_CONFIG_INVALID' });
      expect(problem?.issues?.length).toBeGreaterThanOrEqual(2);
      expect(running).toHaveLength(3);
    }
    await fixture.bigquery.dataset('maritime').table('alpha').insert(rowsFrom(115, 1));
    await fixture.waitFor('alpha goes on', (status) => stateOf(status, 'alpha')?.counters?.inserted === 116);
  });

  it('stays up while its configuration is no YAML, and goes on with the one before', async () => {
    fixture.configure({ tables });
    await waitForEach('no problem', ({ problem }) => problem === undefined);
    writeFileSync(join(fixture.dir, 'app', 'config.yaml'), '{ "rest": true, : [\n');
    for (const { problem, tables: running } of await waitForEach('the problem', (status) => status.problem !== undefined)) {
      expect(problem).toMatchObject({ code: 'BQS_CONFIG_UNREADABLE' });
      expect(running).toHaveLength(4);
    }
    fixture.configure({ tables: [{ ...table('alpha'), bogus: 1 }] });
    await waitForEach('another problem', ({ problem }) => problem?.code === 'BQS_CONFIG_INVALID');
  });

  it('goes by the later of two changes that follow each other closely, on each thread', async () => {
    for (let round = 0; round < 15; round++) {
      fixture.configure({ tables });
      await waitForEach('no problem', ({ problem }) => problem === undefined);
      writeFileSync(join(fixture.dir, 'app', 'config.yaml'), '{ "rest": true, : [\n');
      // The moment one thread has heard of it, the other is about to.
      while ((await askEach<SyncStatus>('/SyncControl')).every(({ problem }) => problem === undefined)) continue;
      fixture.configure({ tables: [{ ...table('alpha'), bogus: round }] });
      await waitForEach('the later change', ({ problem }) => problem?.code === 'BQS_CONFIG_INVALID');
    }
  });

  it('stays up when it starts with a bad configuration', async () => {
    await fixture.harper.restart();
    for (const { problem, tables: running } of await waitForEach('the problem', (status) => status.problem !== undefined)) {
      expect(problem).toMatchObject({ code: 'BQS_CONFIG_INVALID' });
      expect(running).toEqual([]);
    }
    expect((await fixture.harper.fetch('/Copy_alpha/')).status).not.toBe(500);
    fixture.configure({ tables });
    await fixture.waitUntilSynced(present);
    await waitForEach('no problem', ({ problem }) => problem === undefined);
  });
});
