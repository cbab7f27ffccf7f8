import type { Field, FieldType } from '../sql/contract.ts';
import { quoteName } from './sql-text.ts';

const SCALARS: Readonly<Record<Exclude<FieldType, 'STRUCT' | 'RANGE'>, string>> = {
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
  JSON: 'JSON',
  GEOGRAPHY: 'VARCHAR',
  INTERVAL: 'INTERVAL',
};

/** The DuckDB type that holds one value of a field, without its repetition. */
export function elementType(field: Field): string {
  if (field.type === 'RANGE') {
    const bound = SCALARS[field.rangeElementType ?? 'DATE'];
    return `STRUCT("start" ${bound}, "end" ${bound})`;
  }
  if (field.type === 'STRUCT') {
    return `STRUCT(${(field.fields ?? []).map((child) => `${quoteName(child.name)} ${storageType(child)}`).join(', ')})`;
  }
  return SCALARS[field.type];
}

/** The DuckDB type that holds a field. */
export function storageType(field: Field): string {
  return field.mode === 'REPEATED' ? `${elementType(field)}[]` : elementType(field);
}
