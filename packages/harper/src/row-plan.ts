import {
  type Column,
  compileCanonical,
  type KeyedRow,
  type Micros,
  micros,
  parseInstant,
  type RejectedRow,
  type TargetKey,
  type Value,
} from '@bqsync/core';
import type { HarperAttribute, HarperRecord } from './harper-runtime.ts';
import { conversionOf, type Convert, renamedFields, restoredNames } from './convert-value.ts';
import { Unstorable } from './plain-value.ts';
import { sampleOf } from './row-sample.ts';
import { storedAttribute, whyRenamed } from './stored-name.ts';

/** The attribute of every synced row that holds its snapshot: an instant with six digits. */
export const SYNCED_AT = '_syncedAt';

/** Harper refuses keys from about 1,980 bytes on. */
const MAX_KEY_BYTES = 1_900;

export interface TargetShape {
  readonly primaryKey: string;
  readonly attributes: readonly HarperAttribute[];
  /** No undeclared attributes allowed. */
  readonly sealed: boolean;
}

/** Where a source column is stored. */
export interface StoredColumn {
  readonly column: Column;
  readonly attribute: string;
}

/** How the rows of one source table become records of one target table; compiled once. */
export interface RowPlan {
  readonly primaryKey: string;
  readonly columns: readonly StoredColumn[];
  /** The attribute of the cursor column. */
  readonly cursor: string | undefined;
  /** Attributes that two rows are compared by. */
  readonly compared: ReadonlySet<string>;
  /** Attributes of a stored record that say nothing of its content: its key, its snapshot, what Harper fills in itself. */
  readonly uncompared: ReadonlySet<string>;
  /** A record's content as text, so that two can be put in order; the same text for the same values. */
  contentOf(record: HarperRecord): string;
  /** How many attributes a stored record has. */
  readonly width: number;
  readonly notices: readonly string[];
  /** Why the target cannot hold the columns; a plan with problems is not used. */
  readonly problems: readonly string[];
  /** The record of a row; a row that cannot be stored goes to `rejected`, with the reason, instead. */
  convert(row: KeyedRow, syncedAt: string, rejected: RejectedRow[]): HarperRecord | undefined;
}

interface Field {
  readonly source: string;
  readonly attribute: string;
  readonly convert: Convert;
  readonly required: boolean;
}

/**
 * Maps columns to attributes. A column whose name is taken in the target (by the primary key that it is not, by what Harper fills in itself, by
 * Harper's or JavaScript's own names) is stored as `source_<name>`: see {@link storedAttribute}.
 */
export function storedColumns(columns: readonly Column[], key: TargetKey, shape: TargetShape): readonly StoredColumn[] {
  const taken = takenNames(shape);
  const stored: StoredColumn[] = [];
  for (const column of columns) {
    // The record's key is this column's text already.
    if (isKeyItself(column.name, key, shape.primaryKey)) continue;
    stored.push({ column, attribute: storedAttribute(column.name, taken) });
  }
  return stored;
}

const NONE: ReadonlySet<string> = new Set();

function takenNames(shape: TargetShape): ReadonlySet<string> {
  const filled = shape.attributes.filter(isFilledByHarper).map(({ name }) => name);
  return new Set([SYNCED_AT, shape.primaryKey, ...filled]);
}

export function compileRowPlan(columns: readonly Column[], cursorColumn: string, key: TargetKey, shape: TargetShape): RowPlan {
  const declared = new Map(shape.attributes.map((attribute) => [attribute.name, attribute]));
  const stored = storedColumns(columns, key, shape);
  const taken = takenNames(shape);
  const notices: string[] = [];
  const problems: string[] = [];
  const fields: Field[] = [];
  for (const { column, attribute } of stored) {
    const declaration = declared.get(attribute);
    if (attribute !== column.name) notices.push(`Column "${column.name}" is stored as "${attribute}": ${whyRenamed(column.name, taken)}.`);
    for (const [field, as] of renamedFields(column)) {
      notices.push(
        `Field "${column.name}.${field}" is stored as "${attribute}.${as}": ${whyRenamed(field.slice(field.lastIndexOf('.') + 1), NONE)}.`,
      );
    }
    if (declaration === undefined && shape.sealed) problems.push(`the table is sealed and has no attribute "${attribute}"`);
    const conversion = conversionOf(column, declaration);
    if (conversion === undefined) {
      problems.push(`attribute "${attribute}" is ${typeName(declaration)}, which cannot hold ${columnTypeName(column)}`);
      continue;
    }
    if (conversion.lossy !== undefined) notices.push(`Column "${column.name}" (${columnTypeName(column)}) ${conversion.lossy}.`);
    fields.push({ source: column.name, attribute, convert: conversion.convert, required: declaration?.nullable === false });
  }
  problems.push(...shapeProblems(shape, new Set(fields.map((field) => field.attribute))));
  const assigned = shape.attributes.filter(isTimeOfHarper);
  return {
    primaryKey: shape.primaryKey,
    columns: stored,
    cursor: stored.find(({ column }) => column.name === cursorColumn)?.attribute,
    compared: new Set(fields.map((field) => field.attribute)),
    uncompared: new Set([shape.primaryKey, SYNCED_AT, ...assigned.map(({ name }) => name)]),
    contentOf: compileContent(stored),
    width: fields.length + 2 + assigned.length,
    notices,
    problems,
    convert: (row, syncedAt, rejected) => convertRow(fields, shape.primaryKey, row, syncedAt, rejected),
  };
}

