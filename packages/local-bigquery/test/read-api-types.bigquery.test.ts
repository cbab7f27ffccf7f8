import { Type } from '@uwdata/flechette';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, loadRows, startFixture } from './support.ts';
import { connectReads, decode, openSession, readAll, readStream, resultTable, schemaOf } from './storage-read.ts';

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

let tables = 0;

/** Rows of a table as JSON text: from the table, from a small result and from a large one. All must be the same. */
async function read(fields: readonly Record<string, unknown>[], row: string): Promise<Record<string, unknown>> {
  const { client, dataset } = fixture;
  const name = `t${++tables}`;
  await dataset.createTable(name, { schema: { fields } } as never);
  await loadRows(dataset, name, row);
  const forms: Record<string, unknown>[] = [];
  const take = async (table: string, datasetId: string): Promise<void> => {
    forms.push(...(await readAll(reads, { table, dataset: datasetId })));
  };
  await take(name, 'ds');
  const numbers = 'UNNEST(GENERATE_ARRAY(1, 25))';
  for (const from of ['', ` CROSS JOIN ${numbers} AS a CROSS JOIN ${numbers} AS b`]) {
    const [job] = await client.createQueryJob(`SELECT t.* FROM ds.${name} AS t${from}`);
    await job.getQueryResults();
    const { tableId, datasetId } = await resultTable(job);
    await take(tableId, datasetId);
  }
  expect(forms).toHaveLength(627);
  for (const form of forms) expect(form).toEqual(forms[0]);
  return forms[0]!;
}

const readOne = async (field: Record<string, unknown>, value: unknown): Promise<unknown> =>
  (await read([{ name: 'v', ...field }], JSON.stringify({ v: value })))['v'];

const MICROS_A_DAY = 86_400_000_000n;

test.each([
  ['INT64', '9223372036854775807', 9223372036854775807n],
  ['INT64', '-9223372036854775808', -9223372036854775808n],
  ['INT64', 0, 0n],
  ['FLOAT64', 'NaN', NaN],
  ['FLOAT64', '-Infinity', -Infinity],
  ['FLOAT64', 5e-324, 5e-324],
  ['NUMERIC', '99999999999999999999999999999.999999999', 99999999999999999999999999999999999999n],
  ['NUMERIC', '-0.000000001', -1n],
  [
    'BIGNUMERIC',
    '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
    57896044618658097711785492504343953926634992332820282019728792003956564819967n,
  ],
  [
    'BIGNUMERIC',
    '-578960446186580977117854925043439539266.34992332820282019728792003956564819968',
    -57896044618658097711785492504343953926634992332820282019728792003956564819968n,
  ],
  ['BIGNUMERIC', '-1.10', -110000000000000000000000000000000000000n],
  ['BOOL', true, true],
  ['BOOL', false, false],
  ['STRING', '', ''],
  ['STRING', 'twelve bytes', 'twelve bytes'],
  ['STRING', 'thirteen byte', 'thirteen byte'],
  ['STRING', 'quote " \u0000 emoji 🚢 é \u2028', 'quote " \u0000 emoji 🚢 é \u2028'],
  ['BYTES', 'AP+A/w==', new Uint8Array([0, 255, 128, 255])],
  ['BYTES', '', new Uint8Array()],
  ['TIMESTAMP', '0001-01-01T00:00:00Z', -62135596800000000n],
  ['TIMESTAMP', '9999-12-31T23:59:59.999999Z', 253402300799999999n],
  ['TIMESTAMP', '1969-12-31 23:59:59.999999 UTC', -1n],
  ['DATETIME', '0001-01-01T00:00:00', -62135596800000000n],
  ['DATETIME', '2026-01-01T12:00:00.000001', 1767268800000001n],
  ['DATE', '0001-01-01', -719162],
  ['DATE', '9999-12-31', 2932896],
  ['TIME', '00:00:00', 0n],
  ['TIME', '23:59:59.999999', MICROS_A_DAY - 1n],
  ['JSON', '{"b":[1,null,"x"],"a":12345678901234567890}', '{"a":12345678901234567890,"b":[1,null,"x"]}'],
  ['JSON', '"text"', '"text"'],
  ['GEOGRAPHY', 'POINT(103.8 1.2)', 'POINT(103.8 1.2)'],
  ['INTERVAL', '-1-2 -3 -4:5:6.000007', [-14, -3, -14706000007000n]],
  ['INTERVAL', '0-0 0 87840:0:0', [0, 0, 316224000000000000n]],
])('%s %s, alone, in an array and in a record', async (type, value, expected) => {
  const text = type === 'JSON' ? String(value) : JSON.stringify(value);
  const fields = [
    { name: 'v', type },
    { name: 'l', type, mode: 'REPEATED' },
    { name: 'r', type: 'RECORD', fields: [{ name: 'x', type }] },
  ];
  expect(await read(fields, `{"v":${text},"l":[${text},${text},${text}],"r":{"x":${text}}}`)).toEqual({
    v: expected,
    l: [expected, expected, expected],
    r: { x: expected },
  });
});

test.each([
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
  'JSON',
  'GEOGRAPHY',
  'INTERVAL',
])('NULL of %s, alone and in a record, and an empty array', async (type) => {
  const record = { type: 'RECORD', fields: [{ name: 'x', type }] };
  const fields = [
    { name: 'v', type },
    { name: 'l', type, mode: 'REPEATED' },
    { name: 'r', ...record },
    { name: 'none', ...record },
  ];
  expect(await read(fields, '{"r":{}}')).toEqual({ v: null, l: [], r: { x: null }, none: null });
});

