import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, loadRows, startFixture } from './support.ts';
import { connectReads, openSession, readAll } from './storage-read.ts';

let fixture: Fixture;
let reads: ReturnType<typeof connectReads>;
beforeAll(async () => {
  fixture = await startFixture();
  reads = connectReads(fixture.server);
});
afterAll(async () => {
  await reads.close();
  await fixture.server.close();
});

const rowsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({ n, s: n % 3 === 0 ? null : `text number ${n}`, t: '2026-01-01T00:00:00.000001Z' }));

test('a table', async () => {
  const { dataset } = fixture;
  await dataset.createTable('plain', { schema: 'n:integer, s:string, t:timestamp' });
  await loadRows(dataset, 'plain', rowsOf(5000));
  const session = await openSession(reads, { table: 'plain' });
  expect(session.rows).toBe(5000);
  const rows = await readAll(reads, { table: 'plain' });
  expect(rows).toHaveLength(5000);
  expect(rows[4999]).toEqual({ n: 4999n, s: 'text number 4999', t: 1767225600000001n });
  expect(rows[3]?.['s']).toBeNull();
});

test.each([3, 2000])('the result of a query with %i rows', async (count) => {
  const { client, dataset } = fixture;
  const name = `source${count}`;
  await dataset.createTable(name, { schema: 'n:integer, s:string, t:timestamp' });
  await loadRows(dataset, name, rowsOf(count));
  const [job] = await client.createQueryJob(`SELECT n, s, t FROM ds.${name} WHERE n > 0 ORDER BY n DESC`);
  await job.getQueryResults();
  const [metadata] = await job.getMetadata();
  const { datasetId, tableId } = metadata.configuration.query.destinationTable;
  const rows = await readAll(reads, { dataset: datasetId, table: tableId });
  expect(rows.map((row) => row['n'])).toEqual(Array.from({ length: count - 1 }, (_, n) => BigInt(count - 1 - n)));
  expect(rows[0]).toMatchObject({ s: (count - 1) % 3 === 0 ? null : `text number ${count - 1}`, t: 1767225600000001n });
});
