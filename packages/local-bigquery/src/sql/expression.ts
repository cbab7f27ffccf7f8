import type { Expr, TypeNode } from './ast.ts';
import { AGGREGATES } from './aggregate.ts';
import { contains, containsQuery } from './ast-walk.ts';
import { Scope } from './scope.ts';
import { analyzeCall } from './call.ts';
import { castTo } from './cast.ts';
import { arrayConstructor, coerce, commonType, mustCoerce, structOf } from './coerce.ts';
import { constant, stringConstant } from './constant.ts';
import type { Context } from './context.ts';
import { type Field, SqlError } from './contract.ts';
import { analyzeExtract } from './date-parts.ts';
import { analyzeInterval, intervalArithmetic } from './functions-interval.ts';
import { inexactNumber } from './json-exact.ts';
import { analyzeElement, analyzeField, analyzePath } from './name-resolution.ts';
import { arithmetic, comparison, logical, negate } from './operators.ts';
import { compactJson, parameterNamed, parameterNumber } from './parameters.ts';
import { notSupported } from './place.ts';
import { analyzeBetween, analyzeInList, analyzeInUnnest, analyzeIs, analyzeIsDistinct, analyzeLike } from './predicates.ts';
import { analyzeArrayQuery, analyzeExists, analyzeInQuery, analyzeScalarQuery } from './query-expression.ts';
import { zoneSql } from './zoned.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, BYTES, FLOAT64, INT64, type SqlType, scalarNamed, toField, typeName } from './types.ts';
import { checkedValue } from '../storage/type-parameters.ts';

const INT64_MAX = 2n ** 63n - 1n;

/** Resolves, types and writes an expression. */
export function analyze(expr: Expr, context: Context): Typed {
  if (context.grouping === undefined || context.grouping.keys.size === 0 || expr.kind === 'path') return analyzeNode(expr, context);
  const key = groupingKey(expr, context);
  return key ?? analyzeNode(expr, context);
}

/** The expression as a whole, if it is one of the keys of GROUP BY. */
function groupingKey(expr: Expr, context: Context): Typed | undefined {
  if (!['call', 'field', 'element', 'extract', 'cast', 'case', 'binary', 'unary', 'is', 'between'].includes(expr.kind)) return undefined;
  const { grouping, ...rest } = context;
  const uses = new Set<never>();
  try {
    const alone = context.env.tentatively(() => analyzeNode(expr, { ...rest, uses, aggregates: false, windows: false }));
    if (grouping?.keys.has(alone.sql) !== true) return undefined;
  } catch (error) {
    // It holds an aggregate, or is wrong: the analysis that follows says which.
    if (error instanceof SqlError) return undefined;
    throw error;
  }
  return analyzeNode(expr, { ...rest, aggregates: false, windows: false });
}

