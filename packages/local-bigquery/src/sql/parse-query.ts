import type { Expr, GroupingSets, Name, OrderItem, Query, QueryBody, Select, SelectItem, WindowSpec } from './ast.ts';
import { parseWindow } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { parseFrom } from './parse-from.ts';
import { openPipe, parsePipes, pipedQuery } from './parse-pipe.ts';
import { notSupported } from './place.ts';
import type { TokenStream } from './token-stream.ts';

export function parseQuery(s: TokenStream): Query {
  const { at } = s;
  const ctes: { name: Name; query: Query }[] = [];
  let recursive = false;
  if (s.acceptWord('WITH')) {
    recursive = s.acceptWord('RECURSIVE');
    do {
      const name = s.name('a name');
      s.expectWord('AS');
      s.expectSymbol('(');
      ctes.push({ name, query: parseQuery(s) });
      s.expectSymbol(')');
    } while (s.acceptSymbol(',') && !s.isWord('SELECT') && !s.isWord('FROM'));
  }
  if (s.isWord('FROM')) {
    s.next();
    const from = parseFrom(s);
    return {
      ctes,
      ...(recursive ? { recursive } : {}),
      body: { kind: 'nested', query: parsePipes(s, openPipe(from, at)), at },
      orderBy: [],
      at,
    };
  }
  const body = parseBody(s);
  const orderBy = s.acceptWord('ORDER', 'BY') ? parseOrderItems(s) : [];
  const limit = s.acceptWord('LIMIT') ? parseExpression(s) : undefined;
  const offset = limit !== undefined && s.acceptWord('OFFSET') ? parseExpression(s) : undefined;
  const cut = { orderBy, ...(limit ? { limit } : {}), ...(offset ? { offset } : {}), at };
  const outer = { ctes, ...(recursive ? { recursive } : {}) };
  if (!s.isSymbol('|>')) return { ...outer, body, ...cut };
  const query = parsePipes(s, pipedQuery({ ctes: [], body, ...cut }));
  return { ...outer, body: { kind: 'nested', query, at }, orderBy: [], at };
}

type SetOperator = (QueryBody & { kind: 'set' })['op'];
const SET_OPERATORS: readonly SetOperator[] = ['UNION ALL', 'UNION DISTINCT', 'INTERSECT DISTINCT', 'EXCEPT DISTINCT'];

export const parseSetOperator = (s: TokenStream): SetOperator | undefined => SET_OPERATORS.find((op) => s.acceptWord(...op.split(' ')));

/** `FULL OUTER UNION ALL BY NAME` and its like. */
const SIDED: readonly string[] = ['FULL', 'LEFT', 'INNER', 'OUTER'];

function parseBody(s: TokenStream): QueryBody {
  const { at } = s;
  const first = parseOperand(s);
  const branches = [first];
  let chosen: 'UNION ALL' | 'UNION DISTINCT' | 'INTERSECT DISTINCT' | 'EXCEPT DISTINCT' | undefined;
  for (;;) {
    const place = s.at;
    const op = parseSetOperator(s);
    if (op === undefined) {
      if (SIDED.includes(s.peek().upper)) throw notSupported(`${s.peek().text.toUpperCase()} set operations`, s.at);
      if (s.acceptWord('UNION') || s.acceptWord('INTERSECT') || s.acceptWord('EXCEPT')) throw s.unexpected('keyword ALL or DISTINCT');
      break;
    }
    if (chosen !== undefined && chosen !== op) throw notSupported('different set operations without parentheses', place);
    chosen = op;
    if (s.isWord('CORRESPONDING') || s.isWord('BY', 'NAME') || s.isWord('STRICT', 'CORRESPONDING'))
      throw notSupported(`${op} ${s.peek().text.toUpperCase()}`, s.at);
    branches.push(parseOperand(s));
  }
  return chosen === undefined ? first : { kind: 'set', op: chosen, branches, at };
}

export function parseOperand(s: TokenStream): QueryBody {
  const { at } = s;
  if (s.acceptSymbol('(')) {
    const query = parseQuery(s);
    s.expectSymbol(')');
    return { kind: 'nested', query, at };
  }
  return parseSelect(s);
}

function parseSelect(s: TokenStream): Select {
  const { at } = s;
  s.expectWord('SELECT');
  if (s.isWord('WITH') && !s.isSymbol('(', 1)) throw notSupported(`SELECT WITH ${s.peek(1).text.toUpperCase()}`, s.at);
  const distinct = s.acceptWord('DISTINCT');
  if (!distinct) s.acceptWord('ALL');
  const asStruct = s.acceptWord('AS', 'STRUCT');
  const asValue = s.acceptWord('AS', 'VALUE');
  const items = parseItems(s);
  const from = s.acceptWord('FROM') ? parseFrom(s) : undefined;
  const where = s.acceptWord('WHERE') ? parseExpression(s) : undefined;
  const grouping = s.acceptWord('GROUP', 'BY') ? parseGroupBy(s) : {};
  const having = s.acceptWord('HAVING') ? parseExpression(s) : undefined;
  const qualify = s.acceptWord('QUALIFY') ? parseExpression(s) : undefined;
  const windows = s.acceptWord('WINDOW') ? parseWindows(s) : [];
  return {
    kind: 'select',
    distinct,
    asStruct,
    asValue,
    items,
    ...(from ? { from } : {}),
    ...(where ? { where } : {}),
    ...grouping,
    ...(having ? { having } : {}),
    ...(qualify ? { qualify } : {}),
    ...(windows.length > 0 ? { windows } : {}),
    at,
  };
}

