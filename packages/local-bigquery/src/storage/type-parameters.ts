import type { Field } from '../sql/contract.ts';
import { quoteText } from './sql-text.ts';
import { storageType } from './storage-type.ts';

/** An error where a value should be; unlike DuckDB's own function it may stand inside TRY. */
const raised = (message: string): string => `bq_raise(${quoteText(message)})`;

/** What BigQuery says of a NULL in an array that is stored or returned. */
export const nullElement = (name: string): string => `Array cannot have a null element; error in writing field ${name}`;

/** DuckDB expression: a value as a column of a parameterised type takes it, `STRING(10)` or `NUMERIC(5, 2)`; what does not fit is an error. */
export function checkedValue(field: Field, value: string): string {
  if (field.mode === 'REPEATED')
    return `CASE WHEN list_count(${value}) < len(${value}) THEN CAST(${raised(nullElement(field.name))} AS ${storageType(field)}) ELSE ${value} END`;
  if (field.maxLength !== undefined && (field.type === 'STRING' || field.type === 'BYTES')) {
    const length = field.type === 'STRING' ? `length(${value})` : `octet_length(${value})`;
    const message = `${field.name} has maximum length ${field.maxLength}`;
    return `CASE WHEN ${length} > ${field.maxLength} THEN ${field.type === 'BYTES' ? `CAST(${raised(message)} AS BLOB)` : raised(message)} ELSE ${value} END`;
  }
  if (field.precision !== undefined && field.type === 'NUMERIC') {
    const rounded = `bq_numeric_round(${value}, CAST(${field.scale ?? 0} AS BIGINT))`;
    const limit = `CAST('1${'0'.repeat(Math.min(29, field.precision - (field.scale ?? 0)))}' AS DECIMAL(38,9))`;
    const fits = field.precision - (field.scale ?? 0) >= 29 ? 'true' : `abs(${rounded}) < ${limit}`;
    const message = `${field.name} has precision ${field.precision} and scale ${field.scale ?? 0} but got a value that is not in range`;
    return `CASE WHEN ${value} IS NULL OR ${fits} THEN ${rounded} ELSE CAST(${raised(message)} AS DECIMAL(38,9)) END`;
  }
  return value;
}
