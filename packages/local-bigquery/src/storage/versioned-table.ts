import type { DuckDBConnection } from '@duckdb/node-api';
import type { Field, Partitioning } from '../sql/contract.ts';
import { columnBytes } from './logical-bytes.ts';
import { partitionStart } from './partition.ts';
import { quoteName } from './sql-text.ts';
import { elementType, storageType } from './storage-type.ts';
import { checkedValue } from './type-parameters.ts';

/** A table as it lies in DuckDB. */
export interface StoredShape {
  /** Its DuckDB name, quoted where needed. */
  readonly physical: string;
  readonly fields: readonly Field[];
  readonly partitioning: Partitioning | undefined;
}

// Names that BigQuery keeps for itself, so no column of a user can have them.
export const INSERTED = '"_ROW_TIMESTAMP_INSERTED"';
export const DELETED = '"_ROW_TIMESTAMP_DELETED"';
/** What the change history says of a row: see {@link FLAGS}. */
export const FLAG = '"_ROW_TIMESTAMP_FLAGS"';
/** The commit time that the change history shows, where it is not the time from which the row is visible. */
export const STAMP = '"_ROW_TIMESTAMP_STAMP"';
/** Names a row's place in the order in which rows are read, where a relation has one. */
export const POSITION = '"_ROW_TIMESTAMP_POSITION"';
/** Names a row's DuckDB row id, by which a statement changes it. */
export const ROW = '"_ROW_TIMESTAMP_ROW"';
export const PARTITION = '"_PARTITION_START"';

/** Bits of {@link FLAG}. */
export const FLAGS = { insertedByUpdate: 1, deletedByUpdate: 2, deletedByExpiry: 4 } as const;

/** The deletion time of a row that is not deleted. */
export const LIVE = 9_223_372_036_854_775_807n;

/** Columns that a table made by an older version of this package lacks. */
const ADDED_LATER = [`${FLAG} INTEGER DEFAULT 0`, `${STAMP} BIGINT`];

/** What a commit added to, or took from, one partition. */
export interface PartitionChange {
  readonly start: bigint | null;
  readonly rows: number;
  /** Logical bytes by column, in the order of the fields. */
  readonly bytes: readonly number[];
}

/** DuckDB's name of a field's column: another one than the field's where a column of that name was renamed, retyped or dropped. */
export const storedName = (field: Field): string => quoteName(field.stored ?? field.name);

export function createStatement(shape: StoredShape): string {
  const columns = shape.fields.map((field) => {
    const required = field.mode === 'REQUIRED' ? ' NOT NULL' : '';
    return `${storedName(field)} ${storageType(field)}${required}`;
  });
  const hidden = [`${INSERTED} BIGINT NOT NULL`, `${DELETED} BIGINT NOT NULL`, `${PARTITION} BIGINT`, ...ADDED_LATER];
  return `CREATE TABLE ${shape.physical} (${[...columns, ...hidden].join(', ')})`;
}

/** What brings a table of an older version of this package up to this one. */
export function upgradeStatements(shape: StoredShape): string[] {
  return ADDED_LATER.map((column) => `ALTER TABLE ${shape.physical} ADD COLUMN IF NOT EXISTS ${column}`);
}

/** The predicate of the rows that are visible at a commit time. */
export function visibleAt(micros: bigint): string {
  return `${INSERTED} <= ${micros} AND ${DELETED} > ${micros}`;
}

/** A field's value in its stored form; a nested field that was added or dropped since makes the types differ. */
function valueOf(field: Field): string {
  const column = storedName(field);
  return `${field.type === 'STRUCT' ? `CAST(${column} AS ${storageType(field)})` : column} AS ${quoteName(field.name)}`;
}

/** DuckDB relation: the rows that match, under their fields' names, with more columns where wanted. */
export function relationOf(shape: StoredShape, predicate: string, more: readonly string[] = []): string {
  return `(SELECT ${[...shape.fields.map(valueOf), ...more].join(', ')} FROM ${shape.physical} WHERE ${predicate})`;
}

