import type { BinaryOp, CompareOp, ElementMode, Expr, Name } from './ast.ts';
import { parseCall } from './parse-call.ts';
import { parseIn, parseIs } from './parse-predicate.ts';
import { parseQuery } from './parse-query.ts';
import { parseCase, parseCast, parseExtract, parseStruct } from './parse-special.ts';
import { parseType } from './parse-type.ts';
import { notSupported, syntaxError, unknownHere } from './place.ts';
import type { TokenStream } from './token-stream.ts';

/** Binary operators above the comparisons, from the loosest to the tightest. */
const LEVELS: readonly (readonly BinaryOp[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '||']];
const COMPARISONS: Readonly<Record<string, CompareOp>> = { '=': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };
const ELEMENT_MODES: readonly string[] = ['OFFSET', 'ORDINAL', 'SAFE_OFFSET', 'SAFE_ORDINAL'];
const TYPED_LITERALS: readonly string[] = [
  'TIMESTAMP',
  'DATE',
  'DATETIME',
  'TIME',
  'NUMERIC',
  'DECIMAL',
  'BIGNUMERIC',
  'BIGDECIMAL',
  'JSON',
];
/** Deeper nesting than any hand-written statement, well within the stack. */
const MAX_DEPTH = 200;
const MAX_CHAIN = 500;
const depths = new WeakMap<TokenStream, number>();

export function parseExpression(s: TokenStream): Expr {
  const depth = (depths.get(s) ?? 0) + 1;
  if (depth > MAX_DEPTH) throw syntaxError('the expression is nested too deeply', s.at);
  depths.set(s, depth);
  const expr = parseOr(s);
  depths.set(s, depth - 1);
  return expr;
}

const parseOr = (s: TokenStream): Expr => parseChain(s, 'OR', parseAnd);
const parseAnd = (s: TokenStream): Expr => parseChain(s, 'AND', parseNot);

/** A chain of one logical operator, as a balanced tree: long chains are common and must not become deep. */
function parseChain(s: TokenStream, op: 'AND' | 'OR', parseOperand: (s: TokenStream) => Expr): Expr {
  const operands = [parseOperand(s)];
  const places: Expr['at'][] = [];
  while (s.isWord(op)) {
    places.push(s.next().at);
    operands.push(parseOperand(s));
  }
  const build = (from: number, to: number): Expr | undefined => {
    if (to - from <= 1) return operands[from];
    const middle = (from + to) >> 1;
    const [left, right, at] = [build(from, middle), build(middle, to), places[middle - 1]];
    return left && right && at && { kind: 'binary', op, left, right, at };
  };
  const tree = build(0, operands.length);
  if (tree === undefined) throw new RangeError('a chain has operands');
  return tree;
}

function parseNot(s: TokenStream): Expr {
  const { at } = s;
  let negations = 0;
  while (s.acceptWord('NOT')) negations += 1;
  let expr = parseComparison(s);
  for (; negations > 0; negations -= 1) expr = { kind: 'unary', op: 'NOT', operand: expr, at };
  return expr;
}

function parseComparison(s: TokenStream): Expr {
  const left = parseLevel(s, 0);
  const { at } = s;
  const symbol = s.peek().kind === 'symbol' ? s.peek().text : '';
  if (Object.hasOwn(COMPARISONS, symbol)) {
    s.next();
    const right = parseLevel(s, 0);
    const again = s.peek().kind === 'symbol' && Object.hasOwn(COMPARISONS, s.peek().text);
    if (again) throw s.unexpected();
    return { kind: 'binary', op: COMPARISONS[symbol] ?? '=', left, right, at };
  }
  if (s.acceptWord('IS')) return parseIs(s, left, at);
  const negated = s.isWord('NOT') && ['IN', 'LIKE', 'BETWEEN'].includes(s.peek(1).text.toUpperCase()) && s.acceptWord('NOT');
  if (s.acceptWord('BETWEEN')) {
    const low = parseLevel(s, 0);
    s.expectWord('AND');
    return { kind: 'between', operand: left, low, high: parseLevel(s, 0), negated, at };
  }
  if (s.acceptWord('LIKE')) {
    if (s.isWord('ANY') || s.isWord('SOME') || s.isWord('ALL')) return parseLikeList(s, left, negated, at);
    return { kind: 'like', operand: left, pattern: parseLevel(s, 0), negated, at };
  }
  if (s.acceptWord('IN')) return parseIn(s, left, negated, at);
  return left;
}

