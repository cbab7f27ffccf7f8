import { isAscii } from 'node:buffer';
import type { Value } from '@bqsync/core';
import { CellFault } from '../cell-fault.ts';
import { decodeJson } from '../decode-json.ts';
import { bytesOf, type Faults, isValid, offsetsOf, validityOf, type Vector } from './vector.ts';

/** Texts. A column of ASCII alone becomes one string, of which each value is a part. */
export function decodeTexts(vector: Vector): Value[] {
  const { length } = vector;
  const bytes = bufferOf(vector);
  const offsets = offsetsOf(vector, bytes.length);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  const first = offsets[0] ?? 0;
  const used = bytes.subarray(first, offsets[length]);
  const whole = isAscii(used) ? used.toString('latin1') : undefined;
  for (let at = 0; at < length; at++) {
    const from = offsets[at] ?? 0;
    const to = offsets[at + 1] ?? 0;
    if (!isValid(validity, at)) found[at] = null;
    else found[at] = whole === undefined ? bytes.toString('utf8', from, to) : whole.substring(from - first, to - first);
  }
  return found;
}

export function decodeJsonTexts(vector: Vector, faults: Faults): Value[] {
  const found = decodeTexts(vector);
  for (let at = 0; at < found.length; at++) {
    const text = found[at];
    if (typeof text !== 'string') continue;
    try {
      found[at] = decodeJson(text);
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      found[at] = null;
      faults.set(at, error.message);
    }
  }
  return found;
}

/** Copies: a view would keep the whole batch in memory. */
export function decodeByteStrings(vector: Vector): Value[] {
  const { length } = vector;
  const bytes = bufferOf(vector);
  const offsets = offsetsOf(vector, bytes.length);
  const validity = validityOf(vector);
  const found = new Array<Value>(length);
  for (let at = 0; at < length; at++)
    found[at] = isValid(validity, at) ? Buffer.from(bytes.subarray(offsets[at] ?? 0, offsets[at + 1] ?? 0)) : null;
  return found;
}

function bufferOf(vector: Vector): Buffer {
  const { buffer, byteOffset, byteLength } = bytesOf(vector, 0);
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
