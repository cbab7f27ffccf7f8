import { ApiError } from '../http/api-error.ts';
import type { Field } from '../sql/contract.ts';
import { TableStats } from '../storage/table-stats.ts';
import type { PartitionChange, StoredShape } from '../storage/versioned-table.ts';
import { quoteName } from '../storage/sql-text.ts';
import { type TableRecord, tableKey } from './records.ts';
import { toField } from './schema.ts';
import type { StreamingBuffer } from './streaming-buffer.ts';

/** A table that is in use: its record, what is known of its rows, and what streams in. */
export class Table {
  readonly stats = new TableStats();
  readonly buffer: StreamingBuffer;
  #record: TableRecord;
  #shape: StoredShape;

  constructor(record: TableRecord, buffer: StreamingBuffer) {
    this.#record = record;
    this.#shape = shapeOf(record);
    this.buffer = buffer;
  }

  get record(): TableRecord {
    return this.#record;
  }

  get shape(): StoredShape {
    return this.#shape;
  }

  get fields(): readonly Field[] {
    return this.#shape.fields;
  }

  get key(): string {
    const { project, dataset, table } = this.#record;
    return tableKey(project, dataset, table);
  }

  /** Of metadata or rows, whichever is later. */
  get modifiedMicros(): bigint {
    const metadata = BigInt(this.#record.modifiedMicros);
    return this.stats.modifiedMicros > metadata ? this.stats.modifiedMicros : metadata;
  }

  replaceRecord(record: TableRecord): void {
    this.#record = record;
    this.#shape = shapeOf(record);
  }

  applyCommit(inserted: readonly PartitionChange[], deleted: readonly PartitionChange[], micros: bigint): void {
    this.stats.apply(inserted, 1, micros);
    this.stats.apply(deleted, -1, micros);
  }

  /** Rows can be read and written only in a table. */
  requireRows(): void {
    if (this.#record.kind === 'VIEW') {
      throw new ApiError(
        'invalid',
        `${this.key} is a view: the local BigQuery keeps its metadata only, its rows cannot be read or written`,
      );
    }
  }
}

function shapeOf(record: TableRecord): StoredShape {
  return {
    physical: `bq_data.${quoteName(`t${record.number}`)}`,
    fields: record.schema.map(toField),
    partitioning: record.partitioning,
  };
}
