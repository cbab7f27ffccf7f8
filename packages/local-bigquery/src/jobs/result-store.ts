import type { DuckDBConnection } from '@duckdb/node-api';
import { ApiError } from '../http/api-error.ts';
import { toField, toWireField } from '../catalog/schema.ts';
import { RowStage } from '../rows/row-stage.ts';
import { wireDecoder } from '../rows/wire-decoder.ts';
import type { WireColumn, WireFormat } from '../rows/wire-sql.ts';
import { wireRow } from '../rows/wire-sql.ts';
import type { Field } from '../sql/contract.ts';
import { type Database, inTransaction } from '../storage/database.ts';
import { columnBytes } from '../storage/logical-bytes.ts';
import { quoteName } from '../storage/sql-text.ts';
import { storageType } from '../storage/storage-type.ts';
import { nullElement } from '../storage/type-parameters.ts';
import { POSITION } from '../storage/versioned-table.ts';
import type { ResultRecord } from './job.ts';

interface RowPage {
  /** Rows as JSON text, ready for an answer. */
  readonly rows: readonly string[];
  /** Index of the row after the page, if there is one. */
  readonly next?: number;
}

interface PageRequest {
  readonly start: number;
  readonly maxRows: number;
  /** A page ends after the row that reaches this; it always has one row. */
  readonly maxBytes: number;
  readonly format: WireFormat;
}

/** Up to this many rows a result is packed: a table of its own takes a third of a megabyte even for one row. */
const PACKED_ROWS = 500;

const PACKED = 'bq_results.packed';

/** An array with a NULL in it exists within a query only. */
async function refuseNullElements(connection: DuckDBConnection, table: string, fields: readonly Field[]): Promise<void> {
  for (const [index, field] of fields.entries()) {
    const test = nullTest(field, `c${index}`, 0);
    if (test === undefined) continue;
    const reader = await connection.runAndReadAll(`SELECT 1 FROM ${table} WHERE ${test} LIMIT 1`);
    if (reader.currentRowCount > 0) throw new ApiError('invalidQuery', nullElement(field.name));
  }
}

/** Predicate: an array in a value has a NULL; undefined where there can be none. */
function nullTest(field: Field, value: string, depth: number): string | undefined {
  const inner = (item: string): string | undefined => {
    if (field.type !== 'STRUCT') return undefined;
    const tests = (field.fields ?? []).flatMap((child) => nullTest(child, `${item}.${quoteName(child.name)}`, depth + 1) ?? []);
    return tests.length === 0 ? undefined : `(${tests.join(' OR ')})`;
  };
  if (field.mode !== 'REPEATED') return inner(value);
  const own = `list_count(${value}) < len(${value})`;
  const nested = inner(`e${depth}`);
  return nested === undefined ? own : `(${own} OR len(list_filter(${value}, lambda e${depth}: ${nested})) > 0)`;
}

/** Below this limit even a packed result can be too large. */
const SMALL_LIMIT = 1_000_000_000;

async function checkSize(connection: DuckDBConnection, table: string, fields: readonly Field[], maxBytes: number): Promise<void> {
  const sums = fields.map((field, index) => columnBytes({ ...field, stored: `c${index}` }));
  const reader = await connection.runAndReadAll(`SELECT (${['0', ...sums].join(' + ')})::DOUBLE FROM ${table}`);
  if (Number(reader.getRows()[0]?.[0]) <= maxBytes) return;
  throw new ApiError(
    'responseTooLarge',
    'Response too large to return. Consider specifying a destination table in your job configuration. For more details, see https://cloud.google.com/bigquery/troubleshooting-errors',
  );
}

