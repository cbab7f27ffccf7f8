import type { Column, RejectedRow, Row, Value } from '@bqsync/core';
import { CellFault } from './cell-fault.ts';
import { compiledOr, literalName } from './compiled.ts';
import { decodeJson, setOwn } from './decode-json.ts';
import { decodeFloat64, decodeInt64, decodeNumeric } from './decode-number.ts';
import { decodeDate, decodeDatetime, decodeInterval, decodeTime, timestampDecoder } from './decode-time.ts';
import { isRecord } from './errors.ts';
import { exactContent } from './exact-content.ts';

const MAX_SAMPLE = 1000;

type Decode = (cell: unknown) => Value;

/** Rows of one page, as received, with those that could not be decoded. */
export interface Decoded {
  readonly rows: (Row | undefined)[];
  readonly rejected: ReadonlyMap<number, RejectedRow>;
  readonly ordinals: number[] | undefined;
  readonly contents?: ReadonlyMap<number, string> | undefined;
}

/** Decodes the rows of a page: `{ f: [{ v }, …] }` each, in the order of the columns. */
export type PageDecoder = (rows: readonly unknown[]) => Decoded;

/**
 * Compiles a schema to one closure per column. A cell that is not of its column's type rejects its row alone. With `ordinal`, one
 * more cell holds the row's ordinal.
 */
export function compileDecoder(columns: readonly Column[], options: { readonly ordinal: boolean }): PageDecoder {
  const row = fieldsDecoder(columns, (name) => `column ${name}`);
  const exact = options.ordinal ? exactContent(columns) : undefined;
  const textsOf = exact && textsDecoder(columns, exact.texts);
  return (raw) => {
    const rows = new Array<Row | undefined>(raw.length);
    const rejected = new Map<number, RejectedRow>();
    const ordinals = options.ordinal ? new Array<number>(raw.length).fill(0) : undefined;
    const contents = new Map<number, string>();
    for (let index = 0; index < raw.length; index++) {
      try {
        const cells = cellsOf(raw[index], columns.length + (options.ordinal ? 1 : 0));
        if (ordinals) ordinals[index] = ordinalOf(cells[columns.length]);
        const decoded = row(cells);
        rows[index] = decoded;
        const content = textsOf && exact.contentOf(decoded, textsOf(cells));
        if (content !== undefined) contents.set(index, content);
      } catch (error) {
        if (!(error instanceof CellFault)) throw error;
        rows[index] = undefined;
        rejected.set(index, { key: undefined, reason: 'decode', message: error.message, sample: sampleOf(columns, raw[index]) });
      }
    }
    return { rows, rejected, ordinals, ...(contents.size > 0 ? { contents } : {}) };
  };
}

/** Of a row's cells those of some columns, decoded as these. */
function textsDecoder(columns: readonly Column[], texts: readonly Column[]): Fields {
  const decode = fieldsDecoder(texts, (name) => `column ${name}`);
  const places = texts.map(({ name }) => columns.findIndex((column) => column.name === name));
  return (cells) => decode(places.map((at) => cells[at]));
}

function fieldsDecoder(columns: readonly Column[], place: (name: string) => string): Fields {
  const names = columns.map((column) => column.name);
  const decoders = columns.map(columnDecoder);
  const fail: Fail = (error, at) => (error instanceof CellFault ? new CellFault(`${place(names[at] ?? '')}: ${error.message}`) : error);
  return compiledOr(
    () => compiledFields(names, decoders, fail),
    () => plainFields(names, decoders, fail),
  );
}

type Fields = (cells: readonly unknown[]) => Record<string, Value>;
/** What to throw for what was thrown at the cell of that index. */
type Fail = (error: unknown, at: number) => unknown;

/** Each cell has a call of its own, which knows the one decoder that it calls, and each row has its shape at once. */
export function compiledFields(names: readonly string[], decoders: readonly Decode[], fail: Fail): Fields {
  const calls = names.map((_, at) => `at = ${at}; const v${at} = d${at}(valueOf(cells[${at}]));`);
  const code = `const [${names.map((_, at) => `d${at}`).join(', ')}] = decoders;
return (cells) => {
let at = 0;
try {
${calls.join('\n')}
return { ${names.map((name, at) => `${literalName(name)}: v${at}`).join(', ')} };
} catch (error) { throw fail(error, at); }
};`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- see above: a loop over the decoders takes half as long again
  return (new Function('decoders', 'valueOf', 'fail', code) as (...args: unknown[]) => Fields)(decoders, valueOf, fail);
}

