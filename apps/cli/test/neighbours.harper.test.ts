import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture, START_TIMEOUT_MS } from '../../harper-plugin/test/harness.ts';
import { type JsonDocument, runCli } from './run-cli.ts';

// Tables with names and values that Harper, JavaScript or JSON take for something else, beside one that has none of them.

const NAMES = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['then', 'toJSON', 'getRecord', 'getChanges', '__createdtime__', '__updatedtime__', '_syncedAt', 'id', 'source_id', 'source_then'],
  ...['getId', 'get', 'put', 'delete', 'update', 'primaryKey', 'prototype', 'größe', '航速', 'a-b', 'a b'],
];
const strings = NAMES.map((name) => ({ name, type: 'STRING' }));
const table = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id: name,
  dataset: 'd',
  table: name,
  timestampColumn: 'ts',
  ...more,
});
const TABLES = [
  table('plain', { primaryKey: ['k'] }),
  table('names', { primaryKey: ['k'] }),
  table('fields', { primaryKey: ['k'] }),
  table('thenables', { primaryKey: ['then'] }),
  table('declared', { columns: ['ts', 'port'] }),
  table('exported', { primaryKey: ['id'], timestampColumn: '__updatedtime__' }),
  table('kept', { duplicates: 'keep' }),
  table('kept_json', { duplicates: 'keep' }),
  table('extremes', { primaryKey: ['k'] }),
  table('floats', { primaryKey: ['f'] }),
  table('pairs', { primaryKey: ['a', 'b'] }),
];

const K = { name: 'k', type: 'STRING' };
const TS = { name: 'ts', type: 'TIMESTAMP' };
const AT = "TIMESTAMP '2026-01-01T00:00:00Z'";

let fixture: Fixture;
let config: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  fixture = await Fixture.start({
    tables: TABLES,
    seed: async (bigquery) => {
      const [dataset] = await bigquery.createDataset('d');
      /** By statement: the client loses a column `__proto__`. */
      const fill = async (name: string, schema: readonly object[], rows: readonly string[], metadata: object = {}): Promise<void> => {
        await dataset.createTable(name, { ...metadata, schema: schema as never });
        await bigquery.query(`INSERT INTO d.${name} VALUES ${rows.map((row) => `(${row})`).join(', ')}`);
      };
      const values = (what: string): string => NAMES.map((name) => `'${name} ${what}'`).join(', ');
      const struct = (what: string, more = ''): string =>
        `STRUCT(${NAMES.map((name) => `'${name} ${what}' AS \`${name}\``).join(', ')}${more})`;
      const json = (what: string, more = ''): string => `{${NAMES.map((name) => `"${name}":"${name} ${what}"`).join(',')}${more}}`;
      await fill('plain', [K, TS], [`'a', ${AT}`]);
      await fill('names', [K, TS, ...strings], [`'a', ${AT}, ${values('of a')}`, `'b', ${AT}, ${values('of b')}`]);
      const list = { name: 'l', type: 'RECORD', mode: 'REPEATED', fields: strings };
      await fill(
        'fields',
        [K, TS, { name: 's', type: 'RECORD', fields: [...strings, list] }, { name: 'j', type: 'JSON' }],
        [`'a', ${AT}, ${struct('in s', `, [${struct('in l')}] AS l`)}, JSON '${json('in j', `,"list":[${json('within')}]`)}'`],
      );
      await fill('thenables', [{ name: 'then', type: 'STRING' }, TS], [`'a', ${AT}`]);
      await fill('declared', [TS, { name: 'event_id', type: 'STRING' }, { name: 'port', type: 'STRING' }], [`${AT}, 'e', 'p'`], {
        tableConstraints: { primaryKey: { columns: ['event_id'] } },
      });
      const times = [
        { name: '__createdtime__', type: 'INT64' },
        { name: '__updatedtime__', type: 'TIMESTAMP' },
      ];
      await fill('exported', [{ ...K, name: 'id' }, ...times], [`'a', 1767225600000, ${AT}`]);
      const F = { name: 'f', type: 'FLOAT64' };
      await fill(
        'kept',
        [TS, F],
        ['0.0', '-0.0', '-0.0', '1.0'].map((f) => `${AT}, ${f}`),
      );
      await fill(
        'kept_json',
        [TS, { name: 'j', type: 'JSON' }],
        ["JSON '1'", "JSON '1.0'", "JSON 'null'", 'NULL'].map((j) => `${AT}, ${j}`),
      );
      const types = { i: 'INT64', num: 'NUMERIC', b: 'BYTES', d: 'DATE', dt: 'DATETIME', s: 'STRING', at: 'TIMESTAMP' };
      const typed = Object.entries(types).map(([column, type]) => ({ name: column, type }));
      await fill(
        'extremes',
        [K, TS, ...typed],
        [
          `'low', ${AT}, -9223372036854775808, NUMERIC '-99999999999999999999999999999.999999999', b'', DATE '0001-01-01', DATETIME '0001-01-01', '', TIMESTAMP '0001-01-01'`,
          `'high', ${AT}, 9223372036854775807, NUMERIC '1.50', b'\\xff', DATE '9999-12-31', DATETIME '9999-12-31 23:59:59.999999', '\\u0000', TIMESTAMP '1969-12-31 23:59:59.999999'`,
          `'null', ${AT}, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
        ],
      );
      const floats = ["CAST('NaN' AS FLOAT64)", "CAST('inf' AS FLOAT64)", '-0.0', '1e300', '1801514316094494.25'];
      await fill(
        'floats',
        [F, TS],
        floats.map((f) => `${f}, ${AT}`),
      );
      const A = { name: 'a', type: 'STRING' };
      await fill(
        'pairs',
        [A, { ...A, name: 'b' }, TS],
        ["'a|b', ''", "'a', 'b|'", "'', ''", "'%7C', '|'"].map((pair) => `${pair}, ${AT}`),
      );
    },
  });
  const { username, password } = fixture.harper.credentials;
  env = { BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password };
  config = join(fixture.dir, 'bqsync.yaml');
  writeFileSync(
    config,
    JSON.stringify({ bigquery: { projectId: 'local-project', credentials: 'none', apiEndpoint: fixture.local.url, tables: TABLES } }),
  );
  await fixture.waitUntilSynced();
}, START_TIMEOUT_MS);
afterAll(() => fixture.close());

