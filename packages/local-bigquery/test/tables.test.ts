import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Fixture, loadRows, startFixture } from './support.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ location: 'EU' });
});
afterAll(() => fixture.server.close());

test('a dataset is made, changed, listed and deleted', async () => {
  const { client, server } = fixture;
  const [dataset] = await client.createDataset('other', { location: 'asia-southeast1', labels: { a: 'b' } });
  await dataset.setMetadata({ description: 'text' });
  const [metadata] = await dataset.getMetadata();
  expect(metadata).toMatchObject({ location: 'asia-southeast1', description: 'text', labels: { a: 'b' } });
  await expect(client.createDataset('other')).rejects.toMatchObject({ code: 409, errors: [{ reason: 'duplicate' }] });
  await dataset.createTable('t', { schema: 'a:string' });
  await expect(dataset.delete()).rejects.toMatchObject({ code: 400, errors: [{ reason: 'resourceInUse' }] });
  await dataset.delete({ force: true });
  const [datasets] = await client.getDatasets();
  expect(datasets.map(({ id }) => id)).toEqual(['ds']);
  expect((await call(server, 'GET', '/datasets/other')).body.error).toEqual({
    code: 404,
    message: 'Not found: Dataset proj-x:other',
    errors: [{ message: 'Not found: Dataset proj-x:other', domain: 'global', reason: 'notFound' }],
    status: 'NOT_FOUND',
  });
});

test('a table shows what it was made with', async () => {
  const { dataset } = fixture;
  const before = Date.now();
  await dataset.createTable('full', {
    schema: {
      fields: [
        { name: 'k', type: 'INT64', mode: 'REQUIRED', description: 'the key' },
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'r', type: 'STRUCT', mode: 'REPEATED', fields: [{ name: 'b', type: 'BOOL' }] },
      ],
    },
    timePartitioning: { type: 'HOUR', field: 'ts' },
    requirePartitionFilter: true,
    clustering: { fields: ['k'] },
    tableConstraints: { primaryKey: { columns: ['k'] } },
    description: 'd',
    friendlyName: 'f',
    labels: { l: '1' },
  } as never);
  const [metadata] = await dataset.table('full').getMetadata();
  expect(metadata).toMatchObject({
    type: 'TABLE',
    location: 'EU',
    schema: {
      fields: [
        { name: 'k', type: 'INTEGER', mode: 'REQUIRED', description: 'the key' },
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'r', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'b', type: 'BOOLEAN' }] },
      ],
    },
    timePartitioning: { type: 'HOUR', field: 'ts' },
    requirePartitionFilter: true,
    clustering: { fields: ['k'] },
    tableConstraints: { primaryKey: { columns: ['k'] } },
    description: 'd',
    friendlyName: 'f',
    labels: { l: '1' },
    numRows: '0',
    numBytes: '0',
  });
  expect(Number(metadata.creationTime)).toBeGreaterThanOrEqual(before);
});

test('lastModifiedTime and etag change with rows; creationTime changes when the table is made again', async () => {
  const { dataset } = fixture;
  const [table] = await dataset.createTable('moves', { schema: 'a:integer' });
  const [before] = await table.getMetadata();
  await loadRows(dataset, 'moves', [{ a: 1 }, { a: 2 }]);
  const [after] = await table.getMetadata();
  expect(after.numRows).toBe('2');
  expect(after.numBytes).toBe('16');
  expect(Number(after.lastModifiedTime)).toBeGreaterThan(Number(before.lastModifiedTime));
  expect(after.etag).not.toBe(before.etag);
  expect(after.creationTime).toBe(before.creationTime);
  await table.delete();
  await dataset.createTable('moves', { schema: 'a:integer' });
  const [again] = await table.getMetadata();
  expect(Number(again.creationTime)).toBeGreaterThan(Number(after.creationTime));
  expect(again.numRows).toBe('0');
});

test('a schema may grow and relax, and rows that exist read NULL or empty', async () => {
  const { dataset, client } = fixture;
  const fields = [
    { name: 'k', type: 'INT64', mode: 'REQUIRED' },
    { name: 's', type: 'RECORD', fields: [{ name: 'a', type: 'STRING' }] },
    { name: 'l', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'a', type: 'STRING' }] },
  ];
  const [table] = await dataset.createTable('grows', { schema: { fields } } as never);
  await table.insert([{ k: 1, s: { a: 'x' }, l: [{ a: 'y' }] }]);
  const grown = [
    { name: 'k', type: 'INT64' },
    {
      name: 's',
      type: 'RECORD',
      fields: [
        { name: 'a', type: 'STRING' },
        { name: 'b', type: 'INT64' },
      ],
    },
    {
      name: 'l',
      type: 'RECORD',
      mode: 'REPEATED',
      fields: [
        { name: 'a', type: 'STRING' },
        { name: 'b', type: 'INT64' },
      ],
    },
    { name: 'n', type: 'NUMERIC' },
    { name: 'm', type: 'STRING', mode: 'REPEATED' },
  ];
  await table.setMetadata({ schema: { fields: grown } });
  await table.insert([{ k: null, s: { a: 'z', b: 2 }, l: [{ b: 3 }], n: '1', m: ['q'] }]);
  const [rows] = await client.query('SELECT * FROM ds.grows ORDER BY k');
  expect(rows.map((row: Record<string, unknown>) => ({ ...row, n: row['n'] === null ? null : String(row['n']) }))).toEqual([
    { k: null, s: { a: 'z', b: 2 }, l: [{ a: null, b: 3 }], n: '1', m: ['q'] },
    { k: 1, s: { a: 'x', b: null }, l: [{ a: 'y', b: null }], n: null, m: [] },
  ]);
  await expect(table.setMetadata({ schema: { fields: grown.slice(1) } })).rejects.toMatchObject({ code: 400 });
  await expect(table.setMetadata({ schema: { fields: [{ name: 'k', type: 'STRING' }, ...grown.slice(1)] } })).rejects.toThrow(
    'Field k has changed type from INTEGER to STRING',
  );
});

