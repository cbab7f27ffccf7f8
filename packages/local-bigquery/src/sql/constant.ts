import { formatDate, formatDatetime, formatTime } from './civil-time.ts';
import type { Place } from './place.ts';
import { quoteBytes, quoteString } from './quote.ts';
import { parseRange } from './range-text.ts';
import type { ConstantValue, Typed } from './typed.ts';
import { type SqlType, storageType, STRING } from './types.ts';

/** The text of a range as the struct of its bounds. */
function rangeSql(type: SqlType & { kind: 'RANGE' }, text: string): string {
  const range = parseRange(text, type.element);
  if (range === undefined) throw new RangeError(`no range: ${text}`);
  const element: SqlType = { kind: type.element };
  return `struct_pack("start" := ${constantSql(element, range.start)}, "end" := ${constantSql(element, range.end)})`;
}

/** A constant as DuckDB text; the cast fixes its type where DuckDB would guess one. */
function constantSql(type: SqlType, value: ConstantValue): string {
  if (value === null) return `CAST(NULL AS ${storageType(type)})`;
  if (value instanceof Uint8Array) return quoteBytes(value);
  switch (type.kind) {
    case 'BOOL':
      return value === true ? 'TRUE' : 'FALSE';
    case 'INT64':
      return `CAST(${quoteString(String(value))} AS BIGINT)`;
    case 'FLOAT64':
      return `CAST(${quoteString(Object.is(value, -0) ? '-0.0' : String(value))} AS DOUBLE)`;
    case 'NUMERIC':
      return `CAST(${quoteString(String(value))} AS DECIMAL(38,9))`;
    case 'TIMESTAMP':
      return `make_timestamptz(CAST(${quoteString(String(value))} AS BIGINT))`;
    case 'DATETIME':
      return `TIMESTAMP ${quoteString(formatDatetime(BigInt(value), ' ', 'minimal'))}`;
    case 'DATE':
      return `DATE ${quoteString(formatDate(BigInt(value)))}`;
    case 'TIME':
      return `TIME ${quoteString(formatTime(BigInt(value), 'minimal'))}`;
    case 'INTERVAL':
      return `bq_interval_parse(${quoteString(String(value))})`;
    case 'RANGE':
      return rangeSql(type, String(value));
    default:
      return quoteString(String(value));
  }
}

export function constant(type: SqlType, value: ConstantValue, at: Place, literal?: Typed['literal']): Typed {
  return { type, sql: constantSql(type, value), at, constant: true, value, ...(literal ? { literal } : {}) };
}

export const stringConstant = (value: string, at: Place): Typed => constant(STRING, value, at, 'string');
