import { type Micros, micros } from '@bqsync/core';
import type { Problem } from './problem.ts';

const PATTERN =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:[Tt ](?<time>(?:[01]\d|2[0-3]):[0-5]\d)(?::(?<second>[0-5]\d)(?:\.(?<fraction>\d{1,6}))?)?(?:(?<utc>[Zz])|(?<sign>[+-])(?<hours>0\d|1[0-4]):(?<minutes>[0-5]\d))?)?$/;

/** First and last microsecond that a BigQuery TIMESTAMP holds. */
const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;

/**
 * Reads an ISO 8601 date or date and time, exactly: `2024-01-31`, `2024-01-31T12:00Z`, `2024-01-31 12:00:00.123456+02:00`.
 * A time without a zone is UTC, never the host's zone; a date is its first microsecond in UTC. No float and no `Date` carries the fraction.
 *
 * @returns the instant, or what is wrong with the text
 */
export function parseStartTimestamp(text: string): Micros | Problem {
  const parts = PATTERN.exec(text.trim())?.groups;
  const date = parts?.['date'];
  if (parts === undefined || date === undefined) {
    const tooFine = /\.\d{7,}/.test(text);
    return {
      message: tooFine ? 'is finer than a microsecond' : 'is not an ISO 8601 date and time',
      hint: tooFine ? 'give at most six fractional digits' : 'write it as 2024-01-31T12:00:00Z; a time without a zone is UTC',
    };
  }
  const wholeSecond = new Date(`${date}T${parts['time'] ?? '00:00'}:${parts['second'] ?? '00'}Z`);
  // A day that the month does not have becomes invalid or another day.
  if (Number.isNaN(wholeSecond.getTime()) || wholeSecond.toISOString().slice(0, 10) !== date) {
    return { message: 'is a day that the calendar does not have' };
  }
  const offsetMinutes = Number(parts['hours'] ?? 0) * 60 + Number(parts['minutes'] ?? 0);
  const offset = BigInt(parts['sign'] === '-' ? -offsetMinutes : offsetMinutes) * 60_000_000n;
  const instant = BigInt(wholeSecond.getTime()) * 1000n + BigInt((parts['fraction'] ?? '').padEnd(6, '0')) - offset;
  if (instant < FIRST || instant > LAST) return { message: 'is outside the years 0001 to 9999' };
  return micros(instant);
}
