import type { Expr, FromItem, Name, OrderItem, Query, QueryBody, Select, SelectItem } from './ast.ts';
import { parseExpression } from './parse-expression.ts';
import { parseItem as parseFromItem, parseJoin, parseJoinType } from './parse-from.ts';
import { parsePivot, parseUnpivot } from './parse-pivot.ts';
import { parseItem, parseItems, parseOperand, parseOrderItems, parseSetOperator } from './parse-query.ts';
import { notSupported, type Place } from './place.ts';
import type { TokenStream } from './token-stream.ts';

/** What the operators up to here yield: still only FROM and WHERE, whose names are in sight, or a query. */
interface Piped {
  readonly query: Query;
  readonly open?: { readonly from: FromItem; readonly where?: Expr };
  /** The name of the only table in it. */
  readonly alias?: Name;
}

const star = (at: Place): SelectItem => ({ kind: 'star', except: [], replace: [], at });

const select = (items: readonly SelectItem[], from: FromItem, at: Place, rest: Partial<Select> = {}): Query => ({
  ctes: [],
  body: { kind: 'select', distinct: false, asStruct: false, asValue: false, items, from, at, ...rest },
  orderBy: [],
  at,
});

/** A FROM clause without SELECT. */
export function openPipe(from: FromItem, at: Place): Piped {
  const alias = from.kind === 'table' ? (from.alias ?? from.path.at(-1)) : from.kind === 'subquery' ? from.alias : undefined;
  return { query: select([star(at)], from, at), open: { from }, ...(alias ? { alias } : {}) };
}

/** The operators `|> …` after a query. */
export function parsePipes(s: TokenStream, first: Piped): Query {
  let piped = first;
  while (s.isSymbol('|>')) {
    s.next();
    piped = parseOperator(s, piped);
  }
  return piped.query;
}

export const pipedQuery = (query: Query): Piped => ({ query });

/** The source that an operator reads. */
function sourceOf({ query, open, alias }: Piped, at: Place): { from: FromItem; where?: Expr } {
  return open ?? { from: { kind: 'subquery', query, ...(alias ? { alias } : {}), at } };
}

function over(piped: Piped, items: readonly SelectItem[], at: Place, rest: Partial<Select> = {}): Query {
  const { from, where } = sourceOf(piped, at);
  return select(items, from, at, { ...(where ? { where } : {}), ...rest });
}

function parseOperator(s: TokenStream, piped: Piped): Piped {
  const { at } = s;
  const keep = piped.alias ? { alias: piped.alias } : {};
  if (s.acceptWord('WHERE')) {
    const condition = parseExpression(s);
    const { from, where } = sourceOf(piped, at);
    const both: Expr = where ? { kind: 'binary', op: 'AND', left: where, right: condition, at } : condition;
    return { query: select([star(at)], from, at, { where: both }), open: { from, where: both }, ...keep };
  }
  if (s.acceptWord('SELECT')) {
    const distinct = s.acceptWord('DISTINCT');
    if (s.isWord('AS')) throw notSupported('SELECT AS in pipe syntax', s.at);
    return { query: over(piped, parseColumns(s), at, { distinct }) };
  }
  if (s.acceptWord('EXTEND')) return { query: over(piped, [star(at), ...parseColumns(s)], at), ...keep };
  // A table's name would still give the column as it was before SET or DROP, so it is out of sight after them.
  if (s.acceptWord('SET')) return { query: over(piped, [{ kind: 'star', except: [], replace: parseAssignments(s), at }], at) };
  if (s.acceptWord('DROP')) {
    const except: Name[] = [];
    do except.push(s.name('a column'));
    while (s.acceptSymbol(','));
    return { query: over(piped, [{ kind: 'star', except, replace: [], at }], at) };
  }
  if (s.acceptWord('AS')) {
    const alias = s.name('an alias');
    const from: FromItem = { kind: 'subquery', query: piped.query, alias, at };
    return { query: select([star(at)], from, at), open: { from }, alias };
  }
  if (s.acceptWord('DISTINCT')) return { query: over(piped, [star(at)], at, { distinct: true }) };
  if (s.acceptWord('AGGREGATE')) return parseAggregate(s, piped, at);
  if (s.acceptWord('ORDER', 'BY')) return { query: { ...over(piped, [star(at)], at), orderBy: parseOrderItems(s) }, ...keep };
  if (s.acceptWord('LIMIT')) return { query: limited(s, piped.query, at), ...keep };
  if (s.isWord('PIVOT') || s.isWord('UNPIVOT')) {
    const input: FromItem = { kind: 'subquery', query: piped.query, ...keep, at };
    return openPipe(s.isWord('PIVOT') ? parsePivot(s, input) : parseUnpivot(s, input), at);
  }
  const op = parseSetOperator(s);
  if (op !== undefined) {
    const branches: QueryBody[] = [{ kind: 'nested', query: piped.query, at }];
    if (s.isWord('BY') || s.isWord('CORRESPONDING') || s.isWord('STRICT')) throw notSupported(`${op} ${s.peek().text.toUpperCase()}`, s.at);
    do {
      if (!s.isSymbol('(')) throw s.unexpected('"("');
      branches.push(parseOperand(s));
    } while (s.acceptSymbol(','));
    return { query: { ctes: [], body: { kind: 'set', op, branches, at }, orderBy: [], at } };
  }
  const type = parseJoinType(s);
  if (type === undefined) throw notSupported(`the pipe operator ${s.peek().text.toUpperCase()}`, at);
  const { from, where } = sourceOf(piped, at);
  const left: FromItem = where ? { kind: 'subquery', query: piped.query, ...keep, at } : from;
  const joined = parseJoin(s, type, left, parseFromItem(s), at);
  return { query: select([star(at)], joined, at), open: { from: joined } };
}

