/** Marks a number in parsed JSON that a double cannot hold: the text that follows is the number as it was written. */
const MARK = '\u0000#';

/** A string, so that escapes and digits inside it are passed over, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** What a number that loses digits must contain; tested first, as most documents have none. */
const MANY_DIGITS = /\d{16}|\d[eE][+-]?\d{3}|\d\.\d{9}/;

/** JSON.parse that keeps every digit: a number which a double cannot hold becomes a marked text, see {@link numberText}. */
export function parseLossless(text: string): unknown {
  if (!MANY_DIGITS.test(text)) return JSON.parse(text);
  return JSON.parse(text.replace(TOKEN, (token) => (token.startsWith('"') || isExact(token) ? token : `"\\u0000#${token}"`)));
}

function isExact(token: string): boolean {
  // Up to 15 digits always fit; with an exponent the digits alone say nothing.
  return (token.length < 16 && !/[eE]/.test(token)) || String(Number(token)) === token;
}

/** The digits of a number as it was written, or undefined for anything that is not a number. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : undefined;
}

/** JSON text of a value from {@link parseLossless}, with its numbers as they were written. */
export function stringifyLossless(value: unknown): string {
  // biome-ignore lint: the mark is a control character on purpose
  return JSON.stringify(value).replace(/"\\u0000#([^"]*)"/g, '$1');
}
