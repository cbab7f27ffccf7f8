import type { DuckDBConnection } from '@duckdb/node-api';
import { toWireField } from '../catalog/schema.ts';
import type { WireColumn, WireFormat } from '../rows/wire-sql.ts';
import { wireRow } from '../rows/wire-sql.ts';
import type { Field } from '../sql/contract.ts';
import { type Database, inTransaction } from '../storage/database.ts';
import { storageType } from '../storage/storage-type.ts';
import type { ResultRecord } from './job.ts';

export interface RowPage {
  /** Rows as JSON text, ready for an answer. */
  readonly rows: readonly string[];
  /** Index of the row after the page, if there is one. */
  readonly next?: number;
}

export interface PageRequest {
  readonly start: number;
  readonly maxRows: number;
  /** A page ends after the row that reaches this; it always has one row. */
  readonly maxBytes: number;
  readonly format: WireFormat;
}

/** Results of finished queries, each a DuckDB table whose row ids are the rows' indexes. */
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
      const reader = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'bq_results'");
      for (const [name] of reader.getRows()) {
        const number = Number(String(name).slice(1));
        this.#nextNumber = Math.max(this.#nextNumber, number + 1);
        if (!kept.has(number)) await connection.run(`DROP TABLE ${tableOf(number)}`);
      }
    });
  }

  /** Runs a SELECT and keeps its rows. */
  async materialize(connection: DuckDBConnection, sql: string, fields: readonly Field[]): Promise<ResultRecord> {
    const number = this.#nextNumber++;
    const columns = fields.map((field, index) => `c${index} ${storageType(field)}`);
    const totalRows = await inTransaction(connection, async () => {
      await connection.run(`CREATE TABLE ${tableOf(number)} (${columns.join(', ')})`);
      return (await connection.run(`INSERT INTO ${tableOf(number)} ${sql}`)).rowsChanged;
    });
    return { number, schema: fields.map(toWireField), totalRows };
  }

  drop(result: ResultRecord): Promise<unknown> {
    return this.#database.use((connection) => connection.run(`DROP TABLE IF EXISTS ${tableOf(result.number)}`));
  }

  page(result: ResultRecord, fields: readonly Field[], request: PageRequest): Promise<RowPage> {
    const columns = fields.map((field, index): WireColumn => ({ field, value: `c${index}` }));
    const end = Math.min(result.totalRows, request.start + request.maxRows);
    if (request.start >= end) return Promise.resolve({ rows: [], ...(request.start < result.totalRows ? { next: request.start } : {}) });
    const sql = `SELECT ${wireRow(columns, request.format)} FROM ${tableOf(result.number)} WHERE rowid >= ${request.start} AND rowid < ${end}`;
    return this.#database.use(async (connection) => {
      const rows = await readRows(connection, sql, request.maxBytes);
      const next = request.start + rows.length;
      return { rows, ...(next < result.totalRows ? { next } : {}) };
    });
  }
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
