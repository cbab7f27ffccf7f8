import type { TableSpec } from '@bqsync/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBigQueryClient } from './connection.ts';
import {
  ALL,
  byDay,
  failure,
  type Local,
  never,
  numbers,
  POSITION,
  PROJECT,
  readAll,
  request,
  spec,
  startLocal,
  upTo,
} from './local.test-kit.ts';

const HOLDER = 'bigquery-public-data';
const ROWS = 3000;
let local: Local;

/** The same dataset and table name in each of two projects, with other rows; and a dataset that only the holder has. */
const held = (table: string, dataset = 'fleet'): TableSpec =>
  spec(table, { id: `held-${table}`, source: { project: HOLDER, dataset, table } });

beforeAll(async () => {
  local = await startLocal();
  const holder = createBigQueryClient({ ...local.connection, projectId: HOLDER });
  await holder.dataset('fleet').get({ autoCreate: true });
  await holder.dataset('samples').get({ autoCreate: true });
  await local.table('ships', byDay);
  await holder.dataset('fleet').createTable('ships', byDay);
  await holder.dataset('samples').createTable('shakespeare', { schema: POSITION });
  const fill = (table: string, from: number, to: number): Promise<void> =>
    local.query(
      `INSERT INTO \`${table}\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x MINUTE), 'm', x FROM UNNEST(GENERATE_ARRAY(${from}, ${to})) AS x`,
    );
  await fill(`${PROJECT}.fleet.ships`, 0, 4);
  await fill(`${HOLDER}.fleet.ships`, 10, 10 + ROWS - 1);
  await fill(`${HOLDER}.samples.shakespeare`, 0, 9);
});
afterAll(() => local.server.close());

/** The calls that work makes. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  local.calls.length = 0;
  await work();
  return local.calls.filter((call) => !call.endsWith('/upload'));
}

const pathOf = (project: string): string => `/projects/${project}/`;

describe('a table of another project than the one that pays', () => {
  it.each(['rest', 'storage'] as const)('is read there by %s, and its queries run in the project that pays', async (api) => {
    const source = local.source({ storageRows: 1 });
    const table = { ...held('ships'), read: { api } };
    let rows: readonly unknown[] = [];
    const calls = await callsOf(async () => {
      rows = numbers((await readAll(source, table)).rows);
    });
    expect(rows).toEqual(upTo(ROWS).map((n) => n + 10));
    const jobs = calls.filter((call) => /\/(jobs|queries)/.test(call));
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs.filter((call) => !call.includes(pathOf(PROJECT)))).toEqual([]);
    const tables = calls.filter((call) => call.includes('/datasets/'));
    expect(tables.length).toBeGreaterThan(0);
    expect(tables.filter((call) => !call.includes(pathOf(HOLDER)))).toEqual([]);
  });

  it('is read by a session of the project that pays, over the table itself and over the result of a query', async () => {
    const source = local.source({ storageRows: 1 });
    const table = held('ships');
    const description = await source.describe(table, never);
    for (const kind of ['backfill', 'tail'] as const) {
      const { handle = '' } = await source.open(table, description, request(ALL, kind), never);
      expect(handle, kind).toContain(`projects/${PROJECT}/locations/`);
      expect(handle, kind).not.toContain(HOLDER);
    }
  });

  it('is another table than the one of the same name in the project that pays', async () => {
    const source = local.source();
    expect(numbers((await readAll(source, spec('ships'))).rows)).toEqual([0, 1, 2, 3, 4]);
    expect((await readAll(source, held('ships'))).rows).toHaveLength(ROWS);
  });

  it('is outlined, counted, added up, searched and priced in its own project', async () => {
    const source = local.source();
    const table = held('ships');
    const description = await source.describe(table, never);
    const outline = await source.outline(table, description, never);
    expect(outline.parts.map(({ rows }) => rows).reduce((a, b) => a + b)).toBe(ROWS);
    expect(await source.count(table, description, ALL, never)).toMatchObject({ rows: ROWS });
    const { days } = await source.checksums(table, description, ALL, never);
    expect(days.map(({ rows }) => rows).reduce((a, b) => a + b)).toBe(ROWS);
    const n = description.columns.find(({ name }) => name === 'n')!;
    const found = await source.find(table, description, ALL, [n], n, ['10', '4'], never);
    expect(found.rows.map(({ n: value }) => Number(value))).toEqual([10]);
    const { sql, bytes } = await source.estimate(table, description, { kind: 'tail', range: ALL }, never);
    expect(sql).toContain(`\`${HOLDER}.fleet.ships\``);
    expect(bytes).toBeGreaterThan(0);
  });

  it('may be in a dataset that the project that pays does not have', async () => {
    expect(numbers((await readAll(local.source(), held('shakespeare', 'samples'))).rows)).toEqual(upTo(10));
  });

  it('is missed there by its whole name, and what was meant is looked for there', async () => {
    const source = local.source();
    expect(await failure(source.describe(held('shakespear', 'samples'), never))).toMatchObject({
      code: 'BQS_SOURCE_NOT_FOUND',
      message: `the table of ${HOLDER}.samples.shakespear does not exist`,
      hint: 'did you mean the table shakespeare?',
    });
    expect(await failure(source.describe(held('shakespeare', 'sample'), never))).toMatchObject({
      hint: 'did you mean the dataset samples?',
    });
    expect(
      await failure(source.describe(spec('x', { source: { project: PROJECT, dataset: 'samples', table: 'shakespeare' } }), never)),
    ).toMatchObject({ message: `the dataset of ${PROJECT}.samples.shakespeare does not exist` });
  });
});
