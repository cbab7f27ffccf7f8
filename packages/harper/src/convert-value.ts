import type { Column, ColumnType, Value } from '@bqsync/core';
import type { HarperAttribute } from './harper-runtime.ts';
import { isWellFormed, LONE_SURROGATE, plainValue, sourceValue, Unstorable } from './plain-value.ts';
import { storedField } from './stored-name.ts';

/** From a source value that is not null to what is stored. Throws {@link Unstorable}. */
export type Convert = (value: Value) => unknown;

export interface Conversion {
  readonly convert: Convert;
  /** What is lost, as the end of a sentence about the column. */
  readonly lossy?: string | undefined;
}

/** How a column's values go into an attribute; undefined where the declared type can hold none of them. */
export function conversionOf(column: Column, attribute: HarperAttribute | undefined): Conversion | undefined {
  if (!column.repeated) {
    const conversion = scalarConversion(column, attribute);
    return conversion !== undefined && column.type === 'JSON' ? { ...conversion, lossy: ONE_NULL } : conversion;
  }
  const type = attribute?.type;
  if (!isAny(type) && type !== 'array') return undefined;
  const element = scalarConversion({ ...column, repeated: false }, attribute?.elements);
  if (element === undefined) return undefined;
  const { convert, lossy } = element;
  return {
    convert: (value) => {
      if (!Array.isArray(value)) throw mismatch('ARRAY', value);
      return value.map((item: Value) => (item === null ? null : convert(item)));
    },
    lossy,
  };
}

/** Elements of an ARRAY are never NULL, so there a null is JSON's. */
const ONE_NULL = 'holds a JSON null as NULL: Harper has one null; a null within a JSON value stays';

function scalarConversion(column: Column, attribute: HarperAttribute | undefined): Conversion | undefined {
  const declared = attribute?.type;
  if (column.type === 'STRUCT') return structConversion(column, attribute);
  if (isAny(declared)) return { convert: LOSSLESS[column.type] };
  if (attribute?.properties !== undefined || declared === 'array') return column.type === 'JSON' ? { convert: plainValue } : undefined;
  // Harper does not check a type that it does not know.
  const byColumn = DECLARED[declared];
  return byColumn === undefined ? { convert: LOSSLESS[column.type] } : byColumn[column.type];
}

function structConversion(column: Column, attribute: HarperAttribute | undefined): Conversion | undefined {
  if (!isAny(attribute?.type) && attribute?.properties === undefined) return undefined;
  const fields: { readonly name: string; readonly stored: string; readonly convert: Convert }[] = [];
  const lost: string[] = [];
  for (const field of column.fields ?? []) {
    const name = storedField(field.name);
    const conversion = conversionOf(
      field,
      attribute?.properties?.find((property) => property.name === name),
    );
    if (conversion === undefined) return undefined;
    if (conversion.lossy !== undefined) lost.push(`${field.name} ${conversion.lossy}`);
    fields.push({ name: field.name, stored: name, convert: conversion.convert });
  }
  return {
    convert: (value) => {
      if (typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) throw mismatch('STRUCT', value);
      const source = value as { readonly [field: string]: Value | undefined };
      const record: Record<string, unknown> = {};
      for (const { name, stored, convert } of fields) {
        const item = Object.hasOwn(source, name) ? source[name] : undefined;
        if (item === undefined) throw new Unstorable('column-missing', `field "${name}" is missing`);
        record[stored] = item === null ? null : convert(item);
      }
      return record;
    },
    lossy: lost.length > 0 ? lost.join(', ') : undefined,
  };
}

/** Fields of a column's STRUCTs that are stored under another name, as paths: `address.then` and `address.source_then`. */
export function renamedFields(column: Column): readonly (readonly [source: string, stored: string])[] {
  return (column.fields ?? []).flatMap((field) => {
    const stored = storedField(field.name);
    const inner = renamedFields(field).map(([source, to]) => [`${field.name}.${source}`, `${stored}.${to}`] as const);
    return stored === field.name ? inner : [[field.name, stored] as const, ...inner];
  });
}

/** From a stored value, not null, to the source's, as far as fields have other names; undefined where none can have. */
export function restoredNames(column: Column): Convert | undefined {
  const restore =
    column.type === 'JSON' ? (value: Value): unknown => sourceValue(value) : column.type === 'STRUCT' ? restoredStruct(column) : undefined;
  if (restore === undefined || !column.repeated) return restore;
  return (value) => (Array.isArray(value) ? value.map((item: Value) => (item === null ? null : restore(item))) : value);
}

function restoredStruct(column: Column): Convert | undefined {
  const fields = (column.fields ?? []).map((field) => ({
    name: field.name,
    stored: storedField(field.name),
    restore: restoredNames(field),
  }));
  if (fields.every(({ name, stored, restore }) => name === stored && restore === undefined)) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return value;
    const record = value as { readonly [field: string]: Value | undefined };
    return Object.fromEntries(
      fields.map(({ name, stored, restore }) => {
        const item = Object.hasOwn(record, stored) ? (record[stored] ?? null) : null;
        return [name, item === null || restore === undefined ? item : restore(item)];
      }),
    );
  };
}

function isAny(type: string | undefined): type is undefined | 'Any' {
  return type === undefined || type === 'Any';
}

function mismatch(type: string, value: unknown): Unstorable {
  return new Unstorable('type-mismatch', `a ${value === null ? 'null' : typeof value} is no ${type}`);
}

