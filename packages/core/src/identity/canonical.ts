import type { Column, Row, Value } from '../ports/row.ts';

/** Writes one value so that equal values give equal text and different ones different text. */
type Writer = (value: Value) => string;

/**
 * Compiles a function that writes a row's content canonically: columns sorted by name, NULLs and empty arrays left out, so that the text
 * depends neither on the column order nor on columns added later, nor on target types or time zone.
 */
export function compileCanonical(columns: readonly Column[]): (row: Row) => string {
  let known = compiled.get(columns);
  if (known === undefined) compiled.set(columns, (known = compile(columns)));
  return known;
}

/** Lists of columns are never changed, and each window asks anew. */
const compiled = new WeakMap<readonly Column[], (row: Row) => string>();

function compile(columns: readonly Column[]): (row: Row) => string {
  const parts = [...columns]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((column) => ({ name: column.name, label: `${JSON.stringify(column.name)}:`, write: writerOf(column) }));
  return (row) => {
    let text = '';
    for (const { name, label, write } of parts) {
      const value = row[name];
      if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      text += label + write(value) + ',';
    }
    return text;
  };
}

function writerOf(column: Column): Writer {
  const one = elementWriter(column);
  if (!column.repeated) return one;
  return (value) => (Array.isArray(value) ? `[${value.map((item: Value) => (item === null ? 'null' : one(item))).join(',')}]` : one(value));
}

function elementWriter(column: Column): Writer {
  if (column.type !== 'STRUCT') return writeValue;
  const write = compileCanonical(column.fields ?? []);
  return (value) => `{${write(value as Row)}}`;
}

/** Text that JSON writes as it is: printable ASCII without quotes and backslashes. */
const PLAIN = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Any plain value; objects by sorted keys, nulls inside kept, since `{"a":null}` and `{}` are different JSON. */
export function writeValue(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      break;
  }
  if (value instanceof Uint8Array) return `b"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  if (Array.isArray(value)) return `[${value.map((item: Value) => writeValue(item)).join(',')}]`;
  const fields = value as { readonly [field: string]: Value };
  return `{${Object.keys(fields)
    .sort()
    .map((name) => `${quote(name)}:${writeValue(fields[name] ?? null)}`)
    .join(',')}}`;
}
