import { bigNumericText, floatText, roundedQuotient, scaled } from './numeric-text.ts';
import { floatOf } from './parameters.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

const ONE = 10n ** 9n;
const NUMERIC_MAX = 10n ** 38n - 1n;
const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

function numeric(value: bigint, what: string): bigint {
  if (value > NUMERIC_MAX || value < -NUMERIC_MAX) throw new Error(`numeric overflow: ${what}`);
  return value;
}

/** A result that is not finite though its operands are is an error in BigQuery. */
function finite(result: number, what: string, ...operands: number[]): number {
  if (!Number.isFinite(result) && operands.every((x) => Number.isFinite(x))) throw new Error(`Floating point error in operation: ${what}`);
  return result;
}

const float = (what: string, f: (x: number) => number) => runtime(['float'], 'float', (x) => finite(f(x), `${what}(${floatText(x)})`, x));
const floats = (sign: string, f: (x: number, y: number) => number) =>
  runtime(['float', 'float'], 'float', (x, y) => finite(f(x, y), `${floatText(x)} ${sign} ${floatText(y)}`, x, y));
const compare = (f: (x: number, y: number) => boolean) => runtime(['float', 'float'], 'bool', f);

function divisor<T>(value: T, zero: T, left: string): T {
  if (value === zero) throw new Error(`division by zero: ${left}`);
  return value;
}

function parsed<T>(value: T | undefined, type: string, text: string): T {
  if (value === undefined) throw new Error(`Bad ${type} value: ${text}`);
  return value;
}

function integerOf(text: string): bigint | undefined {
  const trimmed = text.trim();
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(trimmed);
  if (!match) return undefined;
  const value = match[1] === '-' ? -BigInt(match[2] ?? '') : BigInt(match[2] ?? '');
  return value >= INT_MIN && value <= INT_MAX ? value : undefined;
}

/** Halves away from zero. */
const roundAway = (x: number): number =>
  Math.abs(x) >= 2 ** 52 ? x : Math.sign(x) * Math.floor(Math.abs(x) + 0.5 - (Math.abs(x) === 0.49999999999999994 ? 2 ** -53 : 0));

function roundFloat(x: number, digits: bigint): number {
  if (!Number.isFinite(x) || digits > 300n) return x;
  if (digits < -308n) return 0;
  const value = Number(digits);
  const shifted = shiftedText(x, value);
  return Number.isFinite(shifted) ? shiftedText(roundAway(shifted), -value) : x;
}

/** x times a power of ten, by moving the decimal point in its text, where a multiplication would not be exact. */
function shiftedText(x: number, power: number): number {
  const [mantissa = '', exponent = '0'] = String(x).split('e');
  return Number(`${mantissa}e${String(Number(exponent) + power)}`);
}

function roundNumeric(x: bigint, digits: bigint, truncate: boolean): bigint {
  if (digits >= 9n) return x;
  if (digits < -38n) return 0n;
  const unit = 10n ** (9n - digits);
  return (truncate ? x / unit : roundedQuotient(x, unit)) * unit;
}

function jsonNumber(text: string): string {
  const plain = bigNumericText(text) ?? text;
  const whole = !plain.includes('.');
  const value = whole ? BigInt(plain) : 0n;
  const exact = whole && value <= 9007199254740992n && value >= -9007199254740992n;
  return exact ? plain : `"${plain}"`;
}

