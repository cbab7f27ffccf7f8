import type { TableSpec } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CredentialsHolder } from './credentials.ts';
import { ALL, type Local, never, passOn, request, startLocal } from './local.test-kit.ts';
import { Sight } from './sight.ts';
import type { SourceNotice } from './storage/availability.ts';
import { createTransport } from './transport.ts';

const FIELDS = [
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'id', type: 'STRING' },
  { name: 'email', type: 'STRING' },
  { name: 'owner', type: 'RECORD', fields: [{ name: 'phone', type: 'STRING' }] },
];
let local: Local;
let table: TableSpec;
beforeAll(async () => {
  local = await startLocal();
  const rows = [{ ts: '2026-01-01T00:00:00Z', id: 'a', email: 'b', owner: { phone: '1' } }];
  table = { ...(await local.table('owned', { schema: FIELDS }, rows)), primaryKey: ['id'] };
});
afterEach(() => {
  local.intercept = undefined;
});
afterAll(() => local.server.close());

/** What BigQuery says of the table: its description changed, its policies, and what it withheld in jobs. */
function say({
  table: change = {},
  policies = { status: 200, body: {} },
  statistics = {},
}: {
  table?: object;
  policies?: object;
  statistics?: object;
}): void {
  local.intercept = async (call) => {
    if (call.path.endsWith('/rowAccessPolicies')) return policies as { status: number; body: object };
    if (call.method === 'GET' && call.path.endsWith('/tables/owned')) {
      const { status, body } = await passOn(call);
      return { status, body: { ...body, ...change } };
    }
    if (call.method !== 'GET' || !call.path.includes('/jobs/')) return undefined;
    const { status, body } = (await passOn(call)) as { status: number; body: { statistics: object } };
    return { status, body: { ...body, statistics: { ...body.statistics, ...statistics } } };
  };
}

const withField = (name: string, more: object) => ({
  schema: { fields: FIELDS.map((field) => (field.name === name ? { ...field, ...more } : field)) },
});

function noticed() {
  const notices: SourceNotice[] = [];
  return { source: local.source({ onNotice: (notice) => notices.push(notice) }), notices };
}

