import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeySet } from './key-set.ts';

describe('KeySet', () => {
  it('keeps flags of keys as a map of them would, however it grows', () => {
    const marks = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }).map(String), fc.integer({ min: 1, max: 255 })), {
      minLength: 0,
      maxLength: 20_000,
      size: 'max',
    });
    fc.assert(
      fc.property(marks, (all) => {
        const set = new KeySet();
        const model = new Map<string, number>();
        for (const [key, flags] of all) {
          expect(set.mark(key, flags)).toBe(model.get(key) ?? 0);
          model.set(key, (model.get(key) ?? 0) | flags);
        }
        expect(set.size).toBe(model.size);
        for (const [key, flags] of model) expect(set.flags(key)).toBe(flags);
        expect(set.flags('another')).toBe(0);
        const counts = new Map<number, number>();
        for (const flags of model.values()) counts.set(flags, (counts.get(flags) ?? 0) + 1);
        expect(new Map(set.counts())).toEqual(counts);
      }),
      { numRuns: 8 },
    );
  });
});
