import type { TableSpec } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { at, byDay, failure, type Local, never, POSITION, PROJECT, spec, startLocal } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterEach(() => {
  local.intercept = undefined;
  local.calls.length = 0;
});
afterAll(() => local.server.close());

describe('describe', () => {
  it('says all of a table by one free call, and once by another whether rows are filtered', async () => {
    const metadata = { ...byDay, clustering: { fields: ['mmsi'] }, tableConstraints: { primaryKey: { columns: ['mmsi', 'ts'] } } };
    const table = await local.table('described', metadata, [{ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 }]);
    local.calls.length = 0;
    const before = local.server.usage().jobs;
    const source = local.source();
    const description = await source.describe(table, never);
    expect(description).toMatchObject({
      columns: [
        { name: 'ts', type: 'TIMESTAMP', repeated: false, required: false },
        { name: 'mmsi', type: 'STRING', repeated: false, required: true },
        { name: 'n', type: 'INT64', repeated: false, required: false },
      ],
      cursorType: 'TIMESTAMP',
      declaredKey: ['mmsi', 'ts'],
      prunable: true,
      layout: 'DAY partitions on ts, clustered by mmsi',
      location: 'US',
      probe: { rowCount: 1, streaming: false },
    });
    expect(description.probe.modifiedAt).toBeGreaterThanOrEqual(description.createdAt);
    const [described] = local.calls;
    expect(local.calls).toEqual([described, `${described!}/rowAccessPolicies`]);
    await source.describe(table, never);
    expect(local.calls.slice(2)).toEqual([described]);
    expect(local.server.usage().jobs).toBe(before);
  });

  it('gives a token that changes with the rows and not by itself (R4)', async () => {
    const table = await local.table('probed', byDay);
    const token = async () => (await local.source().describe(table, never)).probe.token;
    const first = await token();
    expect(await token()).toBe(first);
    await local.client.dataset('fleet').table('probed').insert({ mmsi: 'a' });
    const second = await token();
    expect(second).not.toBe(first);
    await local.query('DELETE FROM `fleet.probed` WHERE TRUE');
    expect(await token()).not.toBe(second);
  });

  it('gives one token for one state however its etag and the order of its keys behave: a poll of an unchanged table scans 0 bytes (R4)', async () => {
    const table = await local.table('etags', byDay, [{ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 }]);
    const path = `${local.server.url}/bigquery/v2/projects/${PROJECT}/datasets/fleet/tables/etags`;
    const real = (await (await fetch(path)).json()) as Record<string, unknown>;
    const { fields } = real['schema'] as { fields: Record<string, unknown>[] };
    const reversed = (value: object): object => Object.fromEntries(Object.entries(value).reverse());
    const answers = [
      { ...real, etag: 'one' },
      { ...real, etag: 'two' },
      { ...real, etag: undefined },
      reversed({ ...real, etag: 'three', schema: { fields: fields.map((field) => ({ ...reversed(field), description: 'said anew' })) } }),
    ];
    const tokens = new Set<string>();
    for (const body of answers) {
      local.intercept = ({ path: asked }) => (asked.endsWith('/tables/etags') ? { status: 200, body } : undefined);
      tokens.add((await local.source().describe(table, never)).probe.token);
    }
    expect(tokens.size).toBe(1);
    for (const change of [{ lastModifiedTime: '1' }, { numRows: '2' }, { numBytes: '3' }, { schema: { fields: [...fields].reverse() } }]) {
      local.intercept = ({ path: asked }) => (asked.endsWith('/tables/etags') ? { status: 200, body: { ...real, ...change } } : undefined);
      tokens.add((await local.source().describe(spec('etags'), never)).probe.token);
    }
    expect(tokens.size).toBe(5);
  });

  it('selects columns in the order of the source', async () => {
    await local.table('selected', byDay);
    const { columns } = await local.source().describe(spec('selected', { columns: ['n', 'ts'] }), never);
    expect(columns.map(({ name }) => name)).toEqual(['ts', 'n']);
  });

  it('reads the declared key along where columns leave it out: its rows would all be without a key', async () => {
    const columns = [...POSITION, { name: 'event_id', type: 'STRING', mode: 'REQUIRED' }];
    await local.table('keyed', { schema: columns, tableConstraints: { primaryKey: { columns: ['event_id'] } } });
    const names = async (more: Partial<TableSpec>) =>
      (await local.source().describe(spec('keyed', more), never)).columns.map(({ name }) => name);
    expect(await names({ columns: ['ts', 'n'] })).toEqual(['ts', 'n', 'event_id']);
    expect(await names({ columns: ['ts', 'n'], primaryKey: ['mmsi'] })).toEqual(['ts', 'mmsi', 'n']);
    // BigQuery compares names of columns without case.
    const path = `/projects/${PROJECT}/datasets/fleet/tables/keyed`;
    const real = (await (await fetch(`${local.server.url}/bigquery/v2${path}`)).json()) as object;
    local.intercept = ({ path: asked }) =>
      asked === path ? { status: 200, body: { ...real, tableConstraints: { primaryKey: { columns: ['EVENT_ID'] } } } } : undefined;
    expect(await local.source().describe(spec('keyed', { columns: ['ts'] }), never)).toMatchObject({
      declaredKey: ['event_id'],
      columns: [{ name: 'ts' }, { name: 'event_id' }],
    });
  });

  it('takes the configured location where tables.get has none, and asks for one where none is configured', async () => {
    const table = await local.table('nowhere', byDay);
    const path = `/projects/${PROJECT}/datasets/fleet/tables/nowhere`;
    const real = (await (await fetch(`${local.server.url}/bigquery/v2${path}`)).json()) as object;
    for (const location of [undefined, '']) {
      local.intercept = ({ path: asked }) => (asked === path ? { status: 200, body: { ...real, location } } : undefined);
      const connection = { ...local.connection, location: 'US' };
      expect((await local.source({ connection }).describe(table, never)).location).toBe('US');
      expect(await failure(local.source().describe(table, never))).toMatchObject({
        code: 'BQS_SOURCE_LOCATION',
        hint: expect.stringContaining('set bigquery.location') as string,
      });
    }
  });

  it('names what is missing and what was meant', async () => {
    await local.table('vessel_positions', byDay);
    const source = local.source();
    expect(await failure(source.describe(spec('vesel_positions'), never))).toMatchObject({
      code: 'BQS_SOURCE_NOT_FOUND',
      message: `the table of ${PROJECT}.fleet.vesel_positions does not exist`,
      hint: 'did you mean the table vessel_positions?',
    });
    const elsewhere = spec('vessel_positions', { source: { project: PROJECT, dataset: 'flet', table: 'vessel_positions' } });
    expect(await failure(source.describe(elsewhere, never))).toMatchObject({
      code: 'BQS_SOURCE_NOT_FOUND',
      hint: 'did you mean the dataset fleet?',
    });
    expect(await failure(source.describe(spec('vessel_positions', { cursorColumn: 'Ts' }), never))).toMatchObject({
      code: 'BQS_SOURCE_COLUMN_MISSING',
      message: `${PROJECT}.fleet.vessel_positions has no column Ts`,
      hint: 'did you mean ts?',
    });
    const wildcard = spec('events_*', {});
    expect(await failure(source.describe(wildcard, never))).toMatchObject({
      code: 'BQS_IDENTIFIER_INVALID',
      message: '"events_*" is not a BigQuery table name',
    });
    for (const more of [{ columns: ['ts', 'mmsy'] }, { primaryKey: ['mmsy'] }]) {
      expect(await failure(source.describe(spec('vessel_positions', more), never))).toMatchObject({
        code: 'BQS_SOURCE_COLUMN_MISSING',
        hint: 'did you mean mmsi?',
      });
    }
    expect((await failure(source.describe(spec('vessel_positions', { columns: ['mmsi'] }), never))).code).toBe('BQS_CONFIG_INVALID');
  });

  it('refuses a cursor that does not order rows in time, with the columns that do', async () => {
    await local.table('typed', {
      schema: [...POSITION, { name: 'list', type: 'TIMESTAMP', mode: 'REPEATED' }, { name: 'day', type: 'DATE' }],
    });
    for (const cursorColumn of ['n', 'list']) {
      const error = await failure(local.source().describe(spec('typed', { cursorColumn }), never));
      expect(error.code).toBe('BQS_SOURCE_UNSUPPORTED');
      expect(error.hint).toContain('ts, day');
    }
  });

  it('refuses views and their like by name', async () => {
    const table = await local.table('kinds', byDay);
    for (const [type, name] of [
      ['VIEW', 'a view'],
      ['EXTERNAL', 'an external table'],
      ['MATERIALIZED_VIEW', 'a materialized view'],
      ['SNAPSHOT', 'a table snapshot'],
    ] as const) {
      local.intercept = () => ({ status: 200, body: { type, location: 'US', schema: { fields: POSITION } } });
      const error = await failure(local.source().describe(table, never));
      expect(error.code).toBe('BQS_SOURCE_UNSUPPORTED');
      expect(error.message).toContain(`${PROJECT}.fleet.kinds is ${name}`);
    }
  });

  it('refuses a configured location that is not the table’s', async () => {
    const table = await local.table('placed', byDay);
    const connection = { ...local.connection, location: 'europe-west1' };
    expect(await failure(local.source({ connection }).describe(table, never))).toMatchObject({
      code: 'BQS_SOURCE_LOCATION',
      hint: 'remove bigquery.location, or set it to US',
    });
    const same = local.source({ connection: { ...local.connection, location: 'us' } });
    expect((await same.describe(table, never)).location).toBe('US');
  });
});

