import { DuckDBListValue, DuckDBStructValue, type DuckDBValue } from '@duckdb/node-api';
import { isObject } from '../http/body.ts';
import type { Field } from '../sql/contract.ts';
import { numberText } from './lossless-json.ts';
import { type JsonStrings, type ScalarEncoder, scalarEncoder } from './scalar-encoders.ts';

/** A row that its table does not take; `location` is the path of the field. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly location: string;

  constructor(location: string, message: string) {
    super(message);
    this.location = location;
  }
}

interface EncoderOptions {
  readonly ignoreUnknownValues: boolean;
  readonly jsonStrings: JsonStrings;
}

/** Turns a parsed JSON object into the values of the columns, in their order. Throws {@link RowError}. */
export type RowEncoder = (row: Readonly<Record<string, unknown>>) => DuckDBValue[];

type ValueEncoder = (value: unknown) => DuckDBValue;

/** Compiles the encoder of a table's rows, once per request and not per row. */
export function rowEncoder(fields: readonly Field[], options: EncoderOptions): RowEncoder {
  return recordEncoder(fields, options, '');
}

function recordEncoder(fields: readonly Field[], options: EncoderOptions, prefix: string): RowEncoder {
  const names = fields.map((field) => field.name);
  const encoders = fields.map((field) => fieldEncoder(field, options, prefix + field.name));
  const byLowerCase = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (row) => {
    const values: DuckDBValue[] = [];
    let present = 0;
    for (const [index, name] of names.entries()) {
      // A row without a column `constructor` has one all the same, from its prototype.
      const isOwn = Object.hasOwn(row, name);
      const value = isOwn ? row[name] : undefined;
      if (isOwn) present += 1;
      const encode = encoders[index];
      if (encode) values.push(encode(value));
    }
    if (present === countKeys(row)) return values;
    return encodeRenamed(row, values);
  };

  /** A row with keys that are no field's exact name: in another case, which BigQuery takes, or unknown. */
  function encodeRenamed(row: Readonly<Record<string, unknown>>, exact: DuckDBValue[]): DuckDBValue[] {
    const values = [...exact];
    for (const key of Object.keys(row)) {
      const name = byLowerCase.get(key.toLowerCase());
      if (name === key) continue;
      if (name === undefined) {
        if (!options.ignoreUnknownValues) throw new RowError(prefix + key, `no such field: ${prefix}${key}.`);
        continue;
      }
      const index = names.indexOf(name);
      const encode = encoders[index];
      if (encode) values[index] = encode(row[key]);
    }
    return values;
  }
}

function countKeys(row: object): number {
  let count = 0;
  for (const key in row) if (Object.hasOwn(row, key)) count += 1;
  return count;
}

function fieldEncoder(field: Field, options: EncoderOptions, path: string): ValueEncoder {
  const encode = elementEncoder(field, options, path);
  if (field.mode === 'REPEATED') {
    return (value) => {
      if (value === null || value === undefined) return new DuckDBListValue([]);
      if (!Array.isArray(value)) throw new RowError(path, `Field ${path} is repeated and needs an array, not ${shown(value)}`);
      return new DuckDBListValue(
        value.map((item: unknown, index) => {
          if (item === null || item === undefined)
            throw new RowError(`${path}[${index}]`, `Field ${path} must not have NULL as an element (element ${index})`);
          return encode(item);
        }),
      );
    };
  }
  if (field.mode === 'REQUIRED') {
    return (value) => {
      if (value === null || value === undefined) throw new RowError(path, `Missing required field: ${path}.`);
      return encode(value);
    };
  }
  return (value) => (value === null || value === undefined ? null : encode(value));
}

function elementEncoder(field: Field, options: EncoderOptions, path: string): ValueEncoder {
  if (field.type === 'STRUCT') {
    const children = field.fields ?? [];
    const encode = recordEncoder(children, options, `${path}.`);
    return (value) => {
      if (!isObject(value)) throw new RowError(path, `Field ${path} is a record and needs an object, not ${shown(value)}`);
      const values = encode(value);
      const entries: Record<string, DuckDBValue> = {};
      for (const [index, child] of children.entries()) entries[child.name] = values[index] ?? null;
      return new DuckDBStructValue(entries);
    };
  }
  if (field.type === 'RANGE') return rangeEncoder(field, path);
  return checked(scalarEncoder(field.type, options.jsonStrings), field.type, path);
}

function checked(encode: ScalarEncoder, type: string, path: string): ValueEncoder {
  return (value) => {
    const encoded = encode(value);
    if (encoded === undefined && type === 'STRING' && typeof value === 'boolean')
      throw new RowError(path, 'Conversion from bool to std::string is unsupported.');
    if (encoded === undefined) throw new RowError(path, `Cannot convert value to ${type} (bad value): ${shown(value)} in field ${path}`);
    return encoded;
  };
}

function rangeEncoder(field: Field, path: string): ValueEncoder {
  const bound = checked(scalarEncoder(field.rangeElementType ?? 'DATE', 'keep'), field.rangeElementType ?? 'DATE', path);
  const side = (value: unknown): DuckDBValue =>
    value === null || value === undefined || value === '' || (typeof value === 'string' && value.toUpperCase() === 'UNBOUNDED')
      ? null
      : bound(value);
  return (value) => {
    const match = typeof value === 'string' ? /^\[\s*(.*?)\s*,\s*(.*?)\s*\)$/.exec(value) : null;
    if (match) return new DuckDBStructValue({ start: side(match[1]), end: side(match[2]) });
    if (!isObject(value)) throw new RowError(path, `Cannot convert value to RANGE (bad value): ${shown(value)} in field ${path}`);
    return new DuckDBStructValue({ start: side(value['start']), end: side(value['end']) });
  };
}

function shown(value: unknown): string {
  const text = numberText(value) ?? JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
