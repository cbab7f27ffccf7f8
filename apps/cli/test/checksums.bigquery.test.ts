import { compileKey, type Page, type Row, type TableSpec, targetKeyOf } from '@bqsync/core';
import { compileRowPlan, type HarperAttribute, type TargetShape } from '@bqsync/harper';
import { type BigQueryDescription, type BigQuerySource, createBigQuerySource } from '@bqsync/bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmAbsent } from '../src/verify/confirm-absent.ts';
import { DaySums } from '../src/verify/day-sums.ts';
import { storedContent } from '../src/verify/stored-content.ts';
import type { StoredRecord } from '../src/harper/operations.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

const never = new AbortController().signal;
const ALL = { from: undefined, to: undefined, nulls: 'include' } as const;
const TYPES = {
  id: 'STRING',
  id2: 'STRING',
  ts: 'TIMESTAMP',
  i: 'INTEGER',
  f: 'FLOAT',
  num: 'NUMERIC',
  big: 'BIGNUMERIC',
  yes: 'BOOLEAN',
  s: 'STRING',
  b: 'BYTES',
  dt: 'DATETIME',
  d: 'DATE',
  t: 'TIME',
  at: 'TIMESTAMP',
};
const FLOATS = [
  0,
  -0,
  1,
  -1.5,
  0.1,
  1 / 3,
  123456.789,
  1e15,
  1e16,
  1.2345678901234567e22,
  5e-324,
  1.7976931348623157e308,
  1e-4,
  1e-5,
  2 ** -25,
  -9.87e-12,
  // Halfway between two texts of 17 digits: C's printf takes the even one.
  1801514316094494.25,
  -891324641100519.625,
];

let fixture: SourceFixture;
let source: BigQuerySource;

beforeAll(async () => {
  fixture = await startSource();
  source = createBigQuerySource({
    connection: { projectId: 'test-project', credentials: { kind: 'anonymous' }, apiEndpoint: fixture.server.url },
  });
  const rows = [
    ...FLOATS.map((f, at) => ({ id: `f${at}`, ts: `2026-01-0${1 + (at % 3)}T00:00:00Z`, f })),
    ...['NaN', 'Infinity', '-Infinity'].map((f) => ({ id: f, ts: '2026-01-01T00:00:00Z', f })),
    {
      id: 'low',
      ts: '0001-01-01T00:00:00.000001Z',
      i: '-9223372036854775808',
      num: '-99999999999999999999999999999.999999999',
      big: '0.00000000000000000000000000000000000001',
      yes: false,
      s: '',
      b: '',
      dt: '0001-01-01T00:00:00',
      d: '0001-01-01',
      t: '00:00:00',
      at: '1969-12-31T23:59:59.999999Z',
    },
    {
      id: 'high 🚢é"\\|%',
      ts: '9999-12-31T23:59:59.999999Z',
      i: '9007199254740993',
      num: '1.5',
      big: '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
      yes: true,
      s: '-🚢\n:1:',
      b: 'AP+A',
      dt: '9999-12-31T23:59:59.999999',
      d: '9999-12-31',
      t: '23:59:59.5',
      at: '2026-01-01T00:00:00.5Z',
    },
    { id: 'nulls' },
  ];
  const named = rows.map((row) => ({ ...row, id2: '|%' }));
  await fixture.table('all_types', { schema: Object.entries(TYPES).map(([name, type]) => ({ name, type })) }, named);
});
afterAll(() => fixture.end());

const spec = (changes: Partial<TableSpec> = {}): TableSpec => ({
  id: 'all_types',
  source: { project: 'test-project', dataset: 'maritime', table: 'all_types' },
  cursorColumn: 'ts',
  columns: 'all',
  target: { table: 'AllTypes' },
  primaryKey: ['id'],
  duplicates: 'collapse',
  createTarget: true,
  mode: 'timestamp',
  sync: {
    initialBatchSize: 1,
    catchupBatchSize: 1,
    steadyBatchSize: 1,
    pollIntervalMs: 1,
    catchupThresholdSeconds: 1,
    steadyThresholdSeconds: 1,
    latenessSeconds: 1,
  },
  cost: {},
  ...changes,
});

const shapeOf = (types: Readonly<Record<string, string>> = {}): TargetShape => ({
  primaryKey: 'id',
  attributes: [{ name: 'id', type: 'ID' }, ...Object.entries(types).map(([name, type]): HarperAttribute => ({ name, type }))],
  sealed: false,
});

