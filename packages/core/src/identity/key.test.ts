import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Column, Row } from '../ports/row.ts';
import { compileKey, sampleOf } from './key.ts';

const column = (name: string, type: Column['type'] = 'STRING', more: Partial<Column> = {}): Column => ({
  name,
  type,
  repeated: false,
  required: false,
  ...more,
});
const keyed = (columns: string[], row: Row) => {
  const result = compileKey(
    { kind: 'columns', columns },
    columns.map((name) => column(name)),
  )(row, undefined);
  return result.ok ? result.key : result.rejected.reason;
};
const hashed = (columns: Column[], row: Row, ordinal?: number) => {
  const result = compileKey({ kind: 'content', ordinal: ordinal !== undefined }, columns)(row, ordinal);
  return result.ok ? result.key : result.rejected.reason;
};

describe('keys of columns', () => {
  it('are the value of one column, whatever its type', () => {
    expect(keyed(['k'], { k: 'a|b%' })).toBe('a|b%');
    expect(keyed(['k'], { k: 42 })).toBe('42');
    expect(keyed(['k'], { k: 9007199254740993n })).toBe('9007199254740993');
    expect(keyed(['k'], { k: Buffer.from([255]) })).toBe('/w==');
    expect(keyed(['k'], { k: null })).toBe('key-null');
    expect(keyed(['k'], { k: '' })).toBe('key-empty');
  });

  it('of several columns never meet unless the values are equal', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', '|', '%', '7', 'C'), maxLength: 4 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(parts, parts, ([a, b], [c, d]) => {
        const same = a === c && b === d;
        return (keyed(['x', 'y'], { x: a!, y: b! }) === keyed(['x', 'y'], { x: c!, y: d! })) === same;
      }),
    );
    expect(keyed(['x', 'y'], { x: 'a', y: null })).toBe('key-null');
  });
});

describe('keys of content', () => {
  const columns = [column('b'), column('a', 'INT64'), column('list', 'INT64', { repeated: true }), column('j', 'JSON')];
  const row: Row = { a: 1, b: 'x', list: [], j: null };

  it('lesson 14: depend on neither column order, nor NULLs, nor columns added later (R7)', () => {
    const key = hashed(columns, row);
    expect(key).toMatch(/^[\w-]{22}$/);
    expect(hashed([...columns].reverse(), row)).toBe(key);
    expect(hashed([...columns, column('later')], { ...row, later: null })).toBe(key);
    expect(hashed([column('a', 'INT64'), column('b')], row)).toBe(key);
  });

  it('are the first 128 bits of SHA-256, as base64url', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (a) => {
        const digest = createHash('sha256')
          .update(`"a":${JSON.stringify(a)},`)
          .digest();
        return hashed([column('a')], { a }) === digest.subarray(0, 16).toString('base64url');
      }),
    );
  });

  it('tell apart what differs, inside JSON too (R7)', () => {
    const keys = [
      row,
      { ...row, a: 2 },
      { ...row, list: [1] },
      { ...row, j: {} },
      { ...row, j: { n: null } },
      { ...row, b: null },
      { ...row, b: '' },
    ].map((each) => hashed(columns, each));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keep identical rows apart by their ordinal, the first as if it were alone (R7)', () => {
    expect(hashed(columns, row, 1)).toBe(hashed(columns, row));
    expect(hashed(columns, row, 2)).toBe(`${hashed(columns, row)}#2`);
  });
});

describe('samples', () => {
  it('are bounded and survive what JSON does not carry', () => {
    const sample = sampleOf({ big: 2n ** 63n, text: 'x'.repeat(5000), bytes: Buffer.from('a'), nested: { n: [1n] } });
    expect(sample.length).toBeLessThanOrEqual(1000);
    expect(sample).toContain('9223372036854775808');
    expect(sampleOf({ text: Array.from({ length: 50 }, () => 'y'.repeat(100)) }).length).toBe(1000);
  });
});
