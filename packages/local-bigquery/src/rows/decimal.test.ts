import { expect, test } from 'vitest';
import { decimalText, parseBigNumeric, parseNumeric } from './decimal.ts';

test('NUMERIC keeps 29 digits before and 9 after the point', () => {
  expect(parseNumeric('99999999999999999999999999999.999999999')).toBe(10n ** 38n - 1n);
  expect(parseNumeric('-99999999999999999999999999999.999999999')).toBe(-(10n ** 38n - 1n));
  expect(parseNumeric('1e3')).toBe(1_000_000_000_000n);
  expect(parseNumeric('.5')).toBe(500_000_000n);
});

test('NUMERIC rounds half away from zero beyond nine decimals', () => {
  expect(parseNumeric('0.0000000005')).toBe(1n);
  expect(parseNumeric('-0.0000000005')).toBe(-1n);
  expect(parseNumeric('0.0000000004999')).toBe(0n);
});

test.each(['100000000000000000000000000000', '', '.', 'abc', '1e99999', '0x10', '1 2'])('NUMERIC "%s" is refused', (text) =>
  expect(parseNumeric(text)).toBeUndefined(),
);

test('BIGNUMERIC keeps its full range', () => {
  const max = '578960446186580977117854925043439539266.34992332820282019728792003956564819967';
  expect(parseBigNumeric(max)).toBe(max);
  expect(parseBigNumeric('578960446186580977117854925043439539266.34992332820282019728792003956564819968')).toBeUndefined();
  expect(parseBigNumeric('-1.50')).toBe('-1.5');
  expect(parseBigNumeric('-0.000')).toBe('0');
  expect(decimalText(-1n, 9)).toBe('-0.000000001');
});
