const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

const NUMERIC_LIMIT = 10n ** 38n;
const BIG_LIMIT = 2n ** 255n;

/** NUMERIC as an integer of its 9th decimal (half away from zero beyond it), or undefined if it is none or out of range. */
export function parseNumeric(text: string): bigint | undefined {
  const scaled = parseScaled(text, 9);
  return scaled !== undefined && scaled < NUMERIC_LIMIT && scaled > -NUMERIC_LIMIT ? scaled : undefined;
}

/** BIGNUMERIC as canonical decimal text with at most 38 decimals, or undefined if it is none or out of range. */
export function parseBigNumeric(text: string): string | undefined {
  const scaled = parseScaled(text, 38);
  return scaled !== undefined && scaled < BIG_LIMIT && scaled >= -BIG_LIMIT ? decimalText(scaled, 38) : undefined;
}

/** Canonical text: no exponent, no trailing zeros, no negative zero. */
export function decimalText(scaled: bigint, scale: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

function parseScaled(text: string, scale: number): bigint | undefined {
  const match = DECIMAL.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const shift = scale - fraction.length + Number(exponent);
  const digits = BigInt(`${whole}${fraction}`);
  // A shift beyond any legal value: keeps a hostile exponent from building a giant number.
  if (shift > 400) return digits === 0n ? 0n : undefined;
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : roundedQuotient(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -scaled : scaled;
}

function roundedQuotient(value: bigint, divisor: bigint): bigint {
  return (value * 2n + divisor) / (divisor * 2n);
}
