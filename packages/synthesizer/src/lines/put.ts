/*
 * Each function here writes something into `bytes` from `at` on, and returns where it ends. There has to be room. Bytes and place are
 * handed on, not kept in an object, so that they stay in registers from one piece of a line to the next.
 */

const DIGIT_ZERO = 48;
const MINUS = 45;
const POINT = 46;
const TENS = Uint8Array.from({ length: 100 }, (_, i) => DIGIT_ZERO + Math.floor(i / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, i) => DIGIT_ZERO + (i % 10));
/** Up to here a loop beats the call of `set`. */
const SHORT = 24;

export function putPiece(bytes: Uint8Array, at: number, piece: Uint8Array): number {
  if (piece.length > SHORT) bytes.set(piece, at);
  else for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i] as number;
  return at + piece.length;
}

/** Text of ASCII characters alone. */
export function putAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** A whole number, 0 to 99, in two digits. */
export function putTwoDigits(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = TENS[value] as number;
  bytes[at + 1] = ONES[value] as number;
  return at + 2;
}

/** A whole number, 0 to 999,999, in six digits. */
export function putSixDigits(bytes: Uint8Array, at: number, value: number): number {
  const high = (value / 10_000) | 0;
  const rest = value - high * 10_000;
  const middle = (rest / 100) | 0;
  putTwoDigits(bytes, at, high);
  putTwoDigits(bytes, at + 2, middle);
  return putTwoDigits(bytes, at + 4, rest - middle * 100);
}

/** A whole number, 0 to 999. */
export function putWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 100) {
    const hundreds = (value / 100) | 0;
    bytes[at] = DIGIT_ZERO + hundreds;
    return putTwoDigits(bytes, at + 1, value - hundreds * 100);
  }
  if (value >= 10) return putTwoDigits(bytes, at, value);
  bytes[at] = DIGIT_ZERO + value;
  return at + 1;
}

/** A number of at most one decimal, 0 to 999.9, as JSON has it. */
export function putOneDecimal(bytes: Uint8Array, at: number, value: number): number {
  const tenths = Math.round(value * 10) | 0;
  const whole = (tenths / 10) | 0;
  const end = putWhole(bytes, at, whole);
  if (tenths === whole * 10) return end;
  bytes[end] = POINT;
  bytes[end + 1] = DIGIT_ZERO + tenths - whole * 10;
  return end + 2;
}

/** A number of at most six decimals, -999.999999 to 999.999999, as JSON has it: without zeros at the end. */
export function putSixDecimals(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    bytes[at] = MINUS;
    return putSixDecimals(bytes, at + 1, -value);
  }
  const millionths = Math.round(value * 1e6) | 0;
  const whole = (millionths / 1_000_000) | 0;
  let end = putWhole(bytes, at, whole);
  if (millionths === whole * 1_000_000) return end;
  bytes[end] = POINT;
  end = putSixDigits(bytes, end + 1, millionths - whole * 1_000_000);
  while (bytes[end - 1] === DIGIT_ZERO) end--;
  return end;
}
