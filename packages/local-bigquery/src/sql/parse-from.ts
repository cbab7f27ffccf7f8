import type { FromItem, JoinType, Name } from './ast.ts';
import { parseExpression } from './parse-expression.ts';
import { parseQuery } from './parse-query.ts';
import { parsePivot, parseUnpivot } from './parse-pivot.ts';
import { notSupported } from './place.ts';
import type { TokenStream } from './token-stream.ts';

export function parseFrom(s: TokenStream): FromItem {
  let left = parseItem(s);
  for (;;) {
    const { at } = s;
    if (s.acceptSymbol(',')) {
      left = { kind: 'join', type: 'CROSS', left, right: parseItem(s), at };
      continue;
    }
    const type = parseJoinType(s);
    if (type === undefined) return left;
    const right = parseItem(s);
    left = parseJoin(s, type, left, right, at);
  }
}

/** What follows the two sides of a join. */
export function parseJoin(s: TokenStream, type: JoinType, left: FromItem, right: FromItem, at: FromItem['at']): FromItem {
  if (type === 'CROSS') return { kind: 'join', type, left, right, at };
  if (s.acceptWord('ON')) return { kind: 'join', type, left, right, on: parseExpression(s), at };
  if (s.acceptWord('USING')) {
    s.expectSymbol('(');
    const using: Name[] = [];
    do using.push(s.name('a column'));
    while (s.acceptSymbol(','));
    s.expectSymbol(')');
    return { kind: 'join', type, left, right, using, at };
  }
  if (right.kind === 'unnest') return { kind: 'join', type, left, right, at };
  if (['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS'].includes(s.peek().upper)) throw notSupported('consecutive ON clauses', s.at);
  throw s.unexpected('keyword ON or USING');
}

export function parseJoinType(s: TokenStream): JoinType | undefined {
  if (s.isWord('NATURAL')) throw notSupported('NATURAL JOIN', s.at);
  if (s.acceptWord('CROSS')) {
    s.expectWord('JOIN');
    return 'CROSS';
  }
  const sided = (['LEFT', 'RIGHT', 'FULL'] as const).find((side) => s.isWord(side));
  if (sided !== undefined) {
    s.next();
    s.acceptWord('OUTER');
    s.expectWord('JOIN');
    return sided;
  }
  if (s.acceptWord('INNER')) {
    s.expectWord('JOIN');
    return 'INNER';
  }
  return s.acceptWord('JOIN') ? 'INNER' : undefined;
}

export function parseItem(s: TokenStream): FromItem {
  const { at } = s;
  if (s.acceptWord('UNNEST')) {
    s.expectSymbol('(');
    const expr = parseExpression(s);
    s.expectSymbol(')');
    const alias = parseAlias(s);
    const offset = s.acceptWord('WITH', 'OFFSET') ? (parseAlias(s) ?? { text: 'offset', at }) : undefined;
    return { kind: 'unnest', expr, ...(alias ? { alias } : {}), ...(offset ? { offset } : {}), at };
  }
  if (s.isSymbol('(')) {
    if (!s.isSymbol('(', 1) && !['SELECT', 'WITH', 'FROM'].includes(s.peek(1).upper)) {
      s.next();
      const inner = parseFrom(s);
      s.expectSymbol(')');
      return inner;
    }
    s.next();
    const query = parseQuery(s);
    s.expectSymbol(')');
    const alias = parseAlias(s);
    return parseAfterItem(s, { kind: 'subquery', query, ...(alias ? { alias } : {}), at });
  }
  if (s.isWord('LATERAL')) throw notSupported('LATERAL', at);
  const path = s.tablePath();
  const [only] = path;
  const history = path.length === 1 ? only?.text.toUpperCase() : undefined;
  if ((history === 'APPENDS' || history === 'CHANGES') && s.isSymbol('(')) return parseHistory(s, history, at);
  if (s.isSymbol('(')) throw notSupported(`the table function ${path.map((n) => n.text).join('.')}`, at);
  // `FOR SYSTEM_TIME AS OF` stands before or after the alias.
  const early = parseAsOf(s);
  const alias = parseAlias(s);
  const asOf = early ?? parseAsOf(s);
  return parseAfterItem(s, { kind: 'table', path, ...(alias ? { alias } : {}), ...(asOf ? { asOf } : {}), at });
}

/** `APPENDS(TABLE ds.t, start, end)`. */
function parseHistory(s: TokenStream, name: 'APPENDS' | 'CHANGES', at: FromItem['at']): FromItem {
  s.expectSymbol('(');
  s.expectWord('TABLE');
  const path = s.tablePath();
  const range = [];
  while (s.acceptSymbol(',')) {
    if (s.isName() && s.isSymbol('=>', 1)) throw notSupported(`the named argument ${s.peek().text}`, s.at);
    range.push(parseExpression(s));
  }
  s.expectSymbol(')');
  if (range.length > 2) throw s.unexpected();
  const alias = parseAlias(s);
  return { kind: 'history', name, path, range, ...(alias ? { alias } : {}), at };
}

function parseAsOf(s: TokenStream) {
  if (!s.acceptWord('FOR')) return undefined;
  if (!s.acceptWord('SYSTEM_TIME')) s.expectWord('SYSTEM', 'TIME');
  s.expectWord('AS', 'OF');
  return parseExpression(s);
}

/** PIVOT and UNPIVOT after a table or subquery. */
function parseAfterItem(s: TokenStream, item: FromItem): FromItem {
  for (const word of ['TABLESAMPLE', 'MATCH_RECOGNIZE']) if (s.isWord(word)) throw notSupported(word, s.at);
  if (s.isWord('PIVOT') && s.isSymbol('(', 1)) return parseAfterItem(s, parsePivot(s, item));
  if (s.isWord('UNPIVOT')) return parseAfterItem(s, parseUnpivot(s, item));
  return item;
}

const NOT_AN_ALIAS: readonly string[] = ['PIVOT', 'UNPIVOT', 'MATCH_RECOGNIZE'];

export function parseAlias(s: TokenStream): Name | undefined {
  if (s.acceptWord('AS')) return s.name('an alias');
  if (
    !s.isName() ||
    NOT_AN_ALIAS.some((word) => s.isWord(word) && (s.isSymbol('(', 1) || ['INCLUDE', 'EXCLUDE'].includes(s.peek(1).upper)))
  )
    return undefined;
  return s.name();
}