/**
 * The cursor of a stored record, in microseconds; undefined if it has none or something that is no instant. A `Date` has lost its microseconds:
 * it lies up to a millisecond below.
 */
export function cursorInstant(plan: Pick<RowPlan, 'cursor' | 'primaryKey'>, record: Readonly<HarperRecord>): Micros | undefined {
  const value = record[plan.cursor ?? plan.primaryKey];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : micros(BigInt(value.getTime()) * 1000n);
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

function convertRow(
  fields: readonly Field[],
  primaryKey: string,
  { key, cursor, row }: KeyedRow,
  syncedAt: string,
  rejected: RejectedRow[],
): HarperRecord | undefined {
  let place: string | undefined;
  try {
    checkKey(key);
    const record: HarperRecord = { [primaryKey]: key };
    for (const { source, attribute, convert, required } of fields) {
      place = source;
      const value = Object.hasOwn(row, source) ? row[source] : undefined;
      if (value === undefined) throw new Unstorable('column-missing', 'missing from the row');
      if (value === null && required) throw new Unstorable('null-required', `NULL, but attribute "${attribute}" is required`);
      record[attribute] = value === null ? null : convert(value);
    }
    record[SYNCED_AT] = syncedAt;
    return record;
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    const message = place === undefined ? error.message : `column "${place}": ${error.message}`;
    rejected.push({ key, reason: error.reason, message, sample: sampleOf(row), cursor });
    return undefined;
  }
}

/** The order of content is core's, over what is stored instead of what was read, under the source's names. */
function compileContent(stored: readonly StoredColumn[]): (record: HarperRecord) => string {
  const canonical = compileCanonical(stored.map(({ column }) => column));
  const places = stored.map(({ column, attribute }) => ({ name: column.name, attribute, restore: restoredNames(column) }));
  return (record) => {
    const entries = places.map(({ name, attribute, restore }): [string, Value] => {
      const value = record[attribute];
      if (value instanceof Date) return [name, value.toISOString()];
      return [name, ((value === null || value === undefined || restore === undefined ? value : restore(value as Value)) ?? null) as Value];
    });
    // Unlike an assignment, it takes a column `__proto__` for one like others.
    return canonical(Object.fromEntries(entries));
  };
}

function checkKey(key: string): void {
  if (key === '') throw new Unstorable('key-empty', 'the key is empty');
  // Harper's key encoding uses them itself and reads long keys with them back as something else.
  if (LOWEST_CONTROLS.test(key)) throw new Unstorable('key-control', 'the key has a control character from U+0000 to U+0004');
  // Three bytes at most for each UTF-16 unit: short keys need no count.
  if (key.length * 3 <= MAX_KEY_BYTES) return;
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) throw new Unstorable('key-too-long', `the key has ${bytes} bytes, ${MAX_KEY_BYTES} fit`);
}

const LOWEST_CONTROLS = /[\u0000-\u0004]/;

function shapeProblems(shape: TargetShape, supplied: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const attribute of shape.attributes) {
    const { name } = attribute;
    if (name === shape.primaryKey) {
      if (!KEY_TYPES.has(attribute.type)) problems.push(`its primary key "${name}" is ${typeName(attribute)}: keys are text`);
    } else if (name === SYNCED_AT) {
      if (!SYNCED_AT_TYPES.has(attribute.type)) problems.push(`attribute "${SYNCED_AT}" is ${typeName(attribute)}: it holds text`);
    } else if (attribute.nullable === false && !supplied.has(name) && !isFilledByHarper(attribute)) {
      problems.push(`attribute "${name}" is required and no column supplies it`);
    }
  }
  if (shape.sealed && !shape.attributes.some(({ name }) => name === SYNCED_AT)) {
    problems.push(`the table is sealed and has no attribute "${SYNCED_AT}"`);
  }
  return problems;
}

const KEY_TYPES: ReadonlySet<string | undefined> = new Set([undefined, 'ID', 'String', 'Any']);
const SYNCED_AT_TYPES: ReadonlySet<string | undefined> = new Set([undefined, 'String', 'Any']);

function isKeyItself(column: string, key: TargetKey, primaryKey: string): boolean {
  return key.kind === 'columns' && key.columns.length === 1 && key.columns[0] === column && column === primaryKey;
}

/** Where a table was made without a schema, Harper keeps its times under these names. */
function isTimeOfHarper({ name, assignCreatedTime, assignUpdatedTime }: HarperAttribute): boolean {
  return assignCreatedTime === true || assignUpdatedTime === true || name === '__createdtime__' || name === '__updatedtime__';
}

function isFilledByHarper(attribute: HarperAttribute): boolean {
  return (
    isTimeOfHarper(attribute) ||
    (attribute.relationship !== undefined && attribute.relationship !== null) ||
    (attribute.computed !== undefined && attribute.computed !== null && attribute.computed !== false)
  );
}

function columnTypeName(column: Column): string {
  return column.repeated ? `ARRAY<${column.type}>` : column.type;
}

function typeName(attribute: HarperAttribute | undefined): string {
  return attribute?.type === 'array' ? `[${attribute.elements?.type ?? 'Any'}]` : (attribute?.type ?? 'Any');
}
