import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, cells, type Fixture, startFixture } from './support.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());

let tables = 0;
async function newTable(fields: readonly object[]): Promise<string> {
  const name = `t${++tables}`;
  await fixture.dataset.createTable(name, { schema: { fields } } as never);
  return name;
}

const insertAll = (table: string, body: object) => call(fixture.server, 'POST', `/datasets/ds/tables/${table}/insertAll`, body);

async function values(table: string): Promise<unknown[]> {
  const { body } = await call(fixture.server, 'GET', `/datasets/ds/tables/${table}/data`);
  return cells(body.rows);
}

test('a row with an insertId that was seen is not written again, in the same request or another', async () => {
  const table = await newTable([{ name: 'a', type: 'INT64' }]);
  const rows = [
    { insertId: 'x', json: { a: 1 } },
    { insertId: 'x', json: { a: 1 } },
    { insertId: 'y', json: { a: 2 } },
    { json: { a: 3 } },
    { json: { a: 3 } },
  ];
  expect((await insertAll(table, { rows })).body.insertErrors).toBeUndefined();
  await Promise.all([insertAll(table, { rows: rows.slice(0, 3) }), insertAll(table, { rows: rows.slice(0, 3) })]);
  expect((await values(table)).sort()).toEqual([['1'], ['2'], ['3'], ['3']]);
});

test('one bad row stops the others, which are named as stopped, and nothing is written', async () => {
  const table = await newTable([
    { name: 'a', type: 'INT64' },
    { name: 's', type: 'RECORD', fields: [{ name: 'd', type: 'DATE', mode: 'REPEATED' }] },
  ]);
  const { status, body } = await insertAll(table, {
    rows: [
      { insertId: 'k', json: { a: 1 } },
      { json: { a: 'one' } },
      { json: { s: { d: ['2026-01-01', '2026-02-30'] } } },
      { json: { zzz: 1 } },
    ],
  });
  expect(status).toBe(200);
  expect(body.insertErrors.map((error) => [error.index, error.errors[0]?.reason, error.errors[0]?.location])).toEqual([
    [1, 'invalid', 'a'],
    [2, 'invalid', 's.d'],
    [3, 'invalid', 'zzz'],
    [0, 'stopped', ''],
  ]);
  expect(body.insertErrors[1]?.errors[0]?.message).toContain('2026-02-30');
  expect(body.insertErrors[2]?.errors[0]?.message).toBe('no such field: zzz.');
  expect(await values(table)).toEqual([]);
  // The id of a row that was not stored is free.
  await insertAll(table, { rows: [{ insertId: 'k', json: { a: 1 } }] });
  expect(await values(table)).toHaveLength(1);
});

test('skipInvalidRows and ignoreUnknownValues', async () => {
  const table = await newTable([{ name: 'a', type: 'INT64', mode: 'REQUIRED' }]);
  const skipped = await insertAll(table, { skipInvalidRows: true, rows: [{ json: { a: 1 } }, { json: {} }, { json: { a: 2 } }] });
  expect(skipped.body.insertErrors).toHaveLength(1);
  expect(skipped.body.insertErrors[0]?.errors[0]?.message).toBe('Missing required field: a.');
  const ignored = await insertAll(table, { ignoreUnknownValues: true, rows: [{ json: { a: 3, b: 1 } }] });
  expect(ignored.body.insertErrors).toBeUndefined();
  expect(await values(table)).toEqual([['1'], ['2'], ['3']]);
});

test('names match in any case', async () => {
  const table = await newTable([{ name: 'Name', type: 'STRING' }]);
  await insertAll(table, { rows: [{ json: { NAME: 'a' } }] });
  expect(await values(table)).toEqual([['a']]);
});

test('the official client throws PartialFailureError with the row and the field', async () => {
  const table = await newTable([{ name: 'a', type: 'INT64' }]);
  await expect(fixture.dataset.table(table).insert([{ a: 1 }, { a: 'x' }])).rejects.toMatchObject({
    name: 'PartialFailureError',
    errors: expect.arrayContaining([expect.objectContaining({ row: { a: 'x' } })]),
  });
});

test('whole numbers beyond 2^53 keep their digits without quotes', async () => {
  const table = await newTable([
    { name: 'a', type: 'INT64' },
    { name: 'n', type: 'NUMERIC' },
    { name: 'j', type: 'JSON' },
  ]);
  const text = '{"rows":[{"json":{"a":9223372036854775807,"n":12345678901234567890.123456789,"j":"{\\"x\\": 12345678901234567890}"}}]}';
  const response = await fetch(`${fixture.server.url}/projects/proj-x/datasets/ds/tables/${table}/insertAll`, {
    method: 'POST',
    body: text,
  });
  expect(response.status).toBe(200);
  expect(await values(table)).toEqual([['9223372036854775807', '12345678901234567890.123456789', '{"x":12345678901234567890}']]);
});

test('rows in the streaming buffer are readable but not counted', async () => {
  const { server, dataset, client } = await startFixture({ streamingBufferMs: 3_600_000 });
  await dataset.createTable('t', { schema: 'a:integer, d:date', timePartitioning: { type: 'DAY', field: 'd' } });
  await dataset.table('t').insert([{ a: 1, d: '2026-01-01' }]);
  const [metadata] = await dataset.table('t').getMetadata();
  expect(metadata.numRows).toBe('0');
  expect(metadata.streamingBuffer).toMatchObject({ estimatedRows: '1', estimatedBytes: '16' });
  const [rows] = await client.query('SELECT a FROM ds.t');
  expect(rows).toEqual([{ a: 1 }]);
  const [partitions] = await client.query('SELECT partition_id, total_rows FROM ds.INFORMATION_SCHEMA.PARTITIONS');
  expect(partitions).toEqual([{ partition_id: '__UNPARTITIONED__', total_rows: 1 }]);
  await server.close();
});

test('unknown options, an empty request and a body over 10 MB are refused by name', async () => {
  const table = await newTable([{ name: 'a', type: 'STRING' }]);
  expect((await insertAll(table, { templateSuffix: 'x', rows: [] })).body.error).toMatchObject({
    code: 400,
    errors: [{ reason: 'notImplemented' }],
  });
  expect((await insertAll(table, { rows: [] })).status).toBe(400);
  expect((await insertAll(table, { rows: [{ json: { a: 'x'.repeat(11_000_000) } }] })).status).toBe(413);
  expect((await insertAll('nothing', { rows: [{ json: {} }] })).body.error.message).toBe('Not found: Table proj-x:ds.nothing');
});
