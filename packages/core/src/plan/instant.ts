import type { CursorType } from '../ports/row.ts';
import type { InstantText } from '../ports/state.ts';
import { type Micros, micros } from '../ports/time.ts';

const MICROS_PER_MS = 1000n;
const MICROS_PER_DAY = 86_400_000_000n;

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ` for years 0001 to 9999; orders as time does. */
export function formatInstant(at: Micros): InstantText {
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
