import type { Expr } from './ast.ts';
import { parseExpression } from './parse-expression.ts';
import { parseType } from './parse-type.ts';
import { notSupported } from './place.ts';
import type { TokenStream } from './token-stream.ts';

// Expressions with a syntax of their own. Each begins at its keyword.

export function parseCase(s: TokenStream): Expr {
  const { at } = s.next();
  const operand = s.isWord('WHEN') ? undefined : parseExpression(s);
  const branches: { when: Expr; then: Expr }[] = [];
  while (s.acceptWord('WHEN')) {
    const when = parseExpression(s);
    s.expectWord('THEN');
    branches.push({ when, then: parseExpression(s) });
  }
  if (branches.length === 0) throw s.unexpected('keyword WHEN');
  const otherwise = s.acceptWord('ELSE') ? parseExpression(s) : undefined;
  s.expectWord('END');
  return { kind: 'case', branches, ...(operand ? { operand } : {}), ...(otherwise ? { otherwise } : {}), at };
}

export function parseCast(s: TokenStream, safe: boolean): Expr {
  const { at } = s.next();
  s.expectSymbol('(');
  const operand = parseExpression(s);
  s.expectWord('AS');
  const type = parseType(s);
  if (s.isWord('FORMAT')) throw notSupported('CAST with FORMAT', s.at);
  if (s.isWord('AT')) throw notSupported('CAST with AT TIME ZONE', s.at);
  s.expectSymbol(')');
  return { kind: 'cast', safe, operand, type, at };
}

export function parseExtract(s: TokenStream): Expr {
  const { at } = s.next();
  s.expectSymbol('(');
  const part = parseExpression(s);
  s.expectWord('FROM');
  const operand = parseExpression(s);
  const zone = s.acceptWord('AT', 'TIME', 'ZONE') ? parseExpression(s) : undefined;
  s.expectSymbol(')');
  return { kind: 'extract', part, operand, ...(zone ? { zone } : {}), at };
}

export function parseStruct(s: TokenStream): Expr {
  const { at } = s;
  const type = s.isSymbol('<', 1) ? parseType(s) : undefined;
  if (type === undefined) s.next();
  s.expectSymbol('(');
  const items: { expr: Expr; name?: string }[] = [];
  while (!s.isSymbol(')')) {
    const expr = parseExpression(s);
    const name = s.acceptWord('AS') ? s.name('a field name').text : undefined;
    items.push(name === undefined ? { expr } : { expr, name });
    if (!s.acceptSymbol(',')) break;
  }
  s.expectSymbol(')');
  return { kind: 'struct', items, ...(type ? { type } : {}), at };
}
