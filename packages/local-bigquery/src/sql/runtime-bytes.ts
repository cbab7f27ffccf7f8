import { createHash } from 'node:crypto';
import { type RuntimeTable, runtime } from './runtime-function.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const hashed = (algorithm: string, data: string | Uint8Array): Buffer => createHash(algorithm).update(data).digest();

function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31] ?? '';
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(value << (5 - bits)) & 31] ?? '';
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

function fromBase32(text: string): Uint8Array {
  const plain = text.replace(/=+$/, '');
  if (text.length % 8 !== 0 || !/^[A-Z2-7]*$/.test(plain) || [1, 3, 6].includes(plain.length % 8))
    throw new Error('Failed to decode invalid base32 string');
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const c of plain) {
    value = ((value << 5) | ALPHABET.indexOf(c)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
    }
  }
  return Uint8Array.from(bytes);
}

function repeated(bytes: Uint8Array, count: bigint): Uint8Array {
  if (count < 0n) throw new Error('Second argument in REPEAT cannot be negative');
  if (BigInt(bytes.length) * count > 1_048_576n) throw new Error('Output of REPEAT exceeds max allowed output size of 1MB');
  return Buffer.concat(Array.from({ length: Number(count) }, () => bytes));
}

function padded(bytes: Uint8Array, length: bigint, pattern: Uint8Array, side: string): Uint8Array {
  if (length < 0n) throw new Error('Second argument (output size) for LPAD/RPAD cannot be negative');
  if (pattern.length === 0) throw new Error('Third argument (pad pattern) for LPAD/RPAD cannot be empty');
  if (length > 1_048_576n) throw new Error('Output of LPAD/RPAD exceeds max allowed output size of 1MB');
  const size = Number(length);
  if (bytes.length >= size) return bytes.subarray(0, size);
  const fill = Uint8Array.from({ length: size - bytes.length }, (_, i) => pattern[i % pattern.length] ?? 0);
  return side === 'left' ? Buffer.concat([fill, bytes]) : Buffer.concat([bytes, fill]);
}

function cut(bytes: Uint8Array, position: bigint, length: bigint): Uint8Array {
  if (length < 0n) throw new Error('Third argument in SUBSTR() cannot be negative');
  const count = BigInt(bytes.length);
  let from = position > 0n ? position - 1n : position === 0n ? 0n : count + position;
  if (from < 0n) from = 0n;
  const to = from + length;
  return bytes.slice(Number(from > count ? count : from), Number(to > count ? count : to));
}

function trimmed(bytes: Uint8Array, set: Uint8Array, side: string): Uint8Array {
  const drop = new Set(set);
  let [from, to] = [0, bytes.length];
  if (side !== 'right') while (from < to && drop.has(bytes[from] ?? 0)) from += 1;
  if (side !== 'left') while (to > from && drop.has(bytes[to - 1] ?? 0)) to -= 1;
  return bytes.slice(from, to);
}

function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  if (from.length === 0) return bytes;
  const source = Buffer.from(bytes);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let next = source.indexOf(from); next >= 0; next = source.indexOf(from, at)) {
    parts.push(source.subarray(at, next), to);
    at = next + from.length;
  }
  return Buffer.concat([...parts, source.subarray(at)]);
}

const mapped = (bytes: Uint8Array, low: number, high: number, shift: number): Uint8Array =>
  bytes.map((byte) => (byte >= low && byte <= high ? byte + shift : byte));

function nonNegative(count: bigint, name: string): number {
  if (count < 0n) throw new Error(`Second argument in ${name} cannot be negative`);
  return Number(count > 2n ** 31n ? 2n ** 31n : count);
}

/** Functions on BYTES, and those that make or read bytes. */
export const BYTES_RUNTIME: RuntimeTable = {
  ...Object.fromEntries(
    ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => [
      [`bq_${name}_text`, runtime(['text'], 'bytes', (x) => hashed(name, x))],
      [`bq_${name}_bytes`, runtime(['bytes'], 'bytes', (x) => hashed(name, x))],
    ]),
  ),
  bq_upper_bytes: runtime(['bytes'], 'bytes', (x) => mapped(x, 97, 122, -32)),
  bq_lower_bytes: runtime(['bytes'], 'bytes', (x) => mapped(x, 65, 90, 32)),
  bq_reverse_bytes: runtime(['bytes'], 'bytes', (x) => Uint8Array.from(x).reverse()),
  bq_substring_bytes: runtime(['bytes', 'int', 'int'], 'bytes', cut),
  bq_left_bytes: runtime(['bytes', 'int'], 'bytes', (x, n) => x.slice(0, nonNegative(n, 'LEFT'))),
  bq_right_bytes: runtime(['bytes', 'int'], 'bytes', (x, n) => x.slice(Math.max(0, x.length - nonNegative(n, 'RIGHT')))),
  bq_repeat_bytes: runtime(['bytes', 'int'], 'bytes', repeated),
  bq_pad_bytes: runtime(['bytes', 'int', 'bytes', 'text'], 'bytes', padded),
  bq_trim_set_bytes: runtime(['bytes', 'bytes', 'text'], 'bytes', trimmed),
  bq_replace_bytes: runtime(['bytes', 'bytes', 'bytes'], 'bytes', replaced),
  bq_starts_bytes: runtime(['bytes', 'bytes'], 'bool', (x, y) => Buffer.compare(x.subarray(0, y.length), y) === 0),
  bq_ends_bytes: runtime(
    ['bytes', 'bytes'],
    'bool',
    (x, y) => x.length >= y.length && Buffer.compare(x.subarray(x.length - y.length), y) === 0,
  ),
  bq_position_bytes: runtime(['bytes', 'bytes'], 'int', (x, y) => BigInt(Buffer.from(x).indexOf(y) + 1)),
  bq_code_points_bytes: runtime(['bytes'], 'text', (x) => JSON.stringify([...x])),
  bq_bytes_from_code_points: runtime(['text'], 'bytes', (list) => {
    const points = JSON.parse(list) as (number | null)[];
    if (points.includes(null)) return null;
    return Uint8Array.from(points as number[], (point) => {
      if (point < 0 || point > 255) throw new Error(`Invalid extended ASCII code point ${String(point)}`);
      return point;
    });
  }),
  bq_to_base32: runtime(['bytes'], 'text', toBase32),
  bq_from_base32: runtime(['text'], 'bytes', fromBase32),
  bq_from_base64: runtime(['text'], 'bytes', (x) => {
    const plain = x.replaceAll(/\s/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.length % 4 !== 0) throw new Error('Failed to decode invalid base64 string');
    return Buffer.from(plain, 'base64');
  }),
  bq_lossy_text: runtime(['bytes'], 'text', (x) => Buffer.from(x).toString('utf8')),
};
