import { type Column, compileCanonical, type RejectedRow, type Row, type TargetKey, type Value } from '@bqsync/core';
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
    const columns = [text('id'), text('source_id'), text('_syncedAt'), text('__proto__'), text('changed'), text('__createdtime__')];
    const content: TargetKey = { kind: 'content', ordinal: false };
    const plan = compileRowPlan(columns, 'ts', content, shape('id', [{ name: 'changed', assignUpdatedTime: true }]));
    expect(plan.columns.map(({ attribute }) => attribute)).toEqual([
      'source_id',
      'source_source_id',
      'source__syncedAt',
      'source___proto__',
      'source_changed',
      'source___createdtime__',
    ]);
    expect(plan.notices).toHaveLength(6);
    expect(plan.notices[5]).toBe('Column "__createdtime__" is stored as "source___createdtime__": Harper uses that name itself.');
    // A column that comes later moves none.
    const [first] = columns;
    expect(compileRowPlan([first!], 'ts', content, shape('id')).columns[0]!.attribute).toBe('source_id');
  });

  it('of nested fields are kept, at any depth, and said', () => {
    const struct = (name: string, ...fields: Column[]): Column => ({ name, type: 'STRUCT', repeated: false, required: false, fields });
    const columns = [
      struct('s', struct('__proto__', text('then'), text('source_then')), { ...struct('list', text('toJSON')), repeated: true }),
    ];
    const row: Row = {
      s: Object.fromEntries([
        ['__proto__', { then: 'a', source_then: 'b' }],
        ['list', [{ toJSON: 'c' }]],
      ]),
    };
    const plan = compileRowPlan(columns, 'ts', byColumn('k'), shape('id'));
    expect(plan.notices).toEqual([
      'Field "s.__proto__" is stored as "s.source___proto__": Harper uses that name itself.',
      'Field "s.__proto__.then" is stored as "s.source___proto__.source_then": Harper uses that name itself.',
      'Field "s.__proto__.source_then" is stored as "s.source___proto__.source_source_then": a name that Harper uses is stored with source_ before it, and so the two stay apart.',
      'Field "s.list.toJSON" is stored as "s.list.source_toJSON": Harper uses that name itself.',
    ]);
    const record = plan.convert({ key: 'k', cursor: null, row }, AT, []) as Record<string, unknown>;
    expect(record.s).toEqual({ source___proto__: { source_then: 'a', source_source_then: 'b' }, list: [{ source_toJSON: 'c' }] });
    // Two rows are put in order by what the source has.
    expect(plan.contentOf(record)).toBe(compileCanonical(columns)(row));
  });

  it('within JSON are kept, at any depth', () => {
    const columns: Column[] = [{ ...text('j'), type: 'JSON' }];
    const value = JSON.parse('{"then":1,"a":[{"__proto__":{"x":1},"toJSON":null,"constructor":2}],"source_getRecord":"y"}') as Value;
    const plan = compileRowPlan(columns, 'ts', byColumn('k'), shape('id'));
    const record = plan.convert({ key: 'k', cursor: null, row: { j: value } }, AT, []) as Record<string, unknown>;
    expect(JSON.stringify(record.j)).toBe(
      '{"source_then":1,"a":[{"source___proto__":{"x":1},"source_toJSON":null,"constructor":2}],"source_source_getRecord":"y"}',
    );
    expect(plan.contentOf(record)).toBe(compileCanonical(columns)({ j: value }));
  });

  it('of tables that Harper made without a schema: its own times are no content', () => {
    const plan = compileRowPlan([text('a')], 'ts', byColumn('k'), shape('id', [{ name: '__createdtime__' }, { name: '__updatedtime__' }]));
    expect([...plan.uncompared]).toEqual(['id', '_syncedAt', '__createdtime__', '__updatedtime__']);
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
