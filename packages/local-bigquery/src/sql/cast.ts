import { formatDate, formatDatetime, formatTime, parseDate, parseDatetime, parseTime, parseTimestamp } from './civil-time.ts';
import { constant } from './constant.ts';
import { SqlError } from './contract.ts';
import { bigNumericText, floatText, numericText } from './numeric-text.ts';
import { intervalText } from './interval.ts';
import { parseInterval } from './interval-math.ts';
import { notSupported, type Place } from './place.ts';
import { quoteIdentifier } from './quote.ts';
import { boundSql } from './range-sql.ts';
import { parseRange, rangeText } from './range-text.ts';
import type { ConstantValue, Typed } from './typed.ts';
import { type RangeElement, type ScalarName, type SqlType, STRING, sameType, storageType, structFieldName, typeName } from './types.ts';

const NOWHERE: Place = { line: 1, column: 1 };

type Write = (sql: string) => string;

const toStorage =
  (type: ScalarName): Write =>
  (sql) =>
    `CAST(${sql} AS ${storageType({ kind: type })})`;

const PARSE_TIMESTAMP: Write = (sql) => `make_timestamptz(bq_parse_timestamp(${sql}))`;
const PARSE_DATETIME: Write = (sql) => `make_timestamp(bq_parse_datetime(${sql}))`;
const PARSE_DATE: Write = (sql) => `(DATE '1970-01-01' + CAST(bq_parse_date(${sql}) AS INTEGER))`;
const PARSE_TIME: Write = (sql) => `CAST(make_timestamp(bq_parse_time(${sql})) AS TIME)`;
const FROM_BIGNUMERIC: Write = (sql) => `bq_parse_numeric(${sql})`;

/** How a value of a type becomes one of another; pairs that are missing are no casts of BigQuery's. */
const CASTS: Readonly<Record<string, Readonly<Record<string, Write>>>> = {
  INT64: {
    FLOAT64: toStorage('FLOAT64'),
    NUMERIC: toStorage('NUMERIC'),
    BIGNUMERIC: toStorage('STRING'),
    STRING: toStorage('STRING'),
    BOOL: (sql) => `(${sql} <> 0)`,
  },
  FLOAT64: {
    INT64: (sql) => `bq_float_to_int(${sql})`,
    NUMERIC: (sql) => `bq_parse_numeric(bq_float_text(${sql}))`,
    BIGNUMERIC: (sql) => `bq_parse_bignumeric(bq_float_text(${sql}))`,
    STRING: (sql) => `bq_float_text(${sql})`,
  },
  NUMERIC: {
    INT64: (sql) => `CAST(round(${sql}) AS BIGINT)`,
    FLOAT64: toStorage('FLOAT64'),
    BIGNUMERIC: (sql) => `bq_parse_bignumeric(CAST(${sql} AS VARCHAR))`,
    STRING: (sql) => `bq_parse_bignumeric(CAST(${sql} AS VARCHAR))`,
  },
  BIGNUMERIC: {
    FLOAT64: (sql) => `bq_parse_float(${sql})`,
    NUMERIC: FROM_BIGNUMERIC,
    INT64: (sql) => `CAST(round(${FROM_BIGNUMERIC(sql)}) AS BIGINT)`,
    STRING: (sql) => sql,
  },
  BOOL: { INT64: toStorage('INT64'), STRING: toStorage('STRING') },
  STRING: {
    INT64: (sql) => `bq_parse_int(${sql})`,
    FLOAT64: (sql) => `bq_parse_float(${sql})`,
    NUMERIC: (sql) => `bq_parse_numeric(${sql})`,
    BIGNUMERIC: (sql) => `bq_parse_bignumeric(${sql})`,
    BOOL: (sql) => `bq_parse_bool(${sql})`,
    BYTES: (sql) => `encode(${sql})`,
    TIMESTAMP: PARSE_TIMESTAMP,
    DATETIME: PARSE_DATETIME,
    DATE: PARSE_DATE,
    TIME: PARSE_TIME,
    INTERVAL: (sql) => `bq_interval_parse(${sql})`,
  },
  INTERVAL: { STRING: (sql) => `bq_interval_text(${sql})` },
  BYTES: { STRING: (sql) => `bq_bytes_to_text(${sql})` },
  TIMESTAMP: {
    STRING: (sql) => `bq_timestamp_text(epoch_us(${sql}))`,
    DATETIME: toStorage('DATETIME'),
    DATE: toStorage('DATE'),
    TIME: (sql) => `CAST(CAST(${sql} AS TIMESTAMP) AS TIME)`,
  },
  DATETIME: {
    STRING: (sql) => `bq_datetime_text(epoch_us(${sql}))`,
    TIMESTAMP: toStorage('TIMESTAMP'),
    DATE: toStorage('DATE'),
    TIME: toStorage('TIME'),
  },
  DATE: {
    STRING: (sql) => `bq_date_text(epoch_us(${sql}))`,
    DATETIME: toStorage('DATETIME'),
    TIMESTAMP: toStorage('TIMESTAMP'),
  },
  TIME: { STRING: (sql) => `bq_time_text(epoch_us(${sql}))` },
};

