import { expect, test } from 'vitest';
import { normalJson } from './json-value.ts';
import { numberText, parseLossless, stringifyLossless } from './lossless-json.ts';

test.each(['9223372036854775807', '-9223372036854775808', '12345678901234567890.123456789', '1e400', '0.1234567890123456789'])(
  'the number %s keeps its digits',
  (digits) => {
    const parsed = parseLossless(`{"a":${digits},"b":"${digits}","c":[${digits}]}`) as { a: unknown; b: unknown; c: unknown[] };
    expect(numberText(parsed.a)).toBe(digits);
    expect(numberText(parsed.c[0])).toBe(digits);
    expect(parsed.b).toBe(digits);
    expect(stringifyLossless(parsed)).toBe(`{"a":${digits},"b":"${digits}","c":[${digits}]}`);
  },
);

test('digits inside a text with escapes are no number', () => {
  const text = '{"a":"\\"1234567890123456789\\\\","b":1}';
  expect(parseLossless(text)).toEqual({ a: '"1234567890123456789\\', b: 1 });
});

test.each([
  [' { "a b" : [ 1.0 , "x  y" ] } ', '{"a b":[1.0,"x  y"]}'],
  ['{"b":1.50,"a":1e22,"b":2}', '{"a":1e+22,"b":1.5}'],
  [
    '[1e5, 1e-7, -0, 0.0001, 18446744073709551615, 18446744073709551616]',
    '[100000.0,1e-07,-0.0,0.0001,18446744073709551615,1.8446744073709552e+19]',
  ],
])('JSON is kept as BigQuery keeps it: %s', (text, kept) => {
  expect(normalJson(text)).toBe(kept);
});

test.each(['{a:1}', '[1,]', '01', '"\n"', '[1] 2', 'nan', ''])('%j is no JSON', (text) => {
  expect(() => normalJson(text)).toThrow(SyntaxError);
});
