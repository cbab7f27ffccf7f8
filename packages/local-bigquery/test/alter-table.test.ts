import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, type Fixture, run, startFixture } from './support.ts';

let fixture: Fixture;
const sql = (text: string): Promise<unknown[][]> => run(fixture.server, text);
beforeEach(async () => {
  fixture = await startFixture();
  await sql('CREATE TABLE ds.t (id INT64 NOT NULL, speed FLOAT64, n NUMERIC, tags ARRAY<STRING>, s STRUCT<a INT64, b STRING>)');
  await sql("INSERT ds.t VALUES (1, 1.5, 2.5, ['x'], (7, 'q')), (2, NULL, NULL, [], NULL)");
});
afterEach(() => fixture.server.close());

describe('ALTER TABLE gives old rows what BigQuery gives them', () => {
  test('an added column is NULL, an added array empty; several at once, IF NOT EXISTS does nothing', async () => {
    await sql(
      "ALTER TABLE ds.t ADD COLUMN IF NOT EXISTS id INT64, ADD COLUMN more STRING OPTIONS(description='m'), ADD COLUMN list ARRAY<INT64>",
    );
    expect(await sql('SELECT id, more, list FROM ds.t ORDER BY id')).toEqual([
      ['1', null, []],
      ['2', null, []],
    ]);
    const [metadata] = await fixture.dataset.table('t').getMetadata();
    const { fields } = metadata.schema as { fields: readonly unknown[] };
    expect(fields.slice(5)).toEqual([
      { name: 'more', type: 'STRING', mode: 'NULLABLE', description: 'm' },
      { name: 'list', type: 'INTEGER', mode: 'REPEATED' },
    ]);
    await expect(sql('ALTER TABLE ds.t ADD COLUMN more INT64')).rejects.toThrow('Column already exists: more');
    await expect(sql('ALTER TABLE ds.t ADD COLUMN r INT64 NOT NULL')).rejects.toThrow('REQUIRED');
    await expect(sql('ALTER TABLE ds.t ADD COLUMN r INT64 DEFAULT 1')).rejects.toThrow('SET DEFAULT');
  });

  test('a renamed column keeps its values, also when its old name is given to another one', async () => {
    await sql('ALTER TABLE ds.t RENAME COLUMN speed TO speed_kn');
    await sql('ALTER TABLE ds.t ADD COLUMN speed STRING');
    await sql("INSERT ds.t (id, speed, speed_kn) VALUES (3, 'new', 9)");
    expect(await sql('SELECT id, speed, speed_kn FROM ds.t ORDER BY id')).toEqual([
      ['1', null, '1.5'],
      ['2', null, null],
      ['3', 'new', '9.0'],
    ]);
    await sql('ALTER TABLE ds.t RENAME COLUMN speed TO x, RENAME COLUMN speed_kn TO speed, RENAME COLUMN x TO speed_kn');
    expect(await sql('SELECT speed, speed_kn FROM ds.t WHERE id = 3')).toEqual([['9.0', 'new']]);
    await expect(sql('ALTER TABLE ds.t RENAME COLUMN speed TO id')).rejects.toThrow('Column already exists: id');
    await expect(sql('ALTER TABLE ds.t RENAME COLUMN nope TO id')).rejects.toThrow('Column not found: nope');
  });

  test('a dropped column is gone; one of its name that is added later begins empty', async () => {
    await sql('ALTER TABLE ds.t DROP COLUMN speed, DROP COLUMN IF EXISTS nothing');
    await expect(sql('SELECT speed FROM ds.t')).rejects.toThrow('Unrecognized name: speed');
    await sql('ALTER TABLE ds.t ADD COLUMN speed FLOAT64');
    expect(await sql('SELECT speed FROM ds.t')).toEqual([[null], [null]]);
  });

  test('a type is widened in every row, nested ones too; a narrower one is refused', async () => {
    await sql('ALTER TABLE ds.t ALTER COLUMN n SET DATA TYPE BIGNUMERIC, ALTER COLUMN s SET DATA TYPE STRUCT<a NUMERIC, b STRING>');
    await sql('ALTER TABLE ds.t ALTER COLUMN id SET DATA TYPE NUMERIC');
    expect(await sql('SELECT id, n, s.a, s.b FROM ds.t ORDER BY id')).toEqual([
      ['1', '2.5', '7', 'q'],
      ['2', null, null, null],
    ]);
    const { body } = await call(fixture.server, 'GET', '/datasets/ds/tables/t');
    expect(JSON.stringify(body)).not.toContain('stored');
    await expect(sql('ALTER TABLE ds.t ALTER COLUMN n SET DATA TYPE INT64')).rejects.toThrow('not assignable'.slice(4));
    await expect(sql('INSERT ds.t (n) VALUES (1)')).rejects.toThrow('NOT NULL');
  });

  test('a default counts for rows that leave the column out, however they are written', async () => {
    await sql("ALTER TABLE ds.t ALTER COLUMN speed SET DEFAULT 7, ALTER COLUMN tags SET DEFAULT ['d']");
    await sql('INSERT ds.t (id) VALUES (3)');
    await sql('INSERT ds.t (id, speed) VALUES (4, DEFAULT), (5, NULL)');
    await fixture.dataset.table('t').insert([{ id: 6 }, { id: 7, speed: null }]);
    await sql('MERGE ds.t USING (SELECT 8 AS k) ON id = k WHEN NOT MATCHED THEN INSERT (id) VALUES (k)');
    await sql('UPDATE ds.t SET speed = DEFAULT WHERE id = 1');
    expect(await sql('SELECT id, speed FROM ds.t WHERE id NOT IN (2) ORDER BY id')).toEqual([
      ['1', '7.0'],
      ['3', '7.0'],
      ['4', '7.0'],
      ['5', null],
      ['6', '7.0'],
      ['7', null],
      ['8', '7.0'],
    ]);
    await sql('ALTER TABLE ds.t ALTER COLUMN speed DROP DEFAULT');
    await sql('INSERT ds.t (id) VALUES (9)');
    expect(await sql('SELECT speed, tags FROM ds.t WHERE id = 9')).toEqual([[null, [{ v: 'd' }]]]);
  });

  test('NOT NULL is dropped, options are set and taken back, the table renamed', async () => {
    await sql('ALTER TABLE ds.t ALTER COLUMN id DROP NOT NULL');
    await sql('INSERT ds.t (id) VALUES (NULL)');
    await sql("ALTER TABLE ds.t SET OPTIONS(description='d', labels=[('a', 'b')], max_staleness=INTERVAL '0:30:0' HOUR TO SECOND)");
    await sql("ALTER TABLE ds.t SET OPTIONS(labels=[('c', 'd')])");
    const [metadata] = await fixture.dataset.table('t').getMetadata();
    expect(metadata).toMatchObject({ description: 'd', labels: { c: 'd' }, maxStaleness: '0-0 0 0:30:0' });
    expect(metadata.labels).toEqual({ c: 'd' });
    await sql('ALTER TABLE ds.t SET OPTIONS(description=NULL)');
    await sql('ALTER TABLE ds.t RENAME TO u');
    expect((await fixture.dataset.table('u').getMetadata())[0].description).toBeUndefined();
    expect(await sql('SELECT COUNT(*) FROM ds.u')).toEqual([['3']]);
    await expect(sql('SELECT 1 FROM ds.t')).rejects.toThrow('Not found: Table');
    await sql('ALTER TABLE IF EXISTS ds.t DROP COLUMN id');
  });

  test('what partitions, clusters or identifies rows is neither renamed nor dropped', async () => {
    await sql('CREATE TABLE ds.k (p DATE, c INT64, k INT64, PRIMARY KEY (k) NOT ENFORCED) PARTITION BY p CLUSTER BY c');
    for (const column of ['p', 'c', 'k']) {
      await expect(sql(`ALTER TABLE ds.k DROP COLUMN ${column}`)).rejects.toThrow(/Cannot drop column/);
      await expect(sql(`ALTER TABLE ds.k RENAME COLUMN ${column} TO z`)).rejects.toThrow(/Cannot rename column/);
    }
    await sql('ALTER TABLE ds.k DROP PRIMARY KEY');
    await sql('ALTER TABLE ds.k RENAME COLUMN k TO z');
    await sql('ALTER TABLE ds.k ADD PRIMARY KEY (z, c) NOT ENFORCED');
    expect((await fixture.dataset.table('k').getMetadata())[0].tableConstraints).toEqual({ primaryKey: { columns: ['z', 'c'] } });
  });
});

