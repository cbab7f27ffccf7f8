import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, type Fixture, loadRows, run, startFixture } from './support.ts';

let fixture: Fixture;
const sql = (text: string): Promise<unknown[][]> => run(fixture.server, text);
const now = async (): Promise<string> => String((await sql('SELECT UNIX_MICROS(CURRENT_TIMESTAMP())'))[0]?.[0]);
beforeEach(async () => {
  fixture = await startFixture();
  await sql('CREATE TABLE ds.t (id INT64, v STRING) OPTIONS(enable_change_history=true)');
});
afterEach(() => fixture.server.close());

const CHANGES =
  'SELECT id, v, _CHANGE_TYPE, _CHANGE_IS_FOR_UPDATE FROM CHANGES(TABLE ds.t, NULL, NULL) ORDER BY _CHANGE_TIMESTAMP, id, _CHANGE_TYPE';

describe('CHANGES', () => {
  test('shows inserts, updates as a DELETE and an UPDATE at one time, and deletes, of every way to write', async () => {
    await sql("INSERT ds.t VALUES (1, 'a'), (2, 'b')");
    await sql("UPDATE ds.t SET v = 'A' WHERE id = 1");
    await sql('DELETE FROM ds.t WHERE id = 2');
    await loadRows(fixture.dataset, 't', [{ id: 3, v: 'l' }]);
    await fixture.dataset.table('t').insert([{ id: 4, v: 's' }]);
    await sql(
      "MERGE ds.t USING (SELECT 1 AS k UNION ALL SELECT 9) ON id = k WHEN MATCHED THEN UPDATE SET v = 'm' WHEN NOT MATCHED THEN INSERT VALUES (k, 'n') WHEN NOT MATCHED BY SOURCE AND id = 3 THEN DELETE",
    );
    expect(await sql(CHANGES)).toEqual([
      ['1', 'a', 'INSERT', 'false'],
      ['2', 'b', 'INSERT', 'false'],
      ['1', 'a', 'DELETE', 'true'],
      ['1', 'A', 'UPDATE', 'false'],
      ['2', 'b', 'DELETE', 'false'],
      ['3', 'l', 'INSERT', 'false'],
      ['4', 's', 'INSERT', 'false'],
      ['1', 'A', 'DELETE', 'true'],
      ['1', 'm', 'UPDATE', 'false'],
      ['3', 'l', 'DELETE', 'false'],
      ['9', 'n', 'INSERT', 'false'],
    ]);
    expect(await sql('SELECT id, _CHANGE_TYPE FROM APPENDS(TABLE ds.t, NULL, NULL) ORDER BY id')).toEqual(
      ['1', '2', '3', '4', '9'].map((id) => [id, 'INSERT']),
    );
    const pairs = await sql('SELECT COUNT(DISTINCT _CHANGE_TIMESTAMP) FROM CHANGES(TABLE ds.t, NULL, NULL) WHERE id = 1');
    expect(pairs).toEqual([['3']]);
  });

  test('shows TRUNCATE and WRITE_TRUNCATE, but not partitions that expire', async () => {
    await sql("INSERT ds.t VALUES (1, 'a')");
    await sql('TRUNCATE TABLE ds.t');
    await sql("INSERT ds.t VALUES (2, 'b')");
    await loadRows(fixture.dataset, 't', [{ id: 3 }], { writeDisposition: 'WRITE_TRUNCATE' });
    expect((await sql(CHANGES)).map((row) => [row[0], row[2]])).toEqual([
      ['1', 'INSERT'],
      ['1', 'DELETE'],
      ['2', 'INSERT'],
      ['2', 'DELETE'],
      ['3', 'INSERT'],
    ]);
    await sql('CREATE TABLE ds.p (d DATE) PARTITION BY d OPTIONS(enable_change_history=true, partition_expiration_days=3)');
    await sql('INSERT ds.p VALUES (CURRENT_DATE())');
    fixture.server.behave({ clockOffsetMs: 5 * 86_400_000 });
    expect(await sql('SELECT COUNT(*) FROM ds.p')).toEqual([['0']]);
    expect(await sql('SELECT _CHANGE_TYPE FROM CHANGES(TABLE ds.p, NULL, NULL)')).toEqual([['INSERT']]);
  });

  test("has an exclusive end, an inclusive start, and today's columns", async () => {
    await sql("INSERT ds.t VALUES (1, 'a')");
    const [[time]] = (await sql('SELECT UNIX_MICROS(_CHANGE_TIMESTAMP) FROM APPENDS(TABLE ds.t)')) as [[string]];
    const at = (from: string, to: string): Promise<unknown[][]> => sql(`SELECT id FROM CHANGES(TABLE ds.t, ${from}, ${to})`);
    expect(await at(`TIMESTAMP_MICROS(${time})`, 'NULL')).toEqual([['1']]);
    expect(await at('NULL', `TIMESTAMP_MICROS(${time})`)).toEqual([]);
    expect(await at('NULL', `TIMESTAMP_MICROS(${BigInt(time) + 1n})`)).toEqual([['1']]);
    await sql('ALTER TABLE ds.t ADD COLUMN more INT64, DROP COLUMN v');
    expect(await sql('SELECT * EXCEPT(_CHANGE_TIMESTAMP) FROM APPENDS(TABLE ds.t)')).toEqual([['1', null, 'INSERT']]);
  });

  test.each([
    ['without the option', 'ALTER TABLE ds.t SET OPTIONS(enable_change_history=false)', 'enable_change_history is not set'],
    [
      'when a transaction was committed within the range',
      "BEGIN TRANSACTION; INSERT ds.t VALUES (5, 'x'); UPDATE ds.t SET v = 'y' WHERE id = 5; COMMIT TRANSACTION;",
      'a multi-statement transaction was committed',
    ],
  ])('is refused %s', async (_why, statement, message) => {
    await sql("INSERT ds.t VALUES (1, 'a')");
    await sql(statement);
    await expect(sql('SELECT 1 FROM CHANGES(TABLE ds.t, NULL, NULL)')).rejects.toThrow(message);
  });

  test('is refused over a day, in the future, before time travel, and in a transaction', async () => {
    const changes = (from: string, to: string): Promise<unknown[][]> => sql(`SELECT 1 FROM CHANGES(TABLE ds.t, ${from}, ${to})`);
    await expect(changes('NULL', 'TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY)')).rejects.toThrow('in the future');
    await expect(changes('TIMESTAMP "2020-01-01"', 'NULL')).rejects.toThrow('time travel');
    await expect(sql('BEGIN TRANSACTION; INSERT ds.t SELECT id, v FROM APPENDS(TABLE ds.t); COMMIT TRANSACTION')).rejects.toThrow(
      'within a multi-statement transaction',
    );
    await expect(sql('SELECT 1 FROM CHANGES(TABLE ds.INFORMATION_SCHEMA.TABLES, NULL, NULL)')).rejects.toThrow(
      'only supported on regular tables',
    );
    await sql('CREATE VIEW ds.v AS SELECT 1 AS a');
    await expect(sql('SELECT 1 FROM APPENDS(TABLE ds.v)')).rejects.toThrow('only supported on regular tables');
  });

  test('a later transaction does not disturb an earlier range, and APPENDS never minds one', async () => {
    await sql("INSERT ds.t VALUES (1, 'a')");
    const end = await now();
    await sql("BEGIN; INSERT ds.t VALUES (5, 'x'), (6, 'y'); DELETE ds.t WHERE id = 6; COMMIT");
    expect(await sql(`SELECT id FROM CHANGES(TABLE ds.t, NULL, TIMESTAMP_MICROS(${end}))`)).toEqual([['1']]);
    expect(await sql('SELECT id FROM APPENDS(TABLE ds.t) ORDER BY id')).toEqual([['1'], ['5']]);
  });
});

