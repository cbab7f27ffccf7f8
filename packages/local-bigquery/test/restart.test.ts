import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalBigQuery, startLocalBigQuery } from '../src/index.ts';
import { call, connect, loadRows } from './support.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-bigquery-'));
  file = join(folder, 'data.duckdb');
});
afterAll(() => rm(folder, { recursive: true }));

async function facts(server: LocalBigQuery): Promise<unknown> {
  const { etag, selfLink, ...table } = (await call(server, 'GET', '/datasets/ds/tables/t')).body;
  expect(selfLink).toContain(server.url);
  const [partitions] = await connect(server).query(
    'SELECT partition_id, total_rows, total_logical_bytes, last_modified_time FROM ds.INFORMATION_SCHEMA.PARTITIONS ORDER BY partition_id',
  );
  return { table, etag, partitions };
}

test('a file keeps datasets, tables, rows, old versions, jobs and results', async () => {
  const first = await startLocalBigQuery({ file });
  const client = connect(first);
  const [dataset] = await client.createDataset('ds', { labels: { a: 'b' } });
  await dataset.createTable('t', { schema: 'd:date, s:string', timePartitioning: { type: 'DAY', field: 'd' } });
  await loadRows(dataset, 't', [{ d: '2026-01-01', s: 'a' }, { d: '2026-01-02', s: 'b' }, { s: 'c' }]);
  const [[{ t: before }]] = await client.query('SELECT FORMAT_TIMESTAMP("%Y-%m-%d %H:%M:%E6S+00:00", CURRENT_TIMESTAMP()) AS t');
  await client.query("DELETE FROM ds.t WHERE d = DATE '2026-01-02'");
  const [job] = await client.createQueryJob({ query: 'SELECT s FROM ds.t ORDER BY s', jobId: 'kept' });
  await job.promise();
  const [large] = await client.createQueryJob({
    query: 'SELECT n FROM UNNEST(GENERATE_ARRAY(1, 3000)) AS n ORDER BY n DESC',
    jobId: 'large',
  });
  await large.promise();
  const known = await facts(first);
  await first.close();
  await first.close();

  const second = await startLocalBigQuery({ file });
  expect(await facts(second)).toEqual(known);
  const again = connect(second);
  const [rows] = await again.job('kept').getQueryResults();
  expect(rows).toEqual([{ s: 'a' }, { s: 'c' }]);
  const [many] = await again.job('large').getQueryResults();
  expect(many).toEqual(Array.from({ length: 3000 }, (_, index) => ({ n: 3000 - index })));
  expect((await again.query('SELECT 7 AS n'))[0]).toEqual([{ n: 7 }]);
  expect((await again.job('kept').getQueryResults())[0]).toHaveLength(2);
  await expect(again.createQueryJob({ query: 'SELECT 1', jobId: 'kept' })).rejects.toMatchObject({ code: 409 });
  const [old] = await again.query(`SELECT s FROM ds.t FOR SYSTEM_TIME AS OF TIMESTAMP '${before}' ORDER BY s`);
  expect(old).toEqual([{ s: 'a' }, { s: 'b' }, { s: 'c' }]);
  await again.dataset('ds').createTable('another', { schema: 'a:integer' });
  await again
    .dataset('ds')
    .table('t')
    .insert([{ s: 'd' }]);
  const [count] = await again.query('SELECT COUNT(*) AS n FROM ds.t');
  expect(count).toEqual([{ n: 3 }]);
  await second.close();
});

test('rows deleted before time travel are dropped at the next start, and no live row is', async () => {
  const path = join(folder, 'travel.duckdb');
  const first = await startLocalBigQuery({ file: path });
  const client = connect(first);
  await client.createDataset('ds');
  await client.dataset('ds').createTable('t', { schema: 'a:integer' });
  await client
    .dataset('ds')
    .table('t')
    .insert([{ a: 1 }, { a: 2 }]);
  await client.query('DELETE FROM ds.t WHERE a = 1');
  await first.close();
  const second = await startLocalBigQuery({ file: path, timeTravelMs: 0 });
  const { body } = await call(second, 'GET', '/datasets/ds/tables/t/data');
  expect(body.rows).toEqual([{ f: [{ v: '2' }] }]);
  await second.close();
});

test('a file that is in use, by another process or this one, is one clear line', async () => {
  const path = join(folder, 'locked.duckdb');
  const program =
    "const { DuckDBInstance } = await import('@duckdb/node-api'); await DuckDBInstance.create(process.argv[1]); console.log('open'); setInterval(() => {}, 1000);";
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(startLocalBigQuery({ file: path })).rejects.toMatchObject({
    code: 'BQS_USAGE',
    message: `${path} is in use by another process`,
  });
  child.kill();
  await once(child, 'exit');
  const server = await startLocalBigQuery({ file: path });
  await expect(startLocalBigQuery({ file: path })).rejects.toMatchObject({ message: `${path} is in use by this process` });
  await server.close();
});

test('a file that cannot be opened and a port in use are one clear line', async () => {
  await expect(startLocalBigQuery({ file: join(folder, 'no', 'such', 'folder.duckdb') })).rejects.toMatchObject({
    code: 'BQS_USAGE',
    message: expect.stringContaining('no/such/folder.duckdb'),
  });
  const server = await startLocalBigQuery();
  await expect(startLocalBigQuery({ port: server.port })).rejects.toMatchObject({
    code: 'BQS_USAGE',
    message: `port ${server.port} on 127.0.0.1 is already in use`,
  });
  await server.close();
});
