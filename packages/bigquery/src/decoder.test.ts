import { type Column, type ColumnType, formatInstant, micros, type Value } from '@bqsync/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellFault } from './cell-fault.ts';
import { compiledFields, compileDecoder, plainFields } from './decoder.ts';

type Shape = Partial<Omit<Column, 'name' | 'type'>>;

function column(name: string, type: ColumnType, shape: Shape = {}): Column {
  return { name, type, repeated: false, required: false, ...shape };
}

/** One cell through a whole page, as BigQuery would send it. */
function decode(type: ColumnType, cell: unknown, shape: Shape = {}): Value | undefined {
  const { rows, rejected } = compileDecoder([column('c', type, shape)], { ordinal: false })([{ f: [{ v: cell }] }]);
  const [rejection] = rejected.values();
  if (rejection) throw new Error(rejection.message);
  return rows[0]?.c;
}

/** What JSON.parse would have made of it. */
function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)]));
}

const awkward = [
  '__proto__',
  'constructor',
  'a"b',
  "a'b",
  'a\\b',
  'a`${b}',
  '\u2028',
  'at',
  'v0',
  'd0',
  'cells',
  '0',
  '10',
  '2',
  '',
  'ü',
  '};//',
];

it('fields have their values under any names, and a failure that of its cell, compiled or not', () => {
  const names = fc.uniqueArray(fc.oneof(fc.constantFrom(...awkward), fc.string()), { maxLength: 12 });
  const upper = (cell: unknown): string => {
    if (typeof cell !== 'string') throw new CellFault('no text');
    return cell.toUpperCase();
  };
  fc.assert(
    fc.property(names, fc.nat({ max: 12 }), (columns, broken) => {
      const decoders = columns.map(() => upper);
      const fail = (_: unknown, at: number) => new CellFault(`cell ${at}`);
      const cells = columns.map((name) => ({ v: `${name}x` }));
      for (const make of [compiledFields, plainFields]) {
        const decode = make(columns, decoders, fail);
        const row = decode(cells);
        expect(new Map(Object.entries(row))).toEqual(new Map(columns.map((name) => [name, `${name}x`.toUpperCase()])));
        expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
        if (broken >= columns.length) continue;
        for (const bad of [{ v: 1 }, {}, null]) expect(() => decode(cells.with(broken, bad as never))).toThrow(`cell ${broken}`);
      }
    }),
  );
});