/** Adds the rows of `source`, a DuckDB relation with the given columns; absent columns are NULL, absent arrays are empty. */
export async function insertRows(
  connection: DuckDBConnection,
  shape: StoredShape,
  source: string,
  columns: readonly string[],
  micros: bigint,
  options: InsertOptions = {},
): Promise<number> {
  const given = new Set(columns.map((name) => name.toLowerCase()));
  const values = shape.fields.map((field) => {
    const type = storageType(field);
    const fallback = options.defaults?.get(field.name.toLowerCase()) ?? 'NULL';
    const value = checkedValue(field, given.has(field.name.toLowerCase()) ? `${quoteName(field.name)}::${type}` : `(${fallback})::${type}`);
    return `${field.mode === 'REPEATED' ? `coalesce(${value}, [])` : value} AS ${quoteName(field.name)}`;
  });
  const explicit = given.has('_partitiontime') ? [`"_PARTITIONTIME" AS "_PARTITIONTIME"`] : [];
  const typed = `SELECT ${[...values, ...explicit].join(', ')} FROM ${source} AS given(${columns.map(quoteName).join(', ')})`;
  const stamp = options.stampMicros;
  const start = partitionStart(shape.partitioning, shape.fields, stamp ?? micros);
  const part = explicit.length > 0 ? `coalesce(epoch_us("_PARTITIONTIME"), ${start})` : start;
  const list = shape.fields.map((field) => quoteName(field.name)).join(', ');
  // By name: a column that was added later lies behind the hidden ones.
  const names = [...shape.fields.map(storedName), INSERTED, DELETED, PARTITION, FLAG, STAMP].join(', ');
  const result = await connection.run(
    `INSERT INTO ${shape.physical} (${names}) SELECT ${list}, ${micros}, ${LIVE}, ${part}, ${options.flags ?? 0}, ${stamp ?? 'NULL'} FROM (${typed})`,
  );
  return result.rowsChanged;
}

export interface InsertOptions {
  readonly flags?: number;
  /** The time that the change history shows; default: that of the commit. */
  readonly stampMicros?: bigint;
  /** DuckDB expressions of absent columns, by lower-case name. */
  readonly defaults?: ReadonlyMap<string, string>;
}

/** Ends the life of the rows that are visible at the commit and match `predicate` over the fields; they stay readable at earlier times. */
export async function deleteRows(
  connection: DuckDBConnection,
  shape: StoredShape,
  predicate: string,
  micros: bigint,
  alias = 'bq_target',
  flags = 0,
): Promise<number> {
  const matching =
    predicate === 'true'
      ? visibleAt(micros)
      : `rowid IN (SELECT ${ROW} FROM ${relationOf(shape, visibleAt(micros), [`rowid AS ${ROW}`, ...pseudoColumns(shape)])} AS ${quoteName(alias)} WHERE ${predicate})`;
  return endRows(connection, shape, matching, micros, flags);
}

/** Ends the life of rows by a predicate over the stored columns. */
export async function endRows(
  connection: DuckDBConnection,
  shape: StoredShape,
  matching: string,
  micros: bigint,
  flags = 0,
): Promise<number> {
  const flag = flags === 0 ? '' : `, ${FLAG} = ${FLAG} | ${flags}`;
  const result = await connection.run(`UPDATE ${shape.physical} SET ${DELETED} = ${micros}${flag} WHERE ${matching}`);
  return result.rowsChanged;
}