/** `w AS (PARTITION BY …)`, each of which may build on one before it. */
function parseWindows(s: TokenStream): NonNullable<Select['windows']> {
  const windows: { name: Name; spec: WindowSpec }[] = [];
  do {
    const name = s.name('a window');
    s.expectWord('AS');
    windows.push({ name, spec: parseWindow(s) });
  } while (s.acceptSymbol(','));
  return windows;
}

type GroupBy = Pick<Select, 'groupBy' | 'groupingSets' | 'groupByAll'>;

function parseGroupBy(s: TokenStream): GroupBy {
  if (s.acceptWord('ALL')) return { groupByAll: true };
  const kind = s.isWord('ROLLUP') ? 'ROLLUP' : s.isWord('CUBE') ? 'CUBE' : s.isWord('GROUPING', 'SETS') ? 'GROUPING SETS' : undefined;
  if (kind !== undefined) return parseGroupingSets(s, kind);
  const groupBy: Expr[] = [];
  do groupBy.push(parseExpression(s));
  while (s.acceptSymbol(','));
  return { groupBy };
}

/** `ROLLUP(a, (b, c))`: each item is a set of keys. */
function parseGroupingSets(s: TokenStream, kind: GroupingSets['kind']): GroupBy {
  s.expectWord(...kind.split(' '));
  s.expectSymbol('(');
  const groupBy: Expr[] = [];
  const sets: number[][] = [];
  const key = (): number => {
    groupBy.push(parseExpression(s));
    return groupBy.length - 1;
  };
  do {
    if (s.isWord('ROLLUP') || s.isWord('CUBE')) throw notSupported(`${s.peek().text.toUpperCase()} in ${kind}`, s.at);
    const set: number[] = [];
    if (s.acceptSymbol('(')) {
      if (!s.isSymbol(')')) {
        do set.push(key());
        while (s.acceptSymbol(','));
      }
      s.expectSymbol(')');
    } else set.push(key());
    sets.push(set);
  } while (s.acceptSymbol(','));
  s.expectSymbol(')');
  if (s.isSymbol(',')) throw notSupported(`${kind} among other keys`, s.at);
  return { groupBy, groupingSets: { kind, sets } };
}

export function parseItems(s: TokenStream): SelectItem[] {
  const items: SelectItem[] = [];
  do {
    // A comma may end the list.
    if (items.length > 0 && (s.isWord('FROM') || s.peek().kind === 'end' || s.isSymbol(')') || s.isSymbol('|>'))) break;
    items.push(parseItem(s));
  } while (s.acceptSymbol(','));
  return items;
}

export function parseItem(s: TokenStream): SelectItem {
  const { at } = s;
  if (s.acceptSymbol('*')) return parseStar(s, undefined, at);
  const expr = parseExpression(s);
  if (s.isSymbol('.') && s.isSymbol('*', 1)) {
    s.next();
    s.next();
    return parseStar(s, expr, at);
  }
  const alias = s.acceptWord('AS') ? s.name('an alias') : s.isName() ? s.name() : undefined;
  return { kind: 'expr', expr, ...(alias ? { alias } : {}), at };
}

function parseStar(s: TokenStream, base: Expr | undefined, at: SelectItem['at']): SelectItem {
  const except: Name[] = [];
  const replace: { expr: Expr; name: Name }[] = [];
  if (s.isWord('EXCEPT') && s.isSymbol('(', 1)) {
    s.next();
    s.next();
    do except.push(s.name('a column'));
    while (s.acceptSymbol(','));
    s.expectSymbol(')');
  }
  if (s.acceptWord('REPLACE')) {
    s.expectSymbol('(');
    do {
      const expr = parseExpression(s);
      s.expectWord('AS');
      replace.push({ expr, name: s.name('a column') });
    } while (s.acceptSymbol(','));
    s.expectSymbol(')');
  }
  return { kind: 'star', except, replace, ...(base ? { base } : {}), at };
}

export function parseOrderItems(s: TokenStream): OrderItem[] {
  const items: OrderItem[] = [];
  do {
    const expr = parseExpression(s);
    if (s.isWord('COLLATE')) throw notSupported('COLLATE', s.at);
    const descending = s.acceptWord('DESC');
    if (!descending) s.acceptWord('ASC');
    const nulls = s.acceptWord('NULLS', 'FIRST') ? ('FIRST' as const) : s.acceptWord('NULLS', 'LAST') ? ('LAST' as const) : undefined;
    items.push({ expr, descending, ...(nulls ? { nulls } : {}) });
  } while (s.acceptSymbol(','));
  return items;
}
