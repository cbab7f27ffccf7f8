/** A number as its digits without zeros at either end, and the power of ten of the last one. */
function digitsOf(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return text;
  const digits = `${match[2] ?? ''}${match[3] ?? ''}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  const power = Number(match[4] ?? 0) - (match[3] ?? '').length + digits.length - kept.length;
  return `${match[1] ?? ''}${kept}e${String(power)}`;
}

const isExact = (text: string): boolean => {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return true;
  }
  return digitsOf(text) === digitsOf(String(Number(text)));
};

/** The first number of a JSON text that neither 64 bits nor a double hold as it is written. */
export function inexactNumber(text: string): string | undefined {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (!token.startsWith('"') && !isExact(token)) return token;
  }
  return undefined;
}
