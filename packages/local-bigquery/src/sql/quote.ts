/** DuckDB text of a string value. Nothing a user wrote reaches DuckDB by another way than these functions. */
export function quoteString(value: string): string {
  // A NUL would end the statement early in DuckDB's C interface.
  if (value.includes('\0')) return `decode(unhex('${Buffer.from(value, 'utf8').toString('hex')}'))`;
  return `'${value.replaceAll("'", "''")}'`;
}

/** DuckDB text of a column, alias or field name. */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0')) throw new TypeError('an identifier cannot hold a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteBytes(value: Uint8Array): string {
  return `unhex('${Buffer.from(value).toString('hex')}')`;
}
