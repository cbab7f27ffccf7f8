import type { Column, ColumnType } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { FieldResource } from './rest.ts';

// The API answers with the legacy names of some types.
const TYPES: Readonly<Record<string, ColumnType>> = {
  STRING: 'STRING',
  BYTES: 'BYTES',
  INTEGER: 'INT64',
  INT64: 'INT64',
  FLOAT: 'FLOAT64',
  FLOAT64: 'FLOAT64',
  BOOLEAN: 'BOOL',
  BOOL: 'BOOL',
  NUMERIC: 'NUMERIC',
  BIGNUMERIC: 'BIGNUMERIC',
  TIMESTAMP: 'TIMESTAMP',
  DATETIME: 'DATETIME',
  DATE: 'DATE',
  TIME: 'TIME',
  JSON: 'JSON',
  GEOGRAPHY: 'GEOGRAPHY',
  INTERVAL: 'INTERVAL',
  RANGE: 'RANGE',
  RECORD: 'STRUCT',
  STRUCT: 'STRUCT',
};

/**
 * @param path - where the field is, for the message
 * @throws `BQS_SOURCE_UNSUPPORTED` for a type that bqsync cannot read without loss.
 */
export function columnOf(field: FieldResource, path: string): Column {
  const type = Object.hasOwn(TYPES, field.type) ? TYPES[field.type] : undefined;
  if (type === undefined) throw unsupported(path, `has the type ${field.type}`);
  if (type === 'TIMESTAMP' && field.timestampPrecision !== undefined && field.timestampPrecision !== '6') {
    throw unsupported(path, `has a precision of ${field.timestampPrecision} digits`);
  }
  return {
    name: field.name,
    type,
    repeated: field.mode === 'REPEATED',
    required: field.mode === 'REQUIRED',
    ...(type === 'STRUCT' ? { fields: (field.fields ?? []).map((inner) => columnOf(inner, `${path}.${inner.name}`)) } : {}),
    ...(type === 'RANGE' ? { rangeElement: rangeElementOf(field, path) } : {}),
  };
}

function rangeElementOf(field: FieldResource, path: string): 'DATE' | 'DATETIME' | 'TIMESTAMP' {
  const type = field.rangeElementType?.type;
  if (type === 'DATE' || type === 'DATETIME' || type === 'TIMESTAMP') return type;
  throw unsupported(path, `is a RANGE of ${type ?? 'an unknown type'}`);
}

function unsupported(path: string, what: string): BqsyncError {
  return new BqsyncError('BQS_SOURCE_UNSUPPORTED', `column ${path} ${what}, which bqsync does not read`, {
    hint: 'leave the column out by listing the others under columns',
    context: { column: path },
  });
}

/** Whether two schemas decode alike. */
export function sameShape(a: readonly Column[], b: readonly Column[]): boolean {
  return (
    a.length === b.length &&
    a.every((column, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        column.name === other.name &&
        column.type === other.type &&
        column.repeated === other.repeated &&
        column.rangeElement === other.rangeElement &&
        sameShape(column.fields ?? [], other.fields ?? [])
      );
    })
  );
}
