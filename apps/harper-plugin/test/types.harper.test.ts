import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fixture } from './harness.ts';
import { dump, INSPECT_RESOURCES } from './inspect.ts';

const scalar = (name: string, type: string) => ({ name, type });
const repeated = (name: string, type: string) => ({ name, type, mode: 'REPEATED' });

const SCHEMA = [
  scalar('id', 'STRING'),
  scalar('ts', 'TIMESTAMP'),
  scalar('s', 'STRING'),
  scalar('b', 'BYTES'),
  scalar('i', 'INT64'),
  scalar('f', 'FLOAT64'),
  scalar('o', 'BOOL'),
  scalar('n', 'NUMERIC'),
  scalar('bn', 'BIGNUMERIC'),
  scalar('dt', 'DATETIME'),
  scalar('d', 'DATE'),
  scalar('t', 'TIME'),
  scalar('j', 'JSON'),
  scalar('g', 'GEOGRAPHY'),
  repeated('is', 'INT64'),
  repeated('tss', 'TIMESTAMP'),
  {
    name: 'r',
    type: 'RECORD',
    fields: [scalar('x', 'INT64'), repeated('ys', 'STRING'), { name: 'z', type: 'RECORD', fields: [scalar('w', 'NUMERIC')] }],
  },
  { name: 'rs', type: 'RECORD', mode: 'REPEATED', fields: [scalar('k', 'STRING'), scalar('v', 'BYTES')] },
];

const NULLS = {
  s: null,
  b: null,
  i: null,
  f: null,
  o: null,
  n: null,
  bn: null,
  dt: null,
  d: null,
  t: null,
  j: null,
  g: null,
  is: [],
  tss: [],
  r: null,
  rs: [],
};
const LONG = 'ä'.repeat(512 * 1024);

/** What is put into BigQuery by a streaming insert, and what Harper must hold, values that JSON has not tagged. */
const CASES: { readonly put: Record<string, unknown>; readonly held: Record<string, unknown> }[] = [
  {
    put: { id: 'empty', ts: '2026-01-01T00:00:00.000001Z' },
    held: { id: 'empty', ts: '2026-01-01T00:00:00.000001Z', ...NULLS },
  },
  {
    put: {
      id: 'max',
      ts: '2026-01-01T00:00:00.999999Z',
      s: '👩‍🚀 \u0000 "quoted" \\ \n',
      b: Buffer.from([0, 255, 128]).toString('base64'),
      i: '9223372036854775807',
      f: 1.7976931348623157e308,
      o: true,
      n: '99999999999999999999999999999.999999999',
      bn: '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
      dt: '9999-12-31T23:59:59.999999',
      d: '9999-12-31',
      t: '23:59:59.999999',
      j: '{"a":[1,2.5,null,"x"],"b":{"c":true}}',
      g: 'POINT(1 2)',
      is: ['9007199254740993', 1, -1],
      tss: ['1969-12-31T23:59:59.999999Z'],
      r: { x: 1, ys: ['a', ''], z: { w: '0.000000001' } },
      rs: [
        { k: 'k', v: 'AA==' },
        { k: null, v: null },
      ],
    },
    held: {
      id: 'max',
      ts: '2026-01-01T00:00:00.999999Z',
      s: '👩‍🚀 \u0000 "quoted" \\ \n',
      b: { $bytes: '00ff80' },
      i: { $bigint: '9223372036854775807' },
      f: 1.7976931348623157e308,
      o: true,
      n: '99999999999999999999999999999.999999999',
      bn: '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
      dt: '9999-12-31T23:59:59.999999',
      d: '9999-12-31',
      t: '23:59:59.999999',
      j: { a: [1, 2.5, null, 'x'], b: { c: true } },
      g: 'POINT(1 2)',
      is: [{ $bigint: '9007199254740993' }, 1, -1],
      tss: ['1969-12-31T23:59:59.999999Z'],
      r: { x: 1, ys: ['a', ''], z: { w: '0.000000001' } },
      rs: [
        { k: 'k', v: { $bytes: '00' } },
        { k: null, v: null },
      ],
    },
  },
  {
    put: {
      id: 'min',
      ts: '1931-05-06T07:08:09.000001Z',
      s: '',
      b: '',
      i: '-9223372036854775808',
      f: 5e-324,
      o: false,
      n: '-99999999999999999999999999999.999999999',
      dt: '0001-01-01T00:00:00',
      d: '0001-01-01',
      t: '00:00:00',
      j: '"text"',
    },
    held: {
      ...NULLS,
      id: 'min',
      ts: '1931-05-06T07:08:09.000001Z',
      s: '',
      b: { $bytes: '' },
      i: { $bigint: '-9223372036854775808' },
      f: 5e-324,
      o: false,
      n: '-99999999999999999999999999999.999999999',
      dt: '0001-01-01T00:00:00.000000',
      d: '0001-01-01',
      t: '00:00:00.000000',
      j: 'text',
    },
  },
  {
    put: { id: 'nan', ts: '2026-01-01T00:00:01Z', f: 'NaN', n: '0', j: '[]' },
    held: { ...NULLS, id: 'nan', ts: '2026-01-01T00:00:01.000000Z', f: { $number: 'NaN' }, n: '0', j: [] },
  },
  {
    put: { id: 'inf', ts: '2026-01-01T00:00:02Z', f: '-Infinity', i: '9007199254740991' },
    held: { ...NULLS, id: 'inf', ts: '2026-01-01T00:00:02.000000Z', f: { $number: '-Infinity' }, i: 9007199254740991 },
  },
  {
    put: { id: 'long', ts: '2026-01-01T00:00:03Z', s: LONG },
    held: { ...NULLS, id: 'long', ts: '2026-01-01T00:00:03.000000Z', s: LONG },
  },
];

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start({
    tables: [{ id: 'types', dataset: 'kinds', table: 'every_type', timestampColumn: 'ts', primaryKey: ['id'], targetTable: 'EveryType' }],
    threads: 1,
    resources: INSPECT_RESOURCES,
    seed: async (bigquery: BigQuery) => {
      const [dataset] = await bigquery.createDataset('kinds');
      const [table] = await dataset.createTable('every_type', { schema: SCHEMA });
      for (const { put } of CASES) await table.insert({ json: put, insertId: put['id'] }, { raw: true });
    },
  });
  await fixture.waitUntilSynced();
}, 180_000);
afterAll(() => fixture.close());

it('7: every type arrives without loss', async () => {
  const stored = new Map((await dump(fixture.harper, 'EveryType')).map(({ key, row }) => [key, row]));
  for (const { held } of CASES) expect(stored.get(String(held['id'])), String(held['id'])).toEqual(held);
  expect(stored.size).toBe(CASES.length);
});

it('lesson 17: reading the same rows again changes none of them', async () => {
  const before = await fixture.status();
  await fixture.bigquery
    .dataset('kinds')
    .table('every_type')
    .insert({ json: { id: 'more', ts: '2026-01-01T00:00:04Z' }, insertId: 'more' }, { raw: true });
  await fixture.waitUntilSynced();
  const after = await fixture.waitFor('the new row', ({ tables }) => tables[0]?.counters?.inserted === CASES.length + 1);
  expect(after.tables[0]?.counters).toMatchObject({ updated: before.tables[0]!.counters!.updated, quarantined: 0 });
});