describe('a copy that is exact only as this account may see it', () => {
  it.each([
    ['row access policies', { policies: { status: 200, body: { rowAccessPolicies: [{}] } } }, 'row access policies filter its rows'],
    [
      'masked columns',
      { table: withField('email', { dataPolicies: [{ name: 'p' }] }) },
      'column email has a data policy: values may come masked',
    ],
    [
      'masked columns within a STRUCT',
      { table: withField('owner', { fields: [{ name: 'phone', type: 'STRING', dataPolicies: [{ name: 'p' }] }] }) },
      'column owner has a data policy',
    ],
    [
      'policy tags',
      { table: withField('email', { policyTags: { names: ['t'] } }) },
      'column email has a policy tag: reading is denied, or values may come masked',
    ],
  ] as const)('is said to be one by its description, and once: %s', async (_, said, notice) => {
    say(said);
    const { source, notices } = noticed();
    for (let poll = 0; poll < 3; poll++) {
      expect(await source.describe(table, never)).toMatchObject({
        filtered: true,
        notices: [expect.stringContaining(notice)],
      });
    }
    expect(notices).toMatchObject([{ tableId: 'owned', message: expect.stringContaining(notice) as string }]);
    expect(notices[0]!.message).toContain('as this account may see');
  });

  it('is none where nothing is withheld, or only from columns that are not copied', async () => {
    say({ table: { ...withField('email', { dataPolicies: [{ name: 'p' }], policyTags: { names: ['t'] } }), policies: {} } });
    const { source, notices } = noticed();
    const description = await source.describe({ ...table, columns: ['ts', 'id'] }, never);
    expect(description.filtered).toBeUndefined();
    expect(description.notices).toBeUndefined();
    say({ table: withField('email', { dataPolicies: [], policyTags: { names: [] } }) });
    expect((await source.describe(table, never)).filtered).toBeUndefined();
    expect(notices).toEqual([]);
  });

  it.each([
    ['rows', { rowLevelSecurityStatistics: { rowLevelSecurityApplied: true } }, 'row access policies filter its rows'],
    ['values', { dataMaskingStatistics: { dataMaskingApplied: true } }, 'values of it come masked'],
  ])('is known by what a query says of itself, where this account may not list policies: %s', async (_, statistics, notice) => {
    say({ policies: { status: 403, body: { error: { code: 403, message: 'no', errors: [{ reason: 'accessDenied' }] } } }, statistics });
    const { source, notices } = noticed();
    const description = await source.describe(table, never);
    expect(description).toMatchObject({ rowPolicies: 'unknown' });
    expect(description.filtered).toBeUndefined();
    await source.open(table, description, request(ALL, 'tail'), never);
    await source.open(table, description, request(ALL, 'tail'), never);
    expect(notices).toMatchObject([{ message: expect.stringContaining(notice) as string }]);
    expect(await source.describe(table, never)).toMatchObject({ filtered: true, notices: [expect.stringContaining(notice)] });
    expect(notices).toHaveLength(1);
  });

  it('is looked for once in ten minutes, not with each poll, and after a minute where that failed for a moment', async () => {
    let looks = 0;
    let status = 503;
    local.intercept = (call) => {
      if (!call.path.endsWith('/rowAccessPolicies')) return undefined;
      looks += 1;
      const body = status === 200 ? {} : { error: { code: status, message: 'away', errors: [{ reason: 'backendError' }] } };
      return { status, body };
    };
    let now = 0;
    const sight = new Sight(
      () => undefined,
      () => now,
    );
    const transport = createTransport(new CredentialsHolder(local.connection), 5000);
    const poll = async (): Promise<unknown> => (await sight.of(transport, table, {}, [], never)).rowPolicies;
    expect([await poll(), await poll()]).toEqual(['unknown', 'unknown']);
    expect(looks).toBe(1);
    status = 200;
    now += 60_001;
    for (let i = 0; i < 5; i++) expect(await poll()).toBe('none');
    expect(looks).toBe(2);
    // What was known holds while it cannot be asked.
    status = 503;
    now += 600_001;
    expect(await poll()).toBe('none');
    expect(looks).toBe(3);
  });

  it.each([
    ['listed', { policies: { status: 200, body: { rowAccessPolicies: [{}] } } }],
    ['known by the count alone', { statistics: { rowLevelSecurityStatistics: { rowLevelSecurityApplied: true } } }],
  ])('is read by a query and not by a session, which reads the table as it was, a right of its own: policies are %s', async (_, said) => {
    say({ policies: { status: 403, body: { error: { code: 403, message: 'no', errors: [{ reason: 'accessDenied' }] } } }, ...said });
    const auto = { ...table, read: { api: 'auto' as const } };
    const source = local.source({ storageRows: 1 });
    const window = await source.open(auto, await source.describe(auto, never), request(ALL, 'backfill'), never);
    // By a session it is all the same, but one over the query's result.
    expect(window.handle).toContain('streams');
    expect(window.handle).not.toContain('"table":true');
    expect(window.bytesByReadApi).toBeUndefined();
  });
});

describe('a table that may answer from long ago', () => {
  it('says from how long, and what of changes is not seen if it has a key, as change data capture needs', async () => {
    say({ table: { maxStaleness: '0-0 0 0:15:0', tableConstraints: { primaryKey: { columns: ['id'] } } } });
    const { source, notices } = noticed();
    const description = await source.describe(table, never);
    expect(description.filtered).toBeUndefined();
    expect(description.notices).toEqual([
      expect.stringContaining('from 15 min ago (maxStaleness)'),
      expect.stringContaining('updates that do not raise ts, and deletes, are not seen'),
    ]);
    expect(notices).toHaveLength(2);
  });
});