const verify = async (name: string): Promise<{ code: number | null; verdict: JsonDocument }> => {
  const run = await runCli(['verify', name, '--operations', fixture.harper.operationsUrl, '--json', '--config', config], { env });
  return { code: run.code, verdict: run.documents[0]!['tables']![0]! };
};

const ROWS: Readonly<Record<string, number>> = { names: 2, kept: 4, kept_json: 4, extremes: 3, floats: 5, pairs: 4 };

describe('names that Harper or JavaScript uses, and values that look alike', () => {
  it('stop no table, neither the plugin nor Harper', async () => {
    const { tables } = await fixture.status();
    expect(tables.map(({ tableId, state }) => [tableId, state])).toEqual(TABLES.map(({ id }) => [id, 'caught-up']));
    expect((await fetch(`${fixture.harper.operationsUrl}/health`)).status).toBe(200);
  });

  it.each(TABLES.map(({ id }) => id))('table %s is exact, every row of it applied', async (name) => {
    const { code, verdict } = await verify(name);
    expect(verdict['examples']).toEqual([]);
    // Days that differ in nothing but how a value is written would be read, and billed, a second time.
    if (String(verdict['method']).startsWith('by checksums') && name !== 'kept') expect(verdict['method']).toContain(', 0 of which differ');
    expect({ code, verdict }).toMatchObject({ code: 0, verdict: { exact: true, applied: ROWS[name] ?? 1, quarantined: 0 } });
  });

  it('are found under the names that check says', async () => {
    const [row] = await fixture.rows('names');
    expect(row).toMatchObject({ k: 'a', source_then: 'then of a', source_source_then: 'source_then of a', id: 'id of a', get: 'get of a' });
    const [fields] = (await fixture.rows('fields')) as { s: Record<string, unknown>; j: Record<string, unknown> }[];
    expect(fields).toMatchObject({
      s: { source_then: 'then in s', l: [{ source___proto__: '__proto__ in l' }] },
      j: { source_toJSON: 'toJSON in j' },
    });
    const [exported] = await fixture.rows('exported');
    expect(exported).toMatchObject({
      id: 'a',
      source___createdtime__: 1767225600000,
      source___updatedtime__: '2026-01-01T00:00:00.000000Z',
    });
    const run = await runCli(['check', '--operations', fixture.harper.operationsUrl, '--json', '--config', config], { env });
    const findings = run.documents.at(-1)!['findings'] as unknown as { table: string; message: string }[];
    expect(findings.map(({ message }) => message)).toContain('Column "then" is stored as "source_then": Harper uses that name itself.');
  });
});