test('history is billed by the bytes written in its range', async () => {
  await sql("INSERT ds.t VALUES (1, 'abcd')");
  const start = await now();
  await sql("INSERT ds.t VALUES (2, 'ab')");
  const price = async (query: string): Promise<string> =>
    (await call(fixture.server, 'POST', '/queries', { query, useLegacySql: false, dryRun: true })).body.totalBytesProcessed;
  expect(await price('SELECT * FROM APPENDS(TABLE ds.t)')).toBe(String(8 + 6 + 8 + 4));
  expect(await price(`SELECT id FROM APPENDS(TABLE ds.t, TIMESTAMP_MICROS(${start}))`)).toBe('8');
});

test('DML on rows that were streamed lately is refused', async () => {
  fixture.server.behave({ streamingBufferMs: 60_000 });
  await fixture.dataset.table('t').insert([{ id: 1 }]);
  await sql('INSERT ds.t (id) VALUES (2)');
  await expect(sql('DELETE FROM ds.t WHERE id = 1')).rejects.toThrow('would affect rows in the streaming buffer');
  await sql('DELETE FROM ds.t WHERE id = 2');
  expect(await sql('SELECT id FROM ds.t')).toEqual([['1']]);
});

test('CREATE OR REPLACE TABLE makes a new table, whose history begins with its rows', async () => {
  await sql("INSERT ds.t VALUES (1, 'a')");
  const created = (await fixture.dataset.table('t').getMetadata())[0].creationTime;
  await new Promise((resolve) => setTimeout(resolve, 2));
  await sql("CREATE OR REPLACE TABLE ds.t OPTIONS(enable_change_history=true) AS SELECT 7 AS id, 'z' AS v");
  expect(Number((await fixture.dataset.table('t').getMetadata())[0].creationTime)).toBeGreaterThan(Number(created));
  expect(await sql(CHANGES)).toEqual([['7', 'z', 'INSERT', 'false']]);
});
