import { DuckDBDataChunk, type DuckDBAppender, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { Field } from '../sql/contract.ts';
import { quoteName } from '../storage/sql-text.ts';
import { storageType } from '../storage/storage-type.ts';

const CHUNK_ROWS = 2048;

/** Encoded rows on their way into a table: a temporary table of its connection, filled in chunks. */
export class RowStage {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  #columns: DuckDBValue[][];
  #pending = 0;
  rows = 0;

  private constructor(appender: DuckDBAppender, columnCount: number) {
    this.#appender = appender;
    this.#types = Array.from({ length: columnCount }, (_, index) => appender.columnType(index));
    this.#columns = this.#empty();
  }

  static readonly relation = 'temp.stage';

  static async use<T>(connection: DuckDBConnection, fields: readonly Field[], task: (stage: RowStage) => Promise<T>): Promise<T> {
    const columns = fields.map((field) => `${quoteName(field.name)} ${storageType(field)}`);
    await connection.run(`CREATE OR REPLACE TEMP TABLE stage (${columns.join(', ')})`);
    try {
      const appender = await connection.createAppender('stage', null, 'temp');
      const stage = new RowStage(appender, fields.length);
      try {
        return await task(stage);
      } finally {
        appender.closeSync();
      }
    } finally {
      await connection.run('DROP TABLE temp.stage');
    }
  }

  add(values: readonly DuckDBValue[]): void {
    for (const [index, column] of this.#columns.entries()) column[this.#pending] = values[index] ?? null;
    this.#pending += 1;
    this.rows += 1;
    if (this.#pending === CHUNK_ROWS) this.#append();
  }

  /** All rows are in the temporary table after this. */
  flush(): void {
    if (this.#pending > 0) this.#append();
    this.#appender.flushSync();
  }

  #append(): void {
    const chunk = DuckDBDataChunk.create(this.#types, this.#pending);
    for (const [index, column] of this.#columns.entries()) chunk.setColumnValues(index, column);
    this.#appender.appendDataChunk(chunk);
    this.#columns = this.#empty();
    this.#pending = 0;
  }

  #empty(): DuckDBValue[][] {
    return this.#types.map(() => []);
  }
}
