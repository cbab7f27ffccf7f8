import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WireField } from '../catalog/schema.ts';
import { invalid } from '../http/api-error.ts';
import { quoteString } from '../sql/quote.ts';
import { columnsOf, type FileType } from './parquet-types.ts';

/** A Parquet file that came with a request: DuckDB reads it from a folder of its own, which is gone when the load ends. */
export class ParquetFile {
  readonly #folder: string;
  readonly relation: string;
  readonly columns: readonly { readonly name: string; readonly type: FileType }[];

  private constructor(folder: string, relation: string, columns: ParquetFile['columns']) {
    this.#folder = folder;
    this.relation = relation;
    this.columns = columns;
  }

  static async receive(bytes: AsyncIterable<Buffer>, connection: DuckDBConnection): Promise<ParquetFile> {
    const folder = await mkdtemp(join(tmpdir(), 'bqsync-load-'));
    try {
      const path = join(folder, 'rows.parquet');
      const file = await open(path, 'w');
      try {
        for await (const chunk of bytes) await file.write(chunk);
      } finally {
        await file.close();
      }
      const relation = `read_parquet(${quoteString(path)})`;
      return new ParquetFile(folder, relation, await columnsOf(connection, relation));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (error instanceof Error && /parquet/i.test(error.message)) throw invalid(`Error while reading data: ${firstLine(error, folder)}`);
      throw error;
    }
  }

  /** The schema of a table that the file's columns fit. */
  schema(): WireField[] {
    return this.columns.map(({ name, type }) => type.field(name));
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const firstLine = (error: Error, folder: string): string => (error.message.split('\n', 1)[0] ?? '').replaceAll(folder, '');
