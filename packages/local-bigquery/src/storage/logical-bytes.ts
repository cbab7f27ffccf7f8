import type { Field, FieldType } from '../sql/contract.ts';
import { quoteName } from './sql-text.ts';

/** Types whose values all have one size, as BigQuery charges for them. */
const FIXED: Partial<Record<FieldType, number>> = {
  INT64: 8,
  FLOAT64: 8,
  TIMESTAMP: 8,
  DATETIME: 8,
  DATE: 8,
  TIME: 8,
  BOOL: 1,
  NUMERIC: 16,
  BIGNUMERIC: 32,
  INTERVAL: 16,
  RANGE: 16,
};

/** DuckDB aggregate over a table's rows: the logical bytes of one column, HUGEINT, 0 without rows. */
export function columnBytes(field: Field): string {
  const column = quoteName(field.stored ?? field.name);
  const fixed = field.mode === 'REPEATED' ? undefined : FIXED[field.type];
  return fixed === undefined ? `coalesce(sum(${valueBytes(field, column)}), 0)` : `${fixed} * count(${column})`;
}

/** DuckDB expression: the logical bytes of one value; a NULL costs nothing. */
function valueBytes(field: Field, value: string, depth = 0): string {
  if (field.mode === 'REPEATED') {
    const item = `e${depth}`;
    return `coalesce(list_sum(list_transform(${value}, lambda ${item}: ${elementBytes(field, item, depth + 1)})), 0)`;
  }
  return elementBytes(field, value, depth);
}

function elementBytes(field: Field, value: string, depth: number): string {
  const fixed = FIXED[field.type];
  if (fixed !== undefined) return `CASE WHEN ${value} IS NULL THEN 0 ELSE ${fixed} END`;
  if (field.type === 'STRUCT') {
    const parts = (field.fields ?? []).map((child) => valueBytes(child, `${value}.${quoteName(child.name)}`, depth));
    return parts.length === 0 ? '0' : `(${parts.join(' + ')})`;
  }
  if (field.type === 'BYTES') return `coalesce(2 + octet_length(${value}), 0)`;
  if (field.type === 'STRING') return `coalesce(2 + strlen(${value}), 0)`;
  return `coalesce(strlen(${value}::VARCHAR), 0)`;
}
