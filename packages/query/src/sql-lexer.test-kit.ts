/** Tokens of GoogleSQL as far as this package writes it: quoted identifiers and strings whole, with their escapes refused. */
export function tokens(sql: string): string[] {
  const found: string[] = [];
  const token = /\s+|`([^`\\\n]*)`|'([^'\\\n]*)'|@\w+|\w+|>=|[<>(),.*=-]/uy;
  while (token.lastIndex < sql.length) {
    const at = token.lastIndex;
    const match = token.exec(sql);
    if (!match) throw new Error(`no token at ${at} of ${sql}`);
    if (match[0].trim() !== '') found.push(match[0]);
  }
  return found;
}
