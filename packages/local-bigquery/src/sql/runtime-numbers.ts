import { bigNumericText, floatText, roundedQuotient, scaled, plainNumber } from './numeric-text.ts';
import { roundDecimal } from './long-double.ts';
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

function roundFloat(x: number, digits: bigint, truncate = false): number {
  const result = roundDecimal(x, Number(digits), truncate);
  if (result === undefined) throw new Error(`Floating point overflow in function: ROUND(${floatText(x)}, ${String(digits)})`);
  return result;
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

/** The nearest whole number to a square root. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next === root || next === root + 1n || next === root - 1n) {
      root = next;
      break;
    }
    root = next;
  }
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  // (root + 1/2)^2 = root^2 + root + 1/4
  return value - root * root > root ? root + 1n : root;
}

/** x to a whole power, where the result is exact. */
function numericPower(x: bigint, y: bigint): bigint {
  const refuse = (): never => {
    throw new Error('Not supported by the local BigQuery: POW of NUMERIC whose result is not exact');
  };
  if (y % ONE !== 0n || y < 0n || y / ONE > 200n) return refuse();
  let [result, scale] = [1n, 1n];
  for (let i = 0n; i < y / ONE; i += 1n) {
    result *= x;
    scale *= ONE;
    while (scale > 1n && result % 10n === 0n) [result, scale] = [result / 10n, scale / 10n];
  }
  if ((result * ONE) % scale !== 0n) return refuse();
  return numeric((result * ONE) / scale, 'POW');
}

const MAX_ITEMS = 1_000_000;

/** Instants from one to another, both included. */
function instants(from: bigint, to: bigint, step: bigint, months: boolean): string {
  if (step === 0n) throw new Error('Sequence step cannot be 0');
  const items: string[] = [];
  const first = new Date(Number(from / 1000n));
  for (let i = 0n; items.length <= MAX_ITEMS; i += 1n) {
    const at = months ? monthsLater(first, Number(step * i)) : from + step * i;
    if (step > 0n ? at > to : at < to) return `[${items.join(',')}]`;
    items.push(String(at));
  }
  throw new Error('Cannot generate arrays with more than 1000000 elements');
}

/** The same day of another month, or its last one. */
function monthsLater(first: Date, months: number): bigint {
  const total = first.getUTCFullYear() * 12 + first.getUTCMonth() + months;
  const [year, month] = [Math.floor(total / 12), ((total % 12) + 12) % 12];
  const last = new Date(0);
  last.setUTCFullYear(year, month + 1, 0);
  const date = new Date(0);
  date.setUTCFullYear(year, month, Math.min(first.getUTCDate(), last.getUTCDate()));
  return BigInt(date.getTime()) * 1000n;
}

function floatSeries(from: number, to: number, step: number): string {
  if (step === 0) throw new Error('Sequence step cannot be 0');
  if (![from, to, step].every(Number.isFinite)) throw new Error('Sequence bounds and step must be finite');
  const items: number[] = [];
  for (let i = 0; items.length <= MAX_ITEMS; i += 1) {
    const at = from + i * step;
    if (step > 0 ? at > to : at < to) return JSON.stringify(items);
    items.push(at);
  }
  throw new Error('Cannot generate arrays with more than 1000000 elements');
}

export const NUMBER_RUNTIME: RuntimeTable = {
  bq_plain_number: runtime(['text'], 'text', plainNumber),
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
  bq_float_power: runtime(['float', 'float'], 'float', (x, y) => {
    // JavaScript differs from C here: 1 to any power, even NaN, is 1.
    if (x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y))) return 1;
    if (x < 0 && Number.isFinite(x) && Number.isFinite(y) && !Number.isInteger(y))
      throw new Error(`Floating point error in function: POW(${floatText(x)}, ${floatText(y)})`);
    return finite(x ** y, `POW(${floatText(x)}, ${floatText(y)})`, x, y);
  }),
  bq_numeric_sum: runtime(['numeric'], 'numeric', (x) => numeric(x, 'SUM')),
  bq_float_sum: runtime(['float', 'bool'], 'float', (sum, allFinite) => {
    if (!Number.isFinite(sum) && allFinite) throw new Error('double overflow: SUM');
    return sum;
  }),
  bq_finite: runtime(['float', 'float', 'text'], 'float', (result, x, name) => finite(result, `${name}(${floatText(x)})`, x)),
  bq_out_of_domain: runtime(['float', 'text'], 'float', (x, name) => {
    throw new Error(`Floating point error in function: ${name}(${floatText(x)})`);
  }),
  bq_reciprocal: runtime(['float', 'text'], 'float', (x, name) => {
    if (x === 0) throw new Error(`Floating point error in function: ${name}`);
    return 1 / x;
  }),
  bq_float_log: runtime(['float', 'float'], 'float', (x, base) => {
    if (Number.isNaN(x) || Number.isNaN(base) || !Number.isFinite(base)) return Number.NaN;
    if (x <= 0 || base <= 0 || base === 1) throw new Error(`Floating point error in function: LOG(${floatText(x)}, ${floatText(base)})`);
    return Math.log(x) / Math.log(base);
  }),
  bq_bit_count_bytes: runtime(['bytes'], 'int', (x) =>
    BigInt([...x].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)),
  ),
  bq_no_element: runtime(['text'], 'int', (name) => {
    throw new Error(`${name} cannot get an element of an empty array`);
  }),
  bq_numeric_sqrt: runtime(['numeric'], 'numeric', (x) => {
    if (x < 0n) throw new Error('SQRT is undefined for negative value');
    return squareRoot(x * ONE);
  }),
  bq_numeric_power: runtime(['numeric', 'numeric'], 'numeric', numericPower),
  bq_series: runtime(['int', 'int', 'int', 'bool'], 'text', instants),
  bq_float_series: runtime(['float', 'float', 'float'], 'text', floatSeries),
  bq_float_sqrt: float('SQRT', Math.sqrt),
  bq_float_cbrt: float('CBRT', Math.cbrt),
  bq_float_exp: float('EXP', Math.exp),
  bq_float_ln: float('LN', Math.log),
  bq_float_log10: float('LOG10', Math.log10),
  bq_float_round: runtime(['float', 'int'], 'float', (x, n) => roundFloat(x, n)),
  bq_float_trunc: runtime(['float', 'int'], 'float', (x, n) => roundFloat(x, n, true)),
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
