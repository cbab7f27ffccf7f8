import type { Column } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { column, target } from '../test/fixtures.ts';
import { declareTarget, targetTypeNames } from './target-declaration.ts';

const spec = (id: string, table: string, database?: string) => ({ ...target(id).table, id, target: { table, database } });
const declare = (columns: readonly Column[], key = target('T').key, table = target('T').table) => declareTarget(table, columns, key);

describe('declareTarget', () => {
  it('declares each column once, indexes the cursor, and names what GraphQL does not take', () => {
    const { graphql, undeclared } = declare([
      column('k'),
      column('ts', 'TIMESTAMP'),
      column('ö'),
      column('n', 'INT64', { repeated: true }),
    ]);
    expect(graphql).toBe(`# p.d.T
type T @table @export {
  k: ID @primaryKey # STRING
  ts: String @indexed # TIMESTAMP
  n: Any # ARRAY<INT64>
  _syncedAt: String # when BigQuery had the row like this: the snapshot of the row's last write
  # Stored, too, but not declared, since GraphQL does not take their names:
  # "ö" # STRING
}`);
    expect(undeclared.map(({ attribute }) => attribute)).toEqual(['ö']);
  });

  it('says what a made-up key is made of', () => {
    const columns = [column('k'), column('ts', 'TIMESTAMP')];
    expect(declare(columns, { kind: 'content', ordinal: false }).graphql).toContain("  id: ID @primaryKey # a hash of the row's content\n");
    expect(declare(columns, { kind: 'columns', columns: ['k', 'ts'] }).graphql).toContain('  id: ID @primaryKey # made of "k", "ts"\n');
    // The column is not the primary key, which its name is reserved from.
    expect(declare([column('_syncedAt')], { kind: 'columns', columns: ['_syncedAt'] }).graphql).toContain('made of "_syncedAt"');
  });
});

describe('targetTypeNames', () => {
  const named = (...tables: readonly ReturnType<typeof spec>[]) => Object.fromEntries(targetTypeNames(tables));

  it('keeps the name of a target where GraphQL takes it and no other target has it', () => {
    expect(named(spec('a', 'Ports'), spec('b', 'ports'), spec('c', 'Ports', 'other'))).toEqual({
      a: 'Ports',
      b: 'ports',
      c: 'other_Ports',
    });
  });

  it('never gives two targets one name, whatever the targets are called', () => {
    const names = named(
      spec('a', 'a-b', 'x'),
      spec('b', 'a_b', 'x'),
      spec('c', 'x_a_b'),
      spec('d', 'a_b'),
      spec('e', 'a-b', 'x_y'),
      spec('f', 'b', 'x-y-a'),
    );
    expect(new Set(Object.values(names)).size).toBe(6);
    expect(names).toMatchObject({ b: 'a_b', c: 'x_a_b' });
  });

  it.each(['String', 'ID', 'Any', 'Date', 'graphql', 'openapi', '__proto__'])('does not name a type %s', (name) => {
    expect(named(spec('a', name))).toEqual({ a: `data_${name}` });
  });
});
