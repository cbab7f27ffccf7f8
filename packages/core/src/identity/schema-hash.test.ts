import { describe, expect, it } from 'vitest';
import type { Column } from '../ports/row.ts';
import { columnsHash, schemaChange, schemaHashOf } from './schema-hash.ts';

const column = (name: string, type: Column['type'] = 'STRING', more: Partial<Column> = {}): Column => ({
  name,
  type,
  repeated: false,
  required: false,
  ...more,
});
const struct = (name: string, fields: Column[], more: Partial<Column> = {}) => column(name, 'STRUCT', { fields, ...more });
const [a, b, c] = [column('a'), column('b', 'INT64'), column('c')];
const nested = [a, struct('s', [b, struct('t', [c])]), struct('u', [a, c], { repeated: true })];

describe('columns against the hash of those that were there', () => {
  it.each<[string, Column[], Column[], string]>([
    ['are the same', [a, b], [a, b], 'none'],
    ['are the same where a mode was relaxed', [column('a', 'STRING', { required: true })], [a], 'none'],
    ['have one more', [a], [a, b], 'added'],
    ['are the first ever', [], [a, b], 'added'],
    ['have one less', [a, b], [a], 'other'],
    ['have one renamed', [a, b], [a, column('x', 'INT64')], 'other'],
    ['have one renamed and one more', [a, b], [a, column('x', 'INT64'), c], 'other'],
    ['have one retyped', [a, b], [a, column('b', 'NUMERIC')], 'other'],
    ['have one that is repeated now', [a, b], [a, column('b', 'INT64', { repeated: true })], 'other'],
    ['have two that have swapped names', [b, column('d', 'INT64')], [column('d', 'INT64'), b], 'other'],
    ['have one that was dropped and added again', [a, b], [b, a], 'other'],
    ['have one in the middle that is new', [a, c], [a, b, c], 'other'],
    ['are the same, with fields', nested, nested, 'none'],
    ['have one more field, in a STRUCT in a STRUCT', nested, [a, struct('s', [b, struct('t', [c, a])]), nested[2]!], 'added'],
    [
      'have one more field in a repeated STRUCT, and one more column',
      nested,
      [a, nested[1]!, struct('u', [a, c, b], { repeated: true }), c],
      'added',
    ],
    ['have a field renamed', nested, [a, struct('s', [b, struct('t', [b])]), nested[2]!], 'other'],
    ['have a field less', nested, [a, nested[1]!, struct('u', [a], { repeated: true })], 'other'],
    ['have a STRUCT where there was none', [a], [struct('a', [b])], 'other'],
    ['have none where there was a STRUCT', [struct('a', [b])], [a], 'other'],
    ['have one more STRUCT', [a, struct('s', [b])], [a, struct('s', [b]), struct('t', [c])], 'added'],
  ])('%s', (_, before, now, change) => {
    expect(schemaChange(schemaHashOf(before), now)).toBe(change);
  });

  it('are known by the hash alone that earlier versions stored, and trusted only where it is the same', () => {
    expect(schemaChange(columnsHash([a, b]), [a, b])).toBe('none');
    expect(schemaChange(columnsHash([a]), [a, b])).toBe('other');
    expect(schemaChange('', [a])).toBe('other');
  });
});