export function parseLevel(s: TokenStream, level: number): Expr {
  const ops = LEVELS[level];
  if (ops === undefined) return parseUnary(s);
  let left = parseLevel(s, level + 1);
  for (let length = 1; ; length += 1) {
    if (length > MAX_CHAIN) throw syntaxError('the expression has too many operators in a row', s.at);
    const op = s.peek().kind === 'symbol' ? ops.find((o) => o === s.peek().text) : undefined;
    if (op === undefined) return left;
    const { at } = s.next();
    left = { kind: 'binary', op, left, right: parseLevel(s, level + 1), at };
  }
}

function parseUnary(s: TokenStream): Expr {
  const ops: { op: '-' | '+' | '~'; at: Expr['at'] }[] = [];
  for (;;) {
    const op = (['-', '+', '~'] as const).find((o) => s.isSymbol(o));
    if (op === undefined) break;
    ops.push({ op, at: s.next().at });
  }
  return ops.reduceRight<Expr>((operand, { op, at }) => ({ kind: 'unary', op, operand, at }), parsePostfix(s));
}

function parsePostfix(s: TokenStream): Expr {
  let expr = parsePrimary(s);
  for (;;) {
    if (s.isSymbol('.') && !s.isSymbol('*', 1)) {
      const { at } = s.next();
      const name = s.nameAfterDot();
      if (s.isSymbol('(')) throw notSupported(`the chained function call .${name.text}`, at);
      expr = { kind: 'field', base: expr, name, at };
    } else if (s.isSymbol('[')) {
      const { at } = s.next();
      const word = s.peek().kind === 'word' ? s.peek().text.toUpperCase() : '';
      const mode = ELEMENT_MODES.includes(word) && s.isSymbol('(', 1) ? (word as ElementMode) : 'PLAIN';
      if (mode !== 'PLAIN') {
        s.next();
        s.expectSymbol('(');
      }
      const index = parseExpression(s);
      if (mode !== 'PLAIN') s.expectSymbol(')');
      s.expectSymbol(']');
      expr = { kind: 'element', base: expr, mode, index, at };
    } else {
      if (s.isWord('COLLATE')) throw notSupported('COLLATE', s.at);
      if (s.isSymbol('-') && s.isSymbol('>', 1) && s.peek().end === s.peek(1).start) throw notSupported('a lambda', s.at);
      return expr;
    }
  }
}

function parsePrimary(s: TokenStream): Expr {
  const token = s.peek();
  const { at } = token;
  switch (token.kind) {
    case 'integer':
      s.next();
      return { kind: 'integer', value: BigInt(token.text), at };
    case 'float':
      s.next();
      return { kind: 'float', text: token.text, at };
    case 'string':
      s.next();
      return { kind: 'string', value: token.text, at };
    case 'bytes':
      s.next();
      return { kind: 'bytes', value: token.bytes ?? new Uint8Array(), at };
    case 'parameter':
      s.next();
      return { kind: 'parameter', name: token.text, at };
    case 'positional':
      s.next();
      return { kind: 'positional', index: s.nextPositional(), at };
    case 'symbol':
      if (token.text === '(') return parseParenthesised(s);
      if (token.text === '[') return parseArray(s);
      throw s.unexpected();
    case 'end':
      throw s.unexpected();
    case 'quoted':
      return parsePathOrCall(s);
    case 'word':
      return parseKeyword(s) ?? parsePathOrCall(s);
  }
}

function parseParenthesised(s: TokenStream): Expr {
  const { at } = s;
  s.expectSymbol('(');
  if (s.isWord('SELECT') || (s.isWord('WITH') && !s.isSymbol('(', 1)) || s.isWord('FROM')) {
    const query = parseQuery(s);
    s.expectSymbol(')');
    return { kind: 'scalarQuery', query, at };
  }
  const items = parseList(s, ')');
  const [first] = items;
  if (first === undefined) throw s.unexpected();
  s.expectSymbol(')');
  return items.length === 1 ? first : { kind: 'struct', items: items.map((expr) => ({ expr })), at };
}

function parseArray(s: TokenStream): Expr {
  const { at } = s;
  s.expectSymbol('[');
  const items = parseList(s, ']');
  s.expectSymbol(']');
  return { kind: 'array', items, at };
}

