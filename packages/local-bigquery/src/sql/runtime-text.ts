import { bigqueryFingerprint } from 'farmhash-modern';
import { type RuntimeTable, runtime } from './runtime-function.ts';

const BLANK = String.raw`[\s\u0085]`;
const LEADING = new RegExp(`^${BLANK}+`);
const TRAILING = new RegExp(`${BLANK}+$`);
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Google's engine makes no text longer than this by REPEAT, LPAD and their like. */
const MAX_BYTES = 1_048_576;

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

function pad(text: string, length: bigint, pattern: string, side: string): string {
  if (length < 0n) throw new Error('Second argument (output size) for LPAD/RPAD cannot be negative');
  const fill = Array.from(pattern);
  if (fill.length === 0) throw new Error('Third argument (pad pattern) for LPAD/RPAD cannot be empty');
  if (length > BigInt(MAX_BYTES)) throw new Error('Output of LPAD/RPAD exceeds max allowed output size of 1MB');
  const characters = Array.from(text);
  const size = Number(length);
  if (characters.length >= size) return characters.slice(0, size).join('');
  const added = Array.from({ length: size - characters.length }, (_, i) => fill[i % fill.length] ?? '').join('');
  return side === 'left' ? added + text : text + added;
}

function trimSet(text: string, set: string, side: string): string {
  const drop = new Set(Array.from(set));
  const characters = Array.from(text);
  let [from, to] = [0, characters.length];
  if (side !== 'right') while (from < to && drop.has(characters[from] ?? '')) from += 1;
  if (side !== 'left') while (to > from && drop.has(characters[to - 1] ?? '')) to -= 1;
  return characters.slice(from, to).join('');
}

function repeat(text: string, count: bigint): string {
  if (count < 0n) throw new Error('Second argument in REPEAT cannot be negative');
  if (BigInt(Buffer.byteLength(text)) * count > BigInt(MAX_BYTES))
    throw new Error('Output of REPEAT exceeds max allowed output size of 1MB');
  return text.repeat(Number(count));
}

function count(n: bigint, name: string): number {
  if (n < 0n) throw new Error(`Second argument in ${name} cannot be negative`);
  return Number(n > 2n ** 31n ? 2n ** 31n : n);
}

/** Where the nth occurrence begins, from a position on, backwards from one that is negative; 0 if nowhere. */
function instr(text: string, part: string, position: bigint, nth: bigint): bigint {
  if (position === 0n) throw new Error('The third argument (position) of INSTR must not be 0');
  if (nth < 1n) throw new Error('The fourth argument (occurrence) of INSTR must be positive');
  const [characters, wanted] = [Array.from(text), Array.from(part)];
  const isAt = (at: number): boolean => wanted.every((c, i) => characters[at + i] === c);
  const last = characters.length - wanted.length;
  const step = position > 0n ? 1 : -1;
  if (wanted.length === 0 || position > BigInt(characters.length) || -position > BigInt(characters.length)) return 0n;
  let left = nth;
  const start = position > 0n ? Number(position) - 1 : characters.length + Number(position);
  for (let at = Math.min(start, step < 0 ? last : Infinity); at >= 0 && at <= last; at += step) {
    if (isAt(at) && (left -= 1n) === 0n) return BigInt(at + 1);
  }
  return 0n;
}

function translate(text: string, from: string, to: string): string {
  const [sources, targets] = [Array.from(from), Array.from(to)];
  const map = new Map<string, string>();
  for (const [i, source] of sources.entries()) {
    if (map.has(source)) throw new Error(`Duplicate character "${source}" in TRANSLATE source characters`);
    map.set(source, targets[i] ?? '');
  }
  return Array.from(text, (c) => map.get(c) ?? c).join('');
}

const SOUNDEX = '01230120022455012623010202';

function soundex(text: string): string {
  let result = '';
  let previous = '';
  for (const c of text) {
    const code = /[A-Za-z]/.test(c) && c.length === 1 ? SOUNDEX[c.toUpperCase().charCodeAt(0) - 65] : undefined;
    if (code === undefined) continue;
    if (result === '') {
      result = c;
      previous = code;
    } else if (code !== '0' && code !== previous) {
      result += code;
      previous = code;
    }
    if (result.length === 4) break;
  }
  return result === '' ? '' : result.padEnd(4, '0');
}

function initcap(text: string, delimiters: string): string {
  const separates = new Set(Array.from(delimiters));
  let begins = true;
  return Array.from(text, (c) => {
    const written = separates.has(c) ? c : begins ? c.toUpperCase() : c.toLowerCase();
    begins = separates.has(c);
    return written;
  }).join('');
}

function fromCodePoints(list: string): string | null {
  const points = JSON.parse(list) as (number | null)[];
  if (points.includes(null)) return null;
  return (points as number[]).map(character).join('');
}

function character(point: number): string {
  if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new Error(`Invalid codepoint ${String(point)}`);
  return point === 0 ? '\0' : String.fromCodePoint(point);
}

export const TEXT_RUNTIME: RuntimeTable = {
  bq_fingerprint_text: runtime(['text'], 'int', bigqueryFingerprint),
  bq_fingerprint_bytes: runtime(['bytes'], 'int', bigqueryFingerprint),
  bq_upper: runtime(['text'], 'text', (x) => x.toUpperCase()),
  bq_lower: runtime(['text'], 'text', (x) => x.toLowerCase()),
  bq_initcap: runtime(['text', 'text'], 'text', initcap),
  bq_substring: runtime(['text', 'int', 'int'], 'text', substring),
  bq_left: runtime(['text', 'int'], 'text', (x, n) => Array.from(x).slice(0, count(n, 'LEFT')).join('')),
  bq_right: runtime(['text', 'int'], 'text', (x, n) => {
    const characters = Array.from(x);
    return characters.slice(Math.max(0, characters.length - count(n, 'RIGHT'))).join('');
  }),
  bq_reverse: runtime(['text'], 'text', (x) => Array.from(x).reverse().join('')),
  bq_repeat: runtime(['text', 'int'], 'text', repeat),
  bq_pad: runtime(['text', 'int', 'text', 'text'], 'text', pad),
  bq_trim: runtime(['text', 'text'], 'text', (x, side) => {
    const left = side === 'right' ? x : x.replace(LEADING, '');
    return side === 'left' ? left : left.replace(TRAILING, '');
  }),
  bq_trim_set: runtime(['text', 'text', 'text'], 'text', trimSet),
  bq_instr: runtime(['text', 'text', 'int', 'int'], 'int', instr),
  bq_translate: runtime(['text', 'text', 'text'], 'text', translate),
  bq_soundex: runtime(['text'], 'text', soundex),
  bq_normalize: runtime(['text', 'text'], 'text', (x, form) => x.normalize(form)),
  bq_ascii: runtime(['text'], 'int', (x) => {
    const code = x === '' ? 0 : (x.codePointAt(0) ?? 0);
    if (code > 127) throw new Error('Function ASCII requires its argument to begin with an ASCII character');
    return BigInt(code);
  }),
  bq_unicode: runtime(['text'], 'int', (x) => BigInt(x.codePointAt(0) ?? 0)),
  bq_chr: runtime(['int'], 'text', (x) => (x === 0n ? '' : character(Number(x)))),
  bq_code_points: runtime(['text'], 'text', (x) => JSON.stringify(Array.from(x, (c) => c.codePointAt(0)))),
  bq_from_code_points: runtime(['text'], 'text', fromCodePoints),
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
