import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

const ROWS = 60_000;
let source: SourceFixture;
let proxy: Server;
let proxyUrl: string;
/** Changes what the local BigQuery answers, on the way to the command. */
let change: (method: string, path: string, body: Record<string, unknown>) => Record<string, unknown>;

beforeAll(async () => {
  source = await startSource();
  await source.table('owned', {
    schema: [
      { name: 'ts', type: 'TIMESTAMP' },
      { name: 'id', type: 'STRING' },
      { name: 'email', type: 'STRING' },
    ],
  });
  await source.query(
    `INSERT INTO maritime.owned (ts, id) SELECT TIMESTAMP '2026-01-01 00:00:00+00', CAST(x AS STRING) FROM UNNEST(GENERATE_ARRAY(1, ${ROWS})) AS x`,
  );
  proxy = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'GET', url = '' } = request;
      const answer = await fetch(`${source.server.url}${url}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const body = change(method, url, (await answer.json()) as Record<string, unknown>);
      response.writeHead(typeof body['status_'] === 'number' ? body['status_'] : answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    })();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  proxyUrl = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
});
afterEach(() => source.server.faults.clear());
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await source.end();
});

const owned = { id: 'owned', dataset: 'maritime', table: 'owned', timestampColumn: 'ts', primaryKey: ['id'], targetTable: 'Owned' };
const isTable = (path: string): boolean => /\/tables\/owned(\?|$)/.test(path);

async function check(table: object = {}, more: object = {}) {
  const config = source.config([{ ...owned, ...table }], {
    apiEndpoint: proxyUrl,
    storageEndpoint: `http://${source.server.storageUrl}`,
    ...more,
  });
  const run = await runCli(['check', '--json', '--config', config]);
  const findings = run.documents[0]!['findings'] as unknown as {
    level: string;
    check: string;
    message: string;
    fix?: string;
    code?: string;
  }[];
  return { ...run, findings, of: (kind: string) => findings.filter((finding) => finding.check === kind) };
}

describe('check names what it means for exactness', () => {
  it.each([
    [
      'row access policies',
      (path: string, body: object) => (path.includes('/rowAccessPolicies') ? { status_: 200, rowAccessPolicies: [{}] } : body),
      'row access policies filter its rows: the copy is exact as this account may see it',
    ],
    [
      'masked columns',
      (path: string, body: object) => withColumn(path, body, { dataPolicies: [{ name: 'p' }] }),
      'column email has a data policy: values may come masked, and are copied as this account may see them',
    ],
    [
      'policy tags',
      (path: string, body: object) => withColumn(path, body, { policyTags: { names: ['t'] } }),
      'column email has a policy tag: reading is denied, or values may come masked',
    ],
    [
      'maxStaleness',
      (path: string, body: object) => (isTable(path) ? { ...body, maxStaleness: '0-0 0 0:15:0' } : body),
      'it may be answered from 15 min ago (maxStaleness): the copy is exact as of that much earlier',
    ],
    [
      'change data capture',
      (path: string, body: object) =>
        isTable(path) ? { ...body, maxStaleness: '0-0 0 0:15:0', tableConstraints: { primaryKey: { columns: ['id'] } } } : body,
      'updates that do not raise ts, and deletes, are not seen',
    ],
  ])('%s', async (_, changed, message) => {
    change = (_method, path, body) => changed(path, body) as Record<string, unknown>;
    const { code, of, documents } = await check();
    expect(code).toBe(0);
    expect(of('exactness')).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining(message) as string }),
    );
    const [document] = documents[0]!['tables'] as unknown as { filtered: boolean; notices: string[] }[];
    expect(document!.filtered).toBe(message.includes('account may see') || message.includes('masked'));
    expect(document!.notices.join()).toContain(message);
  });

  it('says so of the columns by which rows are found and told apart', async () => {
    change = (_method, path, body) => withColumn(path, body, { dataPolicies: [{ name: 'p' }] }, 'id') as Record<string, unknown>;
    expect((await check()).of('exactness')).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('id finds or identifies rows') as string }),
    );
  });

  it('says where nothing is withheld, and where that cannot be known', async () => {
    change = (_method, path, body) => (path.includes('/rowAccessPolicies') ? { status_: 200 } : body);
    expect((await check()).of('exactness')).toMatchObject([
      { level: 'ok', message: expect.stringContaining('all that the table holds') as string },
    ]);
    change = (_method, path, body) => (path.includes('/rowAccessPolicies') ? denied('bigquery.rowAccessPolicies.list') : body);
    expect((await check()).of('exactness')).toMatchObject([
      { level: 'ok', message: expect.stringContaining('bigquery.rowAccessPolicies.list') as string },
    ]);
  });
});

