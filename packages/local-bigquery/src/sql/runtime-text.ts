import { bigqueryFingerprint } from 'farmhash-modern';
import { type RuntimeTable, runtime } from './runtime-function.ts';

const BLANK = String.raw`[\s\u0085]`;
const LEADING = new RegExp(`^${BLANK}+`);
const TRAILING = new RegExp(`${BLANK}+$`);
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** SUBSTR: positions count characters from 1, negative ones from the end. */
function substring(text: string, position: bigint, length: bigint): string {
  if (length < 0n) throw new Error('Third argument in SUBSTR() cannot be negative');
  const characters = Array.from(text);
  const count = BigInt(characters.length);
  let from = position > 0n ? position - 1n : position === 0n ? 0n : count + position;
  if (from < 0n) from = 0n;
  const to = from + length;
  return characters.slice(Number(from > count ? count : from), Number(to > count ? count : to)).join('');
}

export const TEXT_RUNTIME: RuntimeTable = {
  bq_fingerprint_text: runtime(['text'], 'int', bigqueryFingerprint),
  bq_fingerprint_bytes: runtime(['bytes'], 'int', bigqueryFingerprint),
  bq_substring: runtime(['text', 'int', 'int'], 'text', substring),
  bq_reverse: runtime(['text'], 'text', (x) => Array.from(x).reverse().join('')),
  bq_trim: runtime(['text', 'text'], 'text', (x, side) => {
    const left = side === 'right' ? x : x.replace(LEADING, '');
    return side === 'left' ? left : left.replace(TRAILING, '');
  }),
  bq_replace: runtime(['text', 'text', 'text'], 'text', (x, from, to) => (from === '' ? x : x.replaceAll(from, () => to))),
  bq_from_hex: runtime(['text'], 'bytes', (x) => {
    if (!/^[0-9a-fA-F]*$/.test(x)) throw new Error(`Failed to decode invalid hexadecimal string: ${x}`);
    return Buffer.from(x.length % 2 === 1 ? `0${x}` : x, 'hex');
  }),
  bq_bytes_to_text: runtime(['bytes'], 'text', (x) => {
    try {
      return strictUtf8.decode(x);
    } catch (error) {
      throw new Error('Invalid UTF-8 bytes', { cause: error });
    }
  }),
  bq_raise: runtime(['text'], 'text', (x) => {
    throw new Error(x);
  }),
  bq_error: runtime(['text'], 'int', (x) => {
    throw new Error(x);
  }),
};