function parseKeyword(s: TokenStream): Expr | undefined {
  const { at } = s;
  const word = s.peek().text.toUpperCase();
  const next = s.peek(1);
  if (s.acceptWord('NULL')) return { kind: 'null', at };
  if (s.acceptWord('TRUE')) return { kind: 'bool', value: true, at };
  if (s.acceptWord('FALSE')) return { kind: 'bool', value: false, at };
  if (s.acceptWord('DEFAULT')) return { kind: 'default', at };
  if (s.isWord('CASE')) return parseCase(s);
  if ((word === 'CAST' || word === 'SAFE_CAST') && s.isSymbol('(', 1)) return parseCast(s, word === 'SAFE_CAST');
  if (word === 'EXTRACT' && s.isSymbol('(', 1)) return parseExtract(s);
  if (word === 'EXISTS' && s.isSymbol('(', 1)) {
    s.next();
    s.expectSymbol('(');
    const query = parseQuery(s);
    s.expectSymbol(')');
    return { kind: 'exists', query, at };
  }
  if (s.acceptWord('INTERVAL')) {
    const value = parseExpression(s);
    const part = s.name('a date part');
    const to = s.acceptWord('TO') ? s.name('a date part') : undefined;
    return { kind: 'interval', value, part, ...(to ? { to } : {}), at };
  }
  if (word === 'ARRAY') {
    const element = s.isSymbol('<', 1) ? parseType(s) : undefined;
    if (element === undefined) s.next();
    if (element === undefined && s.isSymbol('(')) {
      s.next();
      const query = parseQuery(s);
      s.expectSymbol(')');
      return { kind: 'arrayQuery', query, at };
    }
    s.expectSymbol('[');
    const items = parseList(s, ']');
    s.expectSymbol(']');
    return { kind: 'array', items, ...(element?.kind === 'array' ? { element: element.element } : {}), at };
  }
  if (word === 'STRUCT' && (s.isSymbol('(', 1) || s.isSymbol('<', 1))) return parseStruct(s);
  if (word === 'RANGE' && s.isSymbol('<', 1)) {
    const type = parseType(s);
    const literal = s.peek();
    if (literal.kind !== 'string') throw s.unexpected('a string literal');
    s.next();
    return { kind: 'typed', type, value: literal.text, at };
  }
  if (word === 'COLLATE' && s.isSymbol('(', 1)) throw unknownHere(word, at);
  if (word === 'WITH' && s.isSymbol('(', 1)) return parseWith(s);
  if (TYPED_LITERALS.includes(word) && next.kind === 'string') {
    s.next();
    s.next();
    return { kind: 'typed', type: { kind: 'scalar', name: word, at }, value: next.text, at };
  }
  if ((word === 'IF' || word === 'LEFT' || word === 'RIGHT' || word === 'RANGE' || word === 'GROUPING') && s.isSymbol('(', 1))
    return parseCall(s, [{ text: s.next().text, at }]);
  return undefined;
}

/** `x LIKE ANY (a, b)`: the patterns one by one. */
function parseLikeList(s: TokenStream, operand: Expr, negated: boolean, at: Expr['at']): Expr {
  const every = s.isWord('ALL');
  const word = s.next().text.toUpperCase();
  if (negated || s.isWord('UNNEST') || !s.isSymbol('(') || ['SELECT', 'WITH'].includes(s.peek(1).upper))
    throw notSupported(`${negated ? 'NOT ' : ''}LIKE ${word} with this list`, at);
  s.expectSymbol('(');
  const patterns = parseList(s, ')');
  s.expectSymbol(')');
  return patterns
    .map((pattern): Expr => ({ kind: 'like', operand, pattern, negated: false, at }))
    .reduce((left, right): Expr => ({ kind: 'binary', op: every ? 'AND' : 'OR', left, right, at }));
}

/** `WITH(a AS 1, b AS a + 1, a * b)`. */
function parseWith(s: TokenStream): Expr {
  const { at } = s.next();
  s.expectSymbol('(');
  const variables: { name: Name; expr: Expr }[] = [];
  while (s.isName() && s.peek(1).upper === 'AS') {
    const name = s.name();
    s.expectWord('AS');
    variables.push({ name, expr: parseExpression(s) });
    s.expectSymbol(',');
  }
  const result = parseExpression(s);
  s.expectSymbol(')');
  return { kind: 'with', variables, result, at };
}

function parsePathOrCall(s: TokenStream): Expr {
  const first = s.name('an expression');
  const names: [Name, ...Name[]] = [first];
  if (s.isSymbol('(')) return parseCall(s, names);
  while (s.isSymbol('.') && !s.isSymbol('*', 1)) {
    s.next();
    names.push(s.nameAfterDot());
    if (s.isSymbol('(')) return parseCall(s, names);
  }
  return { kind: 'path', names, at: first.at };
}

/** Expressions up to a closing symbol, which is left. */
export function parseList(s: TokenStream, close: string): Expr[] {
  const items: Expr[] = [];
  if (s.isSymbol(close)) return items;
  do items.push(parseExpression(s));
  while (s.acceptSymbol(','));
  return items;
}
