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
  it('says all of a table by one free call', async () => {
    const metadata = { ...byDay, clustering: { fields: ['mmsi'] }, tableConstraints: { primaryKey: { columns: ['mmsi', 'ts'] } } };
    const table = await local.table('described', metadata, [{ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 }]);
    local.calls.length = 0;
    const before = local.server.usage().jobs;
    const description = await local.source().describe(table, never);
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
    expect(local.calls).toHaveLength(1);
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

  it('selects columns in the order of the source', async () => {
    await local.table('selected', byDay);
    const { columns } = await local.source().describe(spec('selected', { columns: ['n', 'ts'] }), never);
    expect(columns.map(({ name }) => name)).toEqual(['ts', 'n']);
  });

  it('reads the columns of a declared key along where the configured columns leave them out', async () => {
    await local.table('keyed', { ...byDay, tableConstraints: { primaryKey: { columns: ['mmsi'] } } });
    const described = await local.source().describe(spec('keyed', { columns: ['n', 'ts'] }), never);
    expect(described.columns.map(({ name }) => name)).toEqual(['ts', 'mmsi', 'n']);
    const other = await local.source().describe(spec('keyed', { columns: ['ts'], primaryKey: ['n'] }), never);
    expect(other.columns.map(({ name }) => name)).toEqual(['ts', 'n']);
  });

  it('names the columns of a declared key as the schema writes them', async () => {
    const tableConstraints = { primaryKey: { columns: ['MMSI'] } };
    local.intercept = () => ({ status: 200, body: { type: 'TABLE', location: 'US', schema: { fields: POSITION }, tableConstraints } });
    const table = spec('cased');
    expect((await local.source().describe(table, never)).declaredKey).toEqual(['mmsi']);
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
  it('gives the partitions with their rows, and whether a cursor may be NULL', async () => {
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
    expect(outline.nulls).toBe(false);
    expect(outline.bytesBilled).toBe(10 * 1024 * 1024);
    await local.client.dataset('fleet').table('outlined').insert({ mmsi: 'b' });
    expect((await source.outline(table, await source.describe(table, never), never)).nulls).toBe(true);
  });

  it('is for tables partitioned on the cursor only', async () => {
    const table = await local.table('flat', { schema: POSITION });
    const source = local.source();
    const description = await source.describe(table, never);
    expect(description.prunable).toBe(false);
    expect((await failure(source.outline(table, description, never))).code).toBe('BQS_INTERNAL');
  });
});
