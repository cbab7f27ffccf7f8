import type { TableRecord } from './records.ts';
import type { WireField } from './schema.ts';

/** A new field; DuckDB's column gets a name of its own where the field's name is, or was, another column's. */
export function freshColumn(record: TableRecord, field: WireField, micros: bigint): WireField {
  const { stored: _stored, ...plain } = field;
  const taken = new Set<string>();
  for (const schema of [record.schema, ...(record.history ?? []).map((version) => version.schema)])
    for (const old of schema) taken.add((old.stored ?? old.name).toLowerCase());
  if (!taken.has(plain.name.toLowerCase())) return plain;
  return { ...plain, stored: `${plain.name}@${String(micros)}` };
}
