import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { micros } from '../ports/time.ts';
import { cursorText, dayOf, formatInstant, parseInstant } from './instant.ts';

const MIN = -62_135_596_800_000_000n;
const MAX = 253_402_300_799_999_999n;
const instants = fc.bigInt({ min: MIN, max: MAX }).map(micros);

describe('instants', () => {
  it('keep every microsecond of years 1 to 9999, before 1970 too', () => {
    fc.assert(fc.property(instants, (at) => parseInstant(formatInstant(at)) === at));
    expect(formatInstant(micros(-1n))).toBe('1969-12-31T23:59:59.999999Z');
    expect(formatInstant(micros(MIN))).toBe('0001-01-01T00:00:00.000000Z');
    expect(formatInstant(micros(MAX))).toBe('9999-12-31T23:59:59.999999Z');
  });

  it('order as text as they do as numbers', () => {
    fc.assert(fc.property(instants, instants, (a, b) => a < b === formatInstant(a) < formatInstant(b)));
  });

  it('read what the cursor types write', () => {
    expect(parseInstant('2026-03-01')).toBe(parseInstant('2026-03-01T00:00:00.000000'));
    expect(parseInstant('2026-03-01T01:02:03.5')).toBe(parseInstant('2026-03-01T01:02:03.500000Z'));
    expect(parseInstant('yesterday')).toBeUndefined();
    expect(parseInstant('2026-13-01')).toBeUndefined();
  });

  it('read a text of any date and time as a Date does, or not at all', () => {
    const number = (least: number, most: number) => fc.integer({ min: least, max: most });
    const part = (value: number, width: number) => String(value).padStart(width, '0');
    const parts = fc.tuple(
      number(1960, 2270),
      number(0, 13),
      number(0, 32),
      number(0, 25),
      number(0, 61),
      number(0, 61),
      number(0, 999_999),
    );
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second, fraction]) => {
        const date = `${part(year, 4)}-${part(month, 2)}-${part(day, 2)}T${part(hour, 2)}:${part(minute, 2)}:${part(second, 2)}`;
        const ms = Date.parse(`${date}Z`);
        const expected = Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n + BigInt(fraction);
        expect(parseInstant(`${date}.${part(fraction, 6)}Z`)).toBe(expected);
        expect(parseInstant(`${date}.${part(fraction, 6)}`)).toBe(expected);
      }),
    );
    expect(parseInstant('2026-03-01T01:02:03.12345xZ')).toBeUndefined();
    expect(parseInstant('2026-03-01T01:02:0x.123456Z')).toBeUndefined();
  });

  it('cut a bound to the cursor column’s own text', () => {
    const at = parseInstant('2026-03-01T23:59:59.999999Z')!;
    expect(cursorText(at, 'TIMESTAMP')).toBe('2026-03-01T23:59:59.999999Z');
    expect(cursorText(at, 'DATETIME')).toBe('2026-03-01T23:59:59.999999');
    expect(cursorText(at, 'DATE')).toBe('2026-03-01');
    expect(dayOf(micros(-1n))).toBe('1969-12-31');
  });
});