test('a patch on an outdated etag is refused', async () => {
  const { server, dataset } = fixture;
  await dataset.createTable('tagged', { schema: 'a:string' });
  const response = await fetch(`${server.url}/bigquery/v2/projects/proj-x/datasets/ds/tables/tagged`, {
    method: 'PATCH',
    headers: { 'if-match': 'old' },
    body: '{"description":"x"}',
  });
  expect(response.status).toBe(412);
});

test('a view is shown, read as its query, and holds no rows of its own', async () => {
  const { dataset, client, server } = fixture;
  await dataset.createTable('v', { view: { query: 'SELECT 1 AS a', useLegacySql: false } } as never);
  const [metadata] = await dataset.table('v').getMetadata();
  expect(metadata).toMatchObject({ type: 'VIEW', view: { query: 'SELECT 1 AS a' } });
  expect(metadata.numRows).toBeUndefined();
  expect((await client.query('SELECT * FROM ds.v'))[0]).toEqual([{ a: 1 }]);
  expect((await call(server, 'GET', '/datasets/ds/tables/v/data')).body.error.message).toContain('currently a VIEW');
});

test.each([
  [
    'an option that is not there',
    { schema: { fields: [{ name: 'a', type: 'STRING' }] }, encryptionConfiguration: { kmsKeyName: 'k' } },
    'notImplemented',
    'encryptionConfiguration',
  ],
  [
    'a field option that is not there',
    { schema: { fields: [{ name: 'a', type: 'STRING', collation: 'und:ci' }] } },
    'notImplemented',
    'collation',
  ],
  [
    'a default of another type',
    { schema: { fields: [{ name: 'a', type: 'STRING', defaultValueExpression: '1' }] } },
    'invalid',
    'Expected type STRING; found INT64',
  ],
  [
    'a partitioning column of a wrong type',
    { schema: { fields: [{ name: 'a', type: 'STRING' }] }, timePartitioning: { type: 'DAY', field: 'a' } },
    'invalid',
    'its type is STRING',
  ],
  [
    'a key that is no column',
    { schema: { fields: [{ name: 'a', type: 'STRING' }] }, tableConstraints: { primaryKey: { columns: ['b'] } } },
    'invalid',
    '"b"',
  ],
  [
    'two fields of one name',
    {
      schema: {
        fields: [
          { name: 'a', type: 'STRING' },
          { name: 'A', type: 'STRING' },
        ],
      },
    },
    'invalid',
    'Duplicate field name A',
  ],
  ['an unknown type', { schema: { fields: [{ name: 'a', type: 'TEXT' }] } }, 'invalid', '"TEXT"'],
  ['no schema', {}, 'invalid', 'needs a schema'],
])('%s is refused by name', async (_what, body, reason, message) => {
  const { body: answer } = await call(fixture.server, 'POST', '/datasets/ds/tables', { tableReference: { tableId: 'bad' }, ...body });
  expect(answer.error.errors[0]?.reason).toBe(reason);
  expect(answer.error.message).toContain(message);
});

test('an unknown path is refused by name', async () => {
  const { status, body } = await call(fixture.server, 'GET', '/datasets/ds/models');
  expect([status, body.error.errors[0]?.reason]).toEqual([400, 'notImplemented']);
  expect(body.error.message).toContain('/datasets/ds/models');
});

test('lists come in pages', async () => {
  const { client, server } = fixture;
  const [dataset] = await client.createDataset('paged');
  for (const name of ['c', 'a', 'b']) await dataset.createTable(name, { schema: 'a:string' });
  const first = await call(server, 'GET', '/datasets/paged/tables?maxResults=2');
  const second = await call(server, 'GET', `/datasets/paged/tables?maxResults=2&pageToken=${first.body.nextPageToken}`);
  const ids = [...first.body.tables, ...second.body.tables].map((table) => table.tableReference.tableId);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(second.body.nextPageToken).toBeUndefined();
  expect((await dataset.getTables())[0]).toHaveLength(3);
});

test('table data is listed in pages of one snapshot while rows are added', async () => {
  const { server, dataset } = fixture;
  await dataset.createTable('listed', { schema: 'a:integer, b:string' });
  await loadRows(
    dataset,
    'listed',
    Array.from({ length: 5000 }, (_, a) => ({ a, b: `b${a}` })),
  );
  const seen: number[] = [];
  let token = '';
  do {
    const { body } = await call(server, 'GET', `/datasets/ds/tables/listed/data?maxResults=700&selectedFields=a&pageToken=${token}`);
    expect(body.totalRows).toBe('5000');
    seen.push(...body.rows.map((row) => Number(row.f[0]?.v)));
    token = body.pageToken ?? '';
    await dataset.table('listed').insert([{ a: -1, b: 'new' }]);
  } while (token !== '');
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, a) => a));
  const { body } = await call(server, 'GET', '/datasets/ds/tables/listed/data?startIndex=4999&maxResults=1');
  expect(body.rows).toEqual([{ f: [{ v: '4999' }, { v: 'b4999' }] }]);
});
