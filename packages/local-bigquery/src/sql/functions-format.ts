import { coerce } from './coerce.ts';
import { SqlError } from './contract.ts';
import { type FunctionTable, noSignature, type ValueFunction } from './function-table.ts';
import { notSupported } from './place.ts';
import { quoteString } from './quote.ts';
import type { Typed } from './typed.ts';
import { FLOAT64, INT64, STRING } from './types.ts';

const SPECIFIER = /%(?:(%)|([-+ 0#']*)(\d+|\*)?(?:\.(\d+|\*))?([A-Za-z]))/g;

/** A value as CAST to STRING writes it, but for FLOAT64, which keeps its point. */
function shown(value: Typed): string | undefined {
  const { sql } = value;
  switch (value.type.kind) {
    case 'STRING':
      return sql;
    case 'INT64':
    case 'BOOL':
      return `CAST(${sql} AS VARCHAR)`;
    case 'FLOAT64':
      return `bq_float_shown(${sql})`;
    case 'NUMERIC':
      return `bq_parse_bignumeric(CAST(${sql} AS VARCHAR))`;
    case 'BIGNUMERIC':
      return sql;
    case 'DATE':
      return `bq_date_text(epoch_us(${sql}))`;
    case 'DATETIME':
      return `bq_datetime_text(epoch_us(${sql}))`;
    case 'TIME':
      return `bq_time_text(epoch_us(${sql}))`;
    case 'TIMESTAMP':
      return `bq_timestamp_text(epoch_us(${sql}))`;
    case 'INTERVAL':
      return `bq_interval_text(${sql})`;
    default:
      return undefined;
  }
}

/** One specifier with its value, as DuckDB text; what is not exact is refused. */
function piece(letter: string, flags: string, width: string, precision: string | undefined, value: Typed, at: Typed['at']): string {
  const refuse = (): never => {
    throw notSupported(`%${flags}${width}${precision === undefined ? '' : `.${precision}`}${letter} of ${value.type.kind} in FORMAT`, at);
  };
  const layout = `${quoteString(flags)}, ${width === '' ? '0' : width}`;
  switch (letter) {
    case 'd':
    case 'i':
    case 'x':
    case 'X':
    case 'o': {
      const whole = coerce(value, INT64);
      if (whole === undefined || precision !== undefined) return refuse();
      return `bq_format_int(${whole.sql}, '${letter}', ${layout})`;
    }
    case 'f':
    case 'F':
    case 'e':
    case 'E': {
      if (value.type.kind === 'NUMERIC' || value.type.kind === 'BIGNUMERIC') return refuse();
      const number = coerce(value, FLOAT64);
      if (number === undefined) return refuse();
      return `bq_format_float(${number.sql}, '${letter}', ${layout}, ${precision ?? '6'})`;
    }
    case 's': {
      const text = coerce(value, STRING);
      if (text === undefined) return refuse();
      return `bq_format_text(${text.sql}, ${layout}, ${precision ?? '-1'})`;
    }
    case 't': {
      const text = shown(value) ?? refuse();
      return `bq_format_text(coalesce(${text}, 'NULL'), ${layout}, ${precision ?? '-1'})`;
    }
    default:
      return refuse();
  }
}

const format: ValueFunction = (values, call) => {
  const [pattern, ...rest] = values;
  if (pattern === undefined || coerce(pattern, STRING) === undefined) throw noSignature(call, values);
  if (typeof pattern.value !== 'string') throw notSupported('FORMAT with a pattern that is not a constant', pattern.at);
  const parts: string[] = [];
  let plainFrom = 0;
  let next = 0;
  const text = pattern.value;
  const plain = (to: number): void => {
    const between = text.slice(plainFrom, to);
    if (between.includes('%')) throw new SqlError(`Invalid format specifier in FORMAT: ${between}`, pattern.at);
    if (between !== '') parts.push(quoteString(between));
  };
  for (const match of text.matchAll(SPECIFIER)) {
    plain(match.index);
    plainFrom = match.index + match[0].length;
    if (match[1] !== undefined) {
      parts.push("'%'");
      continue;
    }
    const [, , flags = '', width = '', precision, letter = ''] = match;
    if (width === '*' || precision === '*') throw notSupported('* in FORMAT', pattern.at);
    const value = rest[next];
    next += 1;
    if (value === undefined) throw new SqlError(`Too few arguments to FORMAT for pattern ${JSON.stringify(text)}`, call.at);
    parts.push(piece(letter, flags, width, precision, value, value.at));
  }
  plain(text.length);
  if (next < rest.length)
    throw new SqlError(
      `Too many arguments to FORMAT for pattern ${JSON.stringify(text)}; Expected ${String(next + 1)}; Got ${String(values.length)}`,
      call.at,
    );
  return {
    type: STRING,
    sql: parts.length === 0 ? "''" : `(${parts.join(' || ')})`,
    at: call.at,
    constant: values.every((v) => v.constant),
  };
};

export const FORMAT_FUNCTIONS: FunctionTable = { FORMAT: format };
