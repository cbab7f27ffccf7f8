import type { Call, Expr, FromItem, Name } from './ast.ts';
import { parseExpression, parseLevel } from './parse-expression.ts';
import { parseAlias } from './parse-from.ts';
import { notSupported } from './place.ts';
import type { TokenStream } from './token-stream.ts';

/** `PIVOT(SUM(x) AS s FOR quarter IN ('Q1', 'Q2' AS second))`. */
export function parsePivot(s: TokenStream, input: FromItem): FromItem {
  const { at } = s.next();
  s.expectSymbol('(');
  const aggregates: { call: Call; alias?: Name }[] = [];
  do {
    const call = parseExpression(s);
    if (call.kind !== 'call') throw notSupported('an expression other than an aggregate in PIVOT', call.at);
    const alias = s.isWord('FOR') ? undefined : parseAlias(s);
    aggregates.push({ call, ...(alias ? { alias } : {}) });
  } while (s.acceptSymbol(','));
  s.expectWord('FOR');
  // Up to IN, which is no operator here.
  const column = parseLevel(s, 0);
  s.expectWord('IN');
  s.expectSymbol('(');
  const values: { expr: Expr; alias?: Name }[] = [];
  do {
    const expr = parseExpression(s);
    const alias = parseAlias(s);
    values.push({ expr, ...(alias ? { alias } : {}) });
  } while (s.acceptSymbol(','));
  s.expectSymbol(')');
  s.expectSymbol(')');
  const alias = parseAlias(s);
  return { kind: 'pivot', input, aggregates, column, values, ...(alias ? { alias } : {}), at };
}

/** `UNPIVOT(sales FOR quarter IN (Q1, Q2 AS 'second'))`. */
export function parseUnpivot(s: TokenStream, input: FromItem): FromItem {
  const { at } = s.next();
  const includeNulls = s.acceptWord('INCLUDE', 'NULLS');
  if (!includeNulls) s.acceptWord('EXCLUDE', 'NULLS');
  s.expectSymbol('(');
  if (s.isSymbol('(')) throw notSupported('UNPIVOT of several columns at once', s.at);
  const value = s.name('a column');
  s.expectWord('FOR');
  const name = s.name('a column');
  s.expectWord('IN');
  s.expectSymbol('(');
  const columns: { column: Name; label?: Expr }[] = [];
  do {
    const column = s.name('a column');
    s.acceptWord('AS');
    const label = s.isSymbol(',') || s.isSymbol(')') ? undefined : parseExpression(s);
    columns.push({ column, ...(label ? { label } : {}) });
  } while (s.acceptSymbol(','));
  s.expectSymbol(')');
  s.expectSymbol(')');
  const alias = parseAlias(s);
  return { kind: 'unpivot', input, includeNulls, value, name, columns, ...(alias ? { alias } : {}), at };
}
