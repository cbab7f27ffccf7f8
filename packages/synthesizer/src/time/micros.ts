import { BqsyncError } from '@bqsync/errors';

/**
 * Whole microseconds since 1970-01-01T00:00:00Z. A plain number is exact here until the year 2255, and the
 * hot path is arithmetic on it; on the wire an instant is always ISO text with six fractional digits.
 */
export type Micros = number;

export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;
export const DAY: Micros = 24 * HOUR;

/** From `start` on, up to and without `end`. */
export interface TimeRange {
  readonly start: Micros;
  readonly end: Micros;
}

/** An instant as a caller may give it: a number or bigint of microseconds, a `Date`, or ISO text in UTC with up to six fractional digits. */
export type InstantInput = number | bigint | Date | string;

/** Nothing sails before this; a smaller number is most often milliseconds or seconds given as microseconds. */
const EARLIEST: Micros = Date.UTC(2000, 0, 1) * 1000;
const LATEST: Micros = Date.UTC(2200, 0, 1) * 1000;

const ISO = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:Z|\+00:00| UTC)$/;

/** @throws BqsyncError `BQS_USAGE` if the text is no instant in UTC or lies outside the years 2000 to 2199. */
export function toMicros(input: InstantInput): Micros {
  let micros: number;
  if (typeof input === 'string') {
    const match = ISO.exec(/^\d{4}-\d{2}-\d{2}$/.test(input) ? `${input}T00:00:00Z` : input);
    const seconds = match?.[1];
    micros =
      seconds === undefined ? Number.NaN : Date.parse(`${seconds.replace(' ', 'T')}Z`) * 1000 + Number((match?.[2] ?? '').padEnd(6, '0'));
    // Date.parse moves 30 February into March; such a day is a mistake to be told, not to be guessed.
    if (seconds !== undefined && Number.isFinite(micros) && isoMicros(micros).slice(0, 10) !== seconds.slice(0, 10)) micros = Number.NaN;
  } else micros = input instanceof Date ? input.getTime() * 1000 : Number(input);
  if (!Number.isSafeInteger(micros) || micros < EARLIEST || micros > LATEST)
    throw new BqsyncError(
      'BQS_USAGE',
      `"${input instanceof Date ? String(input.getTime()) : String(input)}" is not an instant between 2000 and 2199`,
      {
        hint: 'give ISO text in UTC such as 2026-08-01T12:00:00Z, or whole microseconds since 1970',
      },
    );
  return micros;
}

/** @throws BqsyncError `BQS_USAGE` if an end is no instant, or `end` is before `start`. */
export function timeRange(start: InstantInput, end: InstantInput): TimeRange {
  const range = { start: toMicros(start), end: toMicros(end) };
  if (range.end < range.start)
    throw new BqsyncError('BQS_USAGE', `the range ends (${isoMicros(range.end)}) before it starts (${isoMicros(range.start)})`, {
      hint: 'swap start and end',
    });
  return range;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');
const table = (size: number, text: (index: number) => string): readonly string[] => Array.from({ length: size }, (_, i) => text(i));
/** The parts that an instant is put together of: few, since each joint costs. */
const MINUTES_OF_DAY = table(1440, (i) => `T${digits(Math.floor(i / 60), 2)}:${digits(i % 60, 2)}:`);
const SECONDS = table(60, (i) => `${digits(i, 2)}.`);
const MILLIS = table(1000, (i) => digits(i, 3));
const MICROS = table(1000, (i) => `${digits(i, 3)}Z`);

/**
 * The text of days asked for lately, each in the place of its number modulo 64: reports come in order of time, and an ETA is seldom
 * more than some weeks away from them.
 */
const DAYS_KEPT = 64;
const keptDays = new Float64Array(DAYS_KEPT).fill(Number.NaN);
const keptDates: string[] = Array.from({ length: DAYS_KEPT }, () => '');

/** `YYYY-MM-DD` of a day, counted from 1970-01-01. */
export function dateOf(day: number): string {
  const place = day & (DAYS_KEPT - 1);
  if (keptDays[place] !== day) {
    keptDates[place] = new Date(day * 86_400_000).toISOString().slice(0, 10);
    keptDays[place] = day;
  }
  return keptDates[place] as string;
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, always six fractional digits. */
export function isoMicros(micros: Micros): string {
  const day = Math.floor(micros / DAY);
  const inDay = micros - day * DAY;
  const seconds = Math.floor(inDay / SECOND);
  const fraction = inDay - seconds * SECOND;
  const minutes = Math.floor(seconds / 60);
  const millis = Math.floor(fraction / 1000);
  // Short text is copied, long text is joined by reference: so the short parts first.
  const rest = `${SECONDS[seconds - minutes * 60] ?? ''}${MILLIS[millis] ?? ''}${MICROS[fraction - millis * 1000] ?? ''}`;
  return `${dateOf(day)}${MINUTES_OF_DAY[minutes] ?? ''}${rest}`;
}

/** `YYYYMMDD` in UTC. */
export function reportDate(micros: Micros): string {
  const date = dateOf(Math.floor(micros / DAY));
  return date.slice(0, 4) + date.slice(5, 7) + date.slice(8, 10);
}
