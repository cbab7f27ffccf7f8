import { Batch, type DataType } from '@uwdata/flechette';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { ByteBuffer } from './byte-buffer.ts';
import { Validity } from './validity.ts';

/**
 * Gathers the values of one column from DuckDB's vectors, in Arrow's layout. Most types lie in memory alike in both, so that
 * whole runs are copied and no value becomes a JavaScript one.
 */
export interface ColumnBuilder {
  /** Adds the values `start` to `start + count` of a vector. */
  append(vector: Vector, start: number, count: number): void;
  appendNulls(count: number): void;
  /** What the column takes so far, in bytes. */
  readonly byteLength: number;
  /** The column of a record batch, in memory that the next batch takes again. */
  finish(): Batch<unknown>;
  /** Begins the next batch. */
  reset(): void;
}

/** The validity mask of a vector's first `count` values, or null where all are valid. */
export function maskOf(vector: Vector, count: number): Uint8Array | null {
  // The binding answers null for a vector without a mask, whatever its typings say.
  return duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8);
}

/** A type whose values have one size, the same in DuckDB and in Arrow. */
export class FixedColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #width: number;
  readonly #validity = new Validity();
  readonly #values = new ByteBuffer();

  constructor(type: DataType, width: number) {
    this.#type = type;
    this.#width = width;
  }

  get byteLength(): number {
    return this.#values.length;
  }

  append(vector: Vector, start: number, count: number): void {
    const end = start + count;
    this.#validity.append(maskOf(vector, end), start, count);
    this.#values.push(duckdb.vector_get_data(vector, end * this.#width).subarray(start * this.#width));
  }

  appendNulls(count: number): void {
    this.#validity.appendAll(false, count);
    const at = this.#values.reserve(count * this.#width);
    this.#values.memory.fill(0, at, this.#values.length);
  }

  finish(): Batch<unknown> {
    return batchOf(this.#type, this.#validity, this.#values.bytes);
  }

  reset(): void {
    this.#validity.reset();
    this.#values.length = 0;
  }
}

/** A byte each in DuckDB, a bit each in Arrow. */
export class BoolColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #validity = new Validity();
  readonly #values = new Validity();

  constructor(type: DataType) {
    this.#type = type;
  }

  get byteLength(): number {
    return this.#values.length >> 3;
  }

  append(vector: Vector, start: number, count: number): void {
    const end = start + count;
    this.#validity.append(maskOf(vector, end), start, count);
    const bytes = duckdb.vector_get_data(vector, end);
    for (let row = start; row < end; row += 1) this.#values.appendAll(bytes[row] === 1, 1);
  }

  appendNulls(count: number): void {
    this.#validity.appendAll(false, count);
    this.#values.appendAll(false, count);
  }

  finish(): Batch<unknown> {
    const { bits, length } = this.#values;
    return batchOf(this.#type, this.#validity, bits.length > 0 ? bits : new Uint8Array((length + 7) >> 3).fill(0xff));
  }

  reset(): void {
    this.#validity.reset();
    this.#values.reset();
  }
}

/** Months, days and microseconds in DuckDB; months, days and nanoseconds in Arrow. */
export class IntervalColumn extends FixedColumn {
  constructor(type: DataType) {
    super(type, 16);
  }

  override finish(): Batch<unknown> {
    const batch = super.finish();
    const { values } = batch;
    if (values instanceof Uint8Array) {
      const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
      for (let at = 8; at < values.byteLength; at += 16) view.setBigInt64(at, view.getBigInt64(at, true) * 1000n, true);
    }
    return batch;
  }
}

export function batchOf(
  type: DataType,
  validity: Validity,
  values: Uint8Array | undefined,
  rest: { readonly offsets?: Int32Array; readonly children?: Batch<unknown>[] } = {},
): Batch<unknown> {
  return new Batch<unknown>({
    type,
    length: validity.length,
    nullCount: validity.nullCount,
    validity: validity.nullCount > 0 ? validity.bits : new Uint8Array(0),
    ...(values ? { values } : {}),
    ...rest,
  });
}
