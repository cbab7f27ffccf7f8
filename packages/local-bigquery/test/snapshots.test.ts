import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Fixture, loadRows, startFixture } from './support.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());

/** BigQuery's own time: after everything that was committed before, and before everything after. */
async function now(): Promise<string> {
  const [rows] = await fixture.client.query('SELECT FORMAT_TIMESTAMP("%Y-%m-%d %H:%M:%E6S+00:00", CURRENT_TIMESTAMP()) AS t');
  return String(rows[0].t);
}

async function at(time: string, table: string, columns = 'a'): Promise<unknown[]> {
  const [rows] = await fixture.client.query(`SELECT ${columns} FROM ds.${table} FOR SYSTEM_TIME AS OF TIMESTAMP '${time}' ORDER BY a`);
  return rows.map((row: Record<string, unknown>) => Object.values(row).join());
}

test('every commit is to be read at its time, whatever came later', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('t', { schema: 'a:integer, s:string' });
  const times = [await now()];
  await dataset.table('t').insert([
    { a: 1, s: 'x' },
    { a: 2, s: 'y' },
  ]);
  times.push(await now());
  await client.query("UPDATE ds.t SET s = 'z' WHERE a = 1");
  times.push(await now());
  await client.query('DELETE FROM ds.t WHERE a = 2');
  times.push(await now());
  await loadRows(dataset, 't', [{ a: 9 }], { writeDisposition: 'WRITE_TRUNCATE' });
  times.push(await now());
  await client.query('TRUNCATE TABLE ds.t');
  const states = [];
  for (const time of times) states.push(await at(time, 't', 'a, s'));
  expect(states).toEqual([[], ['1,x', '2,y'], ['1,z', '2,y'], ['1,z'], ['9,']]);
  expect((await client.query('SELECT a FROM ds.t'))[0]).toEqual([]);
});

test('bytes of an old snapshot are those of its rows', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('sized', { schema: 'a:integer' });
  await dataset.table('sized').insert([{ a: 1 }, { a: 2 }, { a: 3 }]);
  const before = await now();
  await client.query('DELETE FROM ds.sized WHERE a > 1');
  const price = async (text: string) =>
    Number((await client.createQueryJob({ query: text, dryRun: true }))[0].metadata.statistics.totalBytesProcessed);
  expect(await price('SELECT a FROM ds.sized')).toBe(8);
  expect(await price(`SELECT a FROM ds.sized FOR SYSTEM_TIME AS OF TIMESTAMP '${before}'`)).toBe(24);
});

test('a time before the table or in the future is refused', async () => {
  const { dataset } = fixture;
  const before = new Date(Date.now() - 60_000).toISOString();
  await dataset.createTable('young', { schema: 'a:integer' });
  await expect(at(before, 'young')).rejects.toThrow('cannot read before');
  await expect(at('2099-01-01 00:00:00+00:00', 'young')).rejects.toThrow('in the future');
});

test('commits that run at once are each all or nothing in every query', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('pairs', { schema: 'a:integer, batch:integer' });
  const writes = Array.from({ length: 12 }, (_, batch) =>
    dataset.table('pairs').insert(Array.from({ length: 50 }, (_, a) => ({ a, batch }))),
  );
  const reads = Array.from({ length: 12 }, async () => {
    const [rows] = await client.query('SELECT batch, COUNT(*) AS n FROM ds.pairs GROUP BY batch');
    expect(rows.filter((row: { n: number }) => row.n !== 50)).toEqual([]);
  });
  await Promise.all([...writes, ...reads]);
  expect((await client.query('SELECT COUNT(*) AS n FROM ds.pairs'))[0]).toEqual([{ n: 600 }]);
});

test('updates of one table do not lose each other', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('counter', { schema: 'a:integer' });
  await dataset.table('counter').insert([{ a: 0 }]);
  await Promise.all(Array.from({ length: 8 }, () => client.query('UPDATE ds.counter SET a = a + 1 WHERE true')));
  expect((await client.query('SELECT a FROM ds.counter'))[0]).toEqual([{ a: 8 }]);
});

test('an update may read other tables and its own alias', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('target', { schema: 'k:integer, v:string' });
  await dataset.createTable('source', { schema: 'k:integer, v:string' });
  await client.query("INSERT INTO ds.target (k, v) VALUES (1, 'a'), (2, 'b')");
  await client.query("INSERT INTO ds.source (k, v) SELECT k, CONCAT(v, '!') FROM ds.target");
  await client.query("UPDATE ds.target AS x SET v = 'changed' WHERE x.k IN (SELECT k FROM ds.source WHERE v = 'b!')");
  expect((await client.query('SELECT k, v FROM ds.target ORDER BY k'))[0]).toEqual([
    { k: 1, v: 'a' },
    { k: 2, v: 'changed' },
  ]);
});

test('a statement that fails changes nothing', async () => {
  const { client, dataset, server } = fixture;
  await dataset.createTable('strict', { schema: { fields: [{ name: 'k', type: 'INT64', mode: 'REQUIRED' }] } });
  await client.query('INSERT INTO ds.strict (k) VALUES (1)');
  await expect(client.query('INSERT INTO ds.strict (k) VALUES (2), (NULL)')).rejects.toMatchObject({ code: 400 });
  await expect(client.query('UPDATE ds.strict SET k = k + 9223372036854775807 WHERE true')).rejects.toMatchObject({ code: 400 });
  expect((await client.query('SELECT k FROM ds.strict'))[0]).toEqual([{ k: 1 }]);
  expect((await call(server, 'GET', '/datasets/ds/tables/strict')).body.numRows).toBe('1');
});
