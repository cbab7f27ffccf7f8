import type { Batch, DataType } from '@uwdata/flechette';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { ByteBuffer } from './byte-buffer.ts';
import { batchOf, type ColumnBuilder, maskOf } from './column-builder.ts';
import { isValid, Validity } from './validity.ts';

/** STRUCT and RANGE. */
export class StructColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #children: readonly ColumnBuilder[];
  readonly #validity = new Validity();

  constructor(type: DataType, children: readonly ColumnBuilder[]) {
    this.#type = type;
    this.#children = children;
  }

  get byteLength(): number {
    return this.#children.reduce((sum, child) => sum + child.byteLength, 0);
  }

  append(vector: Vector, start: number, count: number): void {
    const end = start + count;
    const mask = maskOf(vector, end);
    this.#validity.append(mask, start, count);
    const vectors = this.#children.map((_, index) => duckdb.struct_vector_get_child(vector, index));
    // What the fields of a NULL hold is not defined, so it is not read.
    for (let row = start; row < end; ) {
      const valid = isValid(mask, row);
      let next = row + 1;
      while (next < end && isValid(mask, next) === valid) next += 1;
      for (const [index, child] of this.#children.entries()) {
        const own = vectors[index];
        if (valid && own !== undefined) child.append(own, row, next - row);
        else child.appendNulls(next - row);
      }
      row = next;
    }
  }

  appendNulls(count: number): void {
    this.#validity.appendAll(false, count);
    for (const child of this.#children) child.appendNulls(count);
  }

  finish(): Batch<unknown> {
    return batchOf(this.#type, this.#validity, undefined, { children: this.#children.map((child) => child.finish()) });
  }

  reset(): void {
    this.#validity.reset();
    for (const child of this.#children) child.reset();
  }
}

/** ARRAY; an absent one is empty, as BigQuery has it. */
export class ListColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #item: ColumnBuilder;
  readonly #validity = new Validity();
  readonly #offsets = new ByteBuffer();
  #items = 0;

  constructor(type: DataType, item: ColumnBuilder) {
    this.#type = type;
    this.#item = item;
    this.#pushOffset();
  }

  get byteLength(): number {
    return this.#offsets.length + this.#item.byteLength;
  }

  append(vector: Vector, start: number, count: number): void {
    const end = start + count;
    const mask = maskOf(vector, end);
    this.#validity.appendAll(true, count);
    const data = duckdb.vector_get_data(vector, end * 16);
    const entries = new BigUint64Array(data.buffer, data.byteOffset, end * 2);
    const child = duckdb.list_vector_get_child(vector);
    let from = 0;
    let to = 0;
    for (let row = start; row < end; row += 1) {
      const length = isValid(mask, row) ? Number(entries[row * 2 + 1] ?? 0n) : 0;
      if (length > 0) {
        const at = Number(entries[row * 2] ?? 0n);
        // Lists that lie one behind the other are taken at once.
        if (at !== to) {
          if (to > from) this.#item.append(child, from, to - from);
          from = at;
        }
        to = at + length;
      }
      this.#items += length;
      this.#pushOffset();
    }
    if (to > from) this.#item.append(child, from, to - from);
  }

  appendNulls(count: number): void {
    this.#validity.appendAll(true, count);
    for (let row = 0; row < count; row += 1) this.#pushOffset();
  }

  finish(): Batch<unknown> {
    const { bytes } = this.#offsets;
    const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    return batchOf(this.#type, this.#validity, undefined, { offsets, children: [this.#item.finish()] });
  }

  reset(): void {
    this.#validity.reset();
    this.#offsets.length = 4;
    this.#items = 0;
    this.#item.reset();
  }

  #pushOffset(): void {
    const at = this.#offsets.reserve(4);
    const { memory } = this.#offsets;
    memory[at] = this.#items;
    memory[at + 1] = this.#items >> 8;
    memory[at + 2] = this.#items >> 16;
    memory[at + 3] = this.#items >> 24;
  }
}
