const DATE_PART = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME_PART = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/;
const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?(.*)$/;
const ZONE = /^ ?(?:([Zz]|UTC)|([+-])(\d{1,2})(?::?(\d{2}))?)$/;
const DAY_MS = 86_400_000;

/** Days since 1970 of `YYYY-MM-DD`, or undefined. */
export function parseDate(text: string): number | undefined {
  const match = DATE_PART.exec(text);
  return match ? days(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** Microseconds since midnight of `HH:MM:SS[.ffffff]`, or undefined. */
export function parseTime(text: string): bigint | undefined {
  const match = TIME_PART.exec(text);
  if (!match) return undefined;
  const micros = fraction(match[4]);
  const seconds = clock(Number(match[1]), Number(match[2]), Number(match[3]));
  return micros === undefined || seconds === undefined ? undefined : BigInt(seconds) * 1_000_000n + micros;
}

/** Microseconds since 1970 of `YYYY-MM-DD[ HH:MM[:SS[.ffffff]]]` without a zone, or undefined. */
export function parseDatetime(text: string): bigint | undefined {
  const match = DATE_TIME.exec(text);
  return match?.[8] === '' ? micros(match) : undefined;
}

/** Microseconds since 1970 of the same form with `Z`, `UTC`, an offset, or none (then UTC); or undefined. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const local = micros(match);
  const rest = match[8] ?? '';
  if (local === undefined || rest === '') return local;
  const zone = ZONE.exec(rest);
  if (!zone) return undefined;
  if (zone[1] !== undefined) return local;
  const hours = Number(zone[3]);
  const minutes = Number(zone[4] ?? 0);
  if (hours > 14 || minutes > 59) return undefined;
  const offset = BigInt((hours * 60 + minutes) * 60) * 1_000_000n;
  return inRange(zone[2] === '-' ? local + offset : local - offset);
}

const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;

/** The same microseconds if they lie in the years 1 to 9999. */
export function inRange(value: bigint): bigint | undefined {
  return value >= FIRST && value <= LAST ? value : undefined;
}

function micros(match: RegExpExecArray): bigint | undefined {
  const day = days(Number(match[1]), Number(match[2]), Number(match[3]));
  const seconds = clock(Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0));
  const rest = fraction(match[7]);
  if (day === undefined || seconds === undefined || rest === undefined) return undefined;
  return BigInt(day * 86_400 + seconds) * 1_000_000n + rest;
}

function days(year: number, month: number, day: number): number | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(Date.UTC(2000, month - 1, day));
  // Date.UTC takes years below 100 for 19xx, so the year is set by itself; leap days of 2000 fall back to March in others.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / DAY_MS : undefined;
}

function clock(hour: number, minute: number, second: number): number | undefined {
  return hour < 24 && minute < 60 && second < 60 ? (hour * 60 + minute) * 60 + second : undefined;
}

/** Microseconds of the digits after the point; more than six only if the rest is zero. */
function fraction(digits: string | undefined): bigint | undefined {
  if (digits === undefined) return 0n;
  if (digits.length > 6 && !/^0*$/.test(digits.slice(6))) return undefined;
  return BigInt(digits.slice(0, 6).padEnd(6, '0'));
}