test('the past has the columns that the table had', async () => {
  const [[before]] = (await sql('SELECT UNIX_MICROS(CURRENT_TIMESTAMP())')) as [[string]];
  await sql('ALTER TABLE ds.t RENAME COLUMN speed TO kn');
  await sql('ALTER TABLE ds.t DROP COLUMN n');
  await sql('ALTER TABLE ds.t ALTER COLUMN s SET DATA TYPE STRUCT<a NUMERIC, b STRING>');
  await sql('UPDATE ds.t SET kn = 0 WHERE TRUE');
  const old = `ds.t FOR SYSTEM_TIME AS OF TIMESTAMP_MICROS(${before})`;
  expect(await sql(`SELECT id, speed, n, s.a FROM ${old} ORDER BY id`)).toEqual([
    ['1', '1.5', '2.5', '7'],
    ['2', null, null, null],
  ]);
  await expect(sql(`SELECT kn FROM ${old}`)).rejects.toThrow('Unrecognized name: kn');
});

test('a table in a file keeps its columns and their past over a restart', async () => {
  const file = `${process.env['TMPDIR'] ?? '/tmp'}/bqsync-alter-${process.pid}-${Date.now()}.duckdb`;
  let server = (await startFixture({ file })).server;
  const again = (text: string): Promise<unknown[][]> => run(server, text);
  await again('CREATE TABLE ds.t (a INT64, b INT64) OPTIONS(enable_change_history=true)');
  await again('INSERT ds.t VALUES (1, 2)');
  await again('ALTER TABLE ds.t RENAME COLUMN a TO c');
  await again('ALTER TABLE ds.t DROP COLUMN b, ADD COLUMN a STRING');
  await server.close();
  server = (await startFixture({ file })).server;
  await again("INSERT ds.t (c, a) VALUES (5, 'x')");
  expect(await again('SELECT c, a FROM ds.t ORDER BY c')).toEqual([
    ['1', null],
    ['5', 'x'],
  ]);
  expect(await again('SELECT c, _CHANGE_TYPE FROM CHANGES(TABLE ds.t, NULL, NULL) ORDER BY c')).toEqual([
    ['1', 'INSERT'],
    ['5', 'INSERT'],
  ]);
  await server.close();
});