test('ranges', async () => {
  const range = (type: string): Record<string, unknown> => ({ type: 'RANGE', rangeElementType: { type } });
  expect(await readOne(range('DATE'), '[1970-01-02, 1970-01-03)')).toEqual({ start: 1, end: 2 });
  expect(await readOne(range('DATE'), '[1970-01-02, UNBOUNDED)')).toEqual({ start: 1, end: null });
  expect(await readOne(range('TIMESTAMP'), { start: '1970-01-01T00:00:00.000001Z', end: null })).toEqual({ start: 1n, end: null });
  expect(await readOne(range('DATETIME'), '[UNBOUNDED, 1970-01-01T00:00:00.000002)')).toEqual({ start: null, end: 2n });
  expect(await readOne(range('DATE'), null)).toBeNull();
});

test('arrays of records with arrays', async () => {
  const inner = { name: 'inner', type: 'RECORD', fields: [{ name: 'amounts', type: 'NUMERIC', mode: 'REPEATED' }] };
  const fields = [{ name: 'name', type: 'STRING' }, { name: 'times', type: 'TIMESTAMP', mode: 'REPEATED' }, inner];
  const value = [
    { name: 'a name of more than twelve bytes', times: ['1970-01-01T00:00:00.000001Z'], inner: { amounts: ['1.10', '0'] } },
    { name: null, times: [], inner: null },
  ];
  expect(await readOne({ type: 'RECORD', mode: 'REPEATED', fields }, value)).toEqual([
    { name: 'a name of more than twelve bytes', times: [1n], inner: { amounts: [1100000000n, 0n] } },
    { name: null, times: [], inner: null },
  ]);
});

test('rows with and without values, of every length, in any mix', async () => {
  const { dataset } = fixture;
  await dataset.createTable('mixed', {
    schema: {
      fields: [
        { name: 'n', type: 'INT64', mode: 'REQUIRED' },
        { name: 's', type: 'STRING' },
        { name: 'b', type: 'BOOL' },
        { name: 'l', type: 'STRING', mode: 'REPEATED' },
        {
          name: 'r',
          type: 'RECORD',
          fields: [
            { name: 'x', type: 'STRING' },
            { name: 'y', type: 'FLOAT64' },
          ],
        },
      ],
    },
  });
  const rows = Array.from({ length: 9000 }, (_, n) => ({
    n,
    s: n % 7 === 0 ? null : 'é'.repeat(n % 19),
    b: n % 5 === 0 ? null : n % 2 === 0,
    l: Array.from({ length: n % 4 }, (_, k) => 'x'.repeat((n + k) % 23)),
    r: n % 11 === 0 ? null : { x: n % 3 === 0 ? null : 'y'.repeat(n % 17), y: n / 8 },
  }));
  await loadRows(dataset, 'mixed', rows);
  const read = await readAll(reads, { table: 'mixed' });
  expect(read).toEqual(rows.map((row) => ({ ...row, n: BigInt(row.n) })));
  const session = await openSession(reads, { table: 'mixed', maxStreams: 1 });
  const rest = decode(session, [await readStream(reads, session.streams[0]!, 4321)]);
  expect(rest).toEqual(read.slice(4321));
});

test('texts of megabytes: a row is whole, a batch no larger than it must be', async () => {
  const { dataset } = fixture;
  await dataset.createTable('wide', { schema: 's:string' });
  const texts = [1, 1, 1, 6, 1, 1].map((megabytes, n) => String(n).repeat(megabytes * 1_000_000));
  await loadRows(
    dataset,
    'wide',
    texts.map((s) => ({ s })),
  );
  const session = await openSession(reads, { table: 'wide' });
  const delivery = await readStream(reads, session.streams[0]!);
  expect(decode(session, [delivery]).map((row) => row['s'] === texts[Number(String(row['s'])[0])])).toEqual(texts.map(() => true));
  expect(delivery.batches.map((batch) => Math.floor(batch.length / 1e6))).toEqual([1, 1, 1, 6, 1, 1]);
});

test('the schema has the types and marks of BigQuery', async () => {
  const { dataset } = fixture;
  const types = [
    'STRING',
    'BYTES',
    'INT64',
    'FLOAT64',
    'BOOL',
    'NUMERIC',
    'BIGNUMERIC',
    'TIMESTAMP',
    'DATETIME',
    'DATE',
    'TIME',
    'JSON',
    'GEOGRAPHY',
    'INTERVAL',
  ];
  const fields = [
    ...types.map((type) => ({ name: type.toLowerCase(), type })),
    { name: 'required', type: 'INT64', mode: 'REQUIRED' },
    { name: 'repeated', type: 'INT64', mode: 'REPEATED' },
  ];
  await dataset.createTable('every', { schema: { fields } } as never);
  const arrow = schemaOf(await openSession(reads, { table: 'every' })).map(({ name, nullable, type, metadata }) => [
    name,
    nullable,
    type.typeId,
    (metadata as Map<string, string> | null)?.get('ARROW:extension:name'),
  ]);
  expect(arrow).toEqual([
    ['string', true, Type.Utf8, undefined],
    ['bytes', true, Type.Binary, undefined],
    ['int64', true, Type.Int, undefined],
    ['float64', true, Type.Float, undefined],
    ['bool', true, Type.Bool, undefined],
    ['numeric', true, Type.Decimal, undefined],
    ['bignumeric', true, Type.Decimal, undefined],
    ['timestamp', true, Type.Timestamp, undefined],
    ['datetime', true, Type.Timestamp, 'google:sqlType:datetime'],
    ['date', true, Type.Date, undefined],
    ['time', true, Type.Time, undefined],
    ['json', true, Type.Utf8, 'google:sqlType:json'],
    ['geography', true, Type.Utf8, 'google:sqlType:geography'],
    ['interval', true, Type.Interval, undefined],
    ['required', false, Type.Int, undefined],
    ['repeated', false, Type.List, undefined],
  ]);
});
