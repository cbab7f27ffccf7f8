import type { Field, FieldType } from './contract.ts';
import { quoteIdentifier } from './quote.ts';

export type RangeElement = 'DATE' | 'DATETIME' | 'TIMESTAMP';
export type ScalarName = Exclude<FieldType, 'STRUCT' | 'RANGE'>;

export interface StructField {
  /** Absent: an anonymous field. */
  readonly name?: string;
  readonly type: SqlType;
}

/** A type of GoogleSQL. */
export type SqlType =
  | { readonly kind: ScalarName }
  | { readonly kind: 'RANGE'; readonly element: RangeElement }
  | { readonly kind: 'ARRAY'; readonly element: SqlType }
  | { readonly kind: 'STRUCT'; readonly fields: readonly StructField[] };

const scalar = <K extends ScalarName>(kind: K): { readonly kind: K } => ({ kind });
export const INT64 = scalar('INT64');
export const FLOAT64 = scalar('FLOAT64');
export const NUMERIC = scalar('NUMERIC');
export const STRING = scalar('STRING');
export const BYTES = scalar('BYTES');
export const BOOL = scalar('BOOL');
export const TIMESTAMP = scalar('TIMESTAMP');
export const DATETIME = scalar('DATETIME');
export const DATE = scalar('DATE');
export const TIME = scalar('TIME');
export const JSON = scalar('JSON');
export const INTERVAL = scalar('INTERVAL');

export const arrayOf = (element: SqlType): SqlType => ({ kind: 'ARRAY', element });

/** The standard name of a type and its older spellings. */
const SCALARS: Readonly<Record<string, ScalarName>> = {
  STRING: 'STRING',
  BYTES: 'BYTES',
  INT64: 'INT64',
  INT: 'INT64',
  INTEGER: 'INT64',
  SMALLINT: 'INT64',
  BIGINT: 'INT64',
  TINYINT: 'INT64',
  BYTEINT: 'INT64',
  FLOAT64: 'FLOAT64',
  FLOAT: 'FLOAT64',
  BOOL: 'BOOL',
  BOOLEAN: 'BOOL',
  NUMERIC: 'NUMERIC',
  DECIMAL: 'NUMERIC',
  BIGNUMERIC: 'BIGNUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
  TIMESTAMP: 'TIMESTAMP',
  DATETIME: 'DATETIME',
  DATE: 'DATE',
  TIME: 'TIME',
  JSON: 'JSON',
  GEOGRAPHY: 'GEOGRAPHY',
  INTERVAL: 'INTERVAL',
};

export function scalarNamed(name: string): { readonly kind: ScalarName } | undefined {
  const upper = name.toUpperCase();
  return Object.hasOwn(SCALARS, upper) ? { kind: SCALARS[upper] as ScalarName } : undefined;
}

/** The name that BigQuery prints in messages. */
export function typeName(type: SqlType): string {
  if (type.kind === 'ARRAY') return `ARRAY<${typeName(type.element)}>`;
  if (type.kind === 'RANGE') return `RANGE<${type.element}>`;
  if (type.kind !== 'STRUCT') return type.kind;
  return `STRUCT<${type.fields.map((f) => (f.name === undefined ? '' : `${f.name} `) + typeName(f.type)).join(', ')}>`;
}

export function sameType(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'ARRAY') return b.kind === 'ARRAY' && sameType(a.element, b.element);
  if (a.kind === 'RANGE') return b.kind === 'RANGE' && a.element === b.element;
  if (a.kind !== 'STRUCT') return a.kind === b.kind;
  if (b.kind !== 'STRUCT' || a.fields.length !== b.fields.length) return false;
  return a.fields.every((f, i) => {
    const other = b.fields[i];
    return other !== undefined && f.name?.toLowerCase() === other.name?.toLowerCase() && sameType(f.type, other.type);
  });
}

export function fieldType(field: Field): SqlType {
  const one = elementType(field);
  return field.mode === 'REPEATED' ? arrayOf(one) : one;
}

function elementType(field: Field): SqlType {
  if (field.type === 'STRUCT') {
    return { kind: 'STRUCT', fields: (field.fields ?? []).map((f) => ({ name: f.name, type: fieldType(f) })) };
  }
  if (field.type === 'RANGE') return { kind: 'RANGE', element: field.rangeElementType ?? 'TIMESTAMP' };
  return { kind: field.type };
}

/** A result column of a type. Anonymous fields get the names that BigQuery gives them: `_field_1`, … */
export function toField(name: string, type: SqlType): Field {
  if (type.kind === 'ARRAY') return { ...toField(name, type.element), mode: 'REPEATED' };
  if (type.kind === 'STRUCT') {
    return { name, type: 'STRUCT', mode: 'NULLABLE', fields: type.fields.map((f, i) => toField(structFieldName(f, i), f.type)) };
  }
  if (type.kind === 'RANGE') return { name, type: 'RANGE', mode: 'NULLABLE', rangeElementType: type.element };
  return { name, type: type.kind, mode: 'NULLABLE' };
}

export const structFieldName = (field: StructField, index: number): string => field.name ?? `_field_${String(index + 1)}`;

const STORAGE: Readonly<Record<ScalarName, string>> = {
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  BOOL: 'BOOLEAN',
  NUMERIC: 'DECIMAL(38,9)',
  BIGNUMERIC: 'VARCHAR',
  TIMESTAMP: 'TIMESTAMPTZ',
  DATETIME: 'TIMESTAMP',
  DATE: 'DATE',
  TIME: 'TIME',
  JSON: 'VARCHAR',
  GEOGRAPHY: 'VARCHAR',
  INTERVAL: 'INTERVAL',
};

/** The DuckDB type that stores a type. */
export function storageType(type: SqlType): string {
  if (type.kind === 'ARRAY') return `${storageType(type.element)}[]`;
  if (type.kind === 'RANGE') return `STRUCT("start" ${STORAGE[type.element]}, "end" ${STORAGE[type.element]})`;
  if (type.kind !== 'STRUCT') return STORAGE[type.kind];
  return `STRUCT(${type.fields.map((f, i) => `${quoteIdentifier(structFieldName(f, i))} ${storageType(f.type)}`).join(', ')})`;
}

const NUMBERS: readonly string[] = ['INT64', 'NUMERIC', 'BIGNUMERIC', 'FLOAT64'];
export const isNumber = (type: SqlType): boolean => NUMBERS.includes(type.kind);
/** The position on the way of implicit widening; -1 for no number. */
export const numberRank = (type: SqlType): number => NUMBERS.indexOf(type.kind);
/** Whether `=` works on it here. */
export const isComparable = (type: SqlType): boolean =>
  type.kind === 'STRUCT' ? type.fields.every((f) => isComparable(f.type)) : !['ARRAY', 'JSON', 'GEOGRAPHY'].includes(type.kind);

/** What of a type keeps GROUP BY, DISTINCT and their like from working on it here; undefined: nothing. */
export function ungroupable(type: SqlType): 'JSON' | 'GEOGRAPHY' | 'INTERVAL' | undefined {
  if (type.kind === 'ARRAY') return ungroupable(type.element);
  if (type.kind === 'STRUCT') return type.fields.map((f) => ungroupable(f.type)).find((kind) => kind !== undefined);
  return type.kind === 'JSON' || type.kind === 'GEOGRAPHY' || type.kind === 'INTERVAL' ? type.kind : undefined;
}

/** Whether `<`, ORDER BY, MIN and MAX work on it. */
export const isOrdered = (type: SqlType): boolean => isComparable(type) && type.kind !== 'STRUCT';
