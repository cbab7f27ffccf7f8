import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Fixture, loadRows, startFixture } from './support.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());

let tables = 0;

/** Stores one value of a type by a load and by insertAll, and reads both by a query and by tabledata.list. */
async function wireForms(field: Record<string, unknown>, value: unknown, int64 = true): Promise<unknown> {
  const { server, dataset } = fixture;
  const name = `t${++tables}`;
  await dataset.createTable(name, {
    schema: {
      fields: [
        { name: 'k', type: 'STRING' },
        { name: 'v', ...field },
      ],
    },
  } as never);
  await loadRows(dataset, name, `{"k":"load","v":${field['type'] === 'JSON' ? String(value) : JSON.stringify(value)}}`);
  await dataset.table(name).insert([{ k: 'insert', v: value }], { raw: false } as never);
  const query = await call(server, 'POST', '/queries', {
    query: `SELECT v FROM ds.${name} ORDER BY k`,
    useLegacySql: false,
    formatOptions: { useInt64Timestamp: int64 },
  });
  expect(query.status, JSON.stringify(query.body)).toBe(200);
  const listed = await call(server, 'GET', `/datasets/ds/tables/${name}/data?selectedFields=v&formatOptions.useInt64Timestamp=${int64}`);
  const forms = [...query.body.rows, ...listed.body.rows].map((row) => row.f[0]?.v);
  expect(forms).toHaveLength(4);
  for (const form of forms) expect(form).toEqual(forms[0]);
  return forms[0];
}

const same = (value: string): [string, string] => [value, value];

test.each([
  ['INT64', ...same('9223372036854775807')],
  ['INT64', ...same('-9223372036854775808')],
  ['INT64', ...same('9007199254740993')],
  ['INT64', 0, '0'],
  ['FLOAT64', ...same('NaN')],
  ['FLOAT64', ...same('Infinity')],
  ['FLOAT64', ...same('-Infinity')],
  ['FLOAT64', 0.1, '0.1'],
  ['FLOAT64', 1, '1.0'],
  ['FLOAT64', 1e20, '1e+20'],
  ['FLOAT64', 5e-324, '5e-324'],
  ['FLOAT64', 1.7976931348623157e308, '1.7976931348623157e+308'],
  ['FLOAT64', 0.30000000000000004, '0.30000000000000004'],
  ['NUMERIC', ...same('99999999999999999999999999999.999999999')],
  ['NUMERIC', '-0.000000001', '-0.000000001'],
  ['NUMERIC', '1.500', '1.5'],
  ['NUMERIC', '100', '100'],
  ['NUMERIC', '0', '0'],
  ['BIGNUMERIC', ...same('578960446186580977117854925043439539266.34992332820282019728792003956564819967')],
  ['BIGNUMERIC', '-1.10', '-1.1'],
  ['BOOL', true, 'true'],
  ['BOOL', false, 'false'],
  ['STRING', ...same('')],
  ['STRING', ...same('quote " backslash \\ line \n tab \t null \u0000 emoji 🚢 é \u2028')],
  ['BYTES', ...same('')],
  ['BYTES', ...same('AP+A/w==')],
  ['TIMESTAMP', '0001-01-01T00:00:00Z', '-62135596800000000'],
  ['TIMESTAMP', '9999-12-31T23:59:59.999999Z', '253402300799999999'],
  ['TIMESTAMP', '1969-12-31 23:59:59.999999 UTC', '-1'],
  ['TIMESTAMP', '2026-01-01 02:00:00.000001+02:00', '1767225600000001'],
  ['DATETIME', '0001-01-01T00:00:00', '0001-01-01T00:00:00'],
  ['DATETIME', '9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999'],
  ['DATETIME', '2026-01-01T12:00:00.5', '2026-01-01T12:00:00.500000'],
  ['DATE', ...same('0001-01-01')],
  ['DATE', ...same('9999-12-31')],
  ['TIME', '00:00:00', '00:00:00'],
  ['TIME', '23:59:59.999999', '23:59:59.999999'],
  ['TIME', '01:02:03.5', '01:02:03.500000'],
  ['JSON', '{"b":[1,null,"x"],"a":12345678901234567890}', '{"a":12345678901234567890,"b":[1,null,"x"]}'],
  ['GEOGRAPHY', ...same('POINT(103.8 1.2)')],
  ['INTERVAL', ...same('1-2 3 4:5:6')],
  ['INTERVAL', ...same('-1-2 -3 -4:5:6.000007')],
  ['INTERVAL', ...same('0-0 0 87840:0:0')],
])('%s %s', async (type, value, expected) => {
  expect(await wireForms({ type }, value)).toEqual(expected);
});

