import { expect, test } from 'vitest';
import { compactJson, numberText, parseLossless, stringifyLossless } from './lossless-json.ts';

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

test('compacting changes nothing inside texts', () => {
  expect(compactJson(' { "a b" : [ 1.0 , "x  y" ] } ')).toBe('{"a b":[1.0,"x  y"]}');
  expect(() => compactJson('{a:1}')).toThrow(SyntaxError);
});
