import { expect, test } from 'vitest';
import { parseDate, parseDatetime, parseTime, parseTimestamp } from './civil-time.ts';

test('dates agree with the calendar from year 1 to 9999', () => {
  for (let time = Date.UTC(1600, 0, 1); time < Date.UTC(2400, 0, 1); time += 86_400_000 * 13) {
    expect(parseDate(new Date(time).toISOString().slice(0, 10))).toBe(time / 86_400_000);
  }
  expect(parseDate('0001-01-01')).toBe(-719_162);
  expect(parseDate('9999-12-31')).toBe(2_932_896);
  expect(parseDate('2024-02-29')).toBe(19_782);
});

test.each(['2023-02-29', '1900-02-29', '2024-13-01', '2024-00-01', '2024-04-31', '0000-01-01', '24-01-01', '2024-01-01x'])(
  'date %s is refused',
  (text) => expect(parseDate(text)).toBeUndefined(),
);

test('a timestamp keeps microseconds and takes every zone form', () => {
  const micros = 1_767_225_600_123_456n;
  for (const zone of ['Z', 'z', ' UTC', '', '+00:00', '+00', ' +0000']) {
    expect(parseTimestamp(`2026-01-01T00:00:00.123456${zone}`)).toBe(micros);
  }
  expect(parseTimestamp('2026-01-01 05:30:00.123456+05:30')).toBe(micros);
  expect(parseTimestamp('2025-12-31T16:00:00.123456-08')).toBe(micros);
  expect(parseTimestamp('0001-01-01T00:00:00Z')).toBe(-62_135_596_800_000_000n);
  expect(parseTimestamp('9999-12-31T23:59:59.999999Z')).toBe(253_402_300_799_999_999n);
});

test.each([
  '9999-12-31T23:59:59-01:00',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00.1234567Z',
  '2026-01-01T00:00:00 Mars',
  'yesterday',
  '',
])('timestamp "%s" is refused', (text) => expect(parseTimestamp(text)).toBeUndefined());

test('a datetime has no zone', () => {
  expect(parseDatetime('2026-01-01T00:00:00Z')).toBeUndefined();
  expect(parseDatetime('1969-12-31 23:59:59.999999')).toBe(-1n);
});

test('a time ends before midnight', () => {
  expect(parseTime('23:59:59.999999')).toBe(86_399_999_999n);
  expect(parseTime('24:00:00')).toBeUndefined();
});
