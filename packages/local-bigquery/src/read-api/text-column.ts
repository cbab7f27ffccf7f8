import type { Batch, DataType } from '@uwdata/flechette';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { ByteBuffer } from './byte-buffer.ts';
import { batchOf, type ColumnBuilder, maskOf } from './column-builder.ts';
import { isValid, Validity } from './validity.ts';

/** DuckDB keeps up to this many bytes of a text beside its length, and longer ones elsewhere, by a pointer. */
const INLINE = 12;
const WORDS = 4;

/** STRING, JSON, GEOGRAPHY and BYTES. */
export class TextColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #validity = new Validity();
  readonly #values = new ByteBuffer();
  readonly #offsets = new ByteBuffer();

  constructor(type: DataType) {
    this.#type = type;
    // The first text begins at 0.
    this.#offsets.reserve(4);
  }

  get byteLength(): number {
    return this.#values.length + this.#offsets.length;
  }

  append(vector: Vector, start: number, count: number): void {
    const end = start + count;
    const mask = maskOf(vector, end);
    const entries = duckdb.vector_get_data(vector, end * WORDS * 4);
    const words = new Uint32Array(entries.buffer, entries.byteOffset, end * WORDS);
    this.#validity.append(mask, start, count);
    let total = 0;
    for (let row = start; row < end; row += 1) if (isValid(mask, row)) total += words[row * WORDS] ?? 0;
    let to = this.#values.reserve(total);
    const target = this.#values.memory;
    const offsets = this.#reserveOffsets(count);
    const run = new PointerRun(entries, target);
    for (let row = start; row < end; row += 1) {
      const length = isValid(mask, row) ? (words[row * WORDS] ?? 0) : 0;
      if (length > INLINE) {
        run.add(row, pointerOf(words, row), length, to);
      } else {
        const from = row * WORDS * 4 + 4;
        for (let byte = 0; byte < length; byte += 1) target[to + byte] = entries[from + byte] ?? 0;
      }
      to += length;
      offsets[row - start] = to;
    }
    run.flush();
  }

  appendNulls(count: number): void {
    this.#validity.appendAll(false, count);
    this.#reserveOffsets(count).fill(this.#values.length);
  }

  /** The offsets of the next rows' ends. */
  #reserveOffsets(count: number): Int32Array {
    const at = this.#offsets.reserve(count * 4);
    return new Int32Array(this.#offsets.memory.buffer, this.#offsets.memory.byteOffset + at, count);
  }

  /** Every text, to be parsed; null for NULL. */
  texts(): (string | null)[] {
    const { bytes } = this.#values;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { bits, nullCount } = this.#validity;
    const mask = nullCount > 0 ? bits : null;
    const ends = this.#ends();
    return Array.from({ length: this.#validity.length }, (_, row) =>
      isValid(mask, row) ? buffer.toString('utf8', ends[row], ends[row + 1]) : null,
    );
  }

  #ends(): Int32Array {
    const { bytes } = this.#offsets;
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  }

  finish(): Batch<unknown> {
    return batchOf(this.#type, this.#validity, this.#values.bytes, { offsets: this.#ends() });
  }

  reset(): void {
    this.#validity.reset();
    this.#values.length = 0;
    // The first offset, which is 0, stays.
    this.#offsets.length = 4;
  }
}

function pointerOf(words: Uint32Array, row: number): number {
  // An address has 48 bits, so it is exact in a number.
  return (words[row * WORDS + 2] ?? 0) + (words[row * WORDS + 3] ?? 0) * 2 ** 32;
}

/**
 * Copies long texts. Each look behind a pointer is a call into the binding, so texts that lie side by side, as most of one
 * vector do, are fetched by one.
 */
class PointerRun {
  readonly #entries: Uint8Array;
  readonly #target: Uint8Array;
  #low = 0;
  #high = 0;
  #lowRow = -1;
  #places: { from: number; length: number; to: number }[] = [];

  constructor(entries: Uint8Array, target: Uint8Array) {
    this.#entries = entries;
    this.#target = target;
  }

  add(row: number, pointer: number, length: number, to: number): void {
    const last = this.#places.at(-1);
    if (last !== undefined && pointer === this.#high) {
      this.#high += length;
      if (last.to + last.length === to && last.from + last.length === pointer) {
        last.length += length;
        return;
      }
    } else if (last !== undefined && pointer + length === this.#low) {
      this.#low = pointer;
      this.#lowRow = row;
    } else {
      this.flush();
      this.#low = pointer;
      this.#high = pointer + length;
      this.#lowRow = row;
    }
    this.#places.push({ from: pointer, length, to });
  }

  flush(): void {
    if (this.#places.length === 0) return;
    const place = this.#entries.byteOffset + this.#lowRow * WORDS * 4 + 8;
    const bytes = duckdb.get_data_from_pointer(this.#entries.buffer as ArrayBuffer, place, this.#high - this.#low);
    for (const { from, length, to } of this.#places) {
      const at = from - this.#low;
      this.#target.set(at === 0 && length === bytes.length ? bytes : bytes.subarray(at, at + length), to);
    }
    this.#places = [];
  }
}