/** Results of finished queries: a DuckDB table each, whose row ids are the rows' indexes, or rows in one table for all small ones. */
export class ResultStore {
  readonly #database: Database;
  #nextNumber = 1;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the schema, and drops results that no kept job has. */
  async open(kept: ReadonlySet<number>): Promise<void> {
    await this.#database.use(async (connection) => {
      await connection.run('CREATE SCHEMA IF NOT EXISTS bq_results');
      await connection.run(`CREATE TABLE IF NOT EXISTS ${PACKED} (number BIGINT, index BIGINT, int64_row VARCHAR, float_row VARCHAR)`);
      const reader = await connection.runAndReadAll(
        `SELECT substr(table_name, 2)::BIGINT, true FROM duckdb_tables() WHERE schema_name = 'bq_results' AND table_name <> 'packed'
         UNION ALL SELECT DISTINCT number, false FROM ${PACKED}`,
      );
      this.#nextNumber = Math.max(0, ...kept) + 1;
      for (const [value, hasTable] of reader.getRows()) {
        const number = Number(value);
        this.#nextNumber = Math.max(this.#nextNumber, number + 1);
        if (!kept.has(number)) await connection.run(dropStatement(number, hasTable !== true));
      }
    });
  }

  /** Runs a SELECT and keeps its rows. */
  async materialize(connection: DuckDBConnection, sql: string, fields: readonly Field[], maxBytes = Infinity): Promise<ResultRecord> {
    const number = this.#nextNumber++;
    const table = tableOf(number);
    const columns = fields.map((field, index) => `c${index} ${storageType(field)}`);
    const result = await inTransaction(connection, async () => {
      await connection.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
      const totalRows = (await connection.run(`INSERT INTO ${table} ${sql}`)).rowsChanged;
      await refuseNullElements(connection, table, fields);
      const packed = totalRows <= PACKED_ROWS;
      if (!packed || maxBytes < SMALL_LIMIT) await checkSize(connection, table, fields, maxBytes);
      if (packed) {
        const [int64, float] = [true, false].map((int64Timestamps) => wireRow(columnsOf(fields), { int64Timestamps }));
        // Row ids begin at 0 only once the table is committed, so the rows are counted.
        if (totalRows > 0)
          await connection.run(`INSERT INTO ${PACKED} SELECT ${number}, row_number() OVER () - 1, ${int64}, ${float} FROM ${table}`);
        await connection.run(`DROP TABLE ${table}`);
      }
      return { packed, totalRows };
    });
    return { number, schema: fields.map(toWireField), ...result };
  }

  drop(result: ResultRecord): Promise<unknown> {
    return this.#database.use((connection) => connection.run(dropStatement(result.number, result.packed)));
  }

  /** Runs `read` with a relation of the rows in their types, under their names, and with their {@link POSITION}. */
  use<T>(result: ResultRecord, read: (connection: DuckDBConnection, relation: string) => Promise<T>): Promise<T> {
    const fields = result.schema.map(toField);
    return this.#database.use(async (connection) => {
      if (!result.packed)
        return read(
          connection,
          relationOf(fields, tableOf(result.number), (_field, index) => `c${index}`),
        );
      const packed = await connection.runAndReadAll(`SELECT int64_row FROM ${PACKED} WHERE number = ${result.number} ORDER BY index`);
      return RowStage.use(connection, fields, async (stage) => {
        const decode = wireDecoder(fields);
        for (const [row] of packed.getRows()) stage.add(decode(String(row)));
        stage.flush();
        return read(
          connection,
          relationOf(fields, RowStage.relation, (field) => quoteName(field.name)),
        );
      });
    });
  }

  page(result: ResultRecord, fields: readonly Field[], request: PageRequest): Promise<RowPage> {
    const end = Math.min(result.totalRows, request.start + request.maxRows);
    if (request.start >= end) return Promise.resolve({ rows: [], ...(request.start < result.totalRows ? { next: request.start } : {}) });
    const range = (index: string): string => `${index} >= ${request.start} AND ${index} < ${end}`;
    const sql = result.packed
      ? `SELECT ${request.format.int64Timestamps ? 'int64_row' : 'float_row'} FROM ${PACKED} WHERE number = ${result.number} AND ${range('index')} ORDER BY index`
      : `SELECT ${wireRow(columnsOf(fields), request.format)} FROM ${tableOf(result.number)} WHERE ${range('rowid')}`;
    return this.#database.use(async (connection) => {
      const rows = await readRows(connection, sql, request.maxBytes);
      if (rows.length === 0) throw new ApiError('backendError', `the rows of result ${result.number} from ${request.start} cannot be read`);
      const next = request.start + rows.length;
      return { rows, ...(next < result.totalRows ? { next } : {}) };
    });
  }
}

/** DuckDB relation: the rows of a result under their fields' names, with their place. */
function relationOf(fields: readonly Field[], table: string, column: (field: Field, index: number) => string): string {
  return `(SELECT ${fields.map((field, index) => `${column(field, index)} AS ${quoteName(field.name)}`).join(', ')}, rowid AS ${POSITION} FROM ${table})`;
}

function columnsOf(fields: readonly Field[]): WireColumn[] {
  return fields.map((field, index) => ({ field, value: `c${index}` }));
}

function dropStatement(number: number, packed: boolean): string {
  return packed ? `DELETE FROM ${PACKED} WHERE number = ${number}` : `DROP TABLE IF EXISTS ${tableOf(number)}`;
}

/** Reads one text column until its size reaches the limit. */
export async function readRows(connection: DuckDBConnection, sql: string, maxBytes: number): Promise<string[]> {
  const result = await connection.stream(sql);
  const rows: string[] = [];
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return rows;
    for (const row of chunk.getColumnValues(0) as string[]) {
      rows.push(row);
      bytes += row.length;
      if (bytes >= maxBytes) return rows;
    }
  }
}

function tableOf(number: number): string {
  return `bq_results.r${number}`;
}