describe('check says which permission lacks', () => {
  const message = (permission: string) => `the user does not have '${permission}' permission for 'projects/test-project'`;

  it.each([
    ['CreateReadSession', 'bigquery.readsessions.create', 'make read sessions'],
    ['ReadRows', 'bigquery.readsessions.getData', 'read sessions'],
  ] as const)('%s: %s', async (rpc, permission, what) => {
    change = (_method, _path, body) => body;
    const fault = { rpc, kind: 'status', code: 'PERMISSION_DENIED', message: message(permission), count: 100 } as const;
    source.server.faults.add(fault);
    const auto = await check();
    expect(auto.code).toBe(0);
    expect(auto.of('access')).toMatchObject([
      { level: 'warning', message: expect.stringContaining(`the permission ${permission} lacks: this account cannot ${what}`) as string },
    ]);
    expect(auto.of('access')[0]!.fix).toContain('readSessionUser');
    const storage = await check({ read: { api: 'storage' } });
    expect(storage.code).toBe(4);
    expect(storage.of('access')).toMatchObject([{ level: 'error', code: 'BQS_SOURCE_DENIED' }]);
    expect((await check({ read: { api: 'rest' } })).of('access')).toEqual([]);
  });

  it('bigquery.jobs.create', async () => {
    change = (method, path, body) => (method === 'POST' && path.includes('/jobs') ? denied('bigquery.jobs.create') : body);
    const { code, of } = await check();
    expect(code).toBe(4);
    expect(of('access')).toMatchObject([{ level: 'error', message: expect.stringContaining('bigquery.jobs.create lacks') as string }]);
  });

  it('is in order, and bills nothing, where none lacks', async () => {
    change = (_method, _path, body) => body;
    const before = source.server.usage();
    expect((await check()).of('access')).toEqual([]);
    const after = source.server.usage();
    expect([after.bytesBilled, after.storageRead.bytesRead]).toEqual([before.bytesBilled, before.storageRead.bytesRead]);
  });
});

describe('a query that cannot succeed', () => {
  const huge = (_method: string, path: string, body: Record<string, unknown>): Record<string, unknown> => {
    const bytes = String(64 * 2 ** 30);
    if (isTable(path)) return { ...body, numBytes: bytes, numTotalLogicalBytes: bytes };
    const { statistics } = body as { statistics?: { query?: object } };
    return path.includes('/jobs') && statistics?.query !== undefined
      ? { ...body, statistics: { ...statistics, query: { totalBytesProcessed: bytes } } }
      : body;
  };

  it('is refused by check with the way out: a session', async () => {
    change = huge;
    const rest = await check({ read: { api: 'rest' } });
    expect(rest.code).toBe(4);
    expect(rest.findings).toContainEqual(
      expect.objectContaining({
        level: 'error',
        code: 'BQS_SOURCE_RESULT_LIMIT',
        message: expect.stringContaining('about 64.0 GB') as string,
        fix: expect.stringContaining('set read.api of the table to auto or storage') as string,
      }),
    );
    expect((await check()).findings.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is refused where a session may not be made', async () => {
    change = huge;
    source.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code: 'PERMISSION_DENIED', message: 'no sessions', count: 100 });
    const { code, findings } = await check();
    expect(code).toBe(4);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('a query is not tried instead') as string }),
    );
  });
});

it('check and plan say what their prices leave out, and go by the prices of the configuration', async () => {
  change = (_method, _path, body) => body;
  const { of } = await check({}, {});
  expect(of('price').map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/network egress .* outside of US\. Under editions/),
  );
  const config = source.config([{ ...owned, cost: { usdPerTiB: 625 } }]);
  const plan = await runCli(['plan', '--config', config]);
  expect(plan.stdout).toContain('the prices of cost.usdPerTiB');
  expect(plan.stdout).toContain('$0.0060');
});

function withColumn(path: string, body: object, more: object, name = 'email'): object {
  if (!isTable(path)) return body;
  const { fields } = (body as { schema: { fields: { name: string }[] } }).schema;
  return { ...body, schema: { fields: fields.map((field) => (field.name === name ? { ...field, ...more } : field)) } };
}

function denied(permission: string): Record<string, unknown> {
  const message = `Access Denied: User does not have ${permission} permission in project test-project.`;
  return { status_: 403, error: { code: 403, message, errors: [{ reason: 'accessDenied', message }] } };
}
