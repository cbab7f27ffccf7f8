/**
 * The extended floating point numbers of 64 bits that Google's engine rounds with: `sign * mantissa * 2^exponent`. Each operation
 * rounds to the nearest, ties to even.
 */
interface Extended {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const BITS = 64;

const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

/** The nearest number of 64 bits; `sticky`: something below the mantissa was cut off. */
function rounded(mantissa: bigint, exponent: number, bits = BITS, sticky = false): Extended {
  const excess = bitLength(mantissa) - bits;
  if (excess <= 0) return { mantissa, exponent };
  const shift = BigInt(excess);
  const kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (sticky || (kept & 1n) === 1n));
  return { mantissa: up ? kept + 1n : kept, exponent: exponent + excess };
}

function of(value: number): Extended {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return power === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: power - 1075 };
}

function divide(a: Extended, b: Extended): Extended {
  const shift = BigInt(BITS + 2 + Math.max(0, bitLength(b.mantissa) - bitLength(a.mantissa)));
  const dividend = a.mantissa << shift;
  const quotient = dividend / b.mantissa;
  const sticky = quotient * b.mantissa !== dividend;
  // A bit for what was cut off keeps a tie from being taken for one.
  return rounded((quotient << 1n) | (sticky ? 1n : 0n), a.exponent - b.exponent - Number(shift) - 1);
}

const multiply = (a: Extended, b: Extended): Extended => rounded(a.mantissa * b.mantissa, a.exponent + b.exponent);

/** The whole number next to it, halves away from zero, or the one towards zero. */
function whole({ mantissa, exponent }: Extended, truncate: boolean): bigint {
  if (exponent >= 0) return mantissa << BigInt(exponent);
  const shift = BigInt(-exponent);
  const floor = mantissa >> shift;
  if (truncate) return floor;
  return floor + ((mantissa >> (shift - 1n)) & 1n);
}

function toNumber({ mantissa, exponent }: Extended): number {
  if (mantissa === 0n) return 0;
  // A subnormal double has fewer bits.
  const top = bitLength(mantissa) + exponent;
  const bits = Math.min(53, top + 1074);
  if (bits <= 0) return 0;
  const { mantissa: m, exponent: e } = rounded(mantissa, exponent, bits);
  return Number(m) * 2 ** Math.max(e, -1074) * 2 ** Math.min(0, e + 1074);
}

const powers = new Map<number, Extended>();

/** A power of ten as the engine has it: by repeated multiplication with, or division by, ten. */
function power(exponent: number): Extended {
  const known = powers.get(exponent);
  if (known) return known;
  const ten = { mantissa: 10n, exponent: 0 };
  const step = exponent > 0 ? 1 : -1;
  let value: Extended = { mantissa: 1n, exponent: 0 };
  for (let i = 0; i !== exponent; i += step) {
    value = step > 0 ? multiply(value, ten) : divide(value, ten);
    powers.set(i + step, value);
  }
  return value;
}

const MIN_EXPONENT = -323;
const MAX_EXPONENT = 308;

/** ROUND and TRUNC of a FLOAT64 to decimal digits; undefined where the result is no double. */
export function roundDecimal(x: number, digits: number, truncate: boolean): number | undefined {
  if (digits > -MIN_EXPONENT || !Number.isFinite(x) || x === 0) return x;
  if (digits < -MAX_EXPONENT) return 0;
  const unit = power(-digits);
  const count = whole(divide(of(Math.abs(x)), unit), truncate);
  if (count === 0n) return x < 0 ? -0 : 0;
  const result = toNumber(multiply(rounded(count, 0), unit));
  if (!Number.isFinite(result)) return undefined;
  return x < 0 ? -result : result;
}
