import type { Column, ColumnType, Value } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { conversionOf } from './convert-value.ts';
import type { HarperAttribute } from './harper-runtime.ts';

const column = (type: ColumnType, extra: Partial<Column> = {}): Column => ({ name: 'c', type, repeated: false, required: false, ...extra });
const declared = (type: string, extra: Partial<HarperAttribute> = {}): HarperAttribute => ({ name: 'c', type, ...extra });

function convert(from: Column, to: HarperAttribute | undefined, value: Value): unknown {
  const conversion = conversionOf(from, to);
  if (conversion === undefined) throw new Error('cannot hold');
  return conversion.convert(value);
}

describe('an undeclared attribute', () => {
  it.each<[ColumnType, Value]>([
    ['INT64', 9007199254740991],
    ['INT64', -9223372036854775808n],
    ['FLOAT64', Number.NaN],
    ['FLOAT64', -Infinity],
    ['BOOL', false],
    ['STRING', ''],
    ['NUMERIC', '-99999999999999999999999999999.999999999'],
    ['TIMESTAMP', '0001-01-01T00:00:00.000001Z'],
    ['DATETIME', '9999-12-31T23:59:59.999999'],
    ['DATE', '1969-12-31'],
    ['TIME', '23:59:59.999999'],
    ['GEOGRAPHY', 'POINT(1 2)'],
    ['INTERVAL', '1-2 3 4:5:6'],
    ['JSON', { a: [1, null, { b: '😀' }] }],
    ['RANGE', { start: null, end: '2026-01-01' }],
  ])('keeps %s %s as it is', (type, value) => {
    expect(convert(column(type), undefined, value)).toStrictEqual(value);
    expect(convert(column(type), declared('Any'), value)).toStrictEqual(value);
  });

  it('keeps structs, arrays and bytes, nested', () => {
    const struct = column('STRUCT', { fields: [column('INT64', { name: 'n', repeated: true }), column('BYTES', { name: 'b' })] });
    const value = { n: [1, 2n ** 62n], b: Buffer.from([0, 255]) };
    expect(convert(struct, undefined, value)).toStrictEqual(value);
    expect(convert({ ...struct, repeated: true }, undefined, [value])).toStrictEqual([value]);
  });

  it('refuses what Harper would fail to encode or would change', () => {
    const json = column('JSON');
    for (const value of [Symbol('s'), () => 1, { a: undefined }, [Symbol('s')], new Date(Number.NaN), new Map(), '\ud800']) {
      expect(() => convert(json, undefined, { in: value } as unknown as Value)).toThrow();
    }
    expect(() => convert(json, undefined, { 'in \ud800': 1 })).toThrow(/lone surrogate/);
    expect(() => convert(column('STRING'), undefined, 'a\udc00')).toThrow(/lone surrogate/);
    expect(() => convert(column('STRING'), undefined, 5)).toThrow(/number is no text/);
    expect(() => convert(column('STRUCT', { fields: [column('INT64', { name: 'n' })] }), undefined, {})).toThrow(/"n" is missing/);
  });
});