function analyzeNode(expr: Expr, context: Context): Typed {
  const { at } = expr;
  switch (expr.kind) {
    case 'null':
      return constant(INT64, null, at, 'null');
    case 'bool':
      return constant(BOOL, expr.value, at);
    case 'integer':
      if (expr.value > INT64_MAX) throw new SqlError(`Invalid integer literal: ${String(expr.value)}`, at);
      return constant(INT64, expr.value, at, 'integer');
    case 'float':
      return analyzeFloat(expr.text, at);
    case 'string':
      return stringConstant(expr.value, at);
    case 'bytes':
      return constant(BYTES, expr.value, at);
    case 'typed':
      return analyzeTypedLiteral(expr.type, expr.value, at);
    case 'parameter':
      return parameterNamed(context.env.options.parameters, expr.name, at);
    case 'positional':
      return parameterNumber(context.env.options.parameters, expr.index, at);
    case 'path':
      return analyzePath(expr, context);
    case 'field':
      return analyzeField(analyze(expr.base, context), expr.name);
    case 'element':
      return analyzeElement(analyze(expr.base, context), expr.mode, analyze(expr.index, context), at);
    case 'unary':
      if (expr.op === '-' && expr.operand.kind === 'integer' && expr.operand.value === INT64_MAX + 1n) {
        return constant(INT64, -expr.operand.value, at, 'integer');
      }
      refuseNull(expr.op, expr.operand);
      return negate(expr.op, analyze(expr.operand, context), at);
    case 'binary':
      return analyzeBinary(expr, context);
    case 'is':
      return analyzeIs(analyze(expr.operand, context), expr.what, expr.negated, at);
    case 'isDistinct':
      return analyzeIsDistinct(analyze(expr.left, context), analyze(expr.right, context), expr.negated, at);
    case 'between':
      return analyzeBetween(analyze(expr.operand, context), analyze(expr.low, context), analyze(expr.high, context), expr.negated, at);
    case 'inList':
      return analyzeInList(
        analyze(expr.operand, context),
        expr.list.map((item) => analyze(item, context)),
        expr.negated,
        at,
      );
    case 'inUnnest':
      return analyzeInUnnest(analyze(expr.operand, context), analyze(expr.array, context), expr.negated, at);
    case 'inQuery':
      return analyzeInQuery(analyze(expr.operand, context), expr.query, expr.negated, context, at);
    case 'like':
      refuseNull(expr.negated ? 'NOT LIKE' : 'LIKE', expr.operand, expr.pattern);
      return analyzeLike(analyze(expr.operand, context), analyze(expr.pattern, context), expr.negated, at);
    case 'case':
      return analyzeCase(expr, context);
    case 'cast':
      if (expr.safe && containsQuery(expr.operand)) throw notSupported('a subquery in SAFE_CAST', at);
      return analyzeCast(expr, analyze(expr.operand, context));
    case 'extract':
      return analyzeExtract(expr, analyze(expr.operand, context), expr.zone && zoneSql(analyze(expr.zone, context)));
    case 'interval':
      return analyzeInterval(expr, context);
    case 'array':
      return analyzeArray(expr, context);
    case 'struct':
      return analyzeStruct(expr, context);
    case 'with':
      return analyzeWith(expr, context);
    case 'exists':
      return analyzeExists(expr.query, context, at);
    case 'scalarQuery':
      return analyzeScalarQuery(expr.query, context, at);
    case 'arrayQuery':
      return analyzeArrayQuery(expr.query, context, at);
    case 'default':
      throw new SqlError('Unexpected keyword DEFAULT', at);
    case 'call':
      return analyzeCall(expr, context);
  }
}

/** Each variable is computed once, before what follows it. */
function analyzeWith(expr: Expr & { kind: 'with' }, context: Context): Typed {
  if (contains(expr, (e) => e.kind === 'call' && (e.over !== undefined || Object.hasOwn(AGGREGATES, e.name))) || containsQuery(expr))
    throw notSupported('an aggregate, a window function or a subquery in a WITH expression', expr.at);
  const [variable, ...rest] = expr.variables;
  if (variable === undefined) return analyze(expr.result, context);
  const value = analyze(variable.expr, context);
  const alias = context.env.alias();
  const column = { name: variable.name.text, type: value.type, sql: `${alias}.v`, uses: new Set<never>() };
  const scope = new Scope([{ alias: undefined, columns: [column], nullable: false }], [], context.scope);
  const inner = analyzeWith({ ...expr, variables: rest }, { ...context, scope });
  const sql = `(list_transform([struct_pack(v := ${value.sql})], lambda ${alias}: ${inner.sql}))[1]`;
  return { type: inner.type, sql, at: expr.at, constant: value.constant && inner.constant };
}

/** A cast to `NUMERIC(p, s)` rounds and checks, one to `STRING(n)` checks. */
function analyzeCast(expr: Expr & { kind: 'cast' }, operand: Typed): Typed {
  const { type: node, at, safe } = expr;
  const [first, second] = node.kind === 'scalar' ? (node.parameters ?? []) : [];
  if (first === undefined) return castTo(operand, typeOf(node), at, safe);
  const value = castTo(operand, typeOf(node, true), at);
  const field = { ...toField('CAST', value.type), ...parametersOf(value.type, first, second) };
  const sql = checkedValue(field, value.sql);
  return { type: value.type, sql: safe ? `TRY(${sql})` : sql, at, constant: operand.constant };
}

