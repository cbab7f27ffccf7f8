import type { Column, RejectedRow, Row, TargetKey } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import type { HarperAttribute } from './harper-runtime.ts';
import { compileRowPlan, type TargetShape } from './row-plan.ts';

const text = (name: string): Column => ({ name, type: 'STRING', repeated: false, required: false });
const byColumn = (...columns: string[]): TargetKey => ({ kind: 'columns', columns });
const shape = (primaryKey: string, attributes: HarperAttribute[] = [], sealed = false): TargetShape => ({ primaryKey, attributes, sealed });
const AT = '2026-01-01T00:00:00.000000Z';

function convert(columns: Column[], key: TargetKey, target: TargetShape, rowKey: string, row: Row): unknown {
  const rejected: RejectedRow[] = [];
  const record = compileRowPlan(columns, 'ts', key, target).convert({ key: rowKey, cursor: null, row }, AT, rejected);
  return record ?? rejected[0];
}

describe('names', () => {
  it('lesson 14: a source column named as the primary key is kept beside it', () => {
    const columns = [text('id'), text('mmsi')];
    const plan = compileRowPlan(columns, 'ts', byColumn('mmsi'), shape('id'));
    expect(plan.notices).toEqual(['Column "id" is stored as "source_id": the target uses that name itself.']);
    expect(convert(columns, byColumn('mmsi'), shape('id'), 'M', { id: 'I', mmsi: 'M' })).toEqual({
      id: 'M',
      source_id: 'I',
      mmsi: 'M',
      _syncedAt: AT,
    });
  });

  it("a part of a composite key with the primary key's name is kept too", () => {
    const columns = [text('id'), text('b')];
    expect(convert(columns, byColumn('id', 'b'), shape('id'), 'x|y', { id: 'x', b: 'y' })).toMatchObject({
      id: 'x|y',
      source_id: 'x',
      b: 'y',
    });
  });

  it('the key column itself is stored once', () => {
    expect(convert([text('id')], byColumn('id'), shape('id'), 'x', { id: 'x' })).toEqual({ id: 'x', _syncedAt: AT });
  });

  it('avoids names that other columns have and names that Harper fills in', () => {
    const columns = [text('id'), text('source_id'), text('_syncedAt'), text('__proto__'), text('changed')];
    const plan = compileRowPlan(
      columns,
      'ts',
      { kind: 'content', ordinal: false },
      shape('id', [{ name: 'changed', assignUpdatedTime: true }]),
    );
    expect(plan.columns.map(({ attribute }) => attribute)).toEqual([
      'source_id_2',
      'source_id',
      'source__syncedAt',
      'source___proto__',
      'source_changed',
    ]);
    expect(plan.notices).toHaveLength(4);
  });
});

describe('rows that cannot be stored', () => {
  const columns = [text('a')];
  const key = byColumn('k');
  it.each([
    ['', 'key-empty'],
    ['k'.repeat(1901), 'key-too-long'],
    ['é'.repeat(951), 'key-too-long'],
    ['a\u0000b', 'key-control'],
    ['\u0004', 'key-control'],
  ])('a bad key (%#) is rejected with its reason', (rowKey, reason) => {
    expect(convert(columns, key, shape('id'), rowKey, { a: 'x' })).toMatchObject({ reason, key: rowKey });
  });

  it('keys up to the limit are taken', () => {
    for (const rowKey of ['k'.repeat(1900), 'é'.repeat(950), '😀'.repeat(475)]) {
      expect(convert(columns, key, shape('id'), rowKey, { a: 'x' })).toMatchObject({ id: rowKey });
    }
  });

  it('name the column', () => {
    expect(convert(columns, key, shape('id'), 'k', { a: 5 })).toMatchObject({
      reason: 'type-mismatch',
      message: 'column "a": a number is no text',
      sample: '{"a":5}',
    });
    expect(convert(columns, key, shape('id'), 'k', {})).toMatchObject({ reason: 'column-missing' });
    const required = shape('id', [{ name: 'a', type: 'String', nullable: false }]);
    expect(convert(columns, key, required, 'k', { a: null })).toMatchObject({ reason: 'null-required' });
  });
});

describe('a target that cannot hold the columns', () => {
  it('says everything at once', () => {
    const target = shape(
      'id',
      [
        { name: 'id', type: 'Int', isPrimaryKey: true },
        { name: 'a', type: 'Int' },
        { name: '_syncedAt', type: 'Date' },
        { name: 'must', type: 'String', nullable: false },
      ],
      true,
    );
    expect(compileRowPlan([text('a'), text('b')], 'ts', byColumn('k'), target).problems).toEqual([
      'attribute "a" is Int, which cannot hold STRING',
      'the table is sealed and has no attribute "b"',
      'its primary key "id" is Int: keys are text',
      'attribute "_syncedAt" is Date: it holds text',
      'attribute "must" is required and no column supplies it',
    ]);
  });
});
