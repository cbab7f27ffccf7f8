import { expect, it } from 'vitest';
import { billText, usdOf } from './price.ts';

const TIB = 2 ** 40;

it('prices a tebibyte scanned by queries and one read by the Storage Read API, each at its own', () => {
  expect(usdOf({ bytesBilled: TIB })).toBe(6.25);
  expect(usdOf({ bytesBilled: TIB, bytesByReadApi: TIB })).toBeCloseTo(1.1, 12);
  expect(usdOf({ bytesBilled: 3 * TIB, bytesByReadApi: TIB })).toBeCloseTo(13.6, 12);
  expect(usdOf({ bytesBilled: 0 })).toBe(0);
});

it('goes by the prices that a user has set: another region, a discount, or editions, where bytes are no money', () => {
  const billed = { bytesBilled: 3 * TIB, bytesByReadApi: TIB };
  expect(usdOf(billed, { usdPerTiB: 7.5 })).toBeCloseTo(16.1, 12);
  expect(usdOf(billed, { usdPerTiB: 0, usdPerTiBReadApi: 2 })).toBe(2);
  expect(usdOf(billed, { usdPerTiB: 0, usdPerTiBReadApi: 0 })).toBe(0);
  expect(usdOf(billed, {})).toBe(usdOf(billed));
});

it('are written with their bytes, small and great ones without an exponent', () => {
  expect([billText(0, 0), billText(10 * 2 ** 20, 0.0000596), billText(1000 * 2 ** 40, 6250), billText(2 ** 60, 6400)]).toEqual([
    '0 B, $0.00',
    '10 MB, $0.00006',
    '1000 TB, $6250.00',
    '1024 PB, $6400.00',
  ]);
});
