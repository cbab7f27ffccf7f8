import type { CursorType } from '../ports/row.ts';
import type { InstantText } from '../ports/state.ts';
import { type Micros, micros } from '../ports/time.ts';

const MICROS_PER_MS = 1000n;
const MICROS_PER_DAY = 86_400_000_000n;
const MS_PER_DAY = 86_400_000;
/** Below this many microseconds from 1970 on a double is exact. */
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const TWO_DIGITS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

/** The days met last, since finding a date is the dear part: each in the place that its number has among sixteen. */
const DAYS = 16;
const knownDays = new Float64Array(DAYS).fill(Number.NaN);
const knownDayTexts = new Array<string>(DAYS).fill('');

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ` for years 0001 to 9999; orders as time does. */
export function formatInstant(at: Micros): InstantText {
  if (at < 0n || at > EXACT) return formatFar(at);
  const ms = Math.floor(Number(at) / 1000);
  const day = Math.floor(ms / MS_PER_DAY);
  const place = day % DAYS;
  if (knownDays[place] !== day) {
    knownDayTexts[place] = new Date(day * MS_PER_DAY).toISOString().slice(0, 11);
    knownDays[place] = day;
  }
  const ofDay = ms - day * MS_PER_DAY;
  const seconds = Math.floor(ofDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const time = `${two(hours)}:${two(minutes - hours * 60)}:${two(seconds - minutes * 60)}`;
  return `${knownDayTexts[place] ?? ''}${time}.${three(ofDay - seconds * 1000)}${three(Number(at) - ms * 1000)}Z`;
}

function two(n: number): string {
  return TWO_DIGITS[n] ?? '';
}

function three(n: number): string {
  return THREE_DIGITS[n] ?? '';
}

function formatFar(at: Micros): InstantText {
  const ms = floorDiv(at, MICROS_PER_MS);
  const rest = at - ms * MICROS_PER_MS;
  // A Date carries only the whole milliseconds here; the microseconds are put behind them as text.
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?)?Z?$/;

/**
 * Reads the text of a TIMESTAMP, DATETIME or DATE cursor, or of an instant in state; DATE and DATETIME as if UTC.
 * Returns undefined for anything else.
 */
export function parseInstant(text: string): Micros | undefined {
  return parseNear(text) ?? parseAny(text);
}

let lastParsedText = '';
let lastParsedMicros = Number.NaN;

/** Instants from 1970 to 2255 as this module writes them, without a pattern: days are looked up, the time of day is reckoned. */
function parseNear(text: string): Micros | undefined {
  if (text.length !== 26 && !(text.length === 27 && text.charCodeAt(26) === CODE.Z)) return undefined;
  if (text.charCodeAt(10) !== CODE.T || text.charCodeAt(19) !== CODE.dot) return undefined;
  if (text.charCodeAt(13) !== CODE.colon || text.charCodeAt(16) !== CODE.colon) return undefined;
  const hours = digits(text, 11, 2);
  const minutes = digits(text, 14, 2);
  const seconds = digits(text, 17, 2);
  const fraction = digits(text, 20, 6);
  // What is not a digit makes a number that is not within its bounds.
  if (!(hours < 24 && minutes < 60 && seconds < 60 && fraction >= 0)) return undefined;
  const day = text.slice(0, 10);
  if (day !== lastParsedText) {
    const parsed = parseAny(day);
    if (parsed === undefined || parsed < 0n || parsed > EXACT - MICROS_PER_DAY) return undefined;
    lastParsedMicros = Number(parsed);
    lastParsedText = day;
  }
  return micros(BigInt(lastParsedMicros + ((hours * 60 + minutes) * 60 + seconds) * 1e6 + fraction));
}

const CODE = { Z: 90, T: 84, dot: 46, colon: 58, zero: 48 } as const;

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - CODE.zero;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function parseAny(text: string): Micros | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1] ?? ''}T${match[2] ?? '00:00:00'}Z`);
  if (Number.isNaN(ms)) return undefined;
  return micros(BigInt(ms) * MICROS_PER_MS + BigInt((match[3] ?? '').padEnd(6, '0')));
}

/** The bound of a cursor range in the cursor column's own text: a DATE bound is the day that holds it. */
export function cursorText(at: Micros, type: CursorType): string {
  const text = formatInstant(at);
  if (type === 'TIMESTAMP') return text;
  return type === 'DATETIME' ? text.slice(0, -1) : text.slice(0, 10);
}

/** Start of the UTC day, as `YYYY-MM-DD`. */
export function dayOf(at: Micros): string {
  return formatInstant(micros(floorDiv(at, MICROS_PER_DAY) * MICROS_PER_DAY)).slice(0, 10);
}

export function secondsBetween(from: Micros, to: Micros): number {
  return Number(to - from) / 1e6;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}
