import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { FieldType } from '../sql/contract.ts';
import { inRange, parseDate, parseDatetime, parseTime, parseTimestamp } from './civil-time.ts';
import { parseBigNumeric, parseNumeric } from './decimal.ts';
import { normalJson } from './json-value.ts';
import { numberText, stringifyLossless } from './lossless-json.ts';

/** What a JSON text in a JSON column is: its content (insertAll) or, as everything else in a load, the value itself. */
export type JsonStrings = 'parse' | 'keep';

/** Turns one JSON value into its stored form; undefined means that the type does not take it. Never called with null. */
export type ScalarEncoder = (value: unknown) => DuckDBValue | undefined;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const WKT = /^\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION|FULLGLOBE)\b/i;
const INTERVAL = /^([+-]?)(\d+)-(\d+) ([+-]?\d+) ([+-]?)(\d+):(\d+):(\d+)(?:\.(\d{1,6}))?$/;

function text(value: unknown): string | undefined {
  return numberText(value) ?? (typeof value === 'string' ? value : undefined);
}

function int64(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  const digits = text(value)?.trim();
  // A whole number in another notation (1.0, 1e3) is one too.
  const whole = digits !== undefined && /^[+-]?\d+$/.test(digits) ? digits : wholeOf(digits);
  if (whole === undefined) return undefined;
  const parsed = BigInt(whole.replace(/^\+/, ''));
  return parsed >= INT64_MIN && parsed <= INT64_MAX ? parsed : undefined;
}

function wholeOf(digits: string | undefined): string | undefined {
  if (digits === undefined || !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(digits)) return undefined;
  const number = parseBigNumeric(digits);
  return number !== undefined && !number.includes('.') ? number : undefined;
}

function float64(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const digits = text(value)?.trim();
  if (digits === undefined) return undefined;
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(digits);
  if (special) return special[2] === undefined ? (special[1] === '-' ? -Infinity : Infinity) : NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(digits) ? Number(digits) : undefined;
}

function bool(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  if (word === 'true' || word === 't' || word === 'yes' || word === 'y' || word === '1') return true;
  return word === 'false' || word === 'f' || word === 'no' || word === 'n' || word === '0' ? false : undefined;
}

/** A load writes a bool as a text; insertAll does not take it. */
function string(strings: JsonStrings): ScalarEncoder {
  return (value) => (typeof value === 'boolean' && strings === 'keep' ? String(value) : text(value));
}

function bytes(value: unknown): DuckDBBlobValue | undefined {
  if (typeof value !== 'string') return undefined;
  const standard = value.replaceAll('-', '+').replaceAll('_', '/').replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(standard) || standard.replace(/=+$/, '').length % 4 === 1) return undefined;
  return new DuckDBBlobValue(Buffer.from(standard, 'base64'));
}

function numeric(value: unknown): DuckDBDecimalValue | undefined {
  const scaled = parseNumeric(text(value) ?? '');
  return scaled === undefined ? undefined : new DuckDBDecimalValue(scaled, 38, 9);
}

function timestamp(value: unknown): DuckDBTimestampTZValue | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  const micros = parseTimestamp(written.trim()) ?? epochSeconds(written);
  return micros === undefined ? undefined : new DuckDBTimestampTZValue(micros);
}

/** Seconds since 1970 with up to six decimals. */
function epochSeconds(written: string): bigint | undefined {
  const scaled = parseNumeric(written);
  return scaled === undefined || scaled % 1000n !== 0n ? undefined : inRange(scaled / 1000n);
}

function datetime(value: unknown): DuckDBTimestampValue | undefined {
  const micros = typeof value === 'string' ? parseDatetime(value.trim()) : undefined;
  return micros === undefined ? undefined : new DuckDBTimestampValue(micros);
}

function date(value: unknown): DuckDBDateValue | undefined {
  const days = typeof value === 'string' ? parseDate(value.trim()) : undefined;
  return days === undefined ? undefined : new DuckDBDateValue(days);
}

function time(value: unknown): DuckDBTimeValue | undefined {
  const micros = typeof value === 'string' ? parseTime(value.trim()) : undefined;
  return micros === undefined ? undefined : new DuckDBTimeValue(micros);
}

function json(strings: JsonStrings): ScalarEncoder {
  return (value) => {
    try {
      const isText = strings === 'parse' && typeof value === 'string' && numberText(value) === undefined;
      return normalJson(isText ? value : stringifyLossless(value));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
}

/** Whether a text may be a geography: it is kept as it is. */
export const isWkt = (text: string): boolean => WKT.test(text);

function geography(value: unknown): string | undefined {
  return typeof value === 'string' && isWkt(value) ? value.trim() : undefined;
}

/** `Y-M D H:M:S[.f]`, each part with its own sign. */
function interval(value: unknown): DuckDBIntervalValue | undefined {
  const match = typeof value === 'string' ? INTERVAL.exec(value.trim()) : null;
  if (!match) return undefined;
  const months = (Number(match[2]) * 12 + Number(match[3])) * (match[1] === '-' ? -1 : 1);
  const seconds = BigInt((Number(match[6]) * 60 + Number(match[7])) * 60 + Number(match[8]));
  const micros = seconds * 1_000_000n + BigInt((match[9] ?? '').padEnd(6, '0'));
  return new DuckDBIntervalValue(months, Number(match[4]), match[5] === '-' ? -micros : micros);
}

export function scalarEncoder(type: Exclude<FieldType, 'STRUCT' | 'RANGE'>, strings: JsonStrings): ScalarEncoder {
  const encoders = { geography, interval, time, date, datetime, timestamp, numeric, bytes, string: string(strings), bool, float64, int64 };
  switch (type) {
    case 'JSON':
      return json(strings);
    case 'BIGNUMERIC':
      return (value) => parseBigNumeric(text(value) ?? '');
    default:
      return encoders[type.toLowerCase() as keyof typeof encoders];
  }
}
