import { fromCivil } from './time-zone.ts';

/** Calendar arithmetic of the proleptic Gregorian calendar, years 1 to 9999, as BigQuery does it. Instants are microseconds since 1970. */

export const SECOND = 1_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;
export const DAY = 24n * HOUR;
/** 0001-01-01 and 9999-12-31T23:59:59.999999. */
const MIN_MICROS = -62_135_596_800_000_000n;
const MAX_MICROS = 253_402_300_799_999_999n;

export const inRange = (micros: bigint): boolean => micros >= MIN_MICROS && micros <= MAX_MICROS;

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Days since 1970-01-01 of a calendar date, or undefined if there is no such date. */
export function daysOf(year: number, month: number, day: number): bigint | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 ? BigInt(date.getTime() / 86_400_000) : undefined;
}

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

export function civilOf(instant: bigint): Civil {
  const days = floorDivide(instant, DAY);
  const rest = Number(instant - days * DAY);
  const date = new Date(Number(days) * 86_400_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: Math.floor(rest / 3_600_000_000),
    minute: Math.floor(rest / 60_000_000) % 60,
    second: Math.floor(rest / 1_000_000) % 60,
    micros: rest % 1_000_000,
    weekday: date.getUTCDay(),
  };
}

const TIME_OF_DAY = String.raw`(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,6}))?`;
const DATE_ONLY = String.raw`(\d{1,4})-(\d{1,2})-(\d{1,2})`;
const DATE_PATTERN = new RegExp(`^${DATE_ONLY}$`);
const TIME_PATTERN = new RegExp(`^${TIME_OF_DAY}$`);
const DATETIME_PATTERN = new RegExp(`^${DATE_ONLY}(?:[ Tt]${TIME_OF_DAY})?$`);
const ZONE = String.raw`(?:([Zz])|([+-]\d{1,2}(?::?\d{1,2})?)| ([A-Za-z+-][A-Za-z0-9_+/:-]*))?`;
const TIMESTAMP_PATTERN = new RegExp(`^${DATE_ONLY}(?:[ Tt]${TIME_OF_DAY})?${ZONE}$`);

function timeOfDay(hour: string, minute: string, second: string, fraction: string | undefined): bigint | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) return undefined;
  return BigInt((h * 60 + m) * 60 + s) * SECOND + BigInt((fraction ?? '').padEnd(6, '0'));
}

function instantOf(parts: readonly (string | undefined)[]): bigint | undefined {
  const days = daysOf(Number(parts[0]), Number(parts[1]), Number(parts[2]));
  if (days === undefined) return undefined;
  if (parts[3] === undefined) return days * DAY;
  const time = timeOfDay(parts[3], parts[4] ?? '', parts[5] ?? '', parts[6]);
  return time === undefined ? undefined : days * DAY + time;
}

/** Days since 1970, or undefined where the text is no date. */
export function parseDate(text: string): bigint | undefined {
  const match = DATE_PATTERN.exec(text);
  return match ? daysOf(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** Microseconds since midnight. */
export function parseTime(text: string): bigint | undefined {
  const match = TIME_PATTERN.exec(text);
  return match ? timeOfDay(match[1] ?? '', match[2] ?? '', match[3] ?? '', match[4]) : undefined;
}

/** Microseconds since 1970 of a text without zone, read as UTC. */
export function parseDatetime(text: string): bigint | undefined {
  const match = DATETIME_PATTERN.exec(text);
  return match ? instantOf(match.slice(1)) : undefined;
}

/** Microseconds since 1970; the zone is `Z`, an offset or a name behind a blank, else `zone`, UTC by default. */
export function parseTimestamp(text: string, zone = 'UTC'): bigint | undefined {
  const match = TIMESTAMP_PATTERN.exec(text);
  if (!match) return undefined;
  const local = instantOf(match.slice(1, 8));
  if (local === undefined) return undefined;
  try {
    const instant = match[8] === undefined ? fromCivil(local, match[9] ?? match[10] ?? zone) : local;
    return inRange(instant) ? instant : undefined;
  } catch (error) {
    // A name of a zone that there is not.
    if (error instanceof Error && error.message.startsWith('Invalid time zone')) return undefined;
    throw error;
  }
}

const two = (n: number): string => String(n).padStart(2, '0');

/** How many digits a fraction of a second gets: as few as hold it, or none, three or six as BigQuery casts to STRING. */
export type FractionStyle = 'minimal' | 'thousands';

function fractionText(micros: number, style: FractionStyle): string {
  if (micros === 0) return '';
  const six = String(micros).padStart(6, '0');
  if (style === 'thousands') return `.${micros % 1000 === 0 ? six.slice(0, 3) : six}`;
  return `.${six.replace(/0+$/, '')}`;
}

export function formatDate(days: bigint): string {
  const c = civilOf(days * DAY);
  return `${String(c.year).padStart(4, '0')}-${two(c.month)}-${two(c.day)}`;
}

export function formatTime(micros: bigint, style: FractionStyle): string {
  const c = civilOf(micros);
  return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}${fractionText(c.micros, style)}`;
}

/** `separator` stands between date and time; a timestamp's zone is the caller's. */
export function formatDatetime(instant: bigint, separator: ' ' | 'T', style: FractionStyle): string {
  const days = floorDivide(instant, DAY);
  return `${formatDate(days)}${separator}${formatTime(instant - days * DAY, style)}`;
}