/** An explicit CAST. A safe one gives NULL where the other fails. */
export function castTo(value: Typed, type: SqlType, at: Place, safe = false): Typed {
  if (value.literal === 'null') return constant(type, null, at);
  if (sameType(value.type, type)) return { ...value, at };
  if (value.value !== undefined) {
    const known = castConstant(value.type, value.value, type);
    if (known !== undefined) return constant(type, known, at);
  }
  const sql = castSql(value.sql, value.type, type, at);
  return { type, sql: safe ? `TRY(${sql})` : sql, at, constant: value.constant };
}

function castSql(sql: string, from: SqlType, to: SqlType, at: Place): string {
  if (sameType(from, to)) return sql;
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    return `list_transform(${sql}, lambda x: ${castSql('x', from.element, to.element, at)})`;
  }
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT' && from.fields.length === to.fields.length) {
    const fields = from.fields.map((f, i) => {
      const target = to.fields[i] ?? f;
      return `${quoteIdentifier(structFieldName(target, i))} := ${castSql(`(${sql}).${quoteIdentifier(structFieldName(f, i))}`, f.type, target.type, at)}`;
    });
    return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
  }
  if (from.kind === 'RANGE' && to.kind === 'STRING') return rangeToText(sql, from.element);
  if (from.kind === 'STRING' && to.kind === 'RANGE') return textToRange(sql, to.element);
  const write = CASTS[from.kind]?.[to.kind];
  if (write === undefined) {
    const unready = ['JSON', 'GEOGRAPHY', 'INTERVAL', 'RANGE'].find((kind) => from.kind === kind || to.kind === kind);
    if (unready !== undefined) throw notSupported(`CAST from ${typeName(from)} to ${typeName(to)}`, at);
    throw new SqlError(`Invalid cast from ${typeName(from)} to ${typeName(to)}`, at);
  }
  return write(sql);
}

function rangeToText(sql: string, element: RangeElement): string {
  const bound = (side: 'start' | 'end'): string =>
    `coalesce(${castSql(boundSql(sql, element, side), { kind: element }, STRING, NOWHERE)}, 'UNBOUNDED')`;
  return `(CASE WHEN ${sql} IS NOT NULL THEN '[' || ${bound('start')} || ', ' || ${bound('end')} || ')' END)`;
}

function textToRange(sql: string, element: RangeElement): string {
  const bound = (side: string): string => {
    const micros = `bq_range_bound(${sql}, '${element}', '${side}')`;
    if (element === 'DATE') return `CAST(make_timestamp(${micros}) AS DATE)`;
    return element === 'DATETIME' ? `make_timestamp(${micros})` : `make_timestamptz(${micros})`;
  };
  return `(CASE WHEN ${sql} IS NOT NULL THEN struct_pack("start" := ${bound('start')}, "end" := ${bound('end')}) END)`;
}

/** The cast of a known value where it is easily known too; undefined leaves it to DuckDB. */
export function castConstant(from: SqlType, value: ConstantValue, to: SqlType): ConstantValue | undefined {
  if (value === null) return null;
  const pair = `${from.kind}>${to.kind}`;
  if (typeof value === 'string') {
    if (pair === 'STRING>TIMESTAMP') return parseTimestamp(value);
    if (pair === 'STRING>DATETIME') return parseDatetime(value);
    if (pair === 'STRING>DATE') return parseDate(value);
    if (pair === 'STRING>TIME') return parseTime(value);
    if (pair === 'STRING>INTERVAL') {
      const interval = parseInterval(value);
      return interval && intervalText(interval);
    }
    if (to.kind === 'RANGE' && from.kind === 'STRING') {
      const range = parseRange(value, to.element);
      return range && rangeText(range, to.element);
    }
    if (pair === 'INTERVAL>STRING' || pair === 'RANGE>STRING') return value;
    if (pair === 'STRING>NUMERIC') return numericText(value);
    if (pair === 'STRING>BIGNUMERIC' || pair === 'NUMERIC>BIGNUMERIC') return bigNumericText(value);
    if (pair === 'NUMERIC>FLOAT64' || pair === 'BIGNUMERIC>FLOAT64') return Number(value);
    return undefined;
  }
  if (typeof value === 'number') return pair === 'FLOAT64>NUMERIC' ? numericText(floatText(value)) : undefined;
  if (typeof value !== 'bigint') return undefined;
  const day = 86_400_000_000n;
  if (pair === 'INT64>FLOAT64') return Number(value);
  if (pair === 'INT64>NUMERIC' || pair === 'INT64>BIGNUMERIC' || pair === 'INT64>STRING') return String(value);
  if (pair === 'TIMESTAMP>DATETIME' || pair === 'DATETIME>TIMESTAMP') return value;
  if (pair === 'DATE>TIMESTAMP' || pair === 'DATE>DATETIME') return value * day;
  if (pair === 'TIMESTAMP>DATE' || pair === 'DATETIME>DATE') return (value - (((value % day) + day) % day)) / day;
  if (pair === 'TIMESTAMP>STRING') return `${formatDatetime(value, ' ', 'thousands')}+00`;
  if (pair === 'DATETIME>STRING') return formatDatetime(value, ' ', 'thousands');
  if (pair === 'DATE>STRING') return formatDate(value);
  if (pair === 'TIME>STRING') return formatTime(value, 'thousands');
  return undefined;
}
