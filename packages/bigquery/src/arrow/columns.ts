import type { Column, Value } from '@bqsync/core';
import { DateUnit, type DataType, type Field, IntervalUnit, Precision, TimeUnit, Type } from '@uwdata/flechette';
import { decimalsDecoder, decodeBools, decodeFloat64s, decodeInt64s } from './numbers.ts';
import { rowBuilder } from './row-builder.ts';
import { decodeByteStrings, decodeJsonTexts, decodeTexts } from './texts.ts';
import { decodeDates, decodeIntervals, decodeTimes, timestampsDecoder } from './times.ts';
import { CorruptBatch, type Faults, isValid, offsetsOf, validityOf, type Vector, type VectorDecoder } from './vector.ts';

/**
 * The decoder of a column as BigQuery writes it to Arrow; undefined if it comes as another type.
 * https://cloud.google.com/bigquery/docs/reference/storage#arrow_schema_details
 */
export function compileColumn(column: Column, type: DataType): VectorDecoder | undefined {
  if (!column.repeated) return compileElement(column, type);
  if (type.typeId !== Type.List) return undefined;
  const element = compileElement(column, type.children[0].type);
  return element && listDecoder(element);
}

function compileElement(column: Column, type: DataType): VectorDecoder | undefined {
  switch (column.type) {
    case 'STRUCT':
      return compileStruct(column.fields ?? [], type);
    case 'RANGE': {
      const bound: Column = { name: '', type: column.rangeElement ?? 'TIMESTAMP', repeated: false, required: false };
      return compileStruct(
        ['start', 'end'].map((name) => ({ ...bound, name })),
        type,
      );
    }
    case 'STRING':
    case 'GEOGRAPHY':
      return type.typeId === Type.Utf8 ? decodeTexts : undefined;
    case 'JSON':
      return type.typeId === Type.Utf8 ? decodeJsonTexts : undefined;
    case 'BYTES':
      return type.typeId === Type.Binary ? decodeByteStrings : undefined;
    case 'INT64':
      return type.typeId === Type.Int && type.bitWidth === 64 && type.signed ? decodeInt64s : undefined;
    case 'FLOAT64':
      return type.typeId === Type.Float && type.precision === Precision.DOUBLE ? decodeFloat64s : undefined;
    case 'BOOL':
      return type.typeId === Type.Bool ? decodeBools : undefined;
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return type.typeId === Type.Decimal ? decimalsDecoder(type.bitWidth, type.scale) : undefined;
    case 'TIMESTAMP':
      return type.typeId === Type.Timestamp && type.unit === TimeUnit.MICROSECOND ? timestampsDecoder('Z') : undefined;
    case 'DATETIME':
      return type.typeId === Type.Timestamp && type.unit === TimeUnit.MICROSECOND ? timestampsDecoder('') : undefined;
    case 'DATE':
      return type.typeId === Type.Date && type.unit === DateUnit.DAY ? decodeDates : undefined;
    case 'TIME':
      return type.typeId === Type.Time && type.unit === TimeUnit.MICROSECOND ? decodeTimes : undefined;
    case 'INTERVAL':
      return type.typeId === Type.Interval && type.unit === IntervalUnit.MONTH_DAY_NANO ? decodeIntervals : undefined;
  }
}

function compileStruct(columns: readonly Column[], type: DataType): VectorDecoder | undefined {
  if (type.typeId !== Type.Struct || type.children.length !== columns.length) return undefined;
  const decoders: VectorDecoder[] = [];
  for (const [at, column] of columns.entries()) {
    const field = type.children[at] as Field;
    const decoder = field.name === column.name ? compileColumn(column, field.type) : undefined;
    if (decoder === undefined) return undefined;
    decoders.push(decoder);
  }
  const names = columns.map(({ name }) => name);
  const rowsOf = rowBuilder(names);
  return (vector, faults) => {
    const { length } = vector;
    const validity = validityOf(vector);
    const inner: Faults = new Map();
    const fields = decoders.map((decode, at) => {
      const own: Faults = new Map();
      const values = decode(childOf(vector, at, length), own);
      for (const [row, message] of own) if (!inner.has(row)) inner.set(row, `field ${names[at] ?? ''}: ${message}`);
      return values;
    });
    const found: Value[] = rowsOf(fields, length);
    if (validity !== undefined) for (let at = 0; at < length; at++) if (!isValid(validity, at)) found[at] = null;
    for (const [row, message] of inner) if (isValid(validity, row)) faults.set(row, message);
    return found;
  };
}

function listDecoder(decode: VectorDecoder): VectorDecoder {
  return (vector, faults) => {
    const { length } = vector;
    const child = vector.children?.[0];
    if (child === undefined) throw new CorruptBatch('a list has no elements');
    const offsets = offsetsOf(vector, child.length);
    const validity = validityOf(vector);
    const inner: Faults = new Map();
    const elements = decode(child, inner);
    const found = new Array<Value>(length);
    for (let at = 0; at < length; at++) {
      // BigQuery does not tell a NULL array from an empty one once it is stored.
      const to = isValid(validity, at) ? (offsets[at + 1] ?? 0) : (offsets[at] ?? 0);
      found[at] = elements.slice(offsets[at], to);
    }
    if (inner.size > 0) blame(inner, offsets, length, faults);
    return found;
  };
}

/** Puts each fault of an element on the list that holds it. */
function blame(inner: Faults, offsets: Int32Array, length: number, faults: Faults): void {
  for (let at = 0; at < length; at++) {
    for (let element = offsets[at] ?? 0; element < (offsets[at + 1] ?? 0); element++) {
      const message = inner.get(element);
      if (message !== undefined) faults.set(at, message);
    }
  }
}

function childOf(vector: Vector, at: number, length: number): Vector {
  const child = vector.children?.[at];
  if (child === undefined || child.length < length) throw new CorruptBatch('a struct has too few values');
  return child;
}
