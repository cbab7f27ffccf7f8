/** Decimal texts of NUMERIC (29 digits before and 9 after the point) and BIGNUMERIC (about 38 and 38). */

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const BIGNUMERIC_MAX = 2n ** 255n - 1n;
const BIGNUMERIC_MIN = -(2n ** 255n);
const NUMERIC_MAX = 10n ** 38n - 1n;

/** The value times 10^scale, halves rounded away from zero; undefined where the text is no number. */
export function scaled(text: string, scale: number): bigint | undefined {
  const match = NUMBER.exec(text.trim());
  if (!match || ((match[2] ?? '') === '' && (match[3] ?? '') === '')) return undefined;
  const digits = BigInt(`${match[2] ?? ''}${match[3] ?? ''}`);
  const shift = Number(match[4] ?? 0) - (match[3] ?? '').length + scale;
  if (shift > 200) return digits === 0n ? 0n : undefined;
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : shift < -400 ? 0n : roundedQuotient(digits, 10n ** BigInt(-shift));
  return match[1] === '-' ? -value : value;
}

/** Division of integers, halves away from zero. */
export function roundedQuotient(a: bigint, b: bigint): bigint {
  const negative = a < 0n !== b < 0n;
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const quotient = (2n * x + y) / (2n * y);
  return negative ? -quotient : quotient;
}

/** The text that PARSE_NUMERIC takes, as a cast takes it: blanks around a sign, a sign at the end, commas before the point. */
export function plainNumber(text: string): string {
  const match = /^\s*([+-]?)\s*([^+\s-][^\s]*?)\s*([+-]?)\s*$/.exec(text);
  if (!match || (match[1] !== '' && match[3] !== '')) return text;
  const [whole = '', ...rest] = (match[2] ?? '').split('.');
  if (rest.join('.').includes(',') || /[eE].*,/.test(whole)) return text;
  return `${match[1] ?? ''}${match[3] ?? ''}${[whole.replaceAll(',', ''), ...rest].join('.')}`;
}

/** The text of a value times 10^scale. */
export function unscaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The shortest exact text of a NUMERIC, or undefined where the text is none or out of range. */
export function numericText(text: string): string | undefined {
  const value = scaled(text, 9);
  return value !== undefined && value <= NUMERIC_MAX && value >= -NUMERIC_MAX ? unscaled(value, 9) : undefined;
}

export function bigNumericText(text: string): string | undefined {
  const value = scaled(text, 38);
  return value !== undefined && value <= BIGNUMERIC_MAX && value >= BIGNUMERIC_MIN ? unscaled(value, 38) : undefined;
}

/** As C's printf, whose text GoogleSQL gives: it rounds a tie to the even digit, where `toExponential` rounds it up. */
function exponential(value: number, fractionDigits: number): string {
  const rounded = value.toExponential(fractionDigits);
  if (!/5e/.test(value.toExponential(fractionDigits + 1))) return rounded;
  const [, exact, exponent] = /^(-?\d\.\d+?)50*(e.*)$/.exec(value.toExponential(MAX_FRACTION_DIGITS)) ?? [];
  const isTieToDown = exact !== undefined && exact.length === rounded.indexOf('e') && /[02468]$/.test(exact);
  return isTieToDown ? `${exact}${exponent ?? ''}` : rounded;
}

const MAX_FRACTION_DIGITS = 100;

/** A FLOAT64 as BigQuery writes it: 15 significant digits where they are enough, else 17. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0';
  // JavaScript's shortest text is the same wherever 15 digits are enough and no exponent is needed.
  const shortest = String(value);
  const size = Math.abs(value);
  if (shortest.length <= 16 && (value === 0 || (size >= 1e-4 && size < 1e15))) return shortest;
  const precision = Number(value.toPrecision(15)) === value ? 15 : 17;
  const [mantissa = '', exponent = '0'] = exponential(value, precision - 1).split('e');
  const power = Number(exponent);
  const digits = mantissa.replace('-', '').replace('.', '').replace(/0+$/, '') || '0';
  const sign = value < 0 ? '-' : '';
  if (power < -4 || power >= precision) {
    const rest = digits.slice(1);
    return `${sign}${digits[0] ?? '0'}${rest === '' ? '' : `.${rest}`}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const fraction = digits.slice(power + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
