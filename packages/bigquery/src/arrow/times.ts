import type { Value } from '@bqsync/core';
import { dateText } from '../decode-time.ts';
import { exactInteger, type Faults, isValid, safeInteger, validityOf, type Vector, wordsOf } from './vector.ts';

const MICROS_PER_DAY = 86_400_000_000;
const FIRST_DAY = -719_162; // 0001-01-01
const LAST_DAY = 2_932_896; // 9999-12-31
const ZERO = 48;
const CLOCK_LENGTH = 15; // HH:MM:SS.ffffff

/** Writes the text of a number of microseconds; false if there is none. */
type Write = (micros: number, into: Uint8Array, from: number) => boolean;

/** DATE as `YYYY-MM-DD`. Neighbouring rows mostly share it. */
export function decodeDates(vector: Vector, faults: Faults): Value[] {
  const { length } = vector;
  const days = wordsOf(vector, 1);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  let last = Number.NaN;
  let text = '';
  for (let at = 0; at < length; at++) {
    found[at] = null;
    if (!isValid(validity, at)) continue;
    const day = days[at] ?? 0;
    if (day < FIRST_DAY || day > LAST_DAY) {
      faults.set(at, `day ${day} lies outside the years 1 to 9999`);
      continue;
    }
    if (day !== last) text = dateText(day);
    last = day;
    found[at] = text;
  }
  return found;
}

/** TIME as `HH:MM:SS.ffffff`. */
export function decodeTimes(vector: Vector, faults: Faults): Value[] {
  const write: Write = (micros, into, from) => {
    if (micros < 0 || micros >= MICROS_PER_DAY) return false;
    writeClock(into, from, micros);
    return true;
  };
  return decodeMicros(vector, faults, CLOCK_LENGTH, write, () => false);
}

/**
 * Makes a decoder of microseconds since 1970 to `YYYY-MM-DDTHH:MM:SS.ffffff` and `suffix`. All texts of a column are written as bytes
 * next to each other and become one string at once, of which each value is a part; the day, which neighbouring rows mostly share, is kept.
 */
export function timestampsDecoder(suffix: '' | 'Z'): (vector: Vector, faults: Faults) => Value[] {
  let lastDay = Number.NaN;
  const date = new Uint8Array(10);
  const write: Write = (micros, into, from) => {
    const day = Math.floor(micros / MICROS_PER_DAY);
    if (day !== lastDay) {
      if (day < FIRST_DAY || day > LAST_DAY) return false;
      const text = dateText(day);
      for (let at = 0; at < 10; at++) date[at] = text.charCodeAt(at);
      lastDay = day;
    }
    for (let at = 0; at < 10; at++) into[from + at] = date[at] ?? 0;
    into[from + 10] = 84; // T
    writeClock(into, from + 11, micros - day * MICROS_PER_DAY);
    if (suffix !== '') into[from + 26] = 90; // Z
    return true;
  };
  return (vector, faults) => decodeMicros(vector, faults, 11 + CLOCK_LENGTH + suffix.length, write, writeFarDay);
}

function decodeMicros(
  vector: Vector,
  faults: Faults,
  width: number,
  write: Write,
  writeBeyond: (micros: bigint, into: Buffer, from: number, write: Write) => boolean,
): Value[] {
  const { length } = vector;
  const words = wordsOf(vector, 2);
  const validity = validityOf(vector);
  const bytes = Buffer.allocUnsafe(length * width);
  for (let at = 0; at < length; at++) {
    if (!isValid(validity, at)) continue;
    const low = words[2 * at] ?? 0;
    const high = words[2 * at + 1] ?? 0;
    const micros = safeInteger(low, high);
    const written =
      micros === undefined ? writeBeyond(exactInteger(low, high), bytes, at * width, write) : write(micros, bytes, at * width);
    if (!written) faults.set(at, `${exactInteger(low, high)} microseconds lie outside of what the type holds`);
  }
  const text = bytes.toString('latin1');
  const found = new Array<Value>(length);
  for (let at = 0; at < length; at++)
    found[at] = isValid(validity, at) && !faults.has(at) ? text.substring(at * width, at * width + width) : null;
  return found;
}

/** Beyond the year 2255 a double does not hold microseconds: the day's shift is taken off exactly, and put back as text. */
function writeFarDay(micros: bigint, into: Buffer, from: number, write: Write): boolean {
  const perDay = BigInt(MICROS_PER_DAY);
  const day = Number(micros / perDay) - (micros % perDay < 0n ? 1 : 0);
  if (day < FIRST_DAY || day > LAST_DAY) return false;
  if (!write(Number(micros - BigInt(day) * perDay), into, from)) return false;
  into.write(dateText(day), from, 'latin1');
  return true;
}

function writeClock(into: Uint8Array, from: number, micros: number): void {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  writePair(into, from, hours);
  into[from + 2] = 58;
  writePair(into, from + 3, minutes - hours * 60);
  into[from + 5] = 58;
  writePair(into, from + 6, seconds - minutes * 60);
  into[from + 8] = 46;
  const high = (fraction / 10_000) | 0;
  const rest = fraction - high * 10_000;
  const middle = (rest / 100) | 0;
  writePair(into, from + 9, high);
  writePair(into, from + 11, middle);
  writePair(into, from + 13, rest - middle * 100);
}

function writePair(into: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  into[at] = ZERO + tens;
  into[at + 1] = ZERO + value - tens * 10;
}

/** INTERVAL as `[-]Y-M [-]D [-]H:M:S[.F]`: months, days and nanoseconds, each with its own sign. */
export function decodeIntervals(vector: Vector): Value[] {
  const { length } = vector;
  const words = wordsOf(vector, 4);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  for (let at = 0; at < length; at++) {
    const nanos = exactInteger(words[4 * at + 2] ?? 0, words[4 * at + 3] ?? 0);
    found[at] = isValid(validity, at) ? intervalText(words[4 * at] ?? 0, words[4 * at + 1] ?? 0, nanos) : null;
  }
  return found;
}

function intervalText(months: number, days: number, nanos: bigint): string {
  const size = Math.abs(months);
  const micros = (nanos < 0n ? -nanos : nanos) / 1000n;
  const seconds = micros / 1_000_000n;
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return [
    `${months < 0 ? '-' : ''}${Math.floor(size / 12)}-${size % 12}`,
    String(days),
    `${nanos < 0n ? '-' : ''}${seconds / 3600n}:${(seconds / 60n) % 60n}:${seconds % 60n}${fraction === '' ? '' : `.${fraction}`}`,
  ].join(' ');
}