/** The rows of the table as the sync stores them. */
async function stored(table: TableSpec, description: BigQueryDescription, shape: TargetShape) {
  const key = targetKeyOf(table, description);
  const plan = compileRowPlan(description.columns, table.cursorColumn, key, shape);
  const window = await source.open(
    table,
    description,
    { windowId: `w${Math.random()}`.replace('.', ''), kind: 'verify', range: ALL },
    never,
  );
  const records: StoredRecord[] = [];
  for (const unit of window.units) {
    for await (const page of source.read(table, description, window, unit, unit.startRow, never)) records.push(...recordsOf(page));
  }
  function recordsOf(page: Page): StoredRecord[] {
    return page.rows.map((row, at) => {
      const keyed = compileKey(key, description.columns)(row as Row, page.ordinals?.[at], page.contents?.get(at));
      if (!keyed.ok) throw new Error(keyed.rejected.message);
      const record = plan.convert({ key: keyed.key, cursor: null, row: row as Row }, '2026-01-01T00:00:00.000000Z', []);
      if (record === undefined) throw new Error(`${keyed.key} cannot be stored`);
      return record;
    });
  }
  return { records, content: storedContent(plan, shape, key, description.columns) };
}

async function compare(table: TableSpec, shape: TargetShape, change: (records: StoredRecord[]) => StoredRecord[] = (all) => all) {
  const description = await source.describe(table, never);
  const { records, content } = await stored(table, description, shape);
  if ('without' in content) return content.without.name;
  const sums = new DaySums();
  for (const record of change(records)) sums.add(content.read(record));
  return sums.differing((await source.checksums(table, description, ALL, never)).days, { keepsCopies: table.duplicates === 'keep' });
}

describe('checksums', () => {
  it.each<[string, TableSpec, TargetShape]>([
    ['as stored undeclared', spec(), shapeOf()],
    [
      'declared as text',
      spec(),
      shapeOf(
        Object.fromEntries(
          Object.keys(TYPES)
            .slice(1)
            .map((name) => [name, 'String']),
        ),
      ),
    ],
    ['declared as what they are', spec(), shapeOf({ f: 'Float', yes: 'Boolean', i: 'BigInt', b: 'Bytes', s: 'String' })],
    ['with a key of several columns', spec({ primaryKey: ['id', 'id2'] }), { ...shapeOf(), primaryKey: '_key' }],
    ['with a key of the content', spec({ primaryKey: [] }), { ...shapeOf(), primaryKey: '_key' }],
    [
      'with a key of the content, identical rows kept apart',
      spec({ primaryKey: [], duplicates: 'keep' }),
      { ...shapeOf(), primaryKey: '_key' },
    ],
  ])('are the same on both sides for every type, %s', async (_, table, shape) => {
    expect(await compare(table, shape)).toEqual([]);
  });

  it.each([
    ['low', 'i', -9223372036854775807n, '0001-01-01'],
    ['f4', 'f', 0.10000000000000002, '2026-01-02'],
    ['f0', 'f', 5e-324, '2026-01-01'],
    ['low', 'num', '-99999999999999999999999999999.99999999900', '0001-01-01'],
    ['low', 'yes', null, '0001-01-01'],
    ['low', 's', null, '0001-01-01'],
    ['low', 'b', Buffer.from([0]), '0001-01-01'],
    ['low', 'b', '', '0001-01-01'],
    ['low', 'dt', '0001-01-01T00:00:00', '0001-01-01'],
    ['low', 'at', '1969-12-31T23:59:59.999998Z', '0001-01-01'],
    ['low', 'at', '1969-12-31T23:59:59.999999', '0001-01-01'],
    ['low', 'd', '0001-01-02', '0001-01-01'],
    ['low', 't', '00:00:00', '0001-01-01'],
    ['low', 'surprise', false, '0001-01-01'],
    ['nulls', 's', '', null],
    ['nulls', 'i', '1', null],
  ])('see what is tampered with: %s.%s', async (id, name, value, day) => {
    const tampered = await compare(spec(), shapeOf(), (all) =>
      all.map((record) => (record['id'] === id ? { ...record, [name]: value } : record)),
    );
    expect(tampered).toEqual([day]);
  });

  it('see a row too few, one too many and one under another key', async () => {
    expect(await compare(spec(), shapeOf(), (all) => all.slice(1))).toHaveLength(1);
    expect(await compare(spec(), shapeOf(), (all) => [...all, { id: 'x', ts: '2030-01-01T00:00:00.000000Z' }])).toEqual(['2030-01-01']);
    const content = spec({ primaryKey: [] });
    const swapped = (all: StoredRecord[]) => all.map((record) => (record['id'] === 'low' ? { ...record, _key: 'other' } : record));
    expect(await compare(content, { ...shapeOf(), primaryKey: '_key' }, swapped)).toEqual(['0001-01-01']);
  });

  it.each<[string, Record<string, string>]>([
    ['at', { at: 'Date' }],
    ['num', { num: 'Float' }],
  ])('are not asked for where %s is stored with a loss', async (name, types) => {
    expect(await compare(spec(), shapeOf(types))).toBe(name);
  });

  it('say which column has none', async () => {
    await fixture.table('nested', {
      schema: [
        { name: 'id', type: 'STRING' },
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'list', type: 'INTEGER', mode: 'REPEATED' },
      ],
    });
    const table = spec({ source: { project: 'test-project', dataset: 'maritime', table: 'nested' } });
    const description = await source.describe(table, never);
    expect((await stored(table, description, shapeOf())).content).toMatchObject({ without: { name: 'list' } });
    await expect(source.checksums(table, description, ALL, never)).rejects.toMatchObject({ code: 'BQS_SOURCE_UNSUPPORTED' });
  });

  it('add identical rows up once, and count them all', async () => {
    const twice = { id: 'a', ts: '2026-01-01T00:00:00Z' };
    const schema = Object.entries({ id: 'STRING', ts: 'TIMESTAMP' }).map(([name, type]) => ({ name, type }));
    await fixture.table('twins', { schema }, [twice, twice, { ...twice, id: 'b' }]);
    const table = spec({ source: { project: 'test-project', dataset: 'maritime', table: 'twins' } });
    const { days } = await source.checksums(table, await source.describe(table, never), ALL, never);
    expect(days).toMatchObject([{ day: '2026-01-01', rows: 3, distinct: 2 }]);
    const unique = (all: StoredRecord[]) => [...new Map(all.map((record) => [record['id'], record])).values()];
    expect(await compare(table, shapeOf(), unique)).toEqual([]);
    expect(await compare({ ...table, duplicates: 'keep', primaryKey: [] }, { ...shapeOf(), primaryKey: '_key' }, unique)).toEqual([
      '2026-01-01',
    ]);
  });
});

