import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNIT_ROWS, unitsOf } from './units.ts';

describe('unitsOf', () => {
  it('covers every row once, in order, evenly', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000_000 }), (totalRows) => {
        const units = unitsOf(totalRows);
        let next = 0;
        for (const [index, unit] of units.entries()) {
          expect(unit).toMatchObject({ index, startRow: next });
          next = unit.endRow;
        }
        expect(next).toBe(totalRows);
        const sizes = units.map((unit) => unit.endRow - unit.startRow);
        if (units.length > 1) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const size of sizes) expect(size).toBeLessThan(UNIT_ROWS * 1.5 + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('has one unit for a small window and none for an empty one', () => {
    expect(unitsOf(0)).toEqual([]);
    expect(unitsOf(1)).toEqual([{ index: 0, startRow: 0, endRow: 1 }]);
    expect(unitsOf(UNIT_ROWS)).toHaveLength(1);
    expect(unitsOf(UNIT_ROWS * 2)).toHaveLength(2);
  });
});