export const NUMBER_RUNTIME: RuntimeTable = {
  bq_nonzero: runtime(['int', 'text'], 'int', (x, name) => divisor(x, 0n, name)),
  bq_floor_divide: runtime(['int', 'int'], 'int', (x, y) => x / y - (x % y < 0n ? 1n : 0n)),
  bq_shift_left: runtime(['int', 'int'], 'int', (x, n) => (n < 0n ? shiftError() : n >= 64n ? 0n : BigInt.asIntN(64, x << n))),
  bq_shift_right: runtime(['int', 'int'], 'int', (x, n) =>
    n < 0n ? shiftError() : n >= 64n ? 0n : BigInt.asIntN(64, BigInt.asUintN(64, x) >> n),
  ),
  bq_array_position: runtime(['int', 'int', 'int', 'bool'], 'int', (index, length, first, safe) => {
    const position = index - first + 1n;
    if (position >= 1n && position <= length) return position;
    if (safe) return null;
    throw new Error(`Array index ${String(index)} is out of bounds`);
  }),
  bq_float_add: floats('+', (x, y) => x + y),
  bq_float_subtract: floats('-', (x, y) => x - y),
  bq_float_multiply: floats('*', (x, y) => x * y),
  bq_float_divide: runtime(['float', 'float'], 'float', (x, y) => {
    if (y === 0) throw new Error(`division by zero: ${floatText(x)} / ${floatText(y)}`);
    return finite(x / y, `${floatText(x)} / ${floatText(y)}`, x, y);
  }),
  bq_float_ieee_divide: runtime(['float', 'float'], 'float', (x, y) => x / y),
  bq_float_power: floats('POW', (x, y) => x ** y),
  bq_float_sqrt: float('SQRT', Math.sqrt),
  bq_float_exp: float('EXP', Math.exp),
  bq_float_ln: float('LN', Math.log),
  bq_float_log10: float('LOG10', Math.log10),
  bq_float_round: runtime(['float', 'int'], 'float', roundFloat),
  bq_float_trunc: runtime(['float', 'int'], 'float', (x, n) => {
    const factor = 10 ** Number(n);
    return Number.isFinite(x * factor) ? Math.trunc(x * factor) / factor : x;
  }),
  bq_float_equal: compare((x, y) => x === y),
  bq_float_differs: compare((x, y) => x !== y),
  bq_float_less: compare((x, y) => x < y),
  bq_float_at_most: compare((x, y) => x <= y),
  bq_float_greater: compare((x, y) => x > y),
  bq_float_at_least: compare((x, y) => x >= y),
  bq_float_text: runtime(['float'], 'text', floatText),
  bq_json_float: runtime(['float'], 'text', (x) => {
    if (Number.isNaN(x)) return '"NaN"';
    if (!Number.isFinite(x)) return x > 0 ? '"Infinity"' : '"-Infinity"';
    return floatText(x);
  }),
  bq_json_number: runtime(['text'], 'text', jsonNumber),
  bq_float_to_int: runtime(['float'], 'int', (x) => {
    const rounded = Number.isFinite(x) ? BigInt(roundAway(x)) : INT_MAX + 1n;
    if (rounded < INT_MIN || rounded > INT_MAX) throw new Error(`Illegal conversion of ${floatText(x)} to INT64`);
    return rounded;
  }),
  bq_numeric_multiply: runtime(['numeric', 'numeric'], 'numeric', (x, y) => numeric(roundedQuotient(x * y, ONE), 'multiplication')),
  bq_numeric_divide: runtime(['numeric', 'numeric'], 'numeric', (x, y) =>
    numeric(roundedQuotient(x * ONE, divisor(y, 0n, 'NUMERIC')), 'division'),
  ),
  bq_numeric_quotient: runtime(['numeric', 'numeric'], 'numeric', (x, y) => (x / divisor(y, 0n, 'DIV')) * ONE),
  bq_numeric_modulo: runtime(['numeric', 'numeric'], 'numeric', (x, y) => x % divisor(y, 0n, 'MOD')),
  bq_numeric_round: runtime(['numeric', 'int'], 'numeric', (x, n) => numeric(roundNumeric(x, n, false), 'ROUND')),
  bq_numeric_trunc: runtime(['numeric', 'int'], 'numeric', (x, n) => roundNumeric(x, n, true)),
  bq_parse_int: runtime(['text'], 'int', (x) => parsed(integerOf(x), 'int64', x)),
  bq_parse_float: runtime(['text'], 'float', (x) => parsed(floatOf(x), 'double', x)),
  bq_parse_numeric: runtime(['text'], 'numeric', (x) => {
    const value = parsed(scaled(x, 9), 'NUMERIC', x);
    return numeric(value, x);
  }),
  bq_parse_bignumeric: runtime(['text'], 'text', (x) => parsed(bigNumericText(x), 'BIGNUMERIC', x)),
  bq_parse_bool: runtime(['text'], 'bool', (x) =>
    parsed(/^true$/i.test(x.trim()) ? true : /^false$/i.test(x.trim()) ? false : undefined, 'bool', x),
  ),
};

function shiftError(): never {
  throw new Error('Bitwise shift by a negative offset');
}
