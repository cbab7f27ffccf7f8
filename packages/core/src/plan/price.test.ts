import { expect, it } from 'vitest';
import { usdOf } from './price.ts';

const TIB = 2 ** 40;

it('prices a tebibyte scanned by queries and one read by the Storage Read API, each at its own', () => {
  expect(usdOf({ bytesBilled: TIB })).toBe(6.25);
  expect(usdOf({ bytesBilled: TIB, bytesByReadApi: TIB })).toBeCloseTo(1.1, 12);
  expect(usdOf({ bytesBilled: 3 * TIB, bytesByReadApi: TIB })).toBeCloseTo(13.6, 12);
  expect(usdOf({ bytesBilled: 0 })).toBe(0);
});