test.each([
  ['2026-01-01T00:00:00Z', '1.7672256E9'],
  ['2026-01-01T00:00:00.123456Z', '1.767225600123456E9'],
  ['1970-01-01T00:00:00Z', '0.0'],
  ['1970-01-01T00:00:01Z', '1.0'],
  ['1970-01-01T00:20:34.5Z', '1234.5'],
  ['1970-01-01T00:00:00.000001Z', '1.0E-6'],
  ['1969-12-31T23:59:59.999Z', '-0.001'],
  ['1970-04-26T17:46:40Z', '1.0E7'],
  ['0001-01-01T00:00:00Z', '-6.21355968E10'],
  ['9999-12-31T23:59:59.999999Z', '2.53402300799999999E11'],
])('timestamp %s by default is %s', async (value, expected) => {
  expect(await wireForms({ type: 'TIMESTAMP' }, value, false)).toBe(expected);
});

test('NULL of every type', async () => {
  for (const type of [
    'INT64',
    'FLOAT64',
    'NUMERIC',
    'BIGNUMERIC',
    'BOOL',
    'STRING',
    'BYTES',
    'TIMESTAMP',
    'DATETIME',
    'DATE',
    'TIME',
    'GEOGRAPHY',
    'INTERVAL',
  ]) {
    expect(await wireForms({ type }, null), type).toBeNull();
    expect(await wireForms({ type }, null, false), type).toBeNull();
  }
  expect(await wireForms({ type: 'RECORD', fields: [{ name: 'a', type: 'STRING' }] }, null)).toBeNull();
  expect(await wireForms({ type: 'RANGE', rangeElementType: { type: 'DATE' } }, null)).toBeNull();
});

test('a text of one megabyte', async () => {
  const text = '🚢é"x'.repeat(150_000);
  expect((await wireForms({ type: 'STRING' }, text)) === text).toBe(true);
});

test('ranges', async () => {
  expect(await wireForms({ type: 'RANGE', rangeElementType: { type: 'DATE' } }, '[2026-01-01, 2026-02-01)')).toBe(
    '[2026-01-01, 2026-02-01)',
  );
  expect(await wireForms({ type: 'RANGE', rangeElementType: { type: 'DATE' } }, '[2026-01-01, UNBOUNDED)')).toBe('[2026-01-01, UNBOUNDED)');
  expect(await wireForms({ type: 'RANGE', rangeElementType: { type: 'TIMESTAMP' } }, { start: '2026-01-01T00:00:00Z', end: null })).toBe(
    '[1767225600000000, UNBOUNDED)',
  );
});

test('arrays and structs, nested and empty', async () => {
  expect(await wireForms({ type: 'INT64', mode: 'REPEATED' }, [])).toEqual([]);
  expect(await wireForms({ type: 'INT64', mode: 'REPEATED' }, ['9223372036854775807', -1])).toEqual([
    { v: '9223372036854775807' },
    { v: '-1' },
  ]);
  const nested = {
    type: 'RECORD',
    mode: 'REPEATED',
    fields: [
      { name: 'name', type: 'STRING' },
      { name: 'times', type: 'TIMESTAMP', mode: 'REPEATED' },
      { name: 'inner', type: 'RECORD', fields: [{ name: 'amounts', type: 'NUMERIC', mode: 'REPEATED' }] },
    ],
  };
  const value = [
    { name: 'a"b', times: ['1970-01-01T00:00:00.000001Z'], inner: { amounts: ['1.10', '0'] } },
    { name: null, times: [], inner: null },
  ];
  expect(await wireForms(nested, value)).toEqual([
    { v: { f: [{ v: 'a"b' }, { v: [{ v: '1' }] }, { v: { f: [{ v: [{ v: '1.1' }, { v: '0' }] }] } }] } },
    { v: { f: [{ v: null }, { v: [] }, { v: null }] } },
  ]);
});

test('the official client reads what it wrote', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('client', {
    schema: 'i:integer, f:float, s:string, b:boolean, y:bytes, t:timestamp, d:date, dt:datetime, tm:time, n:numeric',
  });
  const row = {
    i: 42,
    f: 1.5,
    s: 'text',
    b: true,
    y: Buffer.from([0, 255]),
    t: client.timestamp('2026-01-01T00:00:00.123456Z'),
    d: client.date('2026-01-01'),
    dt: client.datetime('2026-01-01T10:00:00'),
    tm: client.time('10:00:00'),
    n: '12.5',
  };
  await dataset.table('client').insert(row);
  const [[read]] = await client.query('SELECT * FROM ds.client');
  expect(read).toMatchObject({
    i: 42,
    f: 1.5,
    s: 'text',
    b: true,
    y: row.y,
    d: { value: '2026-01-01' },
    dt: { value: '2026-01-01T10:00:00' },
  });
  expect(read.t.value).toMatch(/^2026-01-01T00:00:00\.123456/);
  expect(read.tm.value).toBe('10:00:00');
  expect(String(read.n)).toBe('12.5');
});
