import { type Batch, type DataType, utf8 } from '@uwdata/flechette';
import type { Vector } from '@duckdb/node-bindings';
import { batchOf, type ColumnBuilder } from './column-builder.ts';
import { TextColumn } from './text-column.ts';
import { Validity } from './validity.ts';

const WIDTH = 32;
const SCALE = 38;

/** Decimal text in DuckDB, a whole number of 256 bits with 38 decimals in Arrow. */
export class BigNumericColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #texts = new TextColumn(utf8());

  constructor(type: DataType) {
    this.#type = type;
  }

  get byteLength(): number {
    return this.#texts.byteLength;
  }

  append(vector: Vector, start: number, count: number): void {
    this.#texts.append(vector, start, count);
  }

  appendNulls(count: number): void {
    this.#texts.appendNulls(count);
  }

  finish(): Batch<unknown> {
    const texts = this.#texts.texts();
    const validity = new Validity();
    const values = new BigUint64Array((texts.length * WIDTH) / 8);
    for (const [row, text] of texts.entries()) {
      validity.appendAll(text !== null, 1);
      let rest = BigInt.asUintN(256, text === null ? 0n : scaled(text));
      for (let word = 0; word < 4; word += 1) {
        values[row * 4 + word] = BigInt.asUintN(64, rest);
        rest >>= 64n;
      }
    }
    return batchOf(this.#type, validity, new Uint8Array(values.buffer));
  }

  reset(): void {
    this.#texts.reset();
  }
}

function scaled(text: string): bigint {
  const [whole = '0', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(SCALE, '0'));
}
