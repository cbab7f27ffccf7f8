import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client8 from '@google-cloud/bigquery';
import * as client9 from 'bigquery-client-9';
import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalBigQuery, startLocalBigQuery } from '../src/index.ts';

let server: LocalBigQuery;
beforeAll(async () => {
  server = await startLocalBigQuery();
});
afterAll(() => server.close());

// Each of the two against the same server: the newer one asks for Node 22, but its requests are what is tried here.
describe.each([
  ['8', client8.BigQuery],
  ['9', client9.BigQuery as unknown as typeof client8.BigQuery],
])("Google's Node client %s", (version, BigQuery) => {
  const dataset = `v${version}`;
  const connect = () => new BigQuery({ projectId: 'p', apiEndpoint: server.url, authClient: new PassThroughClient() as never });

  it('creates, inserts, lists and queries', async () => {
    const client = connect();
    const [made] = await client.createDataset(dataset);
    const [table] = await made.createTable('t', { schema: 'a:integer,s:string,ts:timestamp' });
    await table.insert([{ a: 1, s: 'x', ts: '2026-01-01T00:00:00.123456Z' }]);
    const [listed] = await table.getRows();
    expect(listed[0].a).toBe(1);
    expect(listed[0].ts.value).toContain('2026-01-01T00:00:00.123456');
    const [rows] = await client.query(
      `SELECT TIMESTAMP '2026-01-01 00:00:00.123456' AS ts, [1, 2] AS a, STRUCT(1 AS q) AS s, s AS t FROM ${dataset}.t`,
    );
    expect(rows[0].ts.value).toContain('2026-01-01T00:00:00.123456');
    expect(rows[0]).toMatchObject({ a: [1, 2], s: { q: 1 }, t: 'x' });
  });

  it('sends structs, ranges and geographies as parameters', async () => {
    const client = connect();
    const [structs] = await client.query({ query: 'SELECT @s AS s', params: { s: { a: 1, b: [1, 2], c: { d: 'x' } } } });
    expect(structs[0].s).toEqual({ a: 1, b: [1, 2], c: { d: 'x' } });
    const range = client.range('[2020-10-01 12:00:00+08, 2020-12-31 12:00:00+08)', 'TIMESTAMP');
    const [others] = await client.query({ query: 'SELECT ? AS r, ? AS g', params: [range, client.geography('POINT(1 2)')] });
    expect(others[0].r.apiValue).toContain('2020-10-01');
    expect(others[0].g.value).toBe('POINT(1 2)');
  });

  it('runs jobs, reads them page by page, loads a file where its dataset is, and deletes', async () => {
    const client = connect();
    const [job] = await client.createQueryJob({ query: 'SELECT x FROM UNNEST(GENERATE_ARRAY(1, 10)) AS x ORDER BY x', maxResults: 4 });
    expect((await job.getQueryResults({ maxResults: 4, autoPaginate: false }))[0]).toHaveLength(4);
    const folder = mkdtempSync(join(tmpdir(), 'bqsync-client-'));
    try {
      writeFileSync(join(folder, 'rows.csv'), '5,y,\n');
      await client
        .dataset(dataset, { location: 'US' })
        .table('t')
        .load(join(folder, 'rows.csv'), { sourceFormat: 'CSV', location: 'US' } as never);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect((await client.dataset(dataset).table('t').getRows())[0]).toHaveLength(2);
    const elsewhere = client.dataset(dataset, { location: 'EU' }).table('t');
    await expect(elsewhere.createCopyJob(client.dataset(dataset).table('t2'))).rejects.toThrow('was not found in location EU');
    expect((await job.delete())[0]).toEqual({});
    await client.dataset(dataset).delete({ force: true });
    expect(await client.dataset(dataset).exists()).toEqual([false]);
  });
});
