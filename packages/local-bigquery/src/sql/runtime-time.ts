import {
  DAY,
  daysOf,
  formatDate,
  formatDatetime,
  formatTime,
  inRange,
  parseDate,
  parseDatetime,
  parseTime,
  parseTimestamp,
  SECOND,
} from './civil-time.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';
import { parseRange } from './range-text.ts';
import type { RangeElement } from './types.ts';
import { formatPattern, parsePattern } from './time-pattern.ts';
import { checkZone, fromCivil, offsetAt, toCivil } from './time-zone.ts';

function parsed(value: bigint | undefined, type: string, text: string): bigint {
  if (value === undefined) throw new Error(`Invalid ${type}: '${text}'`);
  return value;
}

function instant(micros: bigint): bigint {
  if (!inRange(micros)) throw new Error('A date or time is out of the range from 0001-01-01 to 9999-12-31');
  return micros;
}

function dayOf(year: bigint, month: bigint, day: bigint): bigint {
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === undefined) throw new Error(`Input calculates to invalid date: ${String(year)}-${String(month)}-${String(day)}`);
  return days;
}

export const TIME_RUNTIME: RuntimeTable = {
  bq_instant: runtime(['int'], 'int', instant),
  bq_date_of: runtime(['int'], 'int', (days) => instant(days * DAY) / DAY),
  bq_days_of: runtime(['int', 'int', 'int'], 'int', dayOf),
  bq_instant_of: runtime(['int', 'int', 'int', 'int', 'int', 'int'], 'int', (year, month, day, hour, minute, second) => {
    if (hour < 0n || hour > 23n || minute < 0n || minute > 59n || second < 0n || second > 59n) {
      throw new Error(`Input calculates to invalid time: ${String(hour)}:${String(minute)}:${String(second)}`);
    }
    return dayOf(year, month, day) * DAY + ((hour * 60n + minute) * 60n + second) * SECOND;
  }),
  bq_parse_timestamp: runtime(['text'], 'int', (x) => parsed(parseTimestamp(x), 'timestamp', x)),
  bq_parse_datetime: runtime(['text'], 'int', (x) => parsed(parseDatetime(x), 'datetime string', x)),
  bq_parse_date: runtime(['text'], 'int', (x) => parsed(parseDate(x), 'date', x)),
  bq_parse_time: runtime(['text'], 'int', (x) => parsed(parseTime(x), 'time string', x)),
  bq_timestamp_text: runtime(['int'], 'text', (x) => `${formatDatetime(x, ' ', 'thousands')}+00`),
  bq_timestamp_text_in: runtime(['int', 'text'], 'text', (x, zone) => {
    const offset = offsetAt(x, zone);
    const minutes = (offset < 0n ? -offset : offset) / 60_000_000n;
    const two = (n: bigint): string => String(n).padStart(2, '0');
    const rest = minutes % 60n === 0n ? '' : `:${two(minutes % 60n)}`;
    return `${formatDatetime(x + offset, ' ', 'thousands')}${offset < 0n ? '-' : '+'}${two(minutes / 60n)}${rest}`;
  }),
  bq_datetime_text: runtime(['int'], 'text', (x) => formatDatetime(x, ' ', 'thousands')),
  bq_date_text: runtime(['int'], 'text', (x) => formatDate(x / DAY - (x % DAY < 0n ? 1n : 0n))),
  bq_time_text: runtime(['int'], 'text', (x) => formatTime(x, 'thousands')),
  bq_format_time: runtime(['text', 'int', 'text', 'text'], 'text', formatPattern),
  bq_parse_time_as: runtime(['text', 'text', 'text', 'text'], 'int', parsePattern),
  bq_parse_timestamp_in: runtime(['text', 'text'], 'int', (x, zone) => {
    checkZone(zone);
    return parsed(parseTimestamp(x, zone), 'timestamp', x);
  }),
  bq_range_bound: runtime(['text', 'text', 'text'], 'int', (text, element, side) => {
    const range = parseRange(text, element as RangeElement);
    if (range === undefined) throw new Error(`Invalid RANGE<${element}> value: "${text}"`);
    const bound = side === 'start' ? range.start : range.end;
    return bound !== null && element === 'DATE' ? bound * DAY : bound;
  }),
  bq_to_civil: runtime(['int', 'text'], 'int', toCivil),
  bq_from_civil: runtime(['int', 'text'], 'int', fromCivil),
};