describe('a declared attribute', () => {
  it.each<[ColumnType, string, Value, unknown]>([
    ['INT64', 'Int', -2147483648, -2147483648],
    ['INT64', 'Long', 9007199254740991, 9007199254740991],
    ['INT64', 'BigInt', 5, 5n],
    ['INT64', 'BigInt', 9223372036854775807n, 9223372036854775807n],
    ['INT64', 'String', 9223372036854775807n, '9223372036854775807'],
    ['INT64', 'Float', 2n ** 60n, 2 ** 60],
    ['FLOAT64', 'Int', 3, 3],
    ['FLOAT64', 'String', 0.1, '0.1'],
    ['NUMERIC', 'Float', '1.5', 1.5],
    ['NUMERIC', 'Long', '42', 42],
    ['NUMERIC', 'String', '1.000000001', '1.000000001'],
    ['BIGNUMERIC', 'BigInt', '123456789012345678901234567890', 123456789012345678901234567890n],
    ['BOOL', 'Boolean', true, true],
    ['BYTES', 'String', Buffer.from([251, 255]), '+/8='],
    ['BYTES', 'Bytes', Buffer.from('x'), Buffer.from('x')],
    ['STRING', 'Bytes', 'é', Buffer.from('é')],
    ['STRING', 'ID', 'a', 'a'],
    ['JSON', 'String', { a: [1, null] }, '{"a":[1,null]}'],
    ['TIMESTAMP', 'String', '2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00.123456Z'],
    ['TIMESTAMP', 'Date', '1969-12-31T23:59:59.999999Z', new Date('1969-12-31T23:59:59.999Z')],
    ['DATETIME', 'Date', '2026-01-01T12:00:00.500000', new Date('2026-01-01T12:00:00.500Z')],
    ['DATE', 'Date', '2026-01-01', new Date('2026-01-01T00:00:00.000Z')],
  ])('%s in %s', (type, attribute, value, stored) => {
    expect(convert(column(type), declared(attribute), value)).toStrictEqual(stored);
  });

  it.each<[ColumnType, string, Value, RegExp]>([
    ['INT64', 'Int', 2147483648, /2147483648 does not fit Int/],
    ['INT64', 'Int', 9223372036854775807n, /does not fit Int/],
    ['INT64', 'Long', 9007199254740993n, /does not fit Long/],
    ['INT64', 'Float', 9007199254740993n, /no exact Float/],
    ['FLOAT64', 'Long', 0.5, /not an integer/],
    ['NUMERIC', 'Int', '1.5', /not an integer/],
    ['FLOAT64', 'BigInt', Number.NaN, /not an integer/],
    ['JSON', 'String', { a: 2n ** 60n }, /inside JSON/],
  ])('quarantines what %s in %s would change', (type, attribute, value, message) => {
    expect(() => convert(column(type), declared(attribute), value)).toThrow(message);
  });

  it.each<[ColumnType, string]>([
    ['STRING', 'Int'],
    ['STRING', 'Date'],
    ['TIMESTAMP', 'Long'],
    ['BOOL', 'Int'],
    ['BYTES', 'Blob'],
    ['JSON', 'Float'],
    ['RANGE', 'String'],
    ['STRUCT', 'String'],
  ])('%s can never be held by %s', (type, attribute) => {
    expect(conversionOf(column(type, { fields: [] }), declared(attribute))).toBeUndefined();
  });

  it('names what is lossy, nested too', () => {
    expect(conversionOf(column('NUMERIC'), declared('Float'))?.lossy).toMatch(/double/);
    expect(conversionOf(column('TIMESTAMP'), declared('Date'))?.lossy).toMatch(/microseconds/);
    expect(conversionOf(column('NUMERIC'), declared('String'))?.lossy).toBeUndefined();
    const struct = column('STRUCT', { fields: [column('NUMERIC', { name: 'price' })] });
    const shape = declared('Line', { properties: [{ name: 'price', type: 'Float' }] });
    expect(conversionOf(struct, shape)?.lossy).toMatch(/^price becomes a double/);
    expect(convert(struct, shape, { price: '2.5' })).toStrictEqual({ price: 2.5 });
  });

  it('says that a JSON null and NULL become one, but not within an array', () => {
    for (const type of ['Any', 'String']) expect(conversionOf(column('JSON'), declared(type))?.lossy).toMatch(/^holds a JSON null as NULL/);
    expect(conversionOf(column('JSON', { repeated: true }), undefined)?.lossy).toBeUndefined();
    const struct = column('STRUCT', { fields: [column('JSON', { name: 'j' })] });
    expect(conversionOf(struct, undefined)?.lossy).toMatch(/^j holds a JSON null as NULL/);
  });

  it('takes typed arrays element by element', () => {
    const ints = declared('array', { elements: { name: '', type: 'Int' } });
    expect(convert(column('INT64', { repeated: true }), ints, [1, null, 3])).toStrictEqual([1, null, 3]);
    expect(() => convert(column('INT64', { repeated: true }), ints, [2 ** 31])).toThrow(/Int/);
    expect(conversionOf(column('INT64', { repeated: true }), declared('String'))).toBeUndefined();
    expect(conversionOf(column('INT64'), ints)).toBeUndefined();
  });
});