/** The same without code from texts. */
export function plainFields(names: readonly string[], decoders: readonly Decode[], fail: Fail): Fields {
  return (cells) => {
    const found: Record<string, Value> = {};
    let at = 0;
    try {
      for (; at < names.length; at++) setOwn(found, names[at] as string, (decoders[at] as Decode)(valueOf(cells[at])));
    } catch (error) {
      throw fail(error, at);
    }
    return found;
  };
}

function valueOf(cell: unknown): unknown {
  const value = typeof cell === 'object' && cell !== null ? (cell as { readonly v?: unknown }).v : undefined;
  if (value === undefined) throw new CellFault('there is no value');
  return value;
}

function columnDecoder(column: Column): Decode {
  const element = nullable(elementDecoder(column));
  if (!column.repeated) return element;
  return (cell) => {
    // BigQuery does not tell a NULL array from an empty one once it is stored.
    if (cell === null) return [];
    if (!Array.isArray(cell)) throw new CellFault('the value is not an array');
    return cell.map((item: unknown) => {
      if (!isRecord(item)) throw new CellFault('an element has no value');
      return element(item.v);
    });
  };
}

function nullable(decode: Decode): Decode {
  return (cell) => (cell === null ? null : decode(cell));
}

function elementDecoder(column: Column): Decode {
  switch (column.type) {
    case 'STRUCT': {
      const fields = column.fields ?? [];
      const decode = fieldsDecoder(fields, (name) => `field ${name}`);
      return (cell) => decode(cellsOf(cell, fields.length));
    }
    case 'STRING':
    case 'GEOGRAPHY':
      return text((value) => value);
    case 'INTERVAL':
      return text(decodeInterval);
    case 'INT64':
      return text(decodeInt64);
    case 'FLOAT64':
      return text(decodeFloat64);
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return text(decodeNumeric);
    case 'BOOL':
      return text(decodeBool);
    case 'TIMESTAMP':
      return text(timestampDecoder());
    case 'DATETIME':
      return text(decodeDatetime);
    case 'DATE':
      return text(decodeDate);
    case 'TIME':
      return text(decodeTime);
    case 'BYTES':
      return text(decodeBytes);
    case 'JSON':
      return text(decodeJson);
    case 'RANGE':
      return text(rangeDecoder(column.rangeElement));
  }
}

function text(decode: (value: string) => Value): Decode {
  return (cell) => {
    if (typeof cell !== 'string') throw new CellFault(`the value is of the JSON type ${Array.isArray(cell) ? 'array' : typeof cell}`);
    return decode(cell);
  };
}

function decodeBool(value: string): boolean {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new CellFault(`"${value.slice(0, 40)}" is not a BOOL`);
}

function decodeBytes(value: string): Buffer {
  const bytes = Buffer.from(value, 'base64');
  // Node leaves out what is not base64, so a shorter result shows it.
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  if (bytes.length !== Math.floor(((value.length - padding) * 3) / 4)) throw new CellFault('the value is not base64');
  return bytes;
}

function rangeDecoder(element: Column['rangeElement']): (value: string) => Value {
  const bound = element === 'DATE' ? decodeDate : element === 'DATETIME' ? decodeDatetime : timestampDecoder();
  const decode = (value: string): string | null => (value === 'UNBOUNDED' || value === 'NULL' ? null : bound(value));
  return (value) => {
    const match = /^\[([^,]+), ?([^,]+)\)$/.exec(value);
    if (!match) throw new CellFault(`"${value.slice(0, 80)}" is not a RANGE`);
    return { start: decode(match[1] ?? ''), end: decode(match[2] ?? '') };
  };
}

function cellsOf(row: unknown, expected: number): readonly unknown[] {
  if (!isRecord(row) || !Array.isArray(row.f)) throw new CellFault('the value is not a row');
  const cells: readonly unknown[] = row.f;
  if (cells.length !== expected) throw new CellFault(`there are ${cells.length} values for ${expected} columns`);
  return cells;
}

function ordinalOf(cell: unknown): number {
  const value = isRecord(cell) ? Number(cell.v) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) throw new CellFault('the ordinal is not a positive number');
  return value;
}

/** What the row looked like, for a person: the first texts of its cells. */
function sampleOf(columns: readonly Column[], row: unknown): string {
  const cells: readonly unknown[] = isRecord(row) && Array.isArray(row.f) ? row.f : [];
  let sample = '';
  for (let at = 0; at < columns.length && sample.length < MAX_SAMPLE; at++) {
    const cell: unknown = cells[at];
    const value = isRecord(cell) ? cell.v : undefined;
    const shown =
      typeof value === 'string' ? JSON.stringify(value.slice(0, 200)) : value === null ? 'NULL' : Array.isArray(value) ? '[…]' : '{…}';
    sample += `${at === 0 ? '' : ', '}${columns[at]?.name ?? ''}=${shown}`;
  }
  return sample.slice(0, MAX_SAMPLE);
}
