import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncStatus, TableView } from '../src/index.ts';
import { Fixture, START_TIMEOUT_MS } from './harness.ts';
import { basic, freePort, type Login, mqttSubscribe, webSocket } from './raw-clients.ts';

const IDS = ['ports', 'ships'];
const READER = { username: 'reader', password: 'reader-password' };
const JSON_TYPE = { 'content-type': 'application/json' };
let fixture: Fixture;
let mqttPort: number;

/** Who asks, with the status that is expected of a way in that exists. */
const strangers = (): readonly (readonly [who: string, login: Login | undefined, status: number])[] => [
  ['nobody', undefined, 401],
  ['a wrong password', { ...fixture.harper.credentials, password: 'wrong' }, 401],
  ['a user who is no super user', READER, 403],
];

const ask = (path: string, init: RequestInit = {}, login?: Login): Promise<Response> =>
  fixture.harper.fetch(path, {
    ...init,
    headers: [...new Headers(init.headers), ['authorization', login === undefined ? '' : basic(login)]],
  });

const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE): Promise<Response> =>
  fixture.harper.fetch(path, { method: 'POST', headers, body });

const stored = async (): Promise<Record<string, unknown>> => {
  const wishes = await fixture.rows('SyncControl');
  return Object.fromEntries(wishes.map(({ id, desired }) => [String(id), desired]));
};

beforeAll(async () => {
  mqttPort = await freePort();
  fixture = await Fixture.start({
    env: { MQTT_NETWORK_PORT: `127.0.0.1:${mqttPort}` },
    tables: IDS.map((id) => ({
      id,
      dataset: 'maritime',
      table: id,
      timestampColumn: 'ts',
      targetTable: `Copy_${id}`,
      primaryKey: ['key'],
    })),
    seed: async (bigquery) => {
      const [dataset] = await bigquery.createDataset('maritime');
      for (const id of IDS) await dataset.createTable(id, { schema: 'key:STRING,ts:TIMESTAMP' });
    },
  });
  await fixture.harper.operation({ operation: 'add_role', role: 'reader', permission: { super_user: false } });
  await fixture.harper.operation({ operation: 'add_user', role: 'reader', active: true, ...READER });
}, START_TIMEOUT_MS);
afterAll(() => fixture.close());

describe('lesson 22: only super users come in', { timeout: 60_000 }, () => {
  it('by a request of any method, for all tables or one', async () => {
    for (const [who, login, status] of strangers()) {
      for (const path of ['/SyncControl', '/SyncControl/', '/SyncControl/ports', '/SyncControl/unknown']) {
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'COPY', 'MOVE']) {
          const body = ['GET', 'HEAD', 'DELETE', 'COPY', 'MOVE'].includes(method) ? {} : { body: '{"action":"stop"}', headers: JSON_TYPE };
          const answer = await ask(path, { method, ...body }, login);
          expect(answer.status, `${who} ${method} ${path}`).toBe(status);
          expect(await answer.text()).not.toMatch(/ports|ships/);
        }
      }
    }
    expect(await stored()).toEqual({});
  });

  it('by server-sent events: the connection stayed open without a login', async () => {
    for (const [who, login, status] of strangers()) {
      for (const path of ['/SyncControl', '/SyncControl/ports']) {
        const answer = await ask(path, { headers: { accept: 'text/event-stream' }, signal: AbortSignal.timeout(10_000) }, login);
        expect(answer.status, `${who} ${path}`).toBe(status);
        await answer.text();
      }
    }
    const known = await ask('/SyncControl', { headers: { accept: 'text/event-stream' } }, fixture.harper.credentials);
    expect(known.status).toBe(405);
    await known.text();
  });

  it('by a WebSocket', async () => {
    // Harper closes it with 3000 for 401 and 3003 for 403.
    for (const [who, login, status] of strangers()) {
      for (const path of ['/SyncControl', '/SyncControl/ports']) {
        expect([status, status === 401 ? 3000 : 3003], who).toContain(await webSocket(`${fixture.harper.httpUrl}${path}`, login));
      }
    }
    expect(await webSocket(`${fixture.harper.httpUrl}/SyncControl`, fixture.harper.credentials)).toBe(1011);
  });

  it('by MQTT', async () => {
    const subscribe = (topic: string, login?: Login) => mqttSubscribe('127.0.0.1', mqttPort, topic, login);
    for (const [who, login] of strangers()) {
      for (const topic of ['SyncControl', 'SyncControl/ports', 'SyncControl/#']) {
        expect(await subscribe(topic, login), `${who} ${topic}`).toBeGreaterThan(0);
      }
    }
    expect(await subscribe('SyncControl/#', fixture.harper.credentials)).toBeGreaterThanOrEqual(0x80);
  });
});

