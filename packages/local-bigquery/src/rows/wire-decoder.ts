import { DuckDBListValue, DuckDBStructValue, DuckDBTimestampTZValue, type DuckDBValue } from '@duckdb/node-api';
import type { Field } from '../sql/contract.ts';
import { scalarEncoder } from './scalar-encoders.ts';

interface WireCell {
  readonly v: unknown;
}

type CellDecoder = (value: unknown) => DuckDBValue;

/** Turns a row in the form of `wireRow`, with timestamps as whole microseconds, back into stored values. */
export function wireDecoder(fields: readonly Field[]): (row: string) => DuckDBValue[] {
  const decode = recordDecoder(fields);
  return (row) => decode(JSON.parse(row) as { readonly f: readonly WireCell[] });
}

function recordDecoder(fields: readonly Field[]): (row: { readonly f: readonly WireCell[] }) => DuckDBValue[] {
  const decoders = fields.map(cellDecoder);
  return ({ f }) => decoders.map((decode, index) => decode(f[index]?.v ?? null));
}

function cellDecoder(field: Field): CellDecoder {
  const element = elementDecoder(field);
  if (field.mode === 'REPEATED') return (value) => new DuckDBListValue((value as readonly WireCell[]).map(({ v }) => element(v)));
  return (value) => (value === null ? null : element(value));
}

function elementDecoder(field: Field): CellDecoder {
  switch (field.type) {
    case 'STRUCT': {
      const children = field.fields ?? [];
      const decode = recordDecoder(children);
      return (value) => {
        const values = decode(value as { readonly f: readonly WireCell[] });
        return new DuckDBStructValue(Object.fromEntries(children.map(({ name }, index) => [name, values[index] ?? null])));
      };
    }
    case 'RANGE': {
      const bound = elementDecoder({ name: field.name, type: field.rangeElementType ?? 'DATE', mode: 'NULLABLE' });
      const side = (text: string | undefined): DuckDBValue => (text === undefined || text === 'UNBOUNDED' ? null : bound(text));
      return (value) => {
        const [start, end] = String(value).slice(1, -1).split(', ');
        return new DuckDBStructValue({ start: side(start), end: side(end) });
      };
    }
    case 'TIMESTAMP':
      return (value) => new DuckDBTimestampTZValue(BigInt(String(value)));
    case 'STRING':
    case 'JSON':
    case 'GEOGRAPHY':
      return (value) => String(value);
    default: {
      const encode = scalarEncoder(field.type, 'keep');
      return (value) => {
        const decoded = encode(value);
        if (decoded === undefined) throw new TypeError(`a result holds ${JSON.stringify(value)} as ${field.type}`);
        return decoded;
      };
    }
  }
}
