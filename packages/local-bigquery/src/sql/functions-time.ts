import type { Call, Expr } from './ast.ts';
import { castTo } from './cast.ts';
import { floorDivide, inRange, DAY } from './civil-time.ts';
import { coerce, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import { SqlError } from './contract.ts';
import { boundaries, type DatePart, datePart, isClockPart, microsOf, monthsOf, naive, partNamed, truncated } from './date-parts.ts';
import { analyze } from './expression.ts';
import { type FunctionTable, noSignature, overload, requireCount, type SyntaxFunction, type ValueFunction } from './function-table.ts';
import { dateFromDays } from './operators.ts';
import { quoteString } from './quote.ts';
import type { Typed } from './typed.ts';
import { DATE, DATETIME, INT64, type SqlType, STRING, TIME, TIMESTAMP } from './types.ts';
import { inZone, zoneSql } from './zoned.ts';

export type Kind = 'TIMESTAMP' | 'DATETIME' | 'DATE' | 'TIME';
export const TYPES: Readonly<Record<Kind, SqlType>> = { TIMESTAMP, DATETIME, DATE, TIME };

/** Microseconds since 1970 as a value of a type; the range is checked. */
export function fromMicros(kind: Kind, sql: string): string {
  if (kind === 'TIME') return `CAST(make_timestamp(((${sql}) % 86400000000 + 86400000000) % 86400000000) AS TIME)`;
  const checked = `bq_instant(${sql})`;
  if (kind === 'TIMESTAMP') return `make_timestamptz(${checked})`;
  return kind === 'DATETIME' ? `make_timestamp(${checked})` : `CAST(make_timestamp(${checked}) AS DATE)`;
}

function shift(kind: Kind, sign: 1 | -1): SyntaxFunction {
  return {
    syntax: (call, context) => {
      requireCount(call, call.args.length, 2);
      const [first, interval] = call.args;
      if (first === undefined || interval?.kind !== 'interval')
        throw new SqlError(`The second argument of ${call.name} must be an INTERVAL`, call.at);
      const part = partNamed(interval.part.text, interval.part.at);
      const value = argument(call, analyze(first, context), kind);
      const count = mustCoerce(analyze(interval.value, context), INT64, 'An INTERVAL');
      requireShiftPart(call, kind, part, interval.part.at);
      return shifted(kind, value, count, part, sign, call);
    },
  };
}

function requireShiftPart(call: Call, kind: Kind, part: DatePart, at: Expr['at']): void {
  const fits =
    kind === 'DATE'
      ? !isClockPart(part)
      : kind === 'TIMESTAMP'
        ? isClockPart(part) || part.name === 'DAY'
        : kind === 'TIME'
          ? isClockPart(part)
          : true;
  if (!fits || (microsOf(part) === undefined && monthsOf(part) === undefined))
    throw new SqlError(`${call.name} does not support the ${part.name} date part`, at);
}

function shifted(kind: Kind, value: Typed, count: Typed, part: DatePart, sign: 1 | -1, call: Call): Typed {
  const type = TYPES[kind];
  const { at } = call;
  const known = value.constant && count.constant;
  const micros = microsOf(part);
  if (micros !== undefined) {
    if (typeof value.value === 'bigint' && typeof count.value === 'bigint') {
      const unit = kind === 'DATE' ? micros / DAY : micros;
      const shifted = value.value + BigInt(sign) * count.value * unit;
      const moved = kind === 'TIME' ? ((shifted % DAY) + DAY) % DAY : shifted;
      if (!inRange(kind === 'DATE' ? moved * DAY : moved)) throw new SqlError(`${call.name} overflows the range of ${kind}`, at);
      return constant(type, moved, at);
    }
    const sql = `epoch_us(${value.sql}) ${sign === 1 ? '+' : '-'} ${count.sql} * ${String(micros)}`;
    return { type, sql: fromMicros(kind, sql), at, constant: known };
  }
  const months = `to_months(CAST(${count.sql} * ${String((monthsOf(part) ?? 1) * sign)} AS INTEGER))`;
  return { type, sql: fromMicros(kind, `epoch_us(${naive(value)} + ${months})`), at, constant: known };
}

/** The first argument as the function's type: literals and, for DATETIME, dates adapt. */
function argument(call: Call, value: Typed, kind: Kind): Typed {
  const coerced = coerce(value, TYPES[kind]);
  if (coerced === undefined) throw noSignature(call, [value]);
  return coerced;
}

function truncate(kind: Kind): SyntaxFunction {
  return {
    syntax: (call, context) => {
      requireCount(call, call.args.length, 2, kind === 'TIMESTAMP' ? 3 : 2);
      const [first, partExpr, zoneExpr] = call.args;
      const value = argument(call, analyze(first ?? missing(call), context), kind);
      const part = datePart(partExpr, call.at);
      const zone = zoneExpr && zoneSql(analyze(zoneExpr, context));
      // Days and longer parts begin at midnight of the zone; shorter ones are cut in it, too.
      if (zone !== undefined) {
        const civil = truncated(`make_timestamp(bq_to_civil(epoch_us(${value.sql}), ${zone}))`, part, call.at);
        return {
          type: TIMESTAMP,
          sql: `make_timestamptz(bq_instant(bq_from_civil(epoch_us(${civil}), ${zone})))`,
          at: call.at,
          constant: value.constant,
        };
      }
      if (kind === 'TIME' && !isClockPart(part)) throw new SqlError(`${call.name} does not support the ${part.name} date part`, call.at);
      if (kind === 'TIME')
        return {
          type: TIME,
          sql: `CAST(date_trunc(${quoteString(part.name.toLowerCase())}, make_timestamp(epoch_us(${value.sql}))) AS TIME)`,
          at: call.at,
          constant: value.constant,
        };
      if (kind === 'DATE' && isClockPart(part)) throw new SqlError(`${call.name} does not support the ${part.name} date part`, call.at);
      const size = part.name === 'WEEK' ? undefined : microsOf(part);
      if (typeof value.value === 'bigint' && size !== undefined && kind !== 'DATE') {
        return constant(TYPES[kind], floorDivide(value.value, size) * size, call.at);
      }
      return {
        type: TYPES[kind],
        sql: fromMicros(kind, `epoch_us(${truncated(naive(value), part, call.at)})`),
        at: call.at,
        constant: value.constant,
      };
    },
  };
}

const missing = (call: Call): never => {
  throw noSignature(call, []);
};

function difference(kind: Kind): SyntaxFunction {
  return {
    syntax: (call, context) => {
      requireCount(call, call.args.length, 3);
      const [first, second, partExpr] = call.args;
      const a = argument(call, analyze(first ?? missing(call), context), kind);
      const b = argument(call, analyze(second ?? missing(call), context), kind);
      const part = datePart(partExpr, call.at);
      const known = a.constant && b.constant;
      if (kind === 'TIME' && !isClockPart(part)) throw new SqlError(`${call.name} does not support the ${part.name} date part`, call.at);
      if (kind === 'TIMESTAMP') {
        const size = microsOf(part);
        if (size === undefined || part.name === 'WEEK')
          throw new SqlError(`${call.name} does not support the ${part.name} date part`, call.at);
        return { type: INT64, sql: `((epoch_us(${a.sql}) - epoch_us(${b.sql})) // ${String(size)})`, at: call.at, constant: known };
      }
      if (kind === 'DATE' && isClockPart(part)) throw new SqlError(`${call.name} does not support the ${part.name} date part`, call.at);
      const [later, earlier] =
        kind === 'TIME' ? [`make_timestamp(epoch_us(${a.sql}))`, `make_timestamp(epoch_us(${b.sql}))`] : [naive(a), naive(b)];
      return { type: INT64, sql: `CAST(${boundaries(later, earlier, part, call.at)} AS BIGINT)`, at: call.at, constant: known };
    },
  };
}

/** TIMESTAMP(x), DATETIME(x), DATE(x): a conversion, or a construction from parts. */
function constructor(kind: Kind): ValueFunction {
  return (values, call) => {
    const [first, second] = values;
    if (first === undefined) throw noSignature(call, values);
    if (kind !== 'TIMESTAMP' && values.every((v) => v.type.kind === 'INT64') && values.length === (kind === 'DATE' ? 3 : 6)) {
      const args = values.map((v) => mustCoerce(v, INT64, 'An argument').sql).join(', ');
      const sql = kind === 'DATE' ? dateFromDays(`bq_days_of(${args})`) : `make_timestamp(bq_instant_of(${args}))`;
      return { type: TYPES[kind], sql, at: call.at, constant: values.every((v) => v.constant) };
    }
    if (kind === 'DATETIME' && second && first.type.kind === 'DATE' && second.type.kind === 'TIME') {
      return { type: DATETIME, sql: `(${first.sql} + ${second.sql})`, at: call.at, constant: first.constant && second.constant };
    }
    if (values.length > 2 || !['STRING', 'DATE', 'DATETIME', 'TIMESTAMP'].includes(first.type.kind)) throw noSignature(call, values);
    if (second !== undefined) return inZone(kind, first, second, call);
    return castTo(first, TYPES[kind], call.at);
  };
}

const sinceEpoch = (kind: 'TIMESTAMP' | 'DATE', divisor: bigint) => [
  overload([TYPES[kind]], INT64, (x) => (divisor === 1n ? `epoch_us(${x})` : `bq_floor_divide(epoch_us(${x}), ${String(divisor)})`)),
];

const fromEpoch =
  (factor: bigint): ValueFunction =>
  (values, call) => {
    const [value] = values;
    const count = value && values.length === 1 ? coerce(value, INT64) : undefined;
    if (count === undefined) throw noSignature(call, values);
    if (typeof count.value === 'bigint') {
      const micros = count.value * factor;
      if (!inRange(micros)) throw new SqlError(`Timestamp is out of range: ${String(count.value)}`, call.at);
      return constant(TIMESTAMP, micros, call.at);
    }
    return { type: TIMESTAMP, sql: fromMicros('TIMESTAMP', `${count.sql} * ${String(factor)}`), at: call.at, constant: count.constant };
  };

const format = (type: SqlType) => [
  overload([STRING, type], STRING, (f, x) => `bq_format_time(${f}, epoch_us(${x}), '${type.kind}', 'UTC')`),
  ...(type.kind === 'TIMESTAMP'
    ? [overload([STRING, type, STRING], STRING, (f, x, zone) => `bq_format_time(${f}, epoch_us(${x}), 'TIMESTAMP', ${zone})`)]
    : []),
  // FORMAT_DATE takes a DATETIME, too, and FORMAT_DATETIME a DATE.
  ...(type.kind === 'DATE' ? [overload([STRING, DATETIME], STRING, (f, x) => `bq_format_time(${f}, epoch_us(${x}), 'DATE', 'UTC')`)] : []),
];

const parse = (kind: Kind) => [
  overload([STRING, STRING], TYPES[kind], (f, x) => fromMicros(kind, `bq_parse_time_as(${f}, ${x}, '${kind}', 'UTC')`)),
  ...(kind === 'TIMESTAMP'
    ? [overload([STRING, STRING, STRING], TIMESTAMP, (f, x, zone) => fromMicros(kind, `bq_parse_time_as(${f}, ${x}, '${kind}', ${zone})`))]
    : []),
];

/** LAST_DAY(x[, part]): the day before the next part begins. */
const lastDay: SyntaxFunction = {
  syntax: (call, context) => {
    requireCount(call, call.args.length, 1, 2);
    const [first, partExpr] = call.args;
    const value = analyze(first ?? missing(call), context);
    const date = value.type.kind === 'DATETIME' ? value : argument(call, value, 'DATE');
    const part = partExpr ? datePart(partExpr, call.at) : { name: 'MONTH', weekday: 0 };
    const length = { MONTH: 'to_months(1)', QUARTER: 'to_months(3)', YEAR: 'to_months(12)', WEEK: 'to_days(7)', ISOWEEK: 'to_days(7)' }[
      part.name
    ];
    const start = truncated(naive(date), part, call.at);
    const next = part.name === 'ISOYEAR' ? truncated(`(${start} + to_days(373))`, part, call.at) : length && `(${start} + ${length})`;
    if (next === undefined) throw new SqlError(`LAST_DAY does not support the ${part.name} date part`, call.at);
    return { type: DATE, sql: `CAST(${next} - to_days(1) AS DATE)`, at: call.at, constant: date.constant };
  },
};

export const TIME_FUNCTIONS: FunctionTable = {
  TIMESTAMP: constructor('TIMESTAMP'),
  DATETIME: constructor('DATETIME'),
  DATE: constructor('DATE'),
  TIME: (values, call) => {
    const [first] = values;
    if (first && values.length === 1 && ['STRING', 'DATETIME', 'TIMESTAMP'].includes(first.type.kind)) return castTo(first, TIME, call.at);
    const [, zone] = values;
    if (first?.type.kind === 'TIMESTAMP' && zone && values.length === 2) return inZone('TIME', first, zone, call);
    if (values.length === 3 && values.every((v) => v.type.kind === 'INT64')) {
      const sql = `CAST(make_timestamp(bq_instant_of(1970, 1, 1, ${values.map((v) => v.sql).join(', ')})) AS TIME)`;
      return { type: TIME, sql, at: call.at, constant: values.every((v) => v.constant) };
    }
    throw noSignature(call, values);
  },
  TIMESTAMP_ADD: shift('TIMESTAMP', 1),
  TIMESTAMP_SUB: shift('TIMESTAMP', -1),
  DATETIME_ADD: shift('DATETIME', 1),
  DATETIME_SUB: shift('DATETIME', -1),
  DATE_ADD: shift('DATE', 1),
  DATE_SUB: shift('DATE', -1),
  TIMESTAMP_TRUNC: truncate('TIMESTAMP'),
  DATETIME_TRUNC: truncate('DATETIME'),
  DATE_TRUNC: truncate('DATE'),
  TIMESTAMP_DIFF: difference('TIMESTAMP'),
  DATETIME_DIFF: difference('DATETIME'),
  DATE_DIFF: difference('DATE'),
  UNIX_MICROS: sinceEpoch('TIMESTAMP', 1n),
  UNIX_MILLIS: sinceEpoch('TIMESTAMP', 1_000n),
  UNIX_SECONDS: sinceEpoch('TIMESTAMP', 1_000_000n),
  UNIX_DATE: sinceEpoch('DATE', DAY),
  TIMESTAMP_MICROS: fromEpoch(1n),
  TIMESTAMP_MILLIS: fromEpoch(1_000n),
  TIMESTAMP_SECONDS: fromEpoch(1_000_000n),
  DATE_FROM_UNIX_DATE: [overload([INT64], DATE, (x) => fromMicros('DATE', `${x} * ${String(DAY)}`))],
  LAST_DAY: lastDay,
  TIME_ADD: shift('TIME', 1),
  TIME_SUB: shift('TIME', -1),
  TIME_TRUNC: truncate('TIME'),
  TIME_DIFF: difference('TIME'),
  PARSE_TIME: parse('TIME'),
  FORMAT_TIMESTAMP: format(TIMESTAMP),
  FORMAT_DATETIME: format(DATETIME),
  FORMAT_DATE: format(DATE),
  FORMAT_TIME: format(TIME),
  PARSE_TIMESTAMP: parse('TIMESTAMP'),
  PARSE_DATETIME: parse('DATETIME'),
  PARSE_DATE: parse('DATE'),
};
