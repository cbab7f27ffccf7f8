import { tableSpec } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { getPluginConfig } from './plugin-config.ts';
import { KEYS } from './schema.ts';

const table = { id: 'a', dataset: 'd', table: 't', timestampColumn: 'ts' };
const config = (...tables: object[]): object => ({ bigquery: { projectId: 'p', tables } });

function issuesOf(value: unknown): string[] {
  try {
    getPluginConfig(value, { env: {} });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message, hint }) => `${path} ${message}; ${hint ?? ''}`);
    throw error;
  }
  return [];
}

describe('fault 20: options documented and never read', () => {
  // A value other than the default for every key there is; a key without one here fails the test.
  const other: Record<string, unknown> = {
    projectId: 'other',
    credentials: 'key.json',
    location: 'EU',
    apiEndpoint: 'https://example.test',
    storageEndpoint: 'https://example.test:443',
    maxRetries: 9,
    initialRetryDelay: 9,
    id: 'other',
    project: 'other',
    dataset: 'other',
    table: 'other',
    timestampColumn: 'other',
    columns: ['ts'],
    targetTable: 'Other',
    targetDatabase: 'other',
    primaryKey: ['ts'],
    duplicates: 'keep',
    createTables: false,
    initialBatchSize: 9,
    catchupBatchSize: 9,
    steadyBatchSize: 9,
    pollInterval: 9,
    idlePollInterval: 90_000,
    catchupThreshold: 7200,
    steadyThreshold: 9,
    lateness: 9,
    startTimestamp: '2024-01-01',
    maxBytesBilledPerQuery: '1 GB',
    maxBytesPerDay: 2 ** 40,
    usdPerTiB: 7.5,
    usdPerTiBReadApi: 0,
    api: 'rest',
    maxRows: 9,
    maxPercent: 9,
  };
  const plain = { bigquery: { projectId: 'p', tables: [{ ...table, id: 'one' }] } };
  const result = (value: unknown): string =>
    JSON.stringify(getPluginConfig(value), (_, child: unknown) => (typeof child === 'bigint' ? `${child}n` : child));
  const without = result(plain);
  // `mode` has one value so far, and `tables`, `sync`, `cost`, `read` and `quarantine` are no values of their own.
  const scalarKeys = (keys: readonly string[]): string[] =>
    keys.filter((key) => !['mode', 'tables', 'sync', 'cost', 'read', 'quarantine'].includes(key));

  it.each(scalarKeys(KEYS.connection))('bigquery.%s shows in the result', (key) => {
    expect(result({ bigquery: { ...plain.bigquery, [key]: other[key] } })).not.toBe(without);
  });
  it.each(scalarKeys(KEYS.table))("a table's %s shows in the result", (key) => {
    expect(result({ bigquery: { ...plain.bigquery, tables: [{ ...table, id: 'one', [key]: other[key] }] } })).not.toBe(without);
  });
  it.each(scalarKeys(KEYS.singleTable))("the single table's %s shows in the result", (key) => {
    const single = { projectId: 'p', dataset: 'd', table: 't', timestampColumn: 'ts' };
    expect(result({ bigquery: { ...single, [key]: other[key] } })).not.toBe(result({ bigquery: single }));
  });
  it.each(['sync', 'cost', 'read', 'quarantine'] as const)(
    'every key of %s shows in the result, globally and for a table, whose own comes first',
    (section) => {
      for (const key of KEYS[section]) {
        const globally = result({ ...plain, [section]: { [key]: other[key] } });
        const own = result({ bigquery: { projectId: 'p', tables: [{ ...table, id: 'one', [section]: { [key]: other[key] } }] } });
        expect(globally, key).not.toBe(without);
        expect(own, key).toBe(globally);
        const [globalValue, ownValue] =
          section === 'quarantine'
            ? [50, other[key]]
            : key.startsWith('max')
              ? ['3 GB', other[key]]
              : key === 'startTimestamp'
                ? ['2023-01-01', other[key]]
                : key === 'api'
                  ? ['auto', other[key]]
                  : key === 'idlePollInterval'
                    ? [36_000, other[key]]
                    : [3600, other[key]];
        const both = {
          bigquery: { projectId: 'p', tables: [{ ...table, id: 'one', [section]: { [key]: ownValue } }] },
          [section]: { [key]: globalValue },
        };
        expect(result(both), key).toBe(own);
      }
    },
  );
  it('every key of a table may be set where an engine takes the table: with a quarantine it took none', () => {
    for (const section of ['sync', 'cost', 'read', 'quarantine'] as const) {
      for (const key of KEYS[section]) {
        const [spec] = getPluginConfig(config({ ...table, [section]: { [key]: other[key] } }), { env: {} }).tables;
        expect(tableSpec(spec!), `${section}.${key}`).toEqual(spec);
      }
    }
  });
  it('a table can undo a global start', () => {
    const undone = { ...config({ ...table, sync: { startTimestamp: 'none' } }), sync: { startTimestamp: '2024-01-01' } };
    expect(getPluginConfig(undone).tables[0]?.sync.startTimestamp).toBeUndefined();
  });
  it.each([
    ['the top level', { ...config(table), retries: 1 }, /^retries is an unknown key/],
    [
      'bigquery',
      { bigquery: { projectId: 'p', tables: [table], projectID: 'x' } },
      /^bigquery\.projectID is an unknown key; did you mean "projectId"\?/,
    ],
    ['a table', config({ ...table, colunms: ['ts'] }), /^bigquery\.tables\[0\]\.colunms is an unknown key; did you mean "columns"\?/],
    ['sync', { ...config(table), sync: { batchSize: 1 } }, /^sync\.batchSize is an unknown key/],
    ['cost', { ...config(table), cost: { maxBytes: 1 } }, /^cost\.maxBytes is an unknown key/],
    ['read', { ...config(table), read: { via: 'rest' } }, /^read\.via is an unknown key/],
    ['a key at home elsewhere', config({ ...table, pollInterval: 1 }), /pollInterval is an unknown key; it belongs under sync/],
    ['a section of bigquery-sync', { ...config(table), validation: {} }, /^validation is an unknown key; .*bqsync init --from/],
  ])('an unknown key is refused in %s', (_, value, expected) => {
    expect(issuesOf(value)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('fault 20: two tables with the same id or target accepted', () => {
  it('refuses a second table of the same id', () => {
    expect(issuesOf(config(table, { ...table, targetTable: 'other' }))).toEqual([
      expect.stringMatching(/^bigquery\.tables\[1\]\.id is the id of bigquery\.tables\[0\] already/),
    ]);
  });
  it.each([
    ['by targetTable', { targetTable: 'T' }, { targetTable: 'T' }],
    ["by the source table's name", {}, { dataset: 'e' }],
    ['by a name that the other has as its source', { targetTable: 'u' }, { table: 'u' }],
    ['by the default database named and unnamed', { targetDatabase: 'data' }, {}],
  ])('refuses a second table of the same target %s', (_, first, second) => {
    expect(issuesOf(config({ ...table, ...first }, { ...table, id: 'b', ...second }))).toEqual([
      expect.stringMatching(/^bigquery\.tables\[1\]\.(targetTable|table) is the target of bigquery\.tables\[0\] already/),
    ]);
  });
  it('accepts the same table name in two databases', () => {
    expect(issuesOf(config({ ...table, targetDatabase: 'one' }, { ...table, id: 'b', targetDatabase: 'two' }))).toEqual([]);
  });
});

describe('fault 20: batch sizes unchecked', () => {
  const sizes = ['initialBatchSize', 'catchupBatchSize', 'steadyBatchSize', 'pollInterval', 'idlePollInterval'];
  it.each(sizes.flatMap((key) => [0, -1, 1.5, '100', true, Number.NaN, Infinity, 2 ** 60, null].map((value) => [key, value] as const)))(
    'refuses %s: %s',
    (key, value) => {
      for (const wrong of [{ ...config(table), sync: { [key]: value } }, config({ ...table, sync: { [key]: value } })]) {
        expect(issuesOf(wrong)).toEqual([expect.stringContaining(`sync.${key} `)]);
      }
    },
  );
  it('refuses a poll interval that a timer cannot hold and would take for 1 ms', () => {
    expect(issuesOf({ ...config(table), sync: { pollInterval: 2 ** 31 } })).toEqual([
      expect.stringMatching(/is not a whole number from 1 to 2147483647/),
    ]);
  });
  it('refuses thresholds out of order, as they hold for each table', () => {
    expect(issuesOf({ ...config(table), sync: { catchupThreshold: 10, steadyThreshold: 20 } })).toHaveLength(1);
    expect(issuesOf({ ...config(table), sync: { steadyThreshold: 3601 } })).toEqual([
      expect.stringMatching(/^sync\.steadyThreshold is over/),
    ]);
    expect(issuesOf({ ...config({ ...table, sync: { catchupThreshold: 10 } }), sync: { steadyThreshold: 20 } })).toEqual([
      expect.stringMatching(/^bigquery\.tables\[0\]\.sync\.catchupThreshold is under/),
    ]);
    expect(issuesOf({ ...config({ ...table, sync: { catchupThreshold: 10, steadyThreshold: 10 } }) })).toEqual([]);
  });

  it('refuses polls that would become more frequent while no rows come', () => {
    expect(issuesOf({ ...config(table), sync: { idlePollInterval: 29_999 } })).toEqual([
      expect.stringMatching(/^sync\.idlePollInterval is under the pollInterval that holds here/),
    ]);
    expect(issuesOf({ ...config({ ...table, sync: { pollInterval: 70_000 } }), sync: { idlePollInterval: 60_000 } })).toEqual([
      expect.stringMatching(/^bigquery\.tables\[0\]\.sync\.pollInterval is over the idlePollInterval that holds here/),
    ]);
    expect(issuesOf({ ...config({ ...table, sync: { pollInterval: 70_000 } }) })).toEqual([]);
    expect(issuesOf({ ...config(table), sync: { idlePollInterval: 30_000 } })).toEqual([]);
  });
});