describe('decoder', () => {
  it.each<[ColumnType, string, Value]>([
    ['INT64', '0', 0],
    ['INT64', '-0', 0],
    ['INT64', '9007199254740991', 9007199254740991],
    ['INT64', '-9007199254740991', -9007199254740991],
    ['INT64', '9007199254740992', 9007199254740992n],
    ['INT64', '9007199254740993', 9007199254740993n],
    ['INT64', '9223372036854775807', 9223372036854775807n],
    ['INT64', '-9223372036854775808', -9223372036854775808n],
    ['FLOAT64', '1.7976931348623157E308', Number.MAX_VALUE],
    ['FLOAT64', '5e-324', Number.MIN_VALUE],
    ['FLOAT64', '-0.0', -0],
    ['FLOAT64', 'NaN', Number.NaN],
    ['FLOAT64', 'Infinity', Number.POSITIVE_INFINITY],
    ['FLOAT64', '-Infinity', Number.NEGATIVE_INFINITY],
    ['NUMERIC', '99999999999999999999999999999.999999999', '99999999999999999999999999999.999999999'],
    ['NUMERIC', '-0.000000001', '-0.000000001'],
    ['NUMERIC', '1.500', '1.5'],
    ['NUMERIC', '100', '100'],
    ['NUMERIC', '-0.0', '0'],
    ['NUMERIC', '1e-9', '0.000000001'],
    ['BIGNUMERIC', `${'9'.repeat(38)}.${'9'.repeat(38)}`, `${'9'.repeat(38)}.${'9'.repeat(38)}`],
    [
      'BIGNUMERIC',
      '5.7896044618658097711785492504343953926634992332820282019728792003956564819967E+38',
      '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
    ],
    ['BOOL', 'true', true],
    ['BOOL', 'false', false],
    ['STRING', '', ''],
    ['STRING', '🚢\u0000\u2028', '🚢\u0000\u2028'],
    ['TIMESTAMP', '0', '1970-01-01T00:00:00.000000Z'],
    ['TIMESTAMP', '-1', '1969-12-31T23:59:59.999999Z'],
    ['TIMESTAMP', '-1000000', '1969-12-31T23:59:59.000000Z'],
    ['TIMESTAMP', '999999', '1970-01-01T00:00:00.999999Z'],
    ['TIMESTAMP', '951782400000000', '2000-02-29T00:00:00.000000Z'],
    ['TIMESTAMP', '-62135596800000000', '0001-01-01T00:00:00.000000Z'],
    ['TIMESTAMP', '253402300799999999', '9999-12-31T23:59:59.999999Z'],
    ['DATETIME', '2026-01-02T03:04:05', '2026-01-02T03:04:05.000000'],
    ['DATETIME', '0001-01-01T00:00:00.5', '0001-01-01T00:00:00.500000'],
    ['DATETIME', '9999-12-31T23:59:59.999999', '9999-12-31T23:59:59.999999'],
    ['TIME', '23:59:59', '23:59:59.000000'],
    ['TIME', '00:00:00.000001', '00:00:00.000001'],
    ['DATE', '0001-01-01', '0001-01-01'],
    ['BYTES', '', Buffer.alloc(0)],
    ['BYTES', 'AP8=', Buffer.from([0, 255])],
    ['GEOGRAPHY', 'POINT(1 2)', 'POINT(1 2)'],
    ['INTERVAL', '1-2 3 4:5:6.5', '1-2 3 4:5:6.5'],
    ['JSON', '{"a":[1,null,"x"]}', { a: [1, null, 'x'] }],
  ])('%s %j', (type, wire, expected) => {
    expect(decode(type, wire)).toStrictEqual(expected);
    expect(decode(type, null)).toBeNull();
    expect(decode(type, [{ v: wire }, { v: wire }], { repeated: true })).toStrictEqual([expected, expected]);
  });

  it('lesson 17: no INT64 is rounded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const decoded = decode('INT64', value.toString());
        expect(typeof decoded).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
        expect(BigInt(decoded as number | bigint)).toBe(value);
      }),
    );
  });

  it('lesson 2: no TIMESTAMP from year 1 to 9999 loses a microsecond', () => {
    const decoder = compileDecoder([column('c', 'TIMESTAMP')], { ordinal: false });
    const instants = fc.oneof(
      fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
      fc.bigInt({ min: -3_000_000n, max: 3_000_000n }),
    );
    fc.assert(
      // Many in one page, so that what is kept between rows is tested, too.
      fc.property(fc.array(instants, { maxLength: 20 }), (values) => {
        const { rows } = decoder(values.map((value) => ({ f: [{ v: value.toString() }] })));
        expect(rows.map((row) => row?.c)).toEqual(values.map((value) => formatInstant(micros(value))));
      }),
    );
  });

  it('lesson 17: a decimal is the same text however it was written', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 76n), max: 10n ** 76n }),
        fc.integer({ min: 0, max: 38 }),
        fc.nat({ max: 3 }),
        (digits, scale, zeros) => {
          const text = digits
            .toString()
            .replace('-', '')
            .padStart(scale + 1, '0');
          const sign = digits < 0n ? '-' : '';
          const point = text.length - scale;
          const plain = `${sign}${text.slice(0, point)}${scale === 0 ? '' : `.${text.slice(point)}`}`;
          const padded = `${sign}${'0'.repeat(zeros)}${text.slice(0, point)}.${text.slice(point)}${'0'.repeat(zeros)}`;
          const scientific = `${sign}${text}E-${scale}`;
          const decoded = decode('BIGNUMERIC', plain);
          expect(decode('BIGNUMERIC', padded)).toBe(decoded);
          expect(decode('BIGNUMERIC', scientific)).toBe(decoded);
          expect(decoded).toMatch(/^(?:0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/);
          expect(decoded).not.toBe('-0');
          const [whole = '', fraction = ''] = String(decoded).split('.');
          expect(BigInt(whole.replace('-', '') + fraction.padEnd(scale, '0'))).toBe(digits < 0n ? -digits : digits);
        },
      ),
    );
  });

  it('lesson 17: doubles survive', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(decode('FLOAT64', String(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('lesson 17: JSON is parsed and its integers beyond 2^53 are exact', () => {
    expect(
      decode(
        'JSON',
        '{"big":9007199254740993,"list":[-18446744073709551615, 1.5e3],"s":"9007199254740993","q\\"k":{"__proto__":12345678901234567890}}',
      ),
    ).toEqual({
      big: 9007199254740993n,
      list: [-18446744073709551615n, 1500],
      s: '9007199254740993',
      'q"k': JSON.parse('{"__proto__":0}', (name, value: unknown) => (name === '__proto__' ? 12345678901234567890n : value)),
    });
    fc.assert(
      fc.property(fc.json(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }), (json, big) => {
        expect(rounded(decode('JSON', json))).toEqual(JSON.parse(json));
        expect(decode('JSON', ` [ ${json} , ${big} ] `)).toEqual([decode('JSON', json), big]);
      }),
    );
  });

  it('lesson 17: BYTES are bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decode('BYTES', Buffer.from(bytes).toString('base64'))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('lesson 17: nested and repeated values are converted like others', () => {
    const fields = [
      column('at', 'TIMESTAMP'),
      column('n', 'INT64', { repeated: true }),
      column('inner', 'STRUCT', { fields: [column('b', 'BYTES')] }),
    ];
    const struct = (at: string | null) => ({
      f: [{ v: at }, { v: [{ v: '1' }, { v: '9223372036854775807' }] }, { v: { f: [{ v: 'AQ==' }] } }],
    });
    const value = (at: string | null) => ({ at, n: [1, 9223372036854775807n], inner: { b: Buffer.from([1]) } });
    expect(decode('STRUCT', struct('1'), { fields })).toEqual(value('1970-01-01T00:00:00.000001Z'));
    expect(decode('STRUCT', [{ v: struct(null) }, { v: struct('-1') }], { fields, repeated: true })).toEqual([
      value(null),
      value('1969-12-31T23:59:59.999999Z'),
    ]);
    expect(decode('STRUCT', null, { fields })).toBeNull();
    expect(decode('STRING', null, { repeated: true })).toEqual([]);
  });

  it.each([
    ['DATE', '[2026-01-01, 2026-02-01)', '2026-01-01', '2026-02-01'],
    ['DATE', '[UNBOUNDED, 2026-02-01)', null, '2026-02-01'],
    ['DATETIME', '[2026-01-01T00:00:00, UNBOUNDED)', '2026-01-01T00:00:00.000000', null],
    ['TIMESTAMP', '[-1, 1)', '1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00.000001Z'],
  ] as const)('RANGE of %s %s', (rangeElement, wire, start, end) => {
    expect(decode('RANGE', wire, { rangeElement })).toEqual({ start, end });
  });

  it.each<[ColumnType, unknown]>([
    ['INT64', ''],
    ['INT64', ' 1'],
    ['INT64', '1.0'],
    ['INT64', '9223372036854775808'],
    ['INT64', 1],
    ['FLOAT64', ''],
    ['FLOAT64', '0x10'],
    ['NUMERIC', '.'],
    ['NUMERIC', 'NaN'],
    ['BOOL', 'TRUE'],
    ['BOOL', true],
    ['TIMESTAMP', '1.7672256E9'],
    ['TIMESTAMP', '-62135596800000001'],
    ['TIMESTAMP', '253402300800000000'],
    ['DATETIME', '2026-01-01'],
    ['DATE', '2026-01-01T00:00:00'],
    ['TIME', '1:00:00'],
    ['BYTES', '!!!!'],
    ['JSON', '{'],
    ['RANGE', '2026-01-01'],
    ['STRING', [{ v: 'x' }]],
    ['STRING', undefined],
  ])('rejects %s %j', (type, wire) => {
    expect(() => decode(type, wire, { rangeElement: 'DATE' })).toThrow('column c');
  });

  it('rejects a row alone, naming the column and the field, with a short sample', () => {
    const columns = [column('id', 'STRING'), column('deep', 'STRUCT', { fields: [column('n', 'INT64')] })];
    const row = (id: string, n: string) => ({ f: [{ v: id }, { v: { f: [{ v: n }] } }] });
    const { rows, rejected } = compileDecoder(columns, { ordinal: false })([
      row('a', '1'),
      row('x'.repeat(5000), 'one'),
      { f: [] },
      null,
      row('b', '2'),
    ]);
    expect(rows).toEqual([{ id: 'a', deep: { n: 1 } }, undefined, undefined, undefined, { id: 'b', deep: { n: 2 } }]);
    expect([...rejected.keys()]).toEqual([1, 2, 3]);
    expect(rejected.get(1)).toMatchObject({ key: undefined, reason: 'decode', message: 'column deep: field n: "one" is not an INT64' });
    expect(rejected.get(1)?.sample).toContain('id="xxx');
    expect(rejected.get(1)?.sample.length).toBeLessThanOrEqual(1000);
    expect(rejected.get(2)?.message).toBe('there are 0 values for 2 columns');
  });

  it('takes ordinals from the last cell', () => {
    const decoder = compileDecoder([column('a', 'STRING')], { ordinal: true });
    const { rows, ordinals, rejected } = decoder([
      { f: [{ v: 'x' }, { v: '1' }] },
      { f: [{ v: 'x' }, { v: '2' }] },
      { f: [{ v: 'x' }, { v: null }] },
    ]);
    expect(rows).toEqual([{ a: 'x' }, { a: 'x' }, undefined]);
    expect(ordinals).toEqual([1, 2, 0]);
    expect(rejected.size).toBe(1);
  });

  it('cannot be made to touch a prototype', () => {
    const columns = [
      column('__proto__', 'STRING'),
      column('constructor', 'STRING'),
      column('s', 'STRUCT', { fields: [column('__proto__', 'JSON')] }),
    ];
    const { rows } = compileDecoder(columns, { ordinal: false })([
      { f: [{ v: 'a' }, { v: 'b' }, { v: { f: [{ v: '{"polluted":true}' }] } }] },
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual(['__proto__', 'constructor', 's']);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
    expect(Object.getPrototypeOf(rows[0]?.s)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
