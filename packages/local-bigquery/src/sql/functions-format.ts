import { coerce } from './coerce.ts';
import { SqlError } from './contract.ts';
import { type FunctionTable, noSignature, type ValueFunction } from './function-table.ts';
import { notSupported } from './place.ts';
import { quoteIdentifier, quoteString } from './quote.ts';
import type { Typed } from './typed.ts';
import { FLOAT64, INT64, type SqlType, STRING, structFieldName } from './types.ts';

const SPECIFIER = /%(?:(%)|([-+ 0#']*)(\d+|\*)?(?:\.(\d+|\*))?([A-Za-z]))/g;

const SCALARS: Readonly<Record<string, (sql: string) => string>> = {
  INT64: (x) => `CAST(${x} AS VARCHAR)`,
  BOOL: (x) => `CAST(${x} AS VARCHAR)`,
  FLOAT64: (x) => `bq_float_shown(${x})`,
  NUMERIC: (x) => `bq_parse_bignumeric(CAST(${x} AS VARCHAR))`,
  BIGNUMERIC: (x) => x,
  DATE: (x) => `bq_date_text(epoch_us(${x}))`,
  DATETIME: (x) => `bq_datetime_text(epoch_us(${x}))`,
  TIME: (x) => `bq_time_text(epoch_us(${x}))`,
  TIMESTAMP: (x) => `bq_timestamp_text(epoch_us(${x}))`,
  INTERVAL: (x) => `bq_interval_text(${x})`,
  JSON: (x) => x,
};

/** A value as %t writes it, like CAST to STRING but for FLOAT64, which keeps its point; undefined where that is not known. NULL for a NULL. */
function shown(type: SqlType, sql: string, depth = 0): string | undefined {
  if (type.kind === 'STRING') return sql;
  if (type.kind === 'BYTES') return `bq_bytes_shown(${sql})`;
  return SCALARS[type.kind]?.(sql) ?? composed(type, sql, depth, shown);
}

/** A value as %T writes it: as a literal of GoogleSQL. */
function literal(type: SqlType, sql: string, depth = 0): string | undefined {
  switch (type.kind) {
    case 'STRING':
      return `bq_text_literal(${sql})`;
    case 'BYTES':
      return `bq_bytes_literal(${sql})`;
    case 'FLOAT64':
      return `bq_float_literal(${sql})`;
    case 'INT64':
    case 'BOOL':
      return SCALARS[type.kind]?.(sql);
    case 'JSON':
      return `'JSON ' || bq_text_literal(${sql})`;
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return `'${type.kind} "' || ${SCALARS[type.kind]?.(sql) ?? 'NULL'} || '"'`;
    case 'INTERVAL':
      return `'INTERVAL "' || bq_interval_text(${sql}) || '" YEAR TO SECOND'`;
    default:
      return composed(type, sql, depth, literal);
  }
}

type Write = (type: SqlType, sql: string, depth: number) => string | undefined;

/** `[a, b]` and `(a, b)`. */
function composed(type: SqlType, sql: string, depth: number, write: Write): string | undefined {
  if (type.kind === 'ARRAY') {
    const x = `f${String(depth)}`;
    const item = write(type.element, x, depth + 1);
    return item && `'[' || array_to_string(list_transform(${sql}, lambda ${x}: coalesce(${item}, 'NULL')), ', ') || ']'`;
  }
  if (type.kind !== 'STRUCT' || type.fields.length < 2) return undefined;
  const fields = type.fields.map((field, i) => write(field.type, `(${sql}).${quoteIdentifier(structFieldName(field, i))}`, depth));
  if (!fields.every((field) => field !== undefined)) return undefined;
  const list = fields.map((field) => `coalesce(${field}, 'NULL')`).join(` || ', ' || `);
  return `CASE WHEN ${sql} IS NOT NULL THEN '(' || ${list} || ')' END`;
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
      const text = shown(value.type, value.sql) ?? refuse();
      return `bq_format_text(coalesce(${text}, 'NULL'), ${layout}, ${precision ?? '-1'})`;
    }
    case 'T': {
      const text = literal(value.type, value.sql) ?? refuse();
      return `bq_format_text(coalesce(${text}, 'NULL'), ${layout}, ${precision ?? '-1'})`;
    }
    case 'g':
    case 'G': {
      if (value.type.kind === 'NUMERIC' || value.type.kind === 'BIGNUMERIC' || flags.includes('#')) return refuse();
      const number = coerce(value, FLOAT64);
      return number === undefined ? refuse() : `bq_format_float(${number.sql}, '${letter}', ${layout}, ${precision ?? '6'})`;
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
