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
  /** Of the last commit of rows that were not streamed. */
  #settledMicros = 0n;
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

  /** The shape with the columns that the table had at a commit time. */
  shapeAt(micros: bigint): StoredShape {
    const old = this.#record.history?.find(({ untilMicros }) => micros < BigInt(untilMicros));
    return old === undefined ? this.#shape : shapeOf({ ...this.#record, schema: old.schema });
  }

  applyCommit(inserted: readonly PartitionChange[], deleted: readonly PartitionChange[], micros: bigint, streamed = false): void {
    this.stats.apply(inserted, 1, micros);
    this.stats.apply(deleted, -1, micros);
    if (streamed) this.buffer.add(micros, inserted);
    else this.#settledMicros = micros;
  }

  /** {@link modifiedMicros} as somebody sees it who does not know yet what was streamed after a time. */
  modifiedMicrosAt(seenMicros: bigint): bigint {
    if (!this.buffer.hasAfter(seenMicros)) return this.modifiedMicros;
    const times = [BigInt(this.#record.modifiedMicros), this.#settledMicros, this.buffer.lastUntil(seenMicros)];
    return times.reduce((latest, time) => (time > latest ? time : latest));
  }

  /** Rows can be read and written only in a table. */
  requireRows(): void {
    if (this.#record.kind !== 'TABLE') {
      throw new ApiError('invalid', `${this.key} is not allowed for this operation because it is currently a ${this.#record.kind}.`);
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
