import type { DuckDBConnection } from '@duckdb/node-api';
import type { Field, Partitioning } from '../sql/contract.ts';
import { columnBytes } from './logical-bytes.ts';
import { partitionStart } from './partition.ts';
import { quoteName } from './sql-text.ts';
import { storageType } from './storage-type.ts';

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
/** Names a row's place in the order in which rows are read, where a relation has one. */
export const POSITION = '"_ROW_TIMESTAMP_POSITION"';
const PARTITION = '"_PARTITION_START"';

/** The deletion time of a row that is not deleted. */
export const LIVE = 9_223_372_036_854_775_807n;

/** What a commit added to, or took from, one partition. */
export interface PartitionChange {
  readonly start: bigint | null;
  readonly rows: number;
  /** Logical bytes by column, in the order of the fields. */
  readonly bytes: readonly number[];
}

export function createStatement(shape: StoredShape): string {
  const columns = shape.fields.map((field) => {
    const required = field.mode === 'REQUIRED' ? ' NOT NULL' : '';
    return `${quoteName(field.name)} ${storageType(field)}${required}`;
  });
  return `CREATE TABLE ${shape.physical} (${[...columns, `${INSERTED} BIGINT NOT NULL`, `${DELETED} BIGINT NOT NULL`, `${PARTITION} BIGINT`].join(', ')})`;
}

/** The predicate of the rows that are visible at a commit time. */
export function visibleAt(micros: bigint): string {
  return `${INSERTED} <= ${micros} AND ${DELETED} > ${micros}`;
}

/** The rows visible at a commit time, without hidden columns, to be put after FROM. */
export function relationAt(shape: StoredShape, micros: bigint): string {
  const columns = shape.fields.map((field) => quoteName(field.name)).join(', ');
  return `(SELECT ${columns} FROM ${shape.physical} WHERE ${visibleAt(micros)})`;
}

/** Adds the rows of `source`, a DuckDB relation with the given columns; absent columns are NULL, absent arrays are empty. */
export async function insertRows(
  connection: DuckDBConnection,
  shape: StoredShape,
  source: string,
  columns: readonly string[],
  micros: bigint,
): Promise<number> {
  const given = new Set(columns.map((name) => name.toLowerCase()));
  const values = shape.fields.map((field) => {
    const type = storageType(field);
    const value = given.has(field.name.toLowerCase()) ? `${quoteName(field.name)}::${type}` : `NULL::${type}`;
    return `${field.mode === 'REPEATED' ? `coalesce(${value}, [])` : value} AS ${quoteName(field.name)}`;
  });
  const typed = `SELECT ${values.join(', ')} FROM ${source} AS given(${columns.map(quoteName).join(', ')})`;
  const part = partitionStart(shape.partitioning, shape.fields, micros);
  // By name: a column that was added later lies behind the hidden ones.
  const names = [...shape.fields.map((field) => quoteName(field.name)), INSERTED, DELETED, PARTITION].join(', ');
  const result = await connection.run(`INSERT INTO ${shape.physical} (${names}) SELECT *, ${micros}, ${LIVE}, ${part} FROM (${typed})`);
  return result.rowsChanged;
}

/** Ends the life of the visible rows that match; they stay readable at earlier times. */
export async function deleteRows(
  connection: DuckDBConnection,
  shape: StoredShape,
  predicate: string,
  micros: bigint,
  alias?: string,
): Promise<number> {
  const target = alias === undefined ? shape.physical : `${shape.physical} AS ${quoteName(alias)}`;
  const result = await connection.run(`UPDATE ${target} SET ${DELETED} = ${micros} WHERE ${DELETED} = ${LIVE} AND (${predicate})`);
  return result.rowsChanged;
}

/** What the commit at `micros` inserted or deleted, by partition. */
export function changesOf(
  connection: DuckDBConnection,
  shape: StoredShape,
  kind: 'inserted' | 'deleted',
  micros: bigint,
): Promise<PartitionChange[]> {
  return aggregate(connection, shape, `${kind === 'inserted' ? INSERTED : DELETED} = ${micros}`);
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

async function aggregate(connection: DuckDBConnection, shape: StoredShape, predicate: string): Promise<PartitionChange[]> {
  const sums = shape.fields.map((field) => `(${columnBytes(field)})::DOUBLE`);
  const reader = await connection.runAndReadAll(
    `SELECT ${[PARTITION, 'count(*)::DOUBLE', ...sums].join(', ')} FROM ${shape.physical} WHERE ${predicate} GROUP BY 1`,
  );
  return reader
    .getRows()
    .map(([start, rows, ...bytes]) => ({ start: start as bigint | null, rows: rows as number, bytes: bytes as number[] }));
}