function parametersOf({ kind }: SqlType, first: bigint, second: bigint | undefined): Partial<Field> {
  if (kind === 'NUMERIC') return { precision: Number(first), scale: Number(second ?? 0n) };
  return kind === 'STRING' || kind === 'BYTES' ? { maxLength: Number(first) } : {};
}

function analyzeFloat(text: string, at: Expr['at']): Typed {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SqlError(`Invalid floating point literal: ${text}`, at);
  return constant(FLOAT64, value, at, 'float');
}

function analyzeTypedLiteral(node: TypeNode, text: string, at: Expr['at']): Typed {
  const type = typeOf(node);
  if (type.kind === 'JSON') {
    const compact = inexactNumber(text) === undefined ? compactJson(text) : undefined;
    if (compact === undefined) throw new SqlError(`Invalid JSON literal: ${JSON.stringify(text)}`, at);
    return constant(type, compact, at);
  }
  const value = coerceText(text, type);
  if (value?.value === undefined) throw new SqlError(`Invalid ${typeName(type)} literal: ${JSON.stringify(text)}`, at);
  return { ...value, at };
}

function coerceText(text: string, type: SqlType): Typed | undefined {
  return castTo(stringConstant(text, { line: 1, column: 1 }), type, { line: 1, column: 1 });
}

/** An operator with NULL itself as an operand is taken for a slip. */
function refuseNull(op: string, ...operands: Expr[]): void {
  const found = operands.find((operand) => operand.kind === 'null');
  if (found) throw new SqlError(`Operands of ${op} cannot be literal NULL`, found.at);
}

