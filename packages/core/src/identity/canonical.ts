import type { Column, Row, Value } from '../ports/row.ts';

/** Writes one value so that equal values give equal text and different ones different text. */
type Writer = (value: Value) => string;

/**
 * Compiles a function that writes a row's content canonically: columns sorted by name, NULLs and empty arrays left out, so that the text
 * depends neither on the column order nor on columns added later, nor on target types or time zone.
 */
export function compileCanonical(columns: readonly Column[]): (row: Row) => string {
  return compileOnce(columns, canonical, writeValue);
}

/**
 * As {@link compileCanonical}, but 0 and -0 differ, and so do JSON values whose texts do: they come as texts. Begins unlike canonical content, so
 * that it is never that of another row.
 */
export function compileExact(columns: readonly Column[]): (row: Row) => string {
  const write = compileOnce(columns, exact, (value) => (Object.is(value, -0) ? '-0' : writeValue(value)));
  return (row) => `~${write(row)}`;
}

type Compiled = WeakMap<readonly Column[], (row: Row) => string>;

/** Lists of columns are never changed, and each window asks anew. */
const canonical: Compiled = new WeakMap();
const exact: Compiled = new WeakMap();

function compileOnce(columns: readonly Column[], known: Compiled, scalar: Writer): (row: Row) => string {
  let write = known.get(columns);
  if (write === undefined) known.set(columns, (write = compile(columns, scalar)));
  return write;
}

function compile(columns: readonly Column[], scalar: Writer): (row: Row) => string {
  const parts = [...columns]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((column) => ({ name: column.name, label: `${JSON.stringify(column.name)}:`, write: writerOf(column, scalar) }));
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

function writerOf(column: Column, scalar: Writer): Writer {
  const one = elementWriter(column, scalar);
  if (!column.repeated) return one;
  return (value) => (Array.isArray(value) ? `[${value.map((item: Value) => (item === null ? 'null' : one(item))).join(',')}]` : one(value));
}

function elementWriter(column: Column, scalar: Writer): Writer {
  if (column.type !== 'STRUCT') return scalar;
  const write = compile(column.fields ?? [], scalar);
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
