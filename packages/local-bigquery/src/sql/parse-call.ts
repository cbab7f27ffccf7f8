import type { Call, Expr, FrameBound, Name, OrderItem, WindowSpec } from './ast.ts';
import { parseExpression } from './parse-expression.ts';
import { parseOrderItems } from './parse-query.ts';
import { notSupported, syntaxError } from './place.ts';
import type { TokenStream } from './token-stream.ts';

/** The rest of a call; the stream stands at its opening parenthesis. */
export function parseCall(s: TokenStream, names: readonly [Name, ...Name[]]): Call {
  const [first] = names;
  const safe = names.length > 1 && first.text.toUpperCase() === 'SAFE';
  const name = (safe ? names.slice(1) : names).map((n) => n.text.toUpperCase()).join('.');
  s.expectSymbol('(');
  const distinct = s.acceptWord('DISTINCT');
  const args: Expr[] = [];
  const named: { name: Name; expr: Expr }[] = [];
  let star = false;
  if (s.acceptSymbol('*')) star = true;
  else if (!s.isSymbol(')')) {
    do {
      if (s.isSymbol('=>', 1)) named.push(parseNamed(s));
      else if (named.length > 0) throw syntaxError('Positional arguments cannot follow named ones', s.at);
      else args.push(parseArgument(s));
    } while (s.acceptSymbol(','));
  }
  const nulls = s.acceptWord('IGNORE', 'NULLS') ? ('IGNORE' as const) : s.acceptWord('RESPECT', 'NULLS') ? ('RESPECT' as const) : undefined;
  if (s.isWord('GROUP')) throw notSupported('GROUP BY in an aggregate', s.at);
  if (s.isWord('WHERE')) throw notSupported('WHERE in an aggregate', s.at);
  const having = s.acceptWord('HAVING') ? parseHaving(s) : undefined;
  const orderBy = s.acceptWord('ORDER', 'BY') ? parseOrderItems(s) : [];
  const limit = s.acceptWord('LIMIT') ? parseExpression(s) : undefined;
  s.expectSymbol(')');
  const over = s.acceptWord('OVER') ? parseWindow(s) : undefined;
  return {
    kind: 'call',
    name,
    safe,
    args,
    ...(named.length > 0 ? { named } : {}),
    star,
    distinct,
    orderBy,
    ...(nulls ? { nulls } : {}),
    ...(limit ? { limit } : {}),
    ...(having ? { having } : {}),
    ...(over ? { over } : {}),
    at: first.at,
  };
}

function parseHaving(s: TokenStream): NonNullable<Call['having']> {
  const what = s.acceptWord('MAX') ? ('MAX' as const) : ('MIN' as const);
  if (what === 'MIN') s.expectWord('MIN');
  return { what, expr: parseExpression(s) };
}

function parseNamed(s: TokenStream): { name: Name; expr: Expr } {
  const name = s.nameAfterDot();
  s.expectSymbol('=>');
  return { name, expr: parseExpression(s) };
}

function parseArgument(s: TokenStream): Expr {
  if (s.isWord('SELECT') || s.isWord('WITH')) throw syntaxError('a query as an argument needs its own parentheses', s.at);
  return parseExpression(s);
}

export function parseWindow(s: TokenStream): WindowSpec {
  const { at } = s;
  if (!s.isSymbol('(')) return { base: s.name('a window'), partitionBy: [], orderBy: [], at };
  s.expectSymbol('(');
  const name = s.isName() ? s.name() : undefined;
  const base = name ? { base: name } : {};
  const partitionBy: Expr[] = [];
  if (s.acceptWord('PARTITION', 'BY')) {
    do partitionBy.push(parseExpression(s));
    while (s.acceptSymbol(','));
  }
  const orderBy: readonly OrderItem[] = s.acceptWord('ORDER', 'BY') ? parseOrderItems(s) : [];
  const unit = s.acceptWord('ROWS') ? ('ROWS' as const) : s.acceptWord('RANGE') ? ('RANGE' as const) : undefined;
  if (unit === undefined) {
    s.expectSymbol(')');
    return { ...base, partitionBy, orderBy, at };
  }
  const between = s.acceptWord('BETWEEN');
  const start = parseBound(s);
  if (between) s.expectWord('AND');
  const end = between ? parseBound(s) : undefined;
  s.expectSymbol(')');
  return { ...base, partitionBy, orderBy, frame: { unit, start, ...(end ? { end } : {}) }, at };
}

function parseBound(s: TokenStream): FrameBound {
  if (s.acceptWord('UNBOUNDED', 'PRECEDING')) return { kind: 'UNBOUNDED PRECEDING' };
  if (s.acceptWord('UNBOUNDED', 'FOLLOWING')) return { kind: 'UNBOUNDED FOLLOWING' };
  if (s.acceptWord('CURRENT', 'ROW')) return { kind: 'CURRENT ROW' };
  const offset = parseExpression(s);
  if (s.acceptWord('PRECEDING')) return { kind: 'PRECEDING', offset };
  s.expectWord('FOLLOWING');
  return { kind: 'FOLLOWING', offset };
}