describe('keys that are not where the target has them', () => {
  async function present(primaryKey: readonly string[], keys: readonly string[]): Promise<string[]> {
    const table = spec({ primaryKey });
    const description = await source.describe(table, never);
    const key = targetKeyOf(table, description);
    const shape = shapeOf();
    const plan = compileRowPlan(description.columns, table.cursorColumn, key, shape);
    const input = {
      source,
      table,
      operations: undefined as never,
      examples: 0,
      everyRow: false,
      retry: <T>(work: () => Promise<T>) => work(),
      signal: never,
      onProgress: () => undefined,
    };
    return [...(await confirmAbsent(input, { description, key, shape, plan }, keys)).present];
  }

  it.each([
    [['id'], ['low', 'high 🚢é"\\|%', 'gone', ''], ['low', 'high 🚢é"\\|%']],
    [['id2', 'id'], ['%7C%25|low', '%7C%25|gone', 'x|low', '|%|low'], ['%7C%25|low']],
    [['i'], ['9007199254740993', '9007199254740992', 'no number'], ['9007199254740993']],
    [['f'], ['0.1', '0.2', '1e+22', 'NaN', '-Infinity', 'nan'], ['0.1', 'NaN', '-Infinity']],
    [['num'], ['1.5', '1.50'], ['1.5']],
    [['b'], ['AP+A', 'AP+B', '~'], ['AP+A']],
    [['dt'], ['9999-12-31T23:59:59.999999', 'x'], ['9999-12-31T23:59:59.999999']],
    [['at'], ['2026-01-01T00:00:00.500000Z', '2026-01-01T00:00:00.500001Z'], ['2026-01-01T00:00:00.500000Z']],
    [['yes'], ['true', 'maybe'], ['true']],
  ])('are asked for in the whole table: %j', async (primaryKey, keys, wanted) => {
    expect((await present(primaryKey, keys)).toSorted()).toEqual(wanted.toSorted());
  });

  it('are asked for though they are over 10 MB together, more than one request may have', async () => {
    const long = Array.from({ length: 6_000 }, (_, at) => `${at} ${'"é'.repeat(620)}`);
    expect(Buffer.byteLength(JSON.stringify(long))).toBeGreaterThan(10 * 1024 * 1024);
    expect(await present(['id'], [...long, 'low', ...long.map((key) => `${key}x`)])).toEqual(['low']);
  });
});
