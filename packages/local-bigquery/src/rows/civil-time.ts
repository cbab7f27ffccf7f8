const DATE_PART = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME_PART = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/;
const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?(.*)$/;
const ZONE = /^ ?(?:([Zz]|UTC)|([+-])(\d{1,2})(?::?(\d{2}))?)$/;
/** From 0000-03-01 to 1970-01-01. */
const DAYS_TO_1970 = 719_468;

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
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return undefined;
  // Years that begin in March put the leap day last, so that all months before a date have known lengths.
  const shifted = month > 2 ? year : year - 1;
  const monthDays = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leapDays + monthDays + day - 1 - DAYS_TO_1970;
}

function monthLength(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
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
