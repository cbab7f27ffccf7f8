import type { Row, Value } from '@bqsync/core';

/** A row as JSON that loses nothing: integers beyond 2^53, bytes, NaN, the infinities and -0 are put as `{"$int":"…"}`, `{"$bytes":"…"}`, `{"$float":"…"}`. */
export function rowToJson(row: Row): string {
  return JSON.stringify(wrap(row));
}

export function rowFromJson(text: string): Row {
  return unwrap(JSON.parse(text)) as Row;
}

function wrap(value: Value): unknown {
  if (typeof value === 'bigint') return { $int: value.toString() };
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { $float: Object.is(value, -0) ? '-0' : String(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as Row).map(([name, field]) => [name.startsWith('$') ? `$${name}` : name, wrap(field)]);
  return Object.fromEntries(fields) as unknown;
}

function unwrap(value: unknown): Value {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== 'object' || value === null) return value as Value;
  const record = value as Readonly<Record<string, string>>;
  if (record['$int'] !== undefined) return BigInt(record['$int']);
  if (record['$float'] !== undefined) return Number(record['$float']);
  if (record['$bytes'] !== undefined) return Buffer.from(record['$bytes'], 'base64');
  return Object.fromEntries(Object.entries(record).map(([name, field]) => [name.startsWith('$$') ? name.slice(1) : name, unwrap(field)]));
}
