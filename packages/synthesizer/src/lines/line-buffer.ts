const DIGIT_ZERO = 48;
const TENS = Uint8Array.from({ length: 100 }, (_, i) => DIGIT_ZERO + Math.floor(i / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, i) => DIGIT_ZERO + (i % 10));
const MINUS = 45;
const POINT = 46;
/** Up to here a loop beats the call of `set`. */
const SHORT = 24;

/** Lines that are being written, in UTF-8. All but `reserve` rely on there being room. */
export class LineBuffer {
  bytes: Uint8Array;
  /** How many bytes are written. */
  length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  /** Makes room for so many bytes more. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = new Uint8Array(2 * this.bytes.length + size);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  piece(piece: Uint8Array): void {
    const { bytes, length } = this;
    if (piece.length > SHORT) bytes.set(piece, length);
    else for (let i = 0; i < piece.length; i++) bytes[length + i] = piece[i] as number;
    this.length = length + piece.length;
  }

  /** Text of ASCII characters alone. */
  ascii(text: string): void {
    const { bytes, length } = this;
    for (let i = 0; i < text.length; i++) bytes[length + i] = text.charCodeAt(i);
    this.length = length + text.length;
  }

  /** A whole number, 0 to 99, in two digits. */
  twoDigits(value: number): void {
    const { bytes, length } = this;
    bytes[length] = TENS[value] as number;
    bytes[length + 1] = ONES[value] as number;
    this.length = length + 2;
  }

  /** A whole number, 0 to 999,999, in six digits. */
  sixDigits(value: number): void {
    const high = (value / 10_000) | 0;
    const rest = value - high * 10_000;
    const middle = (rest / 100) | 0;
    this.twoDigits(high);
    this.twoDigits(middle);
    this.twoDigits(rest - middle * 100);
  }

  /** A whole number, 0 to 999. */
  whole(value: number): void {
    const hundreds = (value / 100) | 0;
    if (hundreds > 0) {
      this.bytes[this.length++] = DIGIT_ZERO + hundreds;
      this.twoDigits(value - hundreds * 100);
    } else if (value >= 10) this.twoDigits(value);
    else this.bytes[this.length++] = DIGIT_ZERO + value;
  }

  /** A number of at most one decimal, 0 to 999.9, as JSON has it. */
  oneDecimal(value: number): void {
    const tenths = Math.round(value * 10);
    const whole = (tenths / 10) | 0;
    this.whole(whole);
    if (tenths === whole * 10) return;
    this.bytes[this.length++] = POINT;
    this.bytes[this.length++] = DIGIT_ZERO + tenths - whole * 10;
  }

  /** A number of at most six decimals, -999.999999 to 999.999999, as JSON has it: without zeros at the end. */
  sixDecimals(value: number): void {
    if (value < 0) this.bytes[this.length++] = MINUS;
    const millionths = Math.round(Math.abs(value) * 1e6);
    const whole = (millionths / 1e6) | 0;
    this.whole(whole);
    if (millionths === whole * 1e6) return;
    this.bytes[this.length++] = POINT;
    this.sixDigits(millionths - whole * 1e6);
    while (this.bytes[this.length - 1] === DIGIT_ZERO) this.length--;
  }
}