function text(value: Value): string {
  if (typeof value !== 'string') throw mismatch('text', value);
  // Harper would store another text, which would differ for ever.
  if (!isWellFormed(value)) throw new Unstorable('text-invalid', LONE_SURROGATE);
  return value;
}

function integer(value: Value): number | bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch('INT64', value);
  return value;
}

function float(value: Value): number {
  if (typeof value !== 'number') throw mismatch('FLOAT64', value);
  // Harper stores -0 as 0.
  return value === 0 ? 0 : value;
}

function bool(value: Value): boolean {
  if (typeof value !== 'boolean') throw mismatch('BOOL', value);
  return value;
}

function bytes(value: Value): Buffer {
  if (!(value instanceof Uint8Array)) throw mismatch('BYTES', value);
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function jsonText(value: Value): string {
  plainValue(value);
  try {
    return JSON.stringify(value);
  } catch {
    throw new Unstorable('json-bigint', 'an integer above 2^53 inside JSON cannot be stored as text');
  }
}

function int32(value: number | bigint): number {
  const number = Number(value);
  if (number >> 0 !== number) throw new Unstorable('int-overflow', `${value} does not fit Int (32 bits)`);
  return number;
}

function long(value: number | bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Unstorable('long-overflow', `${value} does not fit Long (53 bits)`);
  return number;
}

function exactFloat(value: number | bigint): number {
  const number = Number(value);
  if (typeof value === 'bigint' && BigInt(number) !== value) throw new Unstorable('float-inexact', `${value} has no exact Float`);
  return number;
}

/** An integer in decimal text or in a double; else refused. */
function whole(value: Value): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  const match = typeof value === 'string' ? /^(-?\d+)(?:\.0+)?$/.exec(value) : null;
  if (match?.[1] === undefined) throw new Unstorable('not-integer', 'the value is not an integer');
  return BigInt(match[1]);
}

function instant(suffix: string): Convert {
  return (value) => {
    const date = new Date(text(value) + suffix);
    if (Number.isNaN(date.getTime())) throw new Unstorable('date-invalid', 'the value is not a date that Harper can hold');
    return date;
  };
}

const LOSSLESS: Readonly<Record<ColumnType, Convert>> = {
  STRING: text,
  BYTES: bytes,
  INT64: integer,
  FLOAT64: float,
  BOOL: bool,
  NUMERIC: text,
  BIGNUMERIC: text,
  TIMESTAMP: text,
  DATETIME: text,
  DATE: text,
  TIME: text,
  JSON: plainValue,
  GEOGRAPHY: text,
  INTERVAL: text,
  RANGE: plainValue,
  STRUCT: plainValue,
};

const TEXTS: Partial<Record<ColumnType, Conversion>> = {
  STRING: { convert: text },
  BYTES: { convert: (value) => bytes(value).toString('base64') },
  INT64: { convert: (value) => String(integer(value)) },
  FLOAT64: { convert: (value) => String(float(value)) },
  BOOL: { convert: (value) => String(bool(value)) },
  NUMERIC: { convert: text },
  BIGNUMERIC: { convert: text },
  TIMESTAMP: { convert: text },
  DATETIME: { convert: text },
  DATE: { convert: text },
  TIME: { convert: text },
  JSON: { convert: jsonText },
  GEOGRAPHY: { convert: text },
  INTERVAL: { convert: text },
};

const NUMBER_OF_DECIMAL: Conversion = {
  convert: (value) => Number(text(value)),
  lossy: 'becomes a double and keeps about 15 digits; declare it as String to keep all',
};

/** By declared type, then by column type. Absent: the type can hold no value of the column. */
const DECLARED: Readonly<Record<string, Partial<Record<ColumnType, Conversion>> | undefined>> = {
  ID: TEXTS,
  String: TEXTS,
  Boolean: { BOOL: { convert: bool } },
  Int: {
    INT64: { convert: (value) => int32(integer(value)) },
    FLOAT64: { convert: (value) => int32(whole(value)) },
    NUMERIC: { convert: (value) => int32(whole(value)) },
    BIGNUMERIC: { convert: (value) => int32(whole(value)) },
  },
  Long: {
    INT64: { convert: (value) => long(integer(value)) },
    FLOAT64: { convert: (value) => long(whole(value)) },
    NUMERIC: { convert: (value) => long(whole(value)) },
    BIGNUMERIC: { convert: (value) => long(whole(value)) },
  },
  BigInt: {
    INT64: { convert: (value) => BigInt(integer(value)) },
    FLOAT64: { convert: whole },
    NUMERIC: { convert: whole },
    BIGNUMERIC: { convert: whole },
  },
  Float: {
    INT64: { convert: (value) => exactFloat(integer(value)) },
    FLOAT64: { convert: float },
    NUMERIC: NUMBER_OF_DECIMAL,
    BIGNUMERIC: NUMBER_OF_DECIMAL,
  },
  Date: {
    TIMESTAMP: { convert: instant(''), lossy: 'becomes a Date and loses its microseconds; declare it as String to keep them' },
    DATETIME: {
      convert: instant('Z'),
      lossy: 'becomes a Date, read as UTC, and loses its microseconds; declare it as String to keep them',
    },
    DATE: { convert: instant('T00:00:00Z'), lossy: 'becomes a Date at midnight UTC; declare it as String to keep the plain day' },
  },
  Bytes: { BYTES: { convert: bytes }, STRING: { convert: (value) => Buffer.from(text(value)) } },
  // Blobs live in files of their own and cannot be compared in a commit.
  Blob: {},
};
