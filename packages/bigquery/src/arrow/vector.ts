import type { Value } from '@bqsync/core';

/** One column of a record batch as its buffers: what `@uwdata/flechette` has of it once it has read the framing. */
export interface Vector {
  readonly length: number;
  readonly nullCount: number;
  readonly validity?: Uint8Array | undefined;
  readonly values?: ArrayBufferView | undefined;
  readonly offsets?: Int32Array | BigInt64Array | undefined;
  readonly children?: readonly Vector[] | undefined;
}

/** By position: why a value cannot be used. */
export type Faults = Map<number, string>;

/** Values of a whole column, NULLs as null. A position in `faults` has no value. */
export type VectorDecoder = (vector: Vector, faults: Faults) => Value[];

/** The buffers of a batch contradict each other: nothing of it can be trusted. */
export class CorruptBatch extends Error {}

/** The validity bits, or undefined where no value is NULL. */
export function validityOf({ validity, nullCount, length }: Vector): Uint8Array | undefined {
  if (nullCount === 0) return undefined;
  if (validity === undefined || validity.length * 8 < length) throw new CorruptBatch('the validity of a column is too short');
  return validity;
}

export function isValid(validity: Uint8Array | undefined, at: number): boolean {
  return validity === undefined || ((validity[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

/** The bytes of a column's values, at least `width` each. */
export function bytesOf({ values, length }: Vector, width: number): ArrayBufferView {
  if (values !== undefined && values.byteLength >= Math.ceil(length * width)) return values;
  throw new CorruptBatch('the values of a column are too short');
}

/** Values as 32-bit words, low word first: 64-bit reads would make a bigint of each. */
export function wordsOf(vector: Vector, words: number): Int32Array {
  const { buffer, byteOffset } = bytesOf(vector, words * 4);
  return new Int32Array(buffer, byteOffset, vector.length * words);
}

/** Where each value begins, and the last ends, within `limit`. */
export function offsetsOf({ offsets, length }: Vector, limit: number): Int32Array {
  if (length === 0) return new Int32Array(1);
  if (!(offsets instanceof Int32Array) || offsets.length <= length) throw new CorruptBatch('the offsets of a column are too short');
  let last = 0;
  for (let at = 0; at <= length; at++) {
    const offset = offsets[at] ?? 0;
    if (offset < last) throw new CorruptBatch('the offsets of a column go back');
    last = offset;
  }
  if (last > limit) throw new CorruptBatch('the offsets of a column lead past its values');
  return offsets;
}

/** The numbers 0 to 2^53-1, both signs, of two words; undefined beyond, where a double is not exact. */
export function safeInteger(low: number, high: number): number | undefined {
  if (high < -0x200000 || high >= 0x200000 || (high === -0x200000 && low === 0)) return undefined;
  return high * 4_294_967_296 + (low >>> 0);
}

export function exactInteger(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}
