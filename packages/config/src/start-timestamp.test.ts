import { formatInstant, micros } from '@bqsync/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStartTimestamp } from './start-timestamp.ts';

const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;

/** Micros as ISO text in a zone, by whole seconds and a remainder, so that no float is involved. */
function format(instant: bigint, offsetMinutes: number, digits: number): string {
  const local = instant + BigInt(offsetMinutes) * 60_000_000n;
  const fraction = ((local % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((local - fraction) / 1000n)).toISOString().slice(0, 19);
  const shown = fraction.toString().padStart(6, '0').slice(0, digits);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${seconds}${digits === 0 ? '' : `.${shown}`}${sign}${hours}:${minutes}`;
}

describe('parseStartTimestamp', () => {
  it('reads back every microsecond of the years 0001 to 9999 in every zone', () => {
    const day = 86_400_000_000n;
    fc.assert(
      fc.property(fc.bigInt({ min: FIRST + day, max: LAST - day }), fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, offset) => {
        expect(parseStartTimestamp(format(instant, offset, 6))).toBe(instant);
      }),
    );
  });

  it('reads what the engine writes, so that a checkpoint can be taken over as a start', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: FIRST, max: LAST }), (instant) => {
        expect(parseStartTimestamp(formatInstant(micros(instant)))).toBe(instant);
      }),
    );
  });

  it('takes missing digits of the fraction as zeros', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: FIRST, max: LAST }), fc.integer({ min: 0, max: 6 }), (instant, digits) => {
        const unit = 10n ** BigInt(6 - digits);
        const cut = instant - (((instant % unit) + unit) % unit);
        expect(parseStartTimestamp(format(cut, 0, digits).replace('+00:00', 'Z'))).toBe(cut);
      }),
    );
  });

  it.each([
    ['1970-01-01', 0n],
    ['1970-01-01T00:00', 0n],
    ['1970-01-01 00:00:00.000001', 1n],
    ['1969-12-31T23:59:59.999999Z', -1n],
    ['1970-01-01T02:00:00+02:00', 0n],
    ['1969-12-31t19:30:00-04:30', 0n],
    ['2024-02-29T12:34:56.789012z', 1_709_210_096_789_012n],
    ['0001-01-01T00:00:00Z', FIRST],
    ['9999-12-31T23:59:59.999999Z', LAST],
  ])('%s is %s', (text, expected) => {
    expect(parseStartTimestamp(text)).toBe(micros(expected));
  });

  it("does not depend on the host's time zone", () => {
    const before = process.env['TZ'];
    try {
      for (const zone of ['America/New_York', 'Asia/Kolkata']) {
        process.env['TZ'] = zone;
        expect(parseStartTimestamp('1970-01-01T00:00:00')).toBe(0n);
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it.each([
    '',
    'now',
    '2024',
    '2024-1-1',
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01T24:00:00Z',
    '2024-01-01T12:60',
    '2024-06-30T23:59:60Z',
    '2024-01-01T12',
    '2024-01-01T12:00:00.1234567Z',
    '2024-01-01T12:00:00.Z',
    '2024-01-01T12:00:00+0200',
    '2024-01-01T12:00:00+15:00',
    '2024-01-01Z',
    '0000-12-31',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '1709210096',
  ])('refuses %j', (text) => {
    expect(parseStartTimestamp(text)).toEqual(expect.objectContaining({ message: expect.any(String) }));
  });
});
