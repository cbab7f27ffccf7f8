import { notSupported, type Place, syntaxError } from './place.ts';
import { unescape } from './string-literal.ts';

type TokenKind = 'word' | 'quoted' | 'string' | 'bytes' | 'integer' | 'float' | 'parameter' | 'positional' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Names and strings without quotes and escapes; symbols and words as written. */
  readonly text: string;
  /** Of a word: in upper case, as keywords are compared. Else empty. */
  readonly upper: string;
  /** Only of `bytes`. */
  readonly bytes?: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly at: Place;
}

const BLANK = /(?:[\s\u00a0\u200b\ufeff]+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const LITERAL = /(?:([rR][bB]?|[bB][rR]?)(?=['"]))?('''|"""|'|")/y;
// `1.ds` is the tail of an unquoted table path with a dash, not a number.
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.\d+|\.\d+|\d+\.(?![A-Za-z_]))(?:[eE][+-]?\d+)?|\d+\.?[eE][+-]?\d+|\d+/y;
const SYMBOL = /\|>|<=|>=|<>|!=|<<|>>|\|\||=>|[-+*/=<>()[\]{},.;@:&|^~!]/y;

/** Splits a statement into tokens; the last is `end`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const places = new Places(text);
  let position = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(text);
  };
  for (;;) {
    position += match(BLANK)?.[0].length ?? 0;
    const start = position;
    const at = places.of(start);
    const push = (kind: TokenKind, value: string, end: number, bytes?: Uint8Array): void => {
      tokens.push({
        kind,
        text: value,
        upper: kind === 'word' ? value.toUpperCase() : '',
        start,
        end,
        at,
        ...(bytes === undefined ? {} : { bytes }),
      });
      position = end;
    };
    if (start >= text.length) {
      push('end', 'end of input', start);
      return tokens;
    }
    if (text.startsWith('/*', start)) throw syntaxError('Unclosed comment', at);
    const literal = match(LITERAL);
    if (literal) {
      const token = readLiteral(text, start, literal[1] ?? '', literal[2] ?? '', at);
      push(token.kind, token.value, token.end, token.bytes);
      continue;
    }
    if (text[start] === '`') {
      const end = closing(text, start + 1, '`', at, 'identifier');
      push('quoted', quotedName(text.slice(start + 1, end), at), end + 1);
      continue;
    }
    if (text[start] === '?') {
      push('positional', '?', start + 1);
      continue;
    }
    const word = match(WORD)?.[0];
    if (word !== undefined) {
      push('word', word, start + word.length);
      continue;
    }
    const number = /[\d.]/.test(text[start] ?? '') ? match(NUMBER)?.[0] : undefined;
    if (number !== undefined) {
      if (/[A-Za-z_]/.test(text[start + number.length] ?? '') && !/[-.]/.test(text[start - 1] ?? '')) {
        throw syntaxError('Missing whitespace between literal and alias', places.of(start + number.length));
      }
      push(/^0[xX]/.test(number) || /^\d+$/.test(number) ? 'integer' : 'float', number, start + number.length);
      continue;
    }
    const symbol = match(SYMBOL)?.[0];
    if (symbol === undefined)
      throw syntaxError(`Illegal input character ${JSON.stringify(String.fromCodePoint(text.codePointAt(start) ?? 0))}`, at);
    if (symbol !== '@') {
      push('symbol', symbol, start + symbol.length);
      continue;
    }
    position = start + 1;
    if (text[position] === '`') {
      const end = closing(text, position + 1, '`', at, 'identifier');
      push('parameter', quotedName(text.slice(position + 1, end), at), end + 1);
      continue;
    }
    const name = match(WORD)?.[0];
    if (name === undefined) throw text[position] === '@' ? notSupported('a system variable', at) : syntaxError('Unexpected "@"', at);
    push('parameter', name, position + name.length);
  }
}

function quotedName(body: string, at: Place): string {
  const name = decodeText(unescape(body, 'string', at));
  if (name === '') throw syntaxError('Invalid empty identifier', at);
  if (name.includes('\0')) throw syntaxError('Invalid identifier with a NUL character', at);
  return name;
}

function readLiteral(text: string, start: number, prefix: string, quote: string, at: Place) {
  const raw = /r/i.test(prefix);
  const kind = /b/i.test(prefix) ? ('bytes' as const) : ('string' as const);
  const from = start + prefix.length + quote.length;
  const end = closing(text, from, quote, at, kind === 'bytes' ? 'bytes literal' : 'string literal');
  const body = text.slice(from, end).replaceAll(/\r\n?/g, '\n');
  if (quote.length === 1 && body.includes('\n')) throw syntaxError(`Unclosed ${kind} literal`, at);
  const bytes = raw ? Buffer.from(body, 'utf8') : unescape(body, kind, at);
  return kind === 'bytes'
    ? { kind, value: '', bytes, end: end + quote.length }
    : { kind, value: decodeText(bytes), bytes: undefined, end: end + quote.length };
}

/** The index of the closing quote; a backslash guards the character after it, also in a raw literal. */
function closing(text: string, from: number, quote: string, at: Place, what: string): number {
  for (let i = from; i < text.length; i += text[i] === '\\' ? 2 : 1) {
    if (text.startsWith(quote, i)) return i;
  }
  throw syntaxError(`Unclosed ${what}`, at);
}

const decodeText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

class Places {
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1);
  }

  of(offset: number): Place {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}
