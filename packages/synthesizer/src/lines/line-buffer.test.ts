import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineBuffer } from './line-buffer.ts';

function written(put: (line: LineBuffer) => void): string {
  const line = new LineBuffer(64);
  put(line);
  return new TextDecoder().decode(line.bytes.subarray(0, line.length));
}

describe('numbers as bytes', () => {
  it('have one decimal as JSON has it', () => {
    for (let tenths = 0; tenths < 10_000; tenths++) expect(written((line) => line.oneDecimal(tenths / 10))).toBe(JSON.stringify(tenths / 10));
  });

  it('are whole as JSON has them', () => {
    for (let value = 0; value < 1000; value++) expect(written((line) => line.whole(value))).toBe(JSON.stringify(value));
  });

  it('have six decimals as JSON has them', () => {
    const check = (millionths: number): void => {
      expect(written((line) => line.sixDecimals(millionths / 1e6))).toBe(JSON.stringify(millionths / 1e6));
    };
    [1, -1, 10, 999_999, 1_000_000, -1_000_001, 180_000_000, -179_999_999, 999_999_999].forEach(check);
    fc.assert(fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), check), { numRuns: 2000 });
  });

  it('have all their digits', () => {
    fc.assert(
      fc.property(fc.nat(999_999), (value) => {
        expect(written((line) => line.sixDigits(value))).toBe(String(value).padStart(6, '0'));
      }),
    );
  });
});

it('makes room and keeps what is there', () => {
  expect(
    written((line) => {
      for (let i = 0; i < 100; i++) {
        line.reserve(10);
        line.ascii('0123456789');
      }
    }),
  ).toBe('0123456789'.repeat(100));
});