describe('a table in the path', { timeout: 60_000 }, () => {
  it('is the one that is stopped: POST /SyncControl/ports stopped every table', async () => {
    const answer = await post('/SyncControl/ports', '{"action":"stop"}');
    expect([answer.status, ((await answer.json()) as TableView).tableId]).toEqual([200, 'ports']);
    expect(await stored()).toEqual({ ports: 'stop' });
    await fixture.waitFor('ports stopped', ({ tables }) => tables.find(({ tableId }) => tableId === 'ports')?.state === 'stopped');
    expect((await fixture.status()).tables.map(({ desired }) => desired)).toEqual(['stop', 'start']);
    expect((await post('/SyncControl/ports/', '{"action":"start","table":"ports"}')).status).toBe(200);
    expect(await stored()).toEqual({ ports: 'start' });
  });

  it('has its status there', async () => {
    const answer = await fixture.harper.fetch('/SyncControl/ships');
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ tableId: 'ships', desired: 'start' })]);
  });

  it('is refused by name where it is unknown, or not the one in the body, and nothing is stored', async () => {
    const before = await stored();
    for (const path of ['/SyncControl/unknown', '/SyncControl/ports/more', '/SyncControl/%E0%A4%A', '/SyncControl/Ports']) {
      for (const [status, answer] of [
        [404, await fixture.harper.fetch(path)],
        [400, await post(path, '{"action":"stop"}')],
      ] as const) {
        expect(answer.status, path).toBe(status);
        expect(await answer.json()).toMatchObject({ error: expect.stringContaining('unknown table "'), tables: IDS });
      }
    }
    for (const [path, body] of [
      ['/SyncControl/ports', '{"action":"stop","table":"ships"}'],
      ['/SyncControl?table=ports', '{"action":"stop"}'],
      ['/SyncControl/ports?table=ships', '{"action":"stop"}'],
    ] as const) {
      expect((await post(path, body)).status, path).toBe(400);
    }
    expect((await fixture.harper.fetch('/SyncControl?table=ports')).status).toBe(400);
    expect(await stored()).toEqual(before);
  });
});

describe('a body that is no command', { timeout: 60_000 }, () => {
  it('is 400 with the reason: one that was no JSON was 500', async () => {
    for (const path of ['/SyncControl', '/SyncControl/ports']) {
      for (const body of ['{"action":', 'stop', '', '"stop"', '[]', 'null', '{"action":"stop"}}', '\u0000']) {
        const answer = await post(path, body);
        expect([body, answer.status]).toEqual([body, 400]);
        expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/not (valid JSON|a JSON object)/) });
      }
      for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/cbor', 'application/octet-stream', 'x/y']) {
        const answer = await post(path, '{"action":"stop"}', { 'content-type': type });
        expect([type, answer.status]).toEqual([type, 400]);
      }
    }
    expect(Object.values(await stored())).not.toContain('stop');
  });

  it('without a login does not end a thread: it is refused and nothing more', async () => {
    const { workers } = await fixture.status();
    for (let n = 0; n < 8; n++) expect((await ask('/SyncControl', { method: 'POST', headers: JSON_TYPE, body: '{' })).status).toBe(401);
    for (const method of ['PUT', 'PATCH']) {
      expect((await ask('/SyncControl', { method, headers: JSON_TYPE, body: '{' }, fixture.harper.credentials)).status).toBe(405);
    }
    const after: SyncStatus = await fixture.status();
    expect(after.workers.map(({ startedAt }) => startedAt)).toEqual(workers.map(({ startedAt }) => startedAt));
  });
});
