import { CellFault } from './cell-fault.ts';

const SECONDS_PER_DAY = 86_400;
const FIRST_SECOND = -62_135_596_800; // 0001-01-01T00:00:00Z
const LAST_SECOND = 253_402_300_799; // 9999-12-31T23:59:59Z
const PAD2 = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const MICROS = /^-?\d{1,18}$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?$/;
const TIME = /^\d\d:\d\d:\d\d(?:\.\d{1,6})?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * Makes a decoder of int64 microseconds to `YYYY-MM-DDTHH:MM:SS.ffffffZ`. Seconds and microseconds are split as text, so nothing is
 * ever rounded. Neighbouring rows mostly share their day and often their second: both are kept.
 */
export function timestampDecoder(): (text: string) => string {
  let lastSecond = Number.NaN;
  let prefix = '';
  let lastDay = Number.NaN;
  let dayText = '';
  return (text) => {
    if (!MICROS.test(text)) throw new CellFault(`"${text.slice(0, 40)}" is not a number of microseconds`);
    const negative = text.charCodeAt(0) === 45;
    const digits = negative ? text.slice(1) : text;
    let second = digits.length > 6 ? Number(digits.slice(0, -6)) : 0;
    let fraction = digits.length >= 6 ? digits.slice(-6) : digits.padStart(6, '0');
    if (negative) {
      second = -second;
      if (fraction !== '000000') {
        second -= 1;
        fraction = String(1_000_000 - Number(fraction)).padStart(6, '0');
      }
    }
    if (second !== lastSecond) {
      if (second < FIRST_SECOND || second > LAST_SECOND) throw new CellFault(`${text} microseconds lie outside the years 1 to 9999`);
      const day = Math.floor(second / SECONDS_PER_DAY);
      if (day !== lastDay) {
        dayText = dateText(day);
        lastDay = day;
      }
      prefix = `${dayText}T${clockText(second - day * SECONDS_PER_DAY)}.`;
      lastSecond = second;
    }
    return `${prefix}${fraction}Z`;
  };
}

/** DATETIME as `YYYY-MM-DDTHH:MM:SS.ffffff`. */
export function decodeDatetime(text: string): string {
  if (!DATE_TIME.test(text)) throw new CellFault(`"${text.slice(0, 40)}" is not a DATETIME`);
  return sixDigits(text.charCodeAt(10) === 84 ? text : `${text.slice(0, 10)}T${text.slice(11)}`, 19);
}

/** TIME as `HH:MM:SS.ffffff`. */
export function decodeTime(text: string): string {
  if (!TIME.test(text)) throw new CellFault(`"${text.slice(0, 40)}" is not a TIME`);
  return sixDigits(text, 8);
}

/** INTERVAL as `[-]Y-M [-]D [-]H:M:S[.F]`, the fraction without needless zeros: servers write three digits or six. */
export function decodeInterval(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export function decodeDate(text: string): string {
  if (!DATE.test(text)) throw new CellFault(`"${text.slice(0, 40)}" is not a DATE`);
  return text;
}

function sixDigits(text: string, whole: number): string {
  return text.length === whole ? `${text}.000000` : text.padEnd(whole + 7, '0');
}

/** Day number since 1970-01-01 to `YYYY-MM-DD` in the proleptic Gregorian calendar, counting from 1 March of year 0. */
export function dateText(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${PAD2[month] ?? ''}-${PAD2[dayOfMonth] ?? ''}`;
}

function clockText(second: number): string {
  const hour = Math.floor(second / 3600);
  const minute = Math.floor(second / 60) - hour * 60;
  return `${PAD2[hour] ?? ''}:${PAD2[minute] ?? ''}:${PAD2[second % 60] ?? ''}`;
}
