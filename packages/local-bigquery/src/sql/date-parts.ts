import type { Expr } from './ast.ts';
import { castTo } from './cast.ts';
import { SqlError } from './contract.ts';
import type { Place } from './place.ts';
import { quoteString } from './quote.ts';
import type { Typed } from './typed.ts';
import { DATE, DATETIME, INT64, TIME, typeName } from './types.ts';

const WEEKDAYS: readonly string[] = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const CLOCK: readonly string[] = ['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR'];
const CALENDAR: readonly string[] = ['DAY', 'WEEK', 'ISOWEEK', 'MONTH', 'QUARTER', 'YEAR', 'ISOYEAR'];
const EXTRACT_ONLY: readonly string[] = ['DAYOFWEEK', 'DAYOFYEAR', 'DATE', 'TIME', 'DATETIME'];

export interface DatePart {
  readonly name: string;
  /** Of WEEK: the day that it begins with, 0 is Sunday. */
  readonly weekday: number;
}

/** A date part where an expression stands: `HOUR`, `WEEK(MONDAY)`. */
export function datePart(expr: Expr | undefined, at: Place): DatePart {
  if (expr?.kind === 'path' && expr.names.length === 1) return partNamed(expr.names[0].text, expr.at);
  if (expr?.kind === 'call' && expr.name === 'WEEK' && expr.args.length === 1) {
    const [day] = expr.args;
    const weekday = day?.kind === 'path' ? WEEKDAYS.indexOf(day.names[0].text.toUpperCase()) : -1;
    if (weekday >= 0) return { name: 'WEEK', weekday };
  }
  throw new SqlError('A valid date part name is required', expr?.at ?? at);
}

export function partNamed(text: string, at: Place): DatePart {
  const name = text.toUpperCase();
  if (![...CLOCK, ...CALENDAR, ...EXTRACT_ONLY].includes(name))
    throw new SqlError(`A valid date part name is required but found ${text}`, at);
  return { name, weekday: 0 };
}

export const isClockPart = (part: DatePart): boolean => CLOCK.includes(part.name);

/** A TIMESTAMP, DATETIME or DATE as DuckDB's TIMESTAMP without zone: the calendar functions then need no time zone tables. */
export function naive(value: Typed): string {
  return value.type.kind === 'DATETIME' ? value.sql : `make_timestamp(epoch_us(${value.sql}))`;
}

/** The start of the part that a naive timestamp lies in. */
export function truncated(sql: string, part: DatePart, at: Place): string {
  if (part.name === 'ISOYEAR') return `date_trunc('week', make_timestamp(CAST(isoyear(${sql}) AS BIGINT), 1, 4, 0, 0, 0.0))`;
  if (part.name !== 'WEEK') return `date_trunc(${quoteString(duckPart(part, at))}, ${sql})`;
  const days = weekShift(part);
  return `(date_trunc('week', ${sql} + to_days(${String(days)})) - to_days(${String(days)}))`;
}

/** Days to add so that a week that begins with the part's weekday begins on Monday, as DuckDB's does. */
const weekShift = (part: DatePart): number => (8 - part.weekday) % 7;

function duckPart(part: DatePart, at: Place): string {
  if (part.name === 'ISOWEEK') return 'week';
  if (part.name === 'ISOYEAR' || EXTRACT_ONLY.includes(part.name)) throw new SqlError(`Unsupported date part ${part.name}`, at);
  return part.name.toLowerCase();
}

/** How many starts of the part lie between two naive timestamps. */
export function boundaries(later: string, earlier: string, part: DatePart, at: Place): string {
  if (part.name === 'ISOYEAR') return `(isoyear(${later}) - isoyear(${earlier}))`;
  if (part.name !== 'WEEK' && part.name !== 'ISOWEEK') return `date_diff(${quoteString(duckPart(part, at))}, ${earlier}, ${later})`;
  // DuckDB counts whole weeks, BigQuery the starts of weeks.
  return `((epoch_us(${truncated(later, part, at)}) - epoch_us(${truncated(earlier, part, at)})) // 604800000000)`;
}

/** How many microseconds a part is, where that is always the same. */
export function microsOf(part: DatePart): bigint | undefined {
  const sizes: Readonly<Record<string, bigint>> = {
    MICROSECOND: 1n,
    MILLISECOND: 1_000n,
    SECOND: 1_000_000n,
    MINUTE: 60_000_000n,
    HOUR: 3_600_000_000n,
    DAY: 86_400_000_000n,
    WEEK: 604_800_000_000n,
  };
  return sizes[part.name];
}

export const monthsOf = (part: DatePart): number | undefined => ({ MONTH: 1, QUARTER: 3, YEAR: 12 })[part.name];

export function analyzeExtract(expr: Expr & { kind: 'extract' }, operand: Typed, zone?: string): Typed {
  const { at } = expr;
  const part = datePart(expr.part, at);
  const kind = operand.type.kind;
  if (kind === 'INTERVAL' && zone === undefined) {
    if (!isClockPart(part) && !['YEAR', 'MONTH', 'DAY'].includes(part.name))
      throw new SqlError(`EXTRACT from INTERVAL does not support the ${part.name} date part`, at);
    return { type: INT64, sql: `bq_interval_part(${operand.sql}, ${quoteString(part.name)})`, at, constant: operand.constant };
  }
  if (zone !== undefined) {
    if (kind !== 'TIMESTAMP') throw new SqlError(`EXTRACT from ${typeName(operand.type)} does not support AT TIME ZONE`, at);
    const civil: Typed = {
      type: DATETIME,
      sql: `make_timestamp(bq_instant(bq_to_civil(epoch_us(${operand.sql}), ${zone})))`,
      at,
      constant: operand.constant,
    };
    return analyzeExtract(expr, civil);
  }
  const allowed =
    kind === 'TIMESTAMP' ||
    kind === 'DATETIME' ||
    (kind === 'DATE' && !isClockPart(part) && !['TIME', 'DATETIME'].includes(part.name)) ||
    (kind === 'TIME' && isClockPart(part));
  if (!allowed) throw new SqlError(`EXTRACT from ${typeName(operand.type)} does not support the ${part.name} date part`, at);
  if (part.name === 'DATE') return castTo(operand, DATE, at);
  if (part.name === 'TIME') return castTo(operand, TIME, at);
  if (part.name === 'DATETIME') return castTo(operand, DATETIME, at);
  const sql = kind === 'TIME' ? `make_timestamp(epoch_us(${operand.sql}))` : naive(operand);
  return { type: INT64, sql: extractSql(sql, part), at, constant: operand.constant };
}

function extractSql(sql: string, part: DatePart): string {
  const take = (name: string): string => `CAST(date_part('${name}', ${sql}) AS BIGINT)`;
  if (part.name === 'MICROSECOND') return `(${take('microsecond')} % 1000000)`;
  if (part.name === 'MILLISECOND') return `(${take('millisecond')} % 1000)`;
  if (part.name === 'DAYOFWEEK') return `(${take('dow')} + 1)`;
  if (part.name === 'DAYOFYEAR') return take('doy');
  if (part.name === 'ISOWEEK') return take('week');
  // Days before the year's first such weekday are in week 0.
  if (part.name === 'WEEK') return `((${take('doy')} + 6 - (${take('dow')} - ${String(part.weekday)} + 7) % 7) // 7)`;
  return take(part.name.toLowerCase());
}
