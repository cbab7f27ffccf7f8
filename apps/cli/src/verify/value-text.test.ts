import { describe, expect, it } from 'vitest';
import { floatText } from './value-text.ts';

describe('a FLOAT64 in a checksum', () => {
  // As C's printf writes them with %.15g or, where that is not read back, %.17g, which is what GoogleSQL's CAST does.
  it.each([
    [Number.NaN, 'nan'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [-0, '0'],
    [0.1, '0.1'],
    [1 / 3, '0.33333333333333331'],
    [1e15, '1e+15'],
    [123456789012345, '123456789012345'],
    [1e-5, '1e-05'],
    [5e-324, '4.94065645841247e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [-9007199254740993, '-9007199254740992'],
    [1801514316094494.25, '1801514316094494.2'],
    [-891324641100519.625, '-891324641100519.62'],
    [944902186819545.125, '944902186819545.12'],
    [376563115841248.375, '376563115841248.38'],
    [0.5 + 2 ** -17, '0.50000762939453125'],
    [1 + 2 ** -17, '1.0000076293945312'],
    [1 + 3 * 2 ** -17, '1.0000228881835938'],
  ])('%s is written as BigQuery does', (value, text) => {
    expect(floatText(value)).toBe(text);
  });
});
