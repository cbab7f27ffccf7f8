import { describe, expect, it } from 'vitest';
import { compareTable, driftLines, MOST_KEYS, nodeVerdict } from './node-verdict.ts';

const source = new Map([
  ['a', '1'],
  ['b', '2'],
  ['c', '3'],
]);

describe('a node compared with BigQuery', () => {
  it('is exact with the same rows only', () => {
    const verdict = nodeVerdict('n1', [compareTable('t', source, new Map(source)), compareTable('u', source, new Map(source))]);
    expect(verdict).toEqual({ node: 'n1', exact: true, rows: 6, missing: 0, extra: 0, different: 0 });
    expect(driftLines(verdict)).toEqual([]);
  });

  it('names the keys that it lacks, has besides, or has with other values, even where the counts agree', () => {
    const found = new Map([
      ['a', '1'],
      ['b', 'other'],
      ['x', '3'],
    ]);
    const verdict = nodeVerdict('n1', [compareTable('t', source, found), compareTable('u', source, new Map(source))]);
    expect(verdict).toMatchObject({ exact: false, rows: 6, missing: 1, extra: 1, different: 1 });
    expect(verdict.tables).toEqual([
      { table: 't', rows: 3, missing: 1, extra: 1, different: 1, missingKeys: ['c'], extraKeys: ['x'], differentKeys: ['b'] },
    ]);
    expect(driftLines(verdict).join('\n')).toMatch(/node n1, t: 3 rows.*\n.*missing: c\n.*extra: x\n.*different: b/);
  });

  it('names some keys of many', () => {
    const all = new Map(Array.from({ length: 97 }, (_, n) => [`k${n}`, '']));
    const verdict = nodeVerdict('n1', [compareTable('t', all, new Map())]);
    expect(verdict.missing).toBe(97);
    expect(verdict.tables?.[0]?.missingKeys).toHaveLength(MOST_KEYS);
    expect(driftLines(verdict)[1]).toContain(`and ${97 - MOST_KEYS} more`);
  });
});
