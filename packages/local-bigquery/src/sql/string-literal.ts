import { type Place, syntaxError } from './place.ts';

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  '?': 63,
  '"': 34,
  "'": 39,
  '`': 96,
};

/** Resolves the escapes of a string, bytes or backtick literal's inside to bytes. */
export function unescape(body: string, kind: 'string' | 'bytes', at: Place): Uint8Array {
  const parts: Buffer[] = [];
  let plainFrom = 0;
  let i = 0;
  const take = (to: number): void => {
    if (to > plainFrom) parts.push(Buffer.from(body.slice(plainFrom, to), 'utf8'));
  };
  const code = (text: string, radix: number): number => {
    const value = Number.parseInt(text, radix);
    if (Number.isNaN(value)) throw syntaxError('Illegal escape sequence', at);
    return value;
  };
  while (i < body.length) {
    if (body[i] !== '\\') {
      i += 1;
      continue;
    }
    take(i);
    const c = body[i + 1] ?? '';
    const numeric = /^(?:[xX][0-9a-fA-F]{2}|[0-3][0-7]{2})/.exec(body.slice(i + 1, i + 4))?.[0];
    const unicode = /^(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(body.slice(i + 1, i + 10))?.[0];
    if (Object.hasOwn(SIMPLE, c)) {
      parts.push(Buffer.from([SIMPLE[c] ?? 0]));
      i += 2;
    } else if (numeric !== undefined) {
      const value = /^[xX]/.test(numeric) ? code(numeric.slice(1), 16) : code(numeric, 8);
      // In a string an escape is a code point, in bytes it is a byte.
      parts.push(kind === 'bytes' ? Buffer.from([value]) : Buffer.from(String.fromCodePoint(value), 'utf8'));
      i += 1 + numeric.length;
    } else if (kind === 'string' && unicode !== undefined) {
      const value = code(unicode.slice(1), 16);
      if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) throw syntaxError(`Illegal escape sequence: \\${unicode}`, at);
      parts.push(Buffer.from(String.fromCodePoint(value), 'utf8'));
      i += 1 + unicode.length;
    } else {
      throw syntaxError(`Illegal escape sequence: \\${c}`, at);
    }
    plainFrom = i;
  }
  take(body.length);
  return Buffer.concat(parts);
}
