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

  it('cut a bound to the cursor column’s own text', () => {
    const at = parseInstant('2026-03-01T23:59:59.999999Z')!;
    expect(cursorText(at, 'TIMESTAMP')).toBe('2026-03-01T23:59:59.999999Z');
    expect(cursorText(at, 'DATETIME')).toBe('2026-03-01T23:59:59.999999');
    expect(cursorText(at, 'DATE')).toBe('2026-03-01');
    expect(dayOf(micros(-1n))).toBe('1969-12-31');
  });
});
