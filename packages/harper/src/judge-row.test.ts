import type { Column, ColumnType } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { equalValues } from './compare-values.ts';
import type { HarperRecord } from './harper-runtime.ts';
import { judgeRow, type Verdict } from './judge-row.ts';
import { compileRowPlan } from './row-plan.ts';

const column = (name: string, type: ColumnType): Column => ({ name, type, repeated: false, required: false });
const plan = compileRowPlan(
  [column('ts', 'TIMESTAMP'), column('a', 'STRING'), column('n', 'FLOAT64')],
  'ts',
  { kind: 'columns', columns: ['k'] },
  {
    primaryKey: 'id',
    attributes: [],
    sealed: false,
  },
);
const OLD = '2026-01-01T00:00:00.000001Z';
const NOW = '2026-01-01T00:00:00.000002Z';
const NEWER = '2026-01-01T00:00:00.000003Z';
const record = (syncedAt: string, ts: string | null, a: string | null, n = 1): HarperRecord => ({ id: 'k', ts, a, n, _syncedAt: syncedAt });

describe('judgeRow', () => {
  it.each<[string, HarperRecord | null | undefined, HarperRecord, Verdict, Verdict]>([
    // what, stored, next, compare on, compare off
    ['nothing stored', undefined, record(NOW, '5', 'x'), 'inserted', 'inserted'],
    ['a deleted row', null, record(NOW, '5', 'x'), 'inserted', 'inserted'],
    ['a newer snapshot stored', record(NEWER, '1', 'x'), record(NOW, '5', 'y'), 'superseded', 'superseded'],
    ['the same row of a newer snapshot', record(NEWER, '5', 'x'), record(NOW, '5', 'x'), 'superseded', 'superseded'],
    ['the same row of an older snapshot', record(OLD, '5', 'x'), record(NOW, '5', 'x'), 'unchanged', 'unchanged'],
    ['the same row of this snapshot', record(NOW, '5', 'x'), record(NOW, '5', 'x'), 'superseded', 'superseded'],
    ['an attribute instead of another', { id: 'k', ts: '5', a: 'x', m: 1, _syncedAt: OLD }, record(NOW, '5', 'x'), 'contested', 'updated'],
    ['older snapshot, greater cursor', record(OLD, '5', 'x'), record(NOW, '6', 'a'), 'updated', 'updated'],
    ['older snapshot, smaller cursor', record(OLD, '5', 'x'), record(NOW, '4', 'z'), 'contested', 'updated'],
    ['older snapshot, greater content', record(OLD, '5', 'x'), record(NOW, '5', 'y'), 'updated', 'updated'],
    ['older snapshot, smaller content', record(OLD, '5', 'x'), record(NOW, '5', 'w'), 'contested', 'updated'],
    ['this snapshot, greater cursor', record(NOW, '5', 'x'), record(NOW, '6', 'a'), 'updated', 'updated'],
    ['this snapshot, smaller cursor', record(NOW, '5', 'x'), record(NOW, '4', 'z'), 'superseded', 'superseded'],
    ['this snapshot, cursor against NULL', record(NOW, null, 'x'), record(NOW, '1', 'a'), 'updated', 'updated'],
    ['this snapshot, NULL against a cursor', record(NOW, '1', 'a'), record(NOW, null, 'z'), 'superseded', 'superseded'],
    ['this snapshot, smaller content', record(NOW, '5', 'x'), record(NOW, '5', 'w'), 'superseded', 'superseded'],
    ['a row of other code', { id: 'k', ts: '9', a: 'x', n: 1 }, record(NOW, '5', 'x'), 'contested', 'updated'],
    ['an attribute too many', { ...record(OLD, '5', 'x'), mine: 1 }, record(NOW, '5', 'x'), 'updated', 'updated'],
    ['an attribute too few', { id: 'k', ts: '5', n: 1, _syncedAt: OLD }, record(NOW, '5', null), 'updated', 'updated'],
  ])('%s', (_what, stored, next, compareOn, compareOff) => {
    expect(judgeRow(plan, stored, next, true)).toBe(compareOn);
    expect(judgeRow(plan, stored, next, false)).toBe(compareOff);
  });

  it('decides between two rows of one snapshot the same way whichever comes first', () => {
    const a = record(NOW, '5', 'x', 2);
    const b = record(NOW, '5', 'x', 10);
    expect([judgeRow(plan, a, b, true), judgeRow(plan, b, a, true)].sort()).toEqual(['superseded', 'updated']);
  });
});

describe('equalValues', () => {
  it('is equality of what Harper stores', () => {
    expect(equalValues(Number.NaN, Number.NaN)).toBe(true);
    expect(equalValues(0, -0)).toBe(true);
    expect(equalValues(5, 5n)).toBe(false);
    expect(equalValues(null, undefined)).toBe(false);
    expect(equalValues(Buffer.from('a'), new Uint8Array([97]))).toBe(true);
    expect(equalValues(Buffer.from('a'), Buffer.from('b'))).toBe(false);
    expect(equalValues(new Date(5), new Date(5))).toBe(true);
    expect(equalValues(new Date(5), new Date(6))).toBe(false);
    expect(equalValues({ a: [1, { b: Number.NaN }] }, { a: [1, { b: Number.NaN }] })).toBe(true);
    expect(equalValues({ a: 1, b: undefined }, { a: 1, c: undefined })).toBe(false);
    expect(equalValues([1, 2], [1])).toBe(false);
    expect(equalValues({}, [])).toBe(false);
    expect(equalValues({ 0: 1 }, [1])).toBe(false);
    expect(equalValues('1', 1)).toBe(false);
  });
});
