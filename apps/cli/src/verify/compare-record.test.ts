import { compileRowPlan, type TargetShape } from '@bqsync/harper';
import { describe, expect, it } from 'vitest';
import { recordComparison, sameValue } from './compare-record.ts';

describe('the same value', () => {
  it.each([
    [null, undefined],
    [5, 5n],
    [2n ** 62n, 2n ** 62n],
    [NaN, NaN],
    [0, -0],
    [Buffer.from([1, 2]), new Uint8Array([1, 2])],
    [new Date(5), new Date(5)],
    [{ a: [1n, { b: null }] }, { a: [1, { b: null }] }],
  ])('%o and %o', (a, b) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([true, true]);
  });

  it.each([
    [0, null],
    ['', null],
    [NaN, null],
    [5, '5'],
    [9007199254740992, 9007199254740993n],
    [1, true],
    [Buffer.from([1]), Buffer.from([1, 0])],
    [Buffer.from([]), ''],
    [[], {}],
    [[], null],
    [[1], [1, null]],
    [{ a: null }, {}],
    [{ a: null }, { b: null }],
    [{ a: undefined }, { a: null }],
    [new Date(5), new Date(5).toISOString()],
    ['2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000Z'],
  ])('%o and %o are not', (a, b) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([false, false]);
  });
});

type Row = Readonly<Record<string, unknown>>;

describe('records', () => {
  const shape: TargetShape = {
    primaryKey: 'id',
    attributes: [
      { name: 'id', type: 'ID', isPrimaryKey: true },
      { name: 'made', type: 'Date', assignCreatedTime: true },
    ],
    sealed: false,
  };
  const columns = [
    { name: 'id', type: 'STRING', repeated: false, required: true },
    { name: 'ts', type: 'TIMESTAMP', repeated: false, required: false },
    { name: 'v', type: 'INT64', repeated: false, required: false },
  ] as const;
  const plan = compileRowPlan(columns, 'ts', { kind: 'columns', columns: ['id'] }, shape);
  const comparison = recordComparison(plan, shape);
  const differing = (a: Row, b: Row) => comparison.differing(a, b);
  const wins = (a: Row, b: Row) => comparison.wins(a, b);
  const record = { id: 'a', ts: '2026-01-01T00:00:00.000000Z', v: 1 };

  it('differ by what the source decides alone', () => {
    expect(differing(record, { ...record, _syncedAt: 'x', made: new Date() })).toEqual([]);
    expect(differing(record, { ...record, v: 2, more: 1, nothing: null })).toEqual(['v', 'more']);
    expect(differing(record, { id: 'a', ts: record.ts })).toEqual(['v']);
  });

  it('win by cursor, then by content', () => {
    const later = { ...record, ts: '2026-01-02T00:00:00.000000Z', v: 0 };
    expect([wins(later, record), wins(record, later)]).toEqual([true, false]);
    expect([wins({ ...record, ts: null }, record), wins(record, { ...record, ts: null })]).toEqual([false, true]);
    expect([wins({ ...record, v: 2 }, record), wins(record, { ...record, v: 2 })]).toEqual([true, false]);
    expect(wins(record, { ...record })).toBe(false);
  });
});
