import { floatText } from './numeric-text.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

/** Fills a number or a text to its width. */
function fill(body: string, sign: string, flags: string, width: bigint): string {
  const missing = Number(width) - Array.from(sign + body).length;
  if (missing <= 0) return sign + body;
  if (flags.includes('-')) return sign + body + ' '.repeat(missing);
  return flags.includes('0') ? sign + '0'.repeat(missing) + body : ' '.repeat(missing) + sign + body;
}

const signOf = (negative: boolean, flags: string): string => (negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '');
const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

function formatInt(value: bigint, letter: string, flags: string, width: bigint): string {
  const absolute = value < 0n ? -value : value;
  if (letter === 'd' || letter === 'i') {
    const digits = String(absolute);
    return fill(flags.includes("'") ? grouped(digits) : digits, signOf(value < 0n, flags), flags, width);
  }
  const digits = absolute.toString(letter === 'o' ? 8 : 16);
  const prefix = flags.includes('#') && absolute !== 0n ? (letter === 'o' ? '0' : `0${letter}`) : '';
  return fill(letter === 'X' ? digits.toUpperCase() : digits, (value < 0n ? '-' : '') + prefix, flags, width);
}

/** |x| times a power of ten as a whole number, ties to even, of the exact value of the double. */
function scaled(x: number, power: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const mantissa = exponent === 0 ? bits & 0xfffffffffffffn : (bits & 0xfffffffffffffn) | (1n << 52n);
  const two = exponent === 0 ? -1074 : exponent - 1075;
  let numerator = mantissa * (two > 0 ? 1n << BigInt(two) : 1n);
  let denominator = two < 0 ? 1n << BigInt(-two) : 1n;
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  const floor = numerator / denominator;
  const twice = (numerator - floor * denominator) * 2n;
  return twice > denominator || (twice === denominator && (floor & 1n) === 1n) ? floor + 1n : floor;
}

function fixed(x: number, digits: number): string {
  const text = scaled(x, digits)
    .toString()
    .padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function scientific(x: number, digits: number): string {
  if (x === 0) return `${fixed(0, digits)}e+00`;
  let exponent = Number(Math.abs(x).toExponential().split('e')[1]);
  let mantissa = scaled(x, digits - exponent).toString();
  if (mantissa.length > digits + 1) {
    exponent += 1;
    mantissa = scaled(x, digits - exponent).toString();
  }
  const point = digits === 0 ? mantissa : `${mantissa[0] ?? ''}.${mantissa.slice(1)}`;
  return `${point}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** As C's %g: the shorter of both notations, without zeros at the end. */
function general(x: number, digits: number): string {
  const long = scientific(x, digits - 1);
  const exponent = Number(long.split('e')[1]);
  const trim = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);
  if (exponent >= -4 && exponent < digits) return trim(fixed(x, digits - 1 - exponent));
  const [mantissa = '', power = ''] = long.split('e');
  return `${trim(mantissa)}e${power}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

/** Double quotes, unless there are such in the text and no single ones. */
function quoted(body: (quote: string) => string, double: boolean, single: boolean): string {
  const quote = double && !single ? "'" : '"';
  return `${quote}${body(quote)}${quote}`;
}

const textLiteral = (text: string): string =>
  quoted(
    (quote) =>
      text.replaceAll(/[\u0000-\u001f\u007f"'\\]/g, (c) =>
        c === '"' || c === "'" ? (c === quote ? `\\${c}` : c) : (ESCAPES[c] ?? hex(c.charCodeAt(0))),
      ),
    text.includes('"'),
    text.includes("'"),
  );

function bytesShown(bytes: Uint8Array, quote: string): string {
  return Array.from(bytes, (byte) => {
    const c = String.fromCharCode(byte);
    if (c === quote) return `\\${c}`;
    if (ESCAPES[c] !== undefined) return ESCAPES[c];
    return byte < 32 || byte > 126 ? hex(byte) : c;
  }).join('');
}

const bytesLiteral = (bytes: Uint8Array): string =>
  `b${quoted((quote) => bytesShown(bytes, quote), bytes.includes(34), bytes.includes(39))}`;

function formatFloat(x: number, letter: string, flags: string, width: bigint, precision: bigint): string {
  const upper = letter === letter.toUpperCase();
  const negative = x < 0 || Object.is(x, -0);
  if (!Number.isFinite(x)) {
    const word = Number.isNaN(x) ? 'nan' : 'inf';
    return fill(upper ? word.toUpperCase() : word, signOf(negative, flags), flags.replaceAll('0', ''), width);
  }
  const digits = Number(precision);
  if (letter.toLowerCase() === 'g') {
    const body = general(x, digits === 0 ? 1 : digits);
    return fill(upper ? body.toUpperCase() : body, signOf(negative, flags), flags, width);
  }
  const written = letter.toLowerCase() === 'f' ? fixed(x, digits) : scientific(x, digits);
  const [whole = '', rest] = written.split('.');
  const body = flags.includes("'") && letter.toLowerCase() === 'f' ? `${grouped(whole)}${rest === undefined ? '' : `.${rest}`}` : written;
  return fill(upper ? body.toUpperCase() : body, signOf(negative, flags), flags, width);
}

export const FORMAT_RUNTIME: RuntimeTable = {
  bq_format_int: runtime(['int', 'text', 'text', 'int'], 'text', formatInt),
  bq_format_float: runtime(['float', 'text', 'text', 'int', 'int'], 'text', formatFloat),
  bq_format_text: runtime(['text', 'text', 'int', 'int'], 'text', (text, flags, width, most) => {
    const cut = most < 0n ? text : Array.from(text).slice(0, Number(most)).join('');
    return fill(cut, '', flags.replaceAll('0', ''), width);
  }),
  bq_text_literal: runtime(['text'], 'text', textLiteral),
  bq_bytes_literal: runtime(['bytes'], 'text', bytesLiteral),
  bq_bytes_shown: runtime(['bytes'], 'text', (bytes) => bytesShown(bytes, '')),
  bq_float_literal: runtime(['float'], 'text', (x) => {
    const text = floatText(x);
    if (!Number.isFinite(x)) return `CAST("${text}" AS FLOAT64)`;
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }),
  bq_float_shown: runtime(['float'], 'text', (x) => {
    const text = floatText(x);
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }),
};
