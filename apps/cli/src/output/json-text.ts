/** One line of JSON. Microseconds and other BigInts become text, bytes base64: a number would be read back rounded. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_name, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    return item;
  });
}
