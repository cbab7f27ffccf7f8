import { CellFault } from './cell-fault.ts';

const INTEGER = /^-?\d{1,19}$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const CANONICAL = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d*[1-9])$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

export function decodeInt64(text: string): number | bigint {
  if (!INTEGER.test(text)) throw new CellFault(`"${text.slice(0, 40)}" is not an INT64`);
  if (text.length < 16) return Number(text) + 0; // of "-0", too, a plain 0
  const exact = BigInt(text);
  if (exact < MIN_INT64 || exact > MAX_INT64) throw new CellFault(`${text} is beyond INT64`);
  const value = Number(exact);
  return Number.isSafeInteger(value) ? value : exact;
}

export function decodeFloat64(text: string): number {
  if (FLOAT.test(text)) return Number(text);
  switch (text) {
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      throw new CellFault(`"${text.slice(0, 40)}" is not a FLOAT64`);
  }
}

/** NUMERIC and BIGNUMERIC as their one shortest decimal text: no exponent, no needless zero, no negative zero. */
export function decodeNumeric(text: string): string {
  if (CANONICAL.test(text)) return text;
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole + fraction === '') throw new CellFault(`"${text.slice(0, 40)}" is not a decimal number`);
  const exponent = Number(match[4] ?? '0');
  const point = whole.length + exponent;
  const digits = whole + fraction;
  const left = (point > 0 ? digits.slice(0, point).padEnd(point, '0') : '').replace(/^0+/, '');
  const right = (point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits).replace(/0+$/, '');
  if (left === '' && right === '') return '0';
  return `${match[1] === '-' ? '-' : ''}${left === '' ? '0' : left}${right === '' ? '' : `.${right}`}`;
}
