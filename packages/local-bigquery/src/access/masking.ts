import type { Field } from '../sql/contract.ts';
import { storageType } from '../storage/storage-type.ts';

/** Predefined masking rules of BigQuery's data policies. */
export const MASKING_RULES = [
  'ALWAYS_NULL',
  'DEFAULT_MASKING_VALUE',
  'SHA256',
  'FIRST_FOUR_CHARACTERS',
  'LAST_FOUR_CHARACTERS',
  'DATE_YEAR_MASK',
] as const;
export type MaskingRule = (typeof MASKING_RULES)[number];

/** The values of `DEFAULT_MASKING_VALUE`, as DuckDB text. */
const DEFAULTS: Partial<Record<Field['type'], string>> = {
  STRING: "''",
  BYTES: "''::BLOB",
  INT64: '0',
  FLOAT64: '0.0',
  NUMERIC: '0',
  BIGNUMERIC: "'0'",
  BOOL: 'false',
  TIMESTAMP: "TIMESTAMPTZ '1970-01-01 00:00:00+00'",
  DATE: "DATE '1970-01-01'",
  TIME: "TIME '00:00:00'",
  DATETIME: "TIMESTAMP '1970-01-01 00:00:00'",
  JSON: "'null'",
};

/** DuckDB expression: a column as a masked reader sees it. */
export function masked(field: Field, value: string, rule: MaskingRule): string {
  const type = storageType(field);
  if (field.mode === 'REPEATED') return `CAST([] AS ${type})`;
  const nothing = `CAST(NULL AS ${type})`;
  const typed = (sql: string): string => `CASE WHEN ${value} IS NULL THEN NULL ELSE CAST(${sql} AS ${type}) END`;
  switch (rule) {
    case 'ALWAYS_NULL':
      return nothing;
    case 'DEFAULT_MASKING_VALUE':
      return DEFAULTS[field.type] === undefined ? nothing : `CAST(${DEFAULTS[field.type] ?? 'NULL'} AS ${type})`;
    case 'SHA256':
      if (field.type === 'STRING') return typed(`to_base64(unhex(sha256(${value})))`);
      return field.type === 'BYTES' ? typed(`unhex(sha256(${value}))`) : nothing;
    case 'FIRST_FOUR_CHARACTERS':
      return field.type === 'STRING'
        ? typed(`CASE WHEN length(${value}) <= 4 THEN sha256(${value}) ELSE left(${value}, 4) || repeat('X', length(${value}) - 4) END`)
        : nothing;
    case 'LAST_FOUR_CHARACTERS':
      return field.type === 'STRING'
        ? typed(`CASE WHEN length(${value}) <= 4 THEN sha256(${value}) ELSE repeat('X', length(${value}) - 4) || right(${value}, 4) END`)
        : nothing;
    case 'DATE_YEAR_MASK':
      return ['DATE', 'DATETIME', 'TIMESTAMP'].includes(field.type)
        ? typed(`date_trunc('year', make_timestamp(epoch_us(${value})))`)
        : nothing;
  }
}
