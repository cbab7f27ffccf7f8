import type { Value } from '@bqsync/core';
import { bytesOf, exactInteger, isValid, safeInteger, validityOf, type Vector, wordsOf } from './vector.ts';

export function decodeInt64s(vector: Vector): Value[] {
  const { length } = vector;
  const words = wordsOf(vector, 2);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  for (let at = 0; at < length; at++) {
    const low = words[2 * at] ?? 0;
    const high = words[2 * at + 1] ?? 0;
    found[at] = isValid(validity, at) ? (safeInteger(low, high) ?? exactInteger(low, high)) : null;
  }
  return found;
}

export function decodeFloat64s(vector: Vector): Value[] {
  const { length } = vector;
  const { buffer, byteOffset } = bytesOf(vector, 8);
  const values = new Float64Array(buffer, byteOffset, length);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  for (let at = 0; at < length; at++) found[at] = isValid(validity, at) ? (values[at] ?? 0) : null;
  return found;
}

export function decodeBools(vector: Vector): Value[] {
  const { length } = vector;
  const { buffer, byteOffset, byteLength } = bytesOf(vector, 1 / 8);
  const bits = new Uint8Array(buffer, byteOffset, byteLength);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  for (let at = 0; at < length; at++) found[at] = isValid(validity, at) ? ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0 : null;
  return found;
}

/** Decimals of 128 or 256 bits as their shortest text: no exponent, no needless zero. */
export function decimalsDecoder(bits: number, scale: number): (vector: Vector) => Value[] {
  const size = bits / 32;
  const unit = 10 ** scale;
  const textOf = (words: Int32Array, first: number): string => {
    const low = words[first] ?? 0;
    const high = words[first + 1] ?? 0;
    const sign = high >> 31;
    let small = scale <= 15;
    for (let at = 2; at < size; at++) small &&= words[first + at] === sign;
    const value = small ? safeInteger(low, high) : undefined;
    if (value === undefined) return exactDecimal(words, first, size, scale);
    const magnitude = Math.abs(value);
    const whole = Math.floor(magnitude / unit);
    return decimalText(value < 0, String(whole), String(magnitude - whole * unit), scale);
  };
  return (vector) => {
    const { length } = vector;
    const words = wordsOf(vector, size);
    const validity = validityOf(vector);
    const found = new Array<Value>(length);
    for (let at = 0; at < length; at++) found[at] = isValid(validity, at) ? textOf(words, at * size) : null;
    return found;
  };
}

function exactDecimal(words: Int32Array, first: number, size: number, scale: number): string {
  let value = BigInt(words[first + size - 1] ?? 0);
  for (let at = size - 2; at >= 0; at--) value = (value << 32n) | BigInt((words[first + at] ?? 0) >>> 0);
  const magnitude = value < 0n ? -value : value;
  const unit = 10n ** BigInt(scale);
  return decimalText(value < 0n, String(magnitude / unit), String(magnitude % unit), scale);
}

function decimalText(negative: boolean, whole: string, fraction: string, scale: number): string {
  const sign = negative ? '-' : '';
  if (fraction === '0') return `${sign}${whole}`;
  let end = fraction.length;
  while (fraction.charCodeAt(end - 1) === 48) end -= 1;
  return `${sign}${whole}.${'0'.repeat(scale - fraction.length)}${fraction.slice(0, end)}`;
}
