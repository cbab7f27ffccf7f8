import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Fixture, loadRows, startFixture } from './support.ts';

const MINIMUM = 10 * 1024 * 1024;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
  const { dataset } = fixture;
  await dataset.createTable('days', {
    schema: {
      fields: [
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'name', type: 'STRING' },
        {
          name: 'r',
          type: 'RECORD',
          mode: 'REPEATED',
          fields: [
            { name: 'n', type: 'NUMERIC' },
            { name: 'b', type: 'BOOL' },
          ],
        },
      ],
    },
    timePartitioning: { type: 'DAY', field: 'ts' },
  } as never);
  await loadRows(dataset, 'days', [
    {
      ts: '2026-01-01T00:00:00Z',
      name: 'é',
      r: [
        { n: '1', b: true },
        { n: null, b: false },
      ],
    },
    { ts: '2026-01-01T23:59:59.999999Z', name: 'ab' },
    { ts: '2026-01-02T00:00:00Z', name: null },
    { ts: null, name: 'abc' },
    { ts: '1969-12-31T12:00:00Z', name: '' },
  ]);
});
afterAll(() => fixture.server.close());

async function bytes(text: string): Promise<number> {
  const { body } = await call(fixture.server, 'POST', '/queries', { query: text, useLegacySql: false, dryRun: true });
  expect(body.error).toBeUndefined();
  return Number(body.totalBytesProcessed);
}

test('bytes are logical sizes of the columns that are read', async () => {
  expect(await bytes('SELECT ts FROM ds.days')).toBe(4 * 8);
  expect(await bytes('SELECT name FROM ds.days')).toBe(2 + 2 + (2 + 2) + (2 + 3) + 2);
  expect(await bytes('SELECT r FROM ds.days')).toBe(16 + 1 + 1);
  expect(await bytes('SELECT 1 AS one')).toBe(0);
  expect(await bytes('SELECT COUNT(*) AS n FROM ds.days')).toBe(0);
  expect(await bytes('SELECT a.ts FROM ds.days AS a JOIN ds.days AS b ON a.ts = b.ts')).toBe(4 * 8);
});

test('a constant range on the partitioning column leaves out partitions', async () => {
  expect(await bytes("SELECT ts FROM ds.days WHERE ts >= TIMESTAMP '2026-01-01' AND ts < TIMESTAMP '2026-01-02'")).toBe(16);
  expect(await bytes("SELECT ts FROM ds.days WHERE ts >= TIMESTAMP '2026-01-01 12:00:00+00'")).toBe(24);
  expect(await bytes("SELECT ts FROM ds.days WHERE ts > TIMESTAMP '2026-01-02 00:00:00+00'")).toBe(8);
  expect(await bytes("SELECT ts FROM ds.days WHERE ts < TIMESTAMP '1970-01-01 00:00:00+00'")).toBe(8);
  expect(await bytes('SELECT name FROM ds.days WHERE ts IS NULL')).toBe(5);
  expect(await bytes("SELECT ts FROM ds.days WHERE ts + INTERVAL 0 DAY >= TIMESTAMP '2026-01-02'").catch(() => 32)).toBe(32);
});

test('each table of a query is billed at least 10 MB, in whole megabytes', async () => {
  const { client, dataset } = fixture;
  const billed = async (query: string): Promise<number> => {
    const [job] = await client.createQueryJob(query);
    await job.promise();
    return Number((await job.getMetadata())[0].statistics.query.totalBytesBilled);
  };
  await dataset.createTable('big', { schema: 'a:string' });
  await loadRows(
    dataset,
    'big',
    Array.from({ length: 11 }, () => ({ a: 'x'.repeat(1024 * 1024) })),
  );
  expect(await billed('SELECT ts FROM ds.days')).toBe(MINIMUM);
  expect(await billed('SELECT a.name FROM ds.days AS a CROSS JOIN ds.big AS b')).toBe(MINIMUM);
  expect(await billed('SELECT a.name FROM ds.days AS a JOIN ds.big AS b ON a.name = b.a')).toBe(MINIMUM + 12 * 1024 * 1024);
  expect(await billed('SELECT COUNT(*) AS n FROM ds.days')).toBe(0);
  expect(await billed('SELECT table_name FROM ds.INFORMATION_SCHEMA.PARTITIONS')).toBe(MINIMUM);
});

test('usage adds up queries by label, and loads, lists and dry runs are free', async () => {
  const { server, client, dataset } = fixture;
  const before = server.usage();
  await client.query({ query: 'SELECT ts FROM ds.days', labels: { purpose: 'sync', table: 'days' } });
  await client.query({ query: 'SELECT name FROM ds.days', labels: { purpose: 'sync' } });
  await client.query({ query: 'SELECT ts FROM ds.days', labels: { purpose: 'verify' } });
  await dataset.table('days').getRows();
  await bytes('SELECT ts FROM ds.days');
  const report = (await (await fetch(`${server.url}/local/usage`)).json()) as typeof before;
  expect(report).toEqual(server.usage());
  expect(report.jobs - before.jobs).toBe(3);
  expect(report.bytesBilled - before.bytesBilled).toBe(3 * MINIMUM);
  expect(report.labels).toEqual({
    purpose: {
      sync: { jobs: 2, bytesProcessed: 32 + 15, bytesBilled: 2 * MINIMUM },
      verify: { jobs: 1, bytesProcessed: 32, bytesBilled: MINIMUM },
    },
    table: { days: { jobs: 1, bytesProcessed: 32, bytesBilled: MINIMUM } },
  });
});

