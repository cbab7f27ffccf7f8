import type { Expr } from './ast.ts';
import { parseExpression, parseLevel, parseList } from './parse-expression.ts';
import { parseQuery } from './parse-query.ts';
import type { TokenStream } from './token-stream.ts';

export function parseIs(s: TokenStream, operand: Expr, at: Expr['at']): Expr {
  const negated = s.acceptWord('NOT');
  if (s.acceptWord('DISTINCT')) {
    s.expectWord('FROM');
    return { kind: 'isDistinct', left: operand, right: parseLevel(s, 0), negated, at };
  }
  if (s.acceptWord('NULL') || s.acceptWord('UNKNOWN')) return { kind: 'is', operand, what: 'NULL', negated, at };
  if (s.acceptWord('TRUE')) return { kind: 'is', operand, what: 'TRUE', negated, at };
  if (s.acceptWord('FALSE')) return { kind: 'is', operand, what: 'FALSE', negated, at };
  throw s.unexpected('NULL, TRUE, FALSE or DISTINCT FROM');
}

export function parseIn(s: TokenStream, operand: Expr, negated: boolean, at: Expr['at']): Expr {
  if (s.acceptWord('UNNEST')) {
    s.expectSymbol('(');
    const array = parseExpression(s);
    s.expectSymbol(')');
    return { kind: 'inUnnest', operand, array, negated, at };
  }
  s.expectSymbol('(');
  if (s.isWord('SELECT') || s.isWord('WITH') || s.isWord('FROM')) {
    const query = parseQuery(s);
    s.expectSymbol(')');
    return { kind: 'inQuery', operand, query, negated, at };
  }
  const list = parseList(s, ')');
  if (list.length === 0) throw s.unexpected('an expression');
  s.expectSymbol(')');
  return { kind: 'inList', operand, list, negated, at };
}