/** `_PARTITIONTIME` and `_PARTITIONDATE` of a table that is partitioned by ingestion time; rows of these commits have no partition yet. */
export function pseudoColumns(shape: StoredShape, buffered: readonly bigint[] = []): string[] {
  if (shape.partitioning?.field !== undefined || shape.partitioning === undefined) return [];
  const held = buffered.length === 0 ? '' : `WHEN ${INSERTED} IN (${buffered.join(', ')}) THEN NULL `;
  const start = held === '' ? PARTITION : `CASE ${held}ELSE ${PARTITION} END`;
  const time = `make_timestamptz(${start}) AS "_PARTITIONTIME"`;
  return shape.partitioning.unit === 'DAY' ? [time, `CAST(make_timestamp(${start}) AS DATE) AS "_PARTITIONDATE"`] : [time];
}

/** What the commit at `micros` inserted or deleted, by partition. */
export function changesOf(
  connection: DuckDBConnection,
  shape: StoredShape,
  kind: 'inserted' | 'deleted',
  micros: bigint,
): Promise<PartitionChange[]> {
  return aggregate(connection, shape, `${kind === 'inserted' ? `coalesce(${STAMP}, ${INSERTED})` : DELETED} = ${micros}`);
}

/** The rows visible at `micros`, by partition. */
export function partitionsAt(connection: DuckDBConnection, shape: StoredShape, micros: bigint): Promise<PartitionChange[]> {
  return aggregate(connection, shape, visibleAt(micros));
}

/** When each partition last changed, and when the table did. */
export async function lastChanges(connection: DuckDBConnection, shape: StoredShape): Promise<{ start: bigint | null; micros: bigint }[]> {
  const sql = `SELECT ${PARTITION}, max(greatest(${INSERTED}, CASE WHEN ${DELETED} < ${LIVE} THEN ${DELETED} ELSE 0 END)) FROM ${shape.physical} GROUP BY 1`;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(([start, micros]) => ({ start: start as bigint | null, micros: micros as bigint }));
}

/** Rows that match a predicate over the stored columns, by partition. */
export async function aggregate(connection: DuckDBConnection, shape: StoredShape, predicate: string): Promise<PartitionChange[]> {
  const sums = shape.fields.map((field) => `(${columnBytes(field)})::DOUBLE`);
  const reader = await connection.runAndReadAll(
    `SELECT ${[PARTITION, 'count(*)::DOUBLE', ...sums].join(', ')} FROM ${shape.physical} WHERE ${predicate} GROUP BY 1`,
  );
  return reader
    .getRows()
    .map(([start, rows, ...bytes]) => ({ start: start as bigint | null, rows: rows as number, bytes: bytes as number[] }));
}

/** What turns the column of `before` into that of `after`, which lies beside it under a name of its own. */
export function convertStatements(shape: StoredShape, before: Field, after: Field): string[] {
  const column = storedName(after);
  const type = storageType(after);
  return [
    `ALTER TABLE ${shape.physical} ADD COLUMN ${column} ${type}`,
    `UPDATE ${shape.physical} SET ${column} = ${converted(storedName(before), before, after)}`,
  ];
}

/** INT64 to NUMERIC and FLOAT64 are casts of DuckDB's; BIGNUMERIC is decimal text. */
function converted(value: string, before: Field, after: Field): string {
  if (after.mode === 'REPEATED') {
    const [from, to] = [before, after].map((field): Field => ({ ...field, mode: 'NULLABLE' }));
    return from && to && elementType(from) !== elementType(to) ? `list_transform(${value}, lambda x: ${converted('x', from, to)})` : value;
  }
  if (before.type === 'STRUCT' && after.type === 'STRUCT') {
    const fields = (after.fields ?? []).map((field) => {
      const old = before.fields?.find((f) => f.name.toLowerCase() === field.name.toLowerCase());
      return `${quoteName(field.name)} := ${old ? converted(`${value}.${quoteName(old.name)}`, old, field) : `NULL::${storageType(field)}`}`;
    });
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
  }
  if (before.type === 'NUMERIC' && after.type === 'BIGNUMERIC') return `bq_parse_bignumeric(CAST(${value} AS VARCHAR))`;
  return `CAST(${value} AS ${storageType(after)})`;
}