test('statistics follow inserts, updates and deletes', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('dml', { schema: 'd:date, s:string', timePartitioning: { type: 'DAY', field: 'd' } });
  await client.query("INSERT INTO ds.dml (d, s) VALUES (DATE '2026-01-01', 'abc'), (DATE '2026-01-02', 'de'), (NULL, 'f')");
  expect(await bytes('SELECT s FROM ds.dml')).toBe(5 + 4 + 3);
  const [updated] = await client.createQueryJob("UPDATE ds.dml SET s = 'abcdef', d = DATE '2026-01-03' WHERE d = DATE '2026-01-01'");
  await updated.promise();
  expect((await updated.getMetadata())[0].statistics.query).toMatchObject({
    statementType: 'UPDATE',
    numDmlAffectedRows: '1',
    dmlStats: { updatedRowCount: '1' },
  });
  expect(await bytes('SELECT s FROM ds.dml')).toBe(8 + 4 + 3);
  expect(await bytes("SELECT s FROM ds.dml WHERE d = DATE '2026-01-03'")).toBe(16);
  expect(await bytes("SELECT s FROM ds.dml WHERE d = DATE '2026-01-01'")).toBe(0);
  await client.query("DELETE FROM ds.dml WHERE s = 'f'");
  expect(
    await client
      .query(
        'SELECT partition_id, total_rows, total_logical_bytes FROM ds.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = @table ORDER BY partition_id',
      )
      .catch((error: unknown) => String(error)),
  ).toContain('table');
  const [partitions] = await client.query({
    query:
      'SELECT partition_id, total_rows, total_logical_bytes FROM `proj-x.ds.INFORMATION_SCHEMA.PARTITIONS` WHERE table_name = @table ORDER BY partition_id',
    params: { table: 'dml' },
  });
  expect(partitions).toEqual([
    { partition_id: '20260102', total_rows: 1, total_logical_bytes: 12 },
    { partition_id: '20260103', total_rows: 1, total_logical_bytes: 16 },
  ]);
  await client.query('TRUNCATE TABLE ds.dml');
  expect((await dataset.table('dml').getMetadata())[0].numRows).toBe('0');
});

test.each([
  ['HOUR', 'TIMESTAMP', '2026-01-02T03:59:59Z', '2026010203'],
  ['DAY', 'DATETIME', '2026-01-02T23:00:00', '20260102'],
  ['MONTH', 'DATE', '2026-12-31', '202612'],
  ['YEAR', 'TIMESTAMP', '1969-12-31T23:59:59.999999Z', '1969'],
  ['MONTH', 'TIMESTAMP', '0001-01-31T00:00:00Z', '000101'],
  ['HOUR', 'DATETIME', '1969-12-31T23:00:00', '1969123123'],
  ['DAY', 'TIMESTAMP', null, '__NULL__'],
])('%s partitions of a %s: %s is in %s', async (unit, type, value, id) => {
  const { client, dataset } = fixture;
  const name = `p_${unit}_${type}_${id}`;
  await dataset.createTable(name, { schema: { fields: [{ name: 'v', type }] }, timePartitioning: { type: unit, field: 'v' } } as never);
  await loadRows(dataset, name, [{ v: value }]);
  const [partitions] = await client.query({
    query: 'SELECT partition_id FROM ds.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = @name',
    params: { name },
  });
  expect(partitions).toEqual([{ partition_id: id }]);
});

test('a table without partitions has one row, ingestion time makes a partition of today', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('plain', { schema: 'a:integer' });
  await dataset.createTable('ingested', { schema: 'a:integer', timePartitioning: { type: 'DAY' } });
  await loadRows(dataset, 'plain', [{ a: 1 }]);
  await loadRows(dataset, 'ingested', [{ a: 1 }]);
  const [rows] = await client.query(
    "SELECT table_name, partition_id, last_modified_time FROM ds.INFORMATION_SCHEMA.PARTITIONS WHERE table_name IN ('plain', 'ingested') ORDER BY table_name",
  );
  expect(rows[0].partition_id).toMatch(/^20\d{6}$/);
  expect(rows[1]).toMatchObject({ table_name: 'plain', partition_id: null });
  const [metadata] = await dataset.table('plain').getMetadata();
  expect(Date.parse(String(rows[1].last_modified_time.value))).toBe(Number(metadata.lastModifiedTime));
});

test('columns are described', async () => {
  const [rows] = await fixture.client.query(
    "SELECT column_name, ordinal_position, is_nullable, data_type, is_partitioning_column FROM ds.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'days' ORDER BY ordinal_position",
  );
  expect(rows.map((row: Record<string, unknown>) => Object.values(row))).toEqual([
    ['ts', 1, 'YES', 'TIMESTAMP', 'YES'],
    ['name', 2, 'YES', 'STRING', 'NO'],
    ['r', 3, 'YES', 'ARRAY<STRUCT<n NUMERIC, b BOOL>>', 'NO'],
  ]);
});
