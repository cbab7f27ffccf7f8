import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { BqsyncError } from '@bqsync/errors';
import type { TableName } from '../data/rows.ts';
import type { TableDefinition } from '../tables/definitions.ts';
import type { Row, RowWriter } from './row-writer.ts';

/**
 * Rows as newline-delimited JSON: into `<folder>/<table>.ndjson`, replaced by the first batch of a process, or into one stream, each
 * row then carrying its table's name in `table`. Waits for a slow reader.
 */
export class NdjsonWriter implements RowWriter {
  readonly #to: string | Writable;
  readonly #files = new Map<TableName, WriteStream>();

  constructor(to: string | Writable) {
    this.#to = to;
  }

  async write(table: TableDefinition, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const tagged = typeof this.#to !== 'string';
    const text = rows.map((row) => `${JSON.stringify(tagged ? { table: table.name, ...row } : row)}\n`).join('');
    const out = typeof this.#to === 'string' ? await this.#file(this.#to, table.name) : this.#to;
    await new Promise<void>((resolve, reject) => {
      out.write(text, (error) => {
        if (error)
          reject(new BqsyncError('BQS_TARGET_UNAVAILABLE', `cannot write rows: ${error.message}`, { cause: error, retryable: false }));
        else resolve();
      });
    });
  }

  /** Resolves when all files are on disk. */
  async close(): Promise<void> {
    for (const file of this.#files.values()) {
      file.end();
      await finished(file);
    }
    this.#files.clear();
  }

  async #file(folder: string, table: TableName): Promise<WriteStream> {
    const open = this.#files.get(table);
    if (open !== undefined) return open;
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `cannot create the folder ${folder}`, {
        cause,
        retryable: false,
        hint: 'choose one that you can write to',
      });
    });
    const file = createWriteStream(join(folder, `${table}.ndjson`));
    // write() reports the failure itself; without a listener it would also end the process.
    file.on('error', () => undefined);
    this.#files.set(table, file);
    return file;
  }
}
