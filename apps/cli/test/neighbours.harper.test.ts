import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture, START_TIMEOUT_MS } from '../../harper-plugin/test/harness.ts';
import { type JsonDocument, runCli } from './run-cli.ts';

// Tables with names and values that Harper, JavaScript or JSON take for something else, beside one that has none of them.

const NAMES = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['then', 'toJSON', 'getRecord', 'getChanges', '__createdtime__', '__updatedtime__', '_syncedAt', 'id', 'source_id', 'source_then'],
  ...['getId', 'get', 'put', 'delete', 'update', 'primaryKey', 'prototype', 'größe', '航速', 'a-b'],
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

describe('names that Harper or JavaScript uses', () => {
  it('stop no table, neither the plugin nor Harper', async () => {
    const { tables } = await fixture.status();
    expect(tables.map(({ tableId, state }) => [tableId, state])).toEqual(TABLES.map(({ id }) => [id, 'caught-up']));
    expect((await fetch(`${fixture.harper.operationsUrl}/health`)).status).toBe(200);
  });

  it.each(['plain', 'names', 'fields', 'thenables', 'declared'])('table %s is exact, every row of it applied', async (name) => {
    const { code, verdict } = await verify(name);
    expect(verdict['examples']).toEqual([]);
    expect({ code, verdict }).toMatchObject({ code: 0, verdict: { exact: true, applied: name === 'names' ? 2 : 1, quarantined: 0 } });
  });

  it('are found under the names that check says', async () => {
    const [row] = await fixture.rows('names');
    expect(row).toMatchObject({ k: 'a', source_then: 'then of a', source_source_then: 'source_then of a', id: 'id of a', get: 'get of a' });
    const [fields] = (await fixture.rows('fields')) as { s: Record<string, unknown>; j: Record<string, unknown> }[];
    expect(fields).toMatchObject({
      s: { source_then: 'then in s', l: [{ source___proto__: '__proto__ in l' }] },
      j: { source_toJSON: 'toJSON in j' },
    });
    const run = await runCli(['check', '--operations', fixture.harper.operationsUrl, '--json', '--config', config], { env });
    const findings = run.documents.at(-1)!['findings'] as unknown as { table: string; message: string }[];
    expect(findings.map(({ message }) => message)).toContain('Column "then" is stored as "source_then": Harper uses that name itself.');
  });
});
