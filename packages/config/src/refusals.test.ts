import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { getPluginConfig } from './plugin-config.ts';

const table = { id: 'a', dataset: 'd', table: 't', timestampColumn: 'ts' };

function issuesOf(value: unknown): string[] {
  try {
    getPluginConfig(value, { env: {} });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message, hint }) => `${path} ${message}; ${hint ?? ''}`);
    throw error;
  }
  return [];
}

describe('a table is refused', () => {
  it.each([
    ['without an id', { id: undefined }, /\.id is missing/],
    ['without a dataset', { dataset: undefined }, /\.dataset is missing/],
    ['with an empty value', { dataset: null }, /\.dataset is empty; give a value/],
    ['with a number for a name', { dataset: 2024 }, /\.dataset is not text \(got 2024\); put it in quotes/],
    ['with an id that is no id', { id: 'a b' }, /\.id is not a table id \(got "a b"\)/],
    ['with a project that is none', { project: 'My_Project' }, /\.project is not a project id/],
    ['with a project in the dataset that is none', { dataset: 'P.d' }, /\.dataset names "P" as its project, which is not a project id/],
    [
      'with a whole path as dataset',
      { dataset: 'p.d.t' },
      /\.dataset names "p\.d" as its project, which is not a project id .*project\.dataset/,
    ],
    ['with a dataset that is none behind a project', { dataset: 'p.my-set' }, /\.dataset is not a dataset name/],
    ['with a colon between project and dataset', { dataset: 'p:d' }, /\.dataset is not a dataset name .*another project write p\.d/],
    ['with two projects', { project: 'p', dataset: 'q.d' }, /\.dataset names the project "q", beside project: "p" .*one of the two/],
    [
      'with the project under another key',
      { projectId: 'q' },
      /\.projectId is an unknown key; it belongs under bigquery, unless "project" is meant/,
    ],
    ['with an id that JavaScript uses itself', { id: 'constructor', targetTable: 'T' }, /\.id is a name that objects of JavaScript have/],
    [
      'with a wildcard',
      { table: 'events_*', targetTable: 'T' },
      /\.table is a wildcard over several tables.*; list each date-sharded table/,
    ],
    ['with a partition', { table: 't$20240101', targetTable: 'T' }, /\.table names one partition/],
    ['with a whole path as table', { table: 'p.d.t', targetTable: 'T' }, /\.table is not a table name/],
    ['with a quote in a name', { table: 't`; DROP', targetTable: 'T' }, /\.table is not a table name/],
    ['with a nested timestamp column', { timestampColumn: 'a.b' }, /\.timestampColumn is a nested field/],
    ['with a pseudo-column', { timestampColumn: '_PARTITIONTIME' }, /\.timestampColumn is a pseudo-column/],
    ['with an empty column list', { columns: [] }, /\.columns is an empty list/],
    ['with an empty key', { primaryKey: [] }, /\.primaryKey is an empty list/],
    ['with columns without the timestamp column', { columns: ['x'] }, /\.columns leaves out the timestampColumn; add it/],
    ['with columns without the key', { columns: ['ts'], primaryKey: ['k'] }, /\.columns leaves out the key column primaryKey\[0\]/],
    ['with the timestamp column in other letters', { columns: ['TS'] }, /\.columns has the timestampColumn in other letters/],
    ['with a column twice', { columns: ['ts', 'x', 'X'] }, /\.columns\[2\] repeats entry 1/],
    ['with * among columns', { columns: ['ts', '*'] }, /\.columns\[1\] is "\*" among other columns/],
    ['with text for a list', { columns: 'ts' }, /\.columns is not a list of column names/],
    ['with a number in a list', { columns: ['ts', 5] }, /\.columns\[1\] is not text/],
    ['with duplicates kept beside a key', { primaryKey: ['ts'], duplicates: 'keep' }, /\.duplicates is keep beside a primaryKey/],
    [
      'with a misspelt choice',
      { duplicates: 'colapse' },
      /\.duplicates is not one of collapse, keep \(got "colapse"\); did you mean "collapse"/,
    ],
    ['with another mode', { mode: 'appends' }, /\.mode can only be timestamp/],
    ['with text for a boolean', { createTables: 'yes' }, /\.createTables is neither true nor false .*without quotes/],
    ['with a target that is no name', { targetTable: 'my table' }, /\.targetTable is not a name for a Harper table/],
    [
      'with a source name that cannot be the target',
      { table: 'my table' },
      /\.table is not a name for a Harper table, and there is no targetTable/,
    ],
    ['with a state table as target', { targetTable: 'SyncAudit' }, /\.targetTable is a table in which bqsync keeps its own state/],
    ['with a state table of the plugin as target', { targetTable: 'SyncWorker' }, /\.targetTable is a table in which bqsync keeps its own/],
    ['with another one as target', { targetTable: 'SyncRequest' }, /\.targetTable is a table in which bqsync keeps its own state/],
    ['with a source named like a state table', { table: 'SyncRequest' }, /\.table is a table in which bqsync keeps .*no targetTable/],
    ['with a target named like a part of objects', { targetTable: '__proto__' }, /\.targetTable is a name that objects of JavaScript have/],
    [
      'with a source named like a part of objects',
      { table: 'constructor' },
      /\.table is a name that objects .*, and there is no targetTable/,
    ],
    [
      'with a database named like a part of objects',
      { targetDatabase: 'toString' },
      /\.targetDatabase is a name that objects of JavaScript/,
    ],
    ["with Harper's own database", { targetDatabase: 'system' }, /\.targetDatabase is Harper's own database/],
    ['with an unparsable start', { sync: { startTimestamp: 'yesterday' } }, /\.sync\.startTimestamp is not an ISO 8601 date and time/],
    ['with a start finer than a microsecond', { sync: { startTimestamp: '2024-01-01T00:00:00.1234567Z' } }, /is finer than a microsecond/],
    ['with a Date as start', { sync: { startTimestamp: new Date(0) } }, /\.startTimestamp is not text; write it as text/],
    ['with a limit under the minimum', { cost: { maxBytesPerDay: '1 MB' } }, /\.cost\.maxBytesPerDay is less than the 10485760 bytes/],
    ['with a negative price', { cost: { usdPerTiB: -1 } }, /\.cost\.usdPerTiB is not a price in US dollars/],
    ['with a price that is no number', { cost: { usdPerTiBReadApi: 'cheap' } }, /\.cost\.usdPerTiBReadApi is not a price in US dollars/],
    [
      'with a part of rows in quarantine that is no number',
      { quarantine: { maxRows: 1.5 } },
      /\.quarantine\.maxRows is not a whole number/,
    ],
    [
      'with more than all rows in quarantine',
      { quarantine: { maxPercent: 101 } },
      /\.quarantine\.maxPercent is not a number from 0 to 100/,
    ],
    [
      'with a misspelt limit of quarantine',
      { quarantine: { maxrows: 5 } },
      /\.quarantine\.maxrows is an unknown key; did you mean "maxRows"/,
    ],
    ['with a limit of quarantine in the wrong place', { maxPercent: 5 }, /\.maxPercent is an unknown key; it belongs under quarantine/],
    ['with a limit that is no amount', { cost: { maxBytesPerDay: 'lots' } }, /\.cost\.maxBytesPerDay is not an amount of bytes/],
  ])('%s', (_, change, expected) => {
    expect(issuesOf({ bigquery: { projectId: 'p', tables: [{ ...table, ...change }] } })).toEqual([expect.stringMatching(expected)]);
  });
});

describe('the connection is refused', () => {
  it.each([
    ['without a project', { projectId: undefined }, /projectId is missing/],
    ['with upper case in the project', { projectId: 'My-Project' }, /projectId is not a project id/],
    ['with a project number', { projectId: '123456' }, /projectId is a project number/],
    ['with plain http to another machine', { apiEndpoint: 'http://bigquery.example' }, /apiEndpoint is plain http to another machine/],
    ['with plain http to a look-alike', { apiEndpoint: 'http://localhost.example' }, /apiEndpoint is plain http to another machine/],
    ['with plain http to another machine for storage', { storageEndpoint: 'http://10.0.0.1:9060' }, /storageEndpoint is plain http/],
    ['without a scheme', { apiEndpoint: 'localhost:9050' }, /apiEndpoint is not an http or https URL/],
    ['with another scheme', { apiEndpoint: 'ftp://localhost' }, /apiEndpoint is not an http or https URL/],
    ['with no URL', { apiEndpoint: 'http://[' }, /apiEndpoint is not a URL/],
    ['with a path for storage', { storageEndpoint: 'https://a.example/x' }, /storageEndpoint has a path/],
    ['anonymous against Google', { credentials: 'none' }, /credentials is none, which needs an apiEndpoint/],
    ['with another way to read by', { tables: [{ ...table, read: { api: 'grpc' } }] }, /\.read\.api is /],
    [
      'with the Storage Read API of a server that says none',
      { apiEndpoint: 'http://127.0.0.1:9050', tables: [{ ...table, read: { api: 'storage' } }] },
      /\.read\.api is storage, which beside an apiEndpoint needs a storageEndpoint/,
    ],
    ['with a location that is none', { location: 'europe west' }, /location is not a location/],
    ['with too long a retry delay', { initialRetryDelay: 60_000 }, /initialRetryDelay is not a whole number from 1 to 30000/],
  ])('%s', (_, change, expected) => {
    expect(issuesOf({ bigquery: { projectId: 'p', tables: [table], ...change } })).toEqual([expect.stringMatching(expected)]);
  });

  it.each(['http://localhost:9050', 'http://127.0.0.1:9050/', 'http://127.8.9.1', 'http://[::1]:1', 'https://bigquery.example/base'])(
    'accepts the endpoint %s',
    (apiEndpoint) => {
      const { bigquery } = getPluginConfig({ bigquery: { projectId: 'p', tables: [table], apiEndpoint, credentials: 'none' } });
      expect(bigquery).toMatchObject({ apiEndpoint: apiEndpoint.replace(/\/$/, ''), credentials: { kind: 'anonymous' } });
    },
  );
});

describe('a configuration is refused', () => {
  it.each([
    ['that is nothing', undefined, /^ ?the configuration is empty/],
    ['that is a list', [], /the configuration is not a mapping/],
    ['without bigquery', {}, /^bigquery is missing/],
    ['with a misspelt bigquery', { bigqury: {} }, /^bigqury is an unknown key; did you mean "bigquery"/],
    ['without a table', { bigquery: { projectId: 'p' } }, /^bigquery\.tables is missing: there is no table to sync/],
    ['with an empty list of tables', { bigquery: { projectId: 'p', tables: [] } }, /^bigquery\.tables is an empty list/],
    ['with a mapping of tables', { bigquery: { projectId: 'p', tables: { a: table } } }, /^bigquery\.tables is not a list of tables/],
    ['with half of a single table', { bigquery: { projectId: 'p', dataset: 'd', timestampColumn: 'ts' } }, /^bigquery\.table is missing/],
    ['with an empty section', { '@bqsync/harper-plugin': null }, /is empty/],
    [
      'with two sections',
      { '@bqsync/harper-plugin': { bigquery: { projectId: 'p', tables: [table] } }, x: { package: '@bqsync/harper-plugin' } },
      /second section/,
    ],
  ])('%s', (_, value, expected) => {
    expect(issuesOf(value)).toEqual([expect.stringMatching(expected)]);
  });

  it('with every error at once', () => {
    const value = {
      bigquery: {
        projectId: 'P!',
        tables: [
          { ...table, columns: ['x'], sync: { steadyBatchSize: 0 } },
          { ...table, table: 'e_*', targetTable: 'T', nope: 1 },
        ],
      },
      sync: { catchupThreshold: 1, startTimestamp: '2024-13-01' },
      extra: true,
    };
    expect(issuesOf(value).map((issue) => issue.split(' ', 1)[0])).toEqual(
      expect.arrayContaining([
        'bigquery.projectId',
        'bigquery.tables[0].columns',
        'bigquery.tables[0].sync.steadyBatchSize',
        'bigquery.tables[1].id',
        'bigquery.tables[1].table',
        'bigquery.tables[1].nope',
        'sync.catchupThreshold',
        'sync.startTimestamp',
        'extra',
      ]),
    );
  });
});
