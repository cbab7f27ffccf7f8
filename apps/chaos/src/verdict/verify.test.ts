import { describe, expect, it } from 'vitest';
import { isExact, type TableVerdict } from './verify.ts';

const verdict: TableVerdict = {
  table: 't',
  exact: true,
  source: 10,
  target: 10,
  applied: 10,
  pending: 0,
  quarantined: 0,
  duplicates: 0,
  missing: 0,
  different: 0,
  extra: 0,
  examples: [],
};

describe('whether a table is exact', () => {
  it('is when every row written is applied', () => {
    expect(isExact(verdict, 10)).toBe(true);
  });

  it.each([
    { exact: false },
    { applied: 9, pending: 1 },
    { applied: 9, quarantined: 1 },
    { target: 9, applied: 9, duplicates: 1 },
    { target: 11 },
    { source: 9, target: 9, applied: 9 },
  ])('is not with %j', (change) => {
    expect(isExact({ ...verdict, ...change }, 10)).toBe(false);
  });
});
