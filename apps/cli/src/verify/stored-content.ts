import { type Column, compileExact, compileKey, formatInstant, type Row, type TargetKey, type Value } from '@bqsync/core';
import { cursorInstant, type RowPlan, SYNCED_AT, type TargetShape } from '@bqsync/harper';
import type { StoredRecord } from '../harper/operations.ts';
import { type ValueText, valueText } from './value-text.ts';

/** A stored record as the checksums of BigQuery see its source row. */
export interface StoredContent {
  /** The UTC day of its cursor, `YYYY-MM-DD`; null: it has none. */
  readonly day: string | null;
  /** Undefined: no source row can be stored like this. */
  readonly text: string | undefined;
}

export type ReadContent = (record: StoredRecord) => StoredContent;

/**
 * Compiles how the content of stored records is read, or names the first column of which it cannot be: then rows have to be compared one by
 * one.
 */
export function storedContent(
  plan: RowPlan,
  shape: TargetShape,
  key: TargetKey,
  columns: readonly Column[],
): { readonly read: ReadContent } | { readonly without: Column } {
  const attributes = new Map(shape.attributes.map((attribute) => [attribute.name, attribute]));
  const places = new Map(plan.columns.map(({ column, attribute }) => [column.name, attribute]));
  const fields: { readonly name: string; readonly attribute: string; readonly textOf: ValueText }[] = [];
  for (const column of columns) {
    const attribute = places.get(column.name) ?? plan.primaryKey;
    // A column that is the key itself is stored as the key's text.
    const declaration = attribute === plan.primaryKey ? { name: attribute, type: 'ID' } : attributes.get(attribute);
    const textOf = valueText(column, declaration);
    const isHashedDifferently = key.kind === 'content' && column.type !== 'STRING' && declaration?.type === 'String';
    if (textOf === undefined || isHashedDifferently) return { without: column };
    fields.push({ name: column.name, attribute, textOf });
  }
  const filled = shape.attributes.filter((attribute) => attribute.assignCreatedTime === true || attribute.assignUpdatedTime === true);
  const known = new Set([plan.primaryKey, SYNCED_AT, ...plan.compared, ...filled.map(({ name }) => name)]);
  const keyOf = compileKey(key, columns);
  const exact = compileExact(columns);
  const floats = columns.filter(({ type }) => type === 'FLOAT64').map(({ name }) => name);

  const textOf = (record: StoredRecord): string | undefined => {
    let text = '';
    const values: [string, Value][] = [];
    for (const field of fields) {
      const value = record[field.attribute] ?? null;
      values.push([field.name, value as Value]);
      if (value === null) {
        text += '-';
        continue;
      }
      const part = field.textOf(value);
      if (part === undefined) return undefined;
      text += `${Buffer.byteLength(part)}:${part}`;
    }
    // Unlike an assignment, it takes a column `__proto__` for one like others.
    const row = Object.fromEntries(values);
    for (const name in record) if (!known.has(name) && record[name] !== null && record[name] !== undefined) return undefined;
    const isKey = (content?: string): boolean => {
      const keyed = keyOf(row, undefined, content);
      return keyed.ok && keyed.key === record[plan.primaryKey];
    };
    if (isKey()) return text;
    return key.kind === 'content' && key.ordinal && zeroSigns(row, floats).some((signed) => isKey(exact(signed))) ? text : undefined;
  };
  return {
    read: (record) => {
      const cursor = cursorInstant(plan, record);
      return { day: cursor === undefined ? null : formatInstant(cursor).slice(0, 10), text: textOf(record) };
    },
  };
}

/** Of a row with more zeros the day's rows are compared one by one. */
const MAX_ZEROS = 4;

/** The row with each of its zeros, and all sets of them, negative: Harper keeps no sign of zero, but the key of rows kept apart does. */
function zeroSigns(row: Row, floats: readonly string[]): Row[] {
  const zeros = floats.filter((name) => row[name] === 0);
  if (zeros.length > MAX_ZEROS) return [];
  return Array.from({ length: 2 ** zeros.length - 1 }, (_, at) => ({
    ...row,
    ...Object.fromEntries(zeros.filter((_name, bit) => ((at + 1) >> bit) & 1).map((name) => [name, -0])),
  }));
}
