import {
  binary,
  bool,
  type DataType,
  dateDay,
  decimal,
  type Field as ArrowField,
  field as arrowField,
  float64,
  int64,
  interval,
  IntervalUnit,
  list,
  struct,
  timeMicrosecond,
  timestamp,
  TimeUnit,
  utf8,
} from '@uwdata/flechette';
import type { Field, FieldType } from '../sql/contract.ts';
import { BigNumericColumn } from './big-numeric-column.ts';
import { BoolColumn, type ColumnBuilder, FixedColumn, IntervalColumn } from './column-builder.ts';
import { ListColumn, StructColumn } from './nested-column.ts';
import { TextColumn } from './text-column.ts';

type Scalar = Exclude<FieldType, 'STRUCT' | 'RANGE'>;

const SCALARS: Readonly<Record<Scalar, () => DataType>> = {
  STRING: utf8,
  BYTES: binary,
  INT64: int64,
  FLOAT64: float64,
  BOOL: bool,
  NUMERIC: () => decimal(38, 9, 128),
  BIGNUMERIC: () => decimal(76, 38, 256),
  TIMESTAMP: () => timestamp(TimeUnit.MICROSECOND, 'UTC'),
  DATETIME: () => timestamp(TimeUnit.MICROSECOND),
  DATE: dateDay,
  TIME: timeMicrosecond,
  JSON: utf8,
  GEOGRAPHY: utf8,
  INTERVAL: () => interval(IntervalUnit.MONTH_DAY_NANO),
};

/** How BigQuery marks types that share Arrow's type with another. */
const EXTENSIONS: Partial<Record<FieldType, Readonly<Record<string, string>>>> = {
  DATETIME: { 'ARROW:extension:name': 'google:sqlType:datetime' },
  JSON: { 'ARROW:extension:name': 'google:sqlType:json' },
  GEOGRAPHY: { 'ARROW:extension:name': 'google:sqlType:geography', 'ARROW:extension:metadata': '{"encoding": "WKT"}' },
};

/** The fields of a read session as the Storage Read API shows them. */
export function arrowFields(fields: readonly Field[]): ArrowField[] {
  return fields.map((field) => {
    const metadata = EXTENSIONS[field.type];
    return arrowField(field.name, typeOf(field), field.mode === 'NULLABLE', metadata ? new Map(Object.entries(metadata)) : null);
  });
}

function typeOf(field: Field): DataType {
  const element = elementOf(field);
  return field.mode === 'REPEATED' ? list(arrowField('item', element, true)) : element;
}

function elementOf(field: Field): DataType {
  if (field.type === 'STRUCT') return struct(arrowFields(field.fields ?? []));
  if (field.type === 'RANGE') return struct(arrowFields(boundsOf(field)));
  return SCALARS[field.type]();
}

function boundsOf(field: Field): Field[] {
  const type = field.rangeElementType ?? 'DATE';
  return ['start', 'end'].map((name) => ({ name, type, mode: 'NULLABLE' }));
}

/** What gathers the values of a field. */
export function columnBuilder(field: Field): ColumnBuilder {
  const element = elementBuilder(field);
  return field.mode === 'REPEATED' ? new ListColumn(typeOf(field), element) : element;
}

function elementBuilder(field: Field): ColumnBuilder {
  const type = elementOf(field);
  switch (field.type) {
    case 'STRUCT':
      return new StructColumn(type, (field.fields ?? []).map(columnBuilder));
    case 'RANGE':
      return new StructColumn(type, boundsOf(field).map(columnBuilder));
    case 'STRING':
    case 'JSON':
    case 'GEOGRAPHY':
    case 'BYTES':
      return new TextColumn(type);
    case 'BIGNUMERIC':
      return new BigNumericColumn(type);
    case 'BOOL':
      return new BoolColumn(type);
    case 'INTERVAL':
      return new IntervalColumn(type);
    case 'NUMERIC':
      return new FixedColumn(type, 16);
    case 'DATE':
      return new FixedColumn(type, 4);
    default:
      return new FixedColumn(type, 8);
  }
}
