import type { Column, ColumnType } from '@bqsync/core';
import type { HarperAttribute } from '@bqsync/harper';

/** The text that a stored value has in a checksum; undefined: it is not in the form that the sync stores, so equal to nothing. */
export type ValueText = (value: unknown) => string | undefined;

/**
 * How an attribute's stored values become the texts that `checksumQuery` adds up in BigQuery. Undefined where the target is declared so that the
 * source's value cannot be told from what is stored.
 */
export function valueText(column: Column, attribute: HarperAttribute | undefined): ValueText | undefined {
  if (column.repeated) return undefined;
  const declared = attribute?.type;
  if (declared === 'String' || declared === 'ID') return FROM_TEXT[column.type];
  const accepted = declared === undefined ? undefined : NATIVE[declared];
  return accepted === undefined || accepted.includes(column.type) ? FROM_VALUE[column.type] : undefined;
}

/** Declared types whose attributes hold these columns as they are. Any other name Harper does not check. */
const NATIVE: Readonly<Record<string, readonly ColumnType[] | undefined>> = {
  Boolean: ['BOOL'],
  Int: ['INT64'],
  Long: ['INT64'],
  BigInt: ['INT64'],
  Float: ['FLOAT64', 'INT64'],
  Bytes: ['BYTES'],
  Date: [],
  Blob: [],
};

const text: ValueText = (value) => (typeof value === 'string' ? value : undefined);
const matching =
  (pattern: RegExp): ValueText =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : undefined;

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

const fromTimestamp: ValueText = (value) => (typeof value === 'string' && TIMESTAMP.test(value) ? microsText(value) : undefined);
const fromDatetime: ValueText = (value) => (typeof value === 'string' && DATETIME.test(value) ? microsText(`${value}Z`) : undefined);
const fromDay: ValueText = (value) => {
  const ms = typeof value === 'string' && DAY.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : String(ms / 86_400_000);
};

const FROM_VALUE: Partial<Record<ColumnType, ValueText>> = {
  STRING: text,
  INT64: (value) => (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)) ? integerText(value) : undefined),
  FLOAT64: (value) => {
    if (typeof value === 'bigint') return BigInt(Number(value)) === value ? floatText(Number(value)) : undefined;
    return typeof value === 'number' ? floatText(value) : undefined;
  },
  BOOL: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  NUMERIC: text,
  BIGNUMERIC: text,
  BYTES: (value) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : undefined,
  TIMESTAMP: fromTimestamp,
  DATETIME: fromDatetime,
  DATE: fromDay,
  TIME: matching(/^\d\d:\d\d:\d\d\.\d{6}$/),
};

const FROM_TEXT: Partial<Record<ColumnType, ValueText>> = {
  STRING: text,
  INT64: matching(/^(0|-?[1-9]\d*)$/),
  FLOAT64: (value) => (typeof value === 'string' && String(Number(value)) === value ? floatText(Number(value)) : undefined),
  BOOL: matching(/^(true|false)$/),
  NUMERIC: text,
  BIGNUMERIC: text,
  BYTES: text,
  TIMESTAMP: fromTimestamp,
  DATETIME: fromDatetime,
  DATE: fromDay,
  TIME: matching(/^\d\d:\d\d:\d\d\.\d{6}$/),
};

function integerText(value: number | bigint): string {
  // A double beyond 2^53 that holds a whole number shows an exponent.
  return typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(value).toString() : String(value === 0 ? 0 : value);
}

function microsText(instant: string): string | undefined {
  const ms = Date.parse(`${instant.slice(0, 23)}Z`);
  return Number.isNaN(ms) ? undefined : String(BigInt(ms) * 1000n + BigInt(instant.slice(23, 26)));
}

/**
 * A FLOAT64 as BigQuery casts it to text: `nan`, `inf`, `-inf`, else 15 significant digits where they are enough to read it back, else 17. A text that
 * BigQuery writes in another way shows as a difference, and its day is read and billed twice.
 */
export function floatText(value: number): string {
  if (value === 0) return '0';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  const shortest = String(value);
  if (shortest.length <= 16 && size >= 1e-4 && size < 1e15) return shortest;
  const precision = Number(value.toPrecision(15)) === value ? 15 : 17;
  const [mantissa = '', exponent = '0'] = exponential(value, precision - 1).split('e');
  const power = Number(exponent);
  const digits = mantissa.replace('-', '').replace('.', '').replace(/0+$/, '');
  const sign = value < 0 ? '-' : '';
  if (power < -4 || power >= precision) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.slice(0, 1)}${fraction}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  return digits.length > power + 1 ? `${sign}${whole}.${digits.slice(power + 1)}` : `${sign}${whole}`;
}

/** As C's printf, whose text GoogleSQL gives: it rounds a tie to the even digit, where `toExponential` rounds it up. */
function exponential(value: number, fractionDigits: number): string {
  const rounded = value.toExponential(fractionDigits);
  if (!/5e/.test(value.toExponential(fractionDigits + 1))) return rounded;
  const [, exact, exponent] = /^(-?\d\.\d+?)50*(e.*)$/.exec(value.toExponential(MAX_FRACTION_DIGITS)) ?? [];
  const isTieToDown = exact !== undefined && exact.length === rounded.indexOf('e') && /[02468]$/.test(exact);
  return isTieToDown ? `${exact}${exponent ?? ''}` : rounded;
}

const MAX_FRACTION_DIGITS = 100;
