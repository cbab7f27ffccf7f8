import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, type Fixture, run, startFixture } from './support.ts';

let fixture: Fixture;
const sql = (text: string): Promise<unknown[][]> => run(fixture.server, text);
const metadata = async (): Promise<Record<string, unknown>> =>
  (await call(fixture.server, 'GET', '/datasets/ds/tables/t')).body as unknown as Record<string, unknown>;
beforeEach(async () => {
  fixture = await startFixture();
  await sql('CREATE TABLE ds.t (id INT64)');
});
afterEach(() => fixture.server.close());

test('metadata lags behind streamed rows: neither numRows, lastModifiedTime nor the streaming buffer show them', async () => {
  await sql('INSERT ds.t VALUES (1)');
  const before = await metadata();
  fixture.server.behave({ streamingBufferMs: 600_000, metadataLagMs: 60_000 });
  await fixture.dataset.table('t').insert([{ id: 2 }]);
  const after = await metadata();
  expect(after).toMatchObject({ numRows: '1', lastModifiedTime: before['lastModifiedTime'] });
  expect(after['streamingBuffer']).toBeUndefined();
  expect(await sql('SELECT COUNT(*) FROM ds.t')).toEqual([['2']]);
  fixture.server.behave({ metadataLagMs: 0 });
  expect((await metadata())['streamingBuffer']).toMatchObject({ estimatedRows: '1' });
});

test('an etag can change though nothing else does', async () => {
  fixture.server.behave({ etagChanges: true });
  const [a, b] = [await metadata(), await metadata()];
  expect(a['etag']).not.toBe(b['etag']);
  expect({ ...a, etag: '' }).toEqual({ ...b, etag: '' });
});

test('a streamed row can become visible after its commit time', async () => {
  fixture.server.behave({ commitVisibilityMs: 300 });
  await fixture.dataset.table('t').insert([{ id: 1 }]);
  const [[after]] = (await sql('SELECT UNIX_MICROS(CURRENT_TIMESTAMP())')) as [[string]];
  expect(await sql('SELECT id FROM ds.t')).toEqual([]);
  await expect.poll(() => sql('SELECT id FROM ds.t')).toEqual([['1']]);
  const [[shown]] = (await sql('SELECT UNIX_MICROS(_CHANGE_TIMESTAMP) FROM APPENDS(TABLE ds.t)')) as [[string]];
  expect(BigInt(shown)).toBeLessThan(BigInt(after));
});

test('a result over the limit is refused without a destination table, and taken with one', async () => {
  fixture.server.behave({ resultMaxBytes: 100 });
  const big = 'SELECT x FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS x';
  await expect(sql(big)).rejects.toThrow(/responseTooLarge: Response too large to return/);
  const [job] = await fixture.client.createQueryJob({ query: big, destination: fixture.dataset.table('big') });
  await job.getQueryResults();
  expect(await sql('SELECT COUNT(*) FROM ds.big')).toEqual([['1000']]);
});

test('a job outside of the multi-regions is found by its location only', async () => {
  await fixture.client.createDataset('asia', { location: 'asia-southeast1' });
  await sql('CREATE TABLE asia.t AS SELECT 1 AS a');
  const { body } = await call(fixture.server, 'POST', '/queries', { query: 'SELECT a FROM asia.t', useLegacySql: false });
  const path = `/jobs/${body.jobReference.jobId}`;
  expect((await call(fixture.server, 'GET', path)).status).toBe(200);
  fixture.server.behave({ jobLocationRequired: true });
  expect((await call(fixture.server, 'GET', path)).status).toBe(404);
  expect((await call(fixture.server, 'GET', `${path}?location=asia-southeast1`)).status).toBe(200);
});

test('view=BASIC of tables.get leaves out the sizes, and an unknown view is refused', async () => {
  expect((await call(fixture.server, 'GET', '/datasets/ds/tables/t?view=BASIC')).body.numRows).toBeUndefined();
  expect((await call(fixture.server, 'GET', '/datasets/ds/tables/t?view=FULL')).body.numRows).toBe('0');
  expect((await call(fixture.server, 'GET', '/datasets/ds/tables/t?view=ALL')).status).toBe(400);
});

test('If-Match holds for datasets too', async () => {
  const patch = (etag: string): Promise<Response> =>
    fetch(`${fixture.server.url}/bigquery/v2/projects/proj-x/datasets/ds`, {
      method: 'PATCH',
      headers: { 'if-match': etag },
      body: '{"description":"x"}',
    });
  const { body } = await call(fixture.server, 'GET', '/datasets/ds');
  expect((await patch('other')).status).toBe(412);
  expect((await patch(body.etag)).status).toBe(200);
  expect((await patch(body.etag)).status).toBe(412);
});

test('ingestion-time partitions: pseudo columns, required filters, rows in the buffer without a partition', async () => {
  await sql('CREATE TABLE ds.i (a INT64) PARTITION BY _PARTITIONDATE OPTIONS(require_partition_filter=TRUE)');
  await sql('INSERT ds.i (a) VALUES (1)');
  await expect(sql('SELECT a FROM ds.i')).rejects.toThrow(
    "filter over column(s) '_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME'",
  );
  expect(await sql('SELECT * FROM ds.i WHERE _PARTITIONTIME >= TIMESTAMP "2020-01-01"')).toEqual([['1']]);
  expect(await sql('SELECT a FROM ds.i AS t WHERE t._PARTITIONDATE < "2020-01-01"')).toEqual([]);
  fixture.server.behave({ streamingBufferMs: 60_000 });
  await fixture.dataset.table('i').insert([{ a: 2 }]);
  expect(await sql('SELECT a FROM ds.i WHERE _PARTITIONTIME IS NULL')).toEqual([['2']]);
  expect(
    await sql('SELECT partition_id, total_rows FROM ds.INFORMATION_SCHEMA.PARTITIONS WHERE partition_id = "__UNPARTITIONED__"'),
  ).toEqual([['__UNPARTITIONED__', '1']]);
});

test('answers packed as gzip, in pieces, or both, say the same', async () => {
  for (const transfer of [{ gzip: true }, { chunkBytes: 7 }, { gzip: true, chunkBytes: 3 }]) {
    fixture.server.faults.add({ kind: 'transfer', ...transfer });
    expect(await sql('SELECT 1')).toEqual([['1']]);
  }
  expect(() => fixture.server.faults.add({ kind: 'transfer' })).toThrow('gzip or chunkBytes');
});

test('a token is refused with 401 while others pass', async () => {
  fixture.server.faults.add({ kind: 'error', status: 401, token: 'old', share: 1 });
  await expect(run(fixture.server, 'SELECT 1', 'old')).rejects.toThrow('authError: Request had invalid authentication credentials');
  expect(await run(fixture.server, 'SELECT 1', 'new')).toEqual([['1']]);
});
