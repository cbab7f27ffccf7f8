import duckdb, { type DataChunk } from '@duckdb/node-bindings';
import { columnBuilder } from './arrow-schema.ts';
import { batchMessage } from './arrow-message.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { type ReadStream, streamStatement } from './read-session.ts';

/** A record batch ends here, or where its bytes do. */
const BATCH_ROWS = 8_192;

export interface RowBatch {
  /** One encapsulated Arrow message. */
  readonly message: Uint8Array;
  readonly rows: number;
}

/** Hands the rows of a stream from an offset on to `write`, in batches of about `batchBytes`; it stops when `write` answers false. */
export async function readBatches(
  stream: ReadStream,
  offset: number,
  batchBytes: number,
  write: (batch: RowBatch) => Promise<boolean>,
): Promise<void> {
  const { session } = stream;
  await session.source.use(async (connection, relation) => {
    const result = await connection.stream(streamStatement(stream, relation, offset));
    const batch = new BatchBuilder(stream, batchBytes);
    for (;;) {
      const chunk = await result.fetchChunk();
      const rowCount = chunk?.rowCount ?? 0;
      if (!chunk || rowCount === 0) break;
      const raw = chunk.chunk as DataChunk;
      const vectors = session.fields.map((_, index) => duckdb.data_chunk_get_vector(raw, index));
      for (let row = 0; row < rowCount; ) {
        const take = Math.min(batch.room, rowCount - row);
        batch.append(vectors, row, take);
        row += take;
        if (batch.isFull && !(await write(batch.finish()))) return;
      }
    }
    if (batch.rows > 0) await write(batch.finish());
  });
}

class BatchBuilder {
  readonly #stream: ReadStream;
  readonly #columns: readonly ColumnBuilder[];
  readonly #batchBytes: number;
  rows = 0;
  #rowBytes: number | undefined;

  constructor(stream: ReadStream, batchBytes: number) {
    this.#stream = stream;
    this.#batchBytes = batchBytes;
    this.#columns = stream.session.fields.map(columnBuilder);
  }

  /** How many more rows it should take at once: at most as many as are expected to fill it, by the rows before. */
  get room(): number {
    const bytes = this.#bytes();
    const rowBytes = this.rows > 0 ? bytes / this.rows : this.#rowBytes;
    if (rowBytes === undefined) return 1;
    return Math.max(1, Math.min(BATCH_ROWS - this.rows, Math.ceil((this.#batchBytes - bytes) / Math.max(1, rowBytes))));
  }

  get isFull(): boolean {
    return this.rows >= BATCH_ROWS || this.#bytes() >= this.#batchBytes;
  }

  append(vectors: readonly Parameters<ColumnBuilder['append']>[0][], start: number, count: number): void {
    for (const [index, column] of this.#columns.entries()) {
      const vector = vectors[index];
      if (vector !== undefined) column.append(vector, start, count);
    }
    this.rows += count;
  }

  finish(): RowBatch {
    const { rows } = this;
    this.#rowBytes = this.#bytes() / rows;
    const message = batchMessage(
      this.#stream.session.arrow,
      this.#columns.map((column) => column.finish()),
    );
    for (const column of this.#columns) column.reset();
    this.rows = 0;
    return { message, rows };
  }

  #bytes(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0);
  }
}