function parseColumns(s: TokenStream): SelectItem[] {
  const items = parseItems(s);
  if (s.isWord('WINDOW')) throw notSupported('WINDOW in pipe syntax', s.at);
  return items;
}

function parseAssignments(s: TokenStream): { expr: Expr; name: Name }[] {
  const assignments: { expr: Expr; name: Name }[] = [];
  do {
    const name = s.name('a column');
    s.expectSymbol('=');
    assignments.push({ name, expr: parseExpression(s) });
  } while (s.acceptSymbol(','));
  return assignments;
}

function limited(s: TokenStream, query: Query, at: Place): Query {
  const limit = parseExpression(s);
  const offset = s.acceptWord('OFFSET') ? parseExpression(s) : undefined;
  const cut = { limit, ...(offset ? { offset } : {}) };
  // The rows keep the order that the operator before gave them.
  return query.limit ? { ctes: [], body: { kind: 'nested', query, at }, orderBy: [], ...cut, at } : { ...query, ...cut };
}

/** `AGGREGATE SUM(x) AS s DESC GROUP BY y`: the keys come first. */
function parseAggregate(s: TokenStream, piped: Piped, at: Place): Piped {
  const orders: { item: SelectItem; order: Omit<OrderItem, 'expr'> }[] = [];
  const list = (ends: () => boolean): SelectItem[] => {
    const items: SelectItem[] = [];
    do {
      if (ends()) break;
      const item = parseItem(s);
      const descending = s.acceptWord('DESC');
      if (descending || s.acceptWord('ASC')) orders.push({ item, order: { descending } });
      items.push(item);
    } while (s.acceptSymbol(','));
    return items;
  };
  const ends = (): boolean => s.isWord('GROUP') || s.isSymbol('|>') || s.isSymbol(')') || s.peek().kind === 'end';
  const aggregates = list(ends);
  const grouped = s.acceptWord('GROUP');
  const ordered = grouped && s.acceptWord('AND', 'ORDER');
  if (grouped) s.expectWord('BY');
  const special = ['ROLLUP', 'CUBE', 'GROUPING', 'ALL'].find((word) => s.isWord(word));
  if (grouped && special !== undefined) throw notSupported(`GROUP BY ${special} in pipe syntax`, s.at);
  const keys = grouped ? list(() => s.isSymbol('|>') || s.isSymbol(')') || s.peek().kind === 'end') : [];
  const items = [...keys, ...aggregates];
  const place = (item: SelectItem): Expr => ({ kind: 'integer', value: BigInt(items.indexOf(item) + 1), at: item.at });
  const byKeys = ordered ? keys.filter((key) => !orders.some(({ item }) => item === key)) : [];
  const all = [...byKeys.map((item) => ({ item, order: { descending: false } })), ...orders];
  all.sort((a, b) => items.indexOf(a.item) - items.indexOf(b.item));
  const query = over(piped, items, at, grouped ? { groupBy: keys.map(place) } : {});
  return { query: { ...query, orderBy: all.map(({ item, order }) => ({ expr: place(item), ...order })) } };
}
