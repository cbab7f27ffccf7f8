import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { putOneDecimal, putSixDecimals, putSixDigits, putWhole } from './put.ts';

type Put = (bytes: Uint8Array, at: number, value: number) => number;

function written(put: Put, value: number): string {
  const bytes = new Uint8Array(32);
  return new TextDecoder().decode(bytes.subarray(5, put(bytes, 5, value)));
}

describe('numbers as bytes', () => {
  it('have one decimal as JSON has it', () => {
    for (let tenths = 0; tenths < 10_000; tenths++) expect(written(putOneDecimal, tenths / 10)).toBe(JSON.stringify(tenths / 10));
  });

  it('are whole as JSON has them', () => {
    for (let value = 0; value < 1000; value++) expect(written(putWhole, value)).toBe(JSON.stringify(value));
  });

  it('have six decimals as JSON has them', () => {
    const check = (millionths: number): void => {
      expect(written(putSixDecimals, millionths / 1e6)).toBe(JSON.stringify(millionths / 1e6));
    };
    [0, 1, -1, 10, 999_999, 1_000_000, -1_000_001, 180_000_000, -179_999_999, 999_999_999].forEach(check);
    fc.assert(fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), check), { numRuns: 2000 });
  });

  it('have all their digits', () => {
    fc.assert(
      fc.property(fc.nat(999_999), (value) => {
        expect(written(putSixDigits, value)).toBe(String(value).padStart(6, '0'));
      }),
    );
  });
});