function analyzeBinary(expr: Expr & { kind: 'binary' }, context: Context): Typed {
  const { op, at } = expr;
  if (op !== 'AND' && op !== 'OR') refuseNull(op, expr.left, expr.right);
  if ((op === '+' || op === '-') && expr.right.kind === 'interval') {
    const call = intervalCall(expr.left, op, expr.right, context);
    if (call) return analyzeCall(call, context);
  }
  const left = analyze(expr.left, context);
  const right = analyze(expr.right, context);
  if (op === 'AND' || op === 'OR') return logical(op, left, right, at);
  if (op === '=' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=') return comparison(op, left, right, at);
  return intervalArithmetic(op, left, right, at) ?? arithmetic(op, left, right, at);
}

/**
 * `x + INTERVAL n PART` as a call of the function for x's type, through which a filter prunes; undefined where that function does not take
 * the part.
 */
function intervalCall(
  left: Expr,
  op: '+' | '-',
  interval: Expr & { kind: 'interval' },
  context: Context,
): (Expr & { kind: 'call' }) | undefined {
  const typeOfExpr = (expr: Expr): SqlType['kind'] =>
    context.env.tentatively(() => analyze(expr, { ...context, uses: new Set() }).type.kind);
  const type = typeOfExpr(left);
  const { at } = left;
  const long = !['DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'].includes(interval.part.text.toUpperCase());
  if (interval.to !== undefined || typeOfExpr(interval.value) !== 'INT64' || (long && type === 'TIMESTAMP')) return undefined;
  if (type !== 'TIMESTAMP' && type !== 'DATETIME' && type !== 'DATE') return undefined;
  // A DATE and an interval make a DATETIME.
  const base: Expr =
    type === 'DATE' ? { kind: 'cast', safe: false, operand: left, type: { kind: 'scalar', name: 'DATETIME', at }, at } : left;
  const name = `${type === 'DATE' ? 'DATETIME' : type}_${op === '+' ? 'ADD' : 'SUB'}`;
  return { kind: 'call', name, safe: false, args: [base, interval], star: false, distinct: false, orderBy: [], at };
}

function analyzeCase(expr: Expr & { kind: 'case' }, context: Context): Typed {
  const { at } = expr;
  const operand = expr.operand && analyze(expr.operand, context);
  const conditions = expr.branches.map(({ when }) => {
    const value = analyze(when, context);
    return operand ? comparison('=', operand, value, when.at) : mustCoerce(value, BOOL, 'The condition of CASE');
  });
  const results = expr.branches.map(({ then }) => analyze(then, context));
  const otherwise = expr.otherwise ? analyze(expr.otherwise, context) : constant(INT64, null, at, 'null');
  const values = unify([...results, otherwise], 'CASE', at);
  const branches = conditions.map((condition, i) => `WHEN ${condition.sql} THEN ${values.items[i]?.sql ?? 'NULL'}`);
  const sql = `(CASE ${branches.join(' ')} ELSE ${values.items.at(-1)?.sql ?? 'NULL'} END)`;
  return { type: values.type, sql, at, constant: [...conditions, ...results, otherwise].every((v) => v.constant) };
}

/** All values in their common type. */
export function unify(values: readonly Typed[], what: string, at: Expr['at']): { type: SqlType; items: readonly Typed[] } {
  const type = commonType(values);
  const items = type && values.map((v) => coerce(v, type));
  if (type === undefined || items?.every((v) => v !== undefined) !== true) {
    throw new SqlError(`No matching signature for ${what} for argument types: ${values.map((v) => typeName(v.type)).join(', ')}`, at);
  }
  return { type, items };
}

function analyzeArray(expr: Expr & { kind: 'array' }, context: Context): Typed {
  const items = expr.items.map((item) => analyze(item, context));
  const { at } = expr;
  if (expr.element !== undefined) {
    const element = typeOf(expr.element);
    return arrayConstructor(
      arrayOf(element),
      items.map((item) => mustCoerce(item, element, 'An array element')),
      at,
    );
  }
  if (items.length === 0) return arrayConstructor(arrayOf(INT64), [], at);
  const { type, items: members } = unify(items, 'array constructor', at);
  if (type.kind === 'ARRAY')
    throw new SqlError('Cannot construct array with element type ARRAY because nested arrays are not supported', at);
  return arrayConstructor(arrayOf(type), members, at);
}

function analyzeStruct(expr: Expr & { kind: 'struct' }, context: Context): Typed {
  const items = expr.items.map((item) => analyze(item.expr, context));
  const { at } = expr;
  if (items.length === 0) throw notSupported('an empty STRUCT', at);
  if (expr.type !== undefined) {
    const type = typeOf(expr.type);
    if (type.kind !== 'STRUCT' || type.fields.length !== items.length) {
      throw new SqlError(
        `STRUCT type has ${String(type.kind === 'STRUCT' ? type.fields.length : 0)} fields but constructor call has ${String(items.length)} fields`,
        at,
      );
    }
    return structOf(
      type,
      items.map((item, i) => mustCoerce(item, type.fields[i]?.type ?? item.type, 'A struct field')),
      at,
    );
  }
  const fields = items.map((item, i) => {
    const source = expr.items[i];
    const name = source?.name ?? (source?.expr.kind === 'path' ? source.expr.names.at(-1)?.text : undefined);
    return { ...(name === undefined ? {} : { name }), type: item.type };
  });
  const names = fields.map((f) => f.name?.toLowerCase()).filter((n) => n !== undefined);
  if (new Set(names).size < names.length) throw notSupported('a STRUCT with two fields of the same name', at);
  return structOf({ kind: 'STRUCT', fields }, items, at);
}

/** The type that a statement names. */
export function typeOf(node: TypeNode, withParameters = false): SqlType {
  switch (node.kind) {
    case 'array':
      return arrayOf(typeOf(node.element, withParameters));
    case 'range': {
      const element = typeOf(node.element).kind;
      if (element !== 'DATE' && element !== 'DATETIME' && element !== 'TIMESTAMP')
        throw new SqlError(`Unsupported RANGE element type ${element}`, node.at);
      return { kind: 'RANGE', element };
    }
    case 'struct':
      return {
        kind: 'STRUCT',
        fields: node.fields.map((f) => ({ ...(f.name === undefined ? {} : { name: f.name }), type: typeOf(f.type, withParameters) })),
      };
    case 'scalar': {
      const type = scalarNamed(node.name);
      if (type === undefined) throw new SqlError(`Type not found: ${node.name}`, node.at);
      if (node.parameters !== undefined && !withParameters)
        throw notSupported(`a parameterised type (${node.name.toUpperCase()}(…)) here`, node.at);
      return type;
    }
  }
}
