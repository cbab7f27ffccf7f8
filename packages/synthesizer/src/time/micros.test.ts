import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoMicros, reportDate, timeRange, toMicros } from './micros.ts';

describe('instants', () => {
  it('survive the trip through text to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0, 1) * 1000, max: Date.UTC(2199, 0, 1) * 1000 }), (micros) => {
        const text = isoMicros(micros);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(text.slice(0, 23)).toBe(new Date(Math.floor(micros / 1000)).toISOString().slice(0, 23));
        expect(toMicros(text)).toBe(micros);
        expect(reportDate(micros)).toBe(text.slice(0, 10).replaceAll('-', ''));
      }),
    );
  });

  it.each([
    ['2026-08-01', '2026-08-01T00:00:00.000000Z'],
    ['2026-08-01T01:02:03.5Z', '2026-08-01T01:02:03.500000Z'],
    ['2026-08-01 01:02:03 UTC', '2026-08-01T01:02:03.000000Z'],
    [new Date('2026-08-01T01:02:03.004Z'), '2026-08-01T01:02:03.004000Z'],
    [1_785_542_400_000_001n, '2026-08-01T00:00:00.000001Z'],
  ])('are read from %s', (input, text) => {
    expect(isoMicros(toMicros(input))).toBe(text);
  });

  it.each([
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-08-01T00:00:00',
    '1970-01-01T00:00:00Z',
    1_785_542_400,
    1.5,
    Number.NaN,
    new Date(Number.NaN),
  ])('are not %s', (input) => {
    expect(() => toMicros(input)).toThrow(expect.objectContaining({ code: 'BQS_USAGE' }));
  });

  it('make a range in their order only', () => {
    expect(() => timeRange('2026-08-02', '2026-08-01')).toThrow(expect.objectContaining({ code: 'BQS_USAGE' }));
    expect(timeRange('2026-08-01', '2026-08-01')).toEqual({ start: toMicros('2026-08-01'), end: toMicros('2026-08-01') });
  });
});
