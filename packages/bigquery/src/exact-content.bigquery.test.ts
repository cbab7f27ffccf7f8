import { compileKey, type Page } from '@bqsync/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Local, readAll, startLocal } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.server.close());

const TS = { name: 'ts', type: 'TIMESTAMP' };
const L = { name: 'l', type: 'FLOAT64', mode: 'REPEATED' };

describe('duplicates: keep keeps rows apart that BigQuery tells apart though their values are equal', () => {
  it.each([
    ['0.0 beside -0.0', { name: 'f', type: 'FLOAT64' }, ['0.0', '-0.0', '-0.0']],
    ['them in arrays, by place', { name: 'f', type: 'FLOAT64', mode: 'REPEATED' }, ['[0.0, 0.0]', '[-0.0, 0.0]', '[0.0, -0.0]']],
    ['them in structs', { name: 's', type: 'STRUCT', fields: [L] }, ['STRUCT([0.0] AS l)', 'STRUCT([-0.0] AS l)', 'STRUCT([0.0] AS l)']],
    ['JSON 1 beside 1.0', { name: 'j', type: 'JSON' }, ["JSON '1'", "JSON '1.0'", "JSON '1.0'"]],
    [
      'JSON 1 beside 1.0 within',
      { name: 'j', type: 'JSON' },
      [`JSON '{"a":[1,"1.0"]}'`, `JSON '{"a":[1.0,"1.0"]}'`, `JSON '"{\\\\"a\\\\":[1.0]}"'`],
    ],
    [
      'JSON in structs',
      { name: 's', type: 'STRUCT', fields: [{ name: 'j', type: 'JSON' }] },
      ["STRUCT(JSON '[1]' AS j)", "STRUCT(JSON '[1.0]' AS j)"],
    ],
  ])('%s', async (_, column, values) => {
    const name = `exact_${Math.random().toString(36).slice(2)}`;
    const table = await local.table(name, { schema: [TS, { name: 'id', type: 'INT64' }, column] as never });
    const rows = values.map((value) => `(TIMESTAMP '2026-01-01T00:00:00Z', 1, ${value})`);
    await local.query(`INSERT INTO \`fleet.${name}\` (ts, id, ${column.name}) VALUES ${rows.join(', ')}`);
    const kept = { ...table, duplicates: 'keep' as const };
    const keys = await Promise.all(
      (['rest', 'storage'] as const).map(async (api) => {
        const { pages, description } = await readAll(local.source(), { ...kept, read: { api } });
        const keyOf = compileKey({ kind: 'content', ordinal: true }, description.columns);
        return pages.flatMap((page) => keysOf(page, keyOf)).toSorted();
      }),
    );
    expect(new Set(keys[0]).size).toBe(values.length);
    expect(keys[1]).toEqual(keys[0]);
    // Where rows are not kept apart nothing changes.
    expect((await readAll(local.source(), table)).pages.every(({ contents }) => contents === undefined)).toBe(true);
  });

  it('but gives no other key to rows whose values say everything', async () => {
    const table = await local.table('plain_json', { schema: [TS, { name: 'j', type: 'JSON' }, { name: 'f', type: 'FLOAT64' }] as never });
    await local.query(
      `INSERT INTO \`fleet.plain_json\` (ts, j, f) VALUES (NULL, JSON '{"a":1.5,"b":"1.0 -0","c":[12345678901234567]}', 1.0), (NULL, NULL, 0.0)`,
    );
    const { pages } = await readAll(local.source(), { ...table, duplicates: 'keep' });
    expect(pages.map(({ contents, rows }) => [contents, rows.length])).toEqual([[undefined, 2]]);
  });
});

function keysOf(page: Page, keyOf: ReturnType<typeof compileKey>): string[] {
  return page.rows.map((row, at) => {
    const result = keyOf(row!, page.ordinals?.[at], page.contents?.get(at));
    return result.ok ? result.key : 'rejected';
  });
}