describe('outline', () => {
  it('gives the partitions with their rows', async () => {
    const rows = ['1969-12-31T23:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T23:59:59.999999Z', '2026-02-01T00:00:00Z'].map((ts, n) => ({
      ts,
      mmsi: 'a',
      n,
    }));
    const table = await local.table('outlined', byDay, rows);
    const source = local.source();
    const outline = await source.outline(table, await source.describe(table, never), never);
    expect(outline.parts.map(({ from, to, rows: held }) => [from, to, held])).toEqual([
      [at('1969-12-31'), at('1970-01-01'), 1],
      [at('2026-01-01'), at('2026-01-02'), 2],
      [at('2026-02-01'), at('2026-02-02'), 1],
    ]);
    expect(outline.parts.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(outline.bytesBilled).toBe(10 * 1024 * 1024);
  });

  it('says that a cursor may be NULL wherever it may: a row streamed lately is in no list of partitions yet', async () => {
    const source = local.source();
    for (const [mode, nulls] of [
      ['NULLABLE', true],
      ['REQUIRED', false],
    ] as const) {
      const [ts, ...others] = POSITION;
      const name = `outlined_${mode.toLowerCase()}`;
      const table = await local.table(name, { ...byDay, schema: [{ ...ts, mode }, ...others] }, [
        { ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 },
      ]);
      expect((await source.outline(table, await source.describe(table, never), never)).nulls).toBe(nulls);
    }
  });

  it('is for tables partitioned on the cursor only', async () => {
    const table = await local.table('flat', { schema: POSITION });
    const source = local.source();
    const description = await source.describe(table, never);
    expect(description.prunable).toBe(false);
    expect((await failure(source.outline(table, description, never))).code).toBe('BQS_INTERNAL');
  });
});
