import { AGGREGATES, analyzeAggregate } from './aggregate.ts';
import type { Call, Expr } from './ast.ts';
import { containsQuery } from './ast-walk.ts';
import { floorDivide, DAY } from './civil-time.ts';
import { constant } from './constant.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { type FunctionEntry, type FunctionTable, noSignature, requirePlain, resolveOverload } from './function-table.ts';
import { BUCKET_FUNCTIONS } from './functions-bucket.ts';
import { GENERAL_FUNCTIONS } from './functions-general.ts';
import { NUMBER_FUNCTIONS } from './functions-number.ts';
import { TEXT_FUNCTIONS } from './functions-text.ts';
import { FORMAT_FUNCTIONS } from './functions-format.ts';
import { INTERVAL_FUNCTIONS } from './functions-interval.ts';
import { NET_FUNCTIONS } from './functions-net.ts';
import { RANGE_FUNCTIONS } from './functions-range.ts';
import { JSON_FUNCTIONS } from './functions-json.ts';
import { JSON_EDIT_FUNCTIONS } from './functions-json-edit.ts';
import { MATH_FUNCTIONS } from './functions-math.ts';
import { REGEXP_FUNCTIONS } from './functions-regexp.ts';
import { SERIES_FUNCTIONS } from './functions-series.ts';
import { TIME_FUNCTIONS } from './functions-time.ts';
import { civilSql, zoneSql } from './zoned.ts';
import { GOOGLE_FUNCTIONS } from './google-functions.ts';
import { notSupported, unknownHere } from './place.ts';
import { nearest } from './scope.ts';
import type { Typed } from './typed.ts';
import { DATE, DATETIME, STRING, TIME, TIMESTAMP } from './types.ts';
import { analyzeWindow, WINDOW_ONLY } from './window.ts';

export const FUNCTIONS: FunctionTable = {
  ...GENERAL_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...REGEXP_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...JSON_EDIT_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...SERIES_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...INTERVAL_FUNCTIONS,
  ...RANGE_FUNCTIONS,
  ...NET_FUNCTIONS,
  ...BUCKET_FUNCTIONS,
};

export function analyzeCall(call: Call, context: Context): Typed {
  const now = nowConstant(call.name, context, call.at);
  if (now !== undefined) return call.args.length > 0 ? nowIn(call, context) : now;
  if (call.over !== undefined) return analyzeWindow(call, call.over, context);
  if (Object.hasOwn(AGGREGATES, call.name)) return analyzeAggregate(call, context);
  if (WINDOW_ONLY.includes(call.name))
    throw new SqlError(`Analytic function ${call.name} cannot be called without an OVER clause`, call.at);
  const entry = Object.hasOwn(FUNCTIONS, call.name) ? FUNCTIONS[call.name] : undefined;
  if (entry === undefined) throw notFound(call);
  if (call.named && POSITIONS[call.name]) return analyzeCall(positional(call), context);
  requirePlain(call, 'syntax' in entry ? entry.names : []);
  // DuckDB's TRY, which makes a fault NULL, takes none.
  if ((call.safe || call.name.startsWith('SAFE_')) && call.args.some(containsQuery)) {
    throw notSupported(`a subquery in ${call.safe ? 'SAFE.' : ''}${call.name}`, call.at);
  }
  return call.safe ? applySafely(entry, call, context) : apply(entry, call, context);
}

/** Functions whose second argument may be given by name. */
const POSITIONS: Readonly<Record<string, string>> = {
  PARSE_JSON: 'WIDE_NUMBER_MODE',
  TO_JSON: 'STRINGIFY_WIDE_NUMBERS',
  TO_JSON_STRING: 'PRETTY_PRINT',
};

function positional(call: Call): Call {
  const { named = [], ...rest } = call;
  const [only, ...more] = named;
  if (only === undefined || more.length > 0 || call.args.length !== 1 || only.name.text.toUpperCase() !== POSITIONS[call.name])
    throw notSupported(`the named argument ${(more[0] ?? only)?.name.text ?? ''} of ${call.name}`, call.at);
  return { ...rest, args: [...call.args, only.expr] };
}

/** A value that cannot fail: what is wrong with anything else is no fault of the function that gets it. */
const isPlain = (expr: Expr): boolean =>
  ['path', 'string', 'integer', 'float', 'bool', 'null', 'bytes', 'typed', 'parameter', 'positional', 'interval'].includes(expr.kind) ||
  (expr.kind === 'field' && isPlain(expr.base)) ||
  (expr.kind === 'unary' && expr.op === '-' && isPlain(expr.operand)) ||
  (expr.kind === 'array' && expr.items.every(isPlain));

/** SAFE.f(…): NULL where the function fails. Arguments are computed before, so that their own faults stay faults. */
function applySafely(entry: FunctionEntry, call: Call, context: Context): Typed {
  if (call.args.every(isPlain) || 'syntax' in entry) {
    if (!call.args.every(isPlain)) throw notSupported(`SAFE.${call.name} with arguments that can fail themselves`, call.at);
    const value = apply(entry, call, context);
    return { type: value.type, sql: `TRY(${value.sql})`, at: value.at, constant: value.constant };
  }
  const values = call.args.map((arg) => analyze(arg, context));
  const held = values.map((value, i): Typed => {
    if (value.value !== undefined || value.members !== undefined) return value;
    const { type, at, constant: known } = value;
    return { type, at, constant: known, sql: `s."a${String(i)}"` };
  });
  const value = typeof entry === 'function' ? entry(held, call, context) : resolveOverload(call, entry, held);
  const list = values.map((v, i) => `"a${String(i)}" := ${v.sql}`).join(', ');
  const sql = `(list_transform([struct_pack(${list})], lambda s: TRY(${value.sql})))[1]`;
  return { type: value.type, sql, at: value.at, constant: value.constant };
}

function apply(entry: FunctionEntry, call: Call, context: Context): Typed {
  if ('syntax' in entry) return entry.syntax(call, context);
  const values = call.args.map((arg) => analyze(arg, context));
  return typeof entry === 'function' ? entry(values, call, context) : resolveOverload(call, entry, values);
}

function notFound(call: Call): SqlError {
  if (GOOGLE_FUNCTIONS.has(call.name) || /^(AI|ML|OBJ|KEYS|AEAD|NET|HLL_COUNT|KLL_QUANTILES|ST)[._]/.test(call.name))
    return unknownHere(call.name, call.at);
  const near = nearest(call.name, [...Object.keys(FUNCTIONS), ...Object.keys(AGGREGATES), ...WINDOW_ONLY]);
  return new SqlError(`Function not found: ${call.name}${near === undefined ? '' : `; Did you mean ${near.toLowerCase()}?`}`, call.at);
}

/** CURRENT_DATE('Europe/Zurich') and its like. */
function nowIn(call: Call, context: Context): Typed {
  const kind = { CURRENT_DATE: 'DATE', CURRENT_TIME: 'TIME', CURRENT_DATETIME: 'DATETIME' }[call.name] as
    | 'DATE'
    | 'TIME'
    | 'DATETIME'
    | undefined;
  const [zone, ...more] = call.args.map((arg) => analyze(arg, context));
  if (kind === undefined || zone === undefined || more.length > 0) throw noSignature(call, []);
  const type = { DATE, TIME, DATETIME }[kind];
  return {
    type,
    sql: civilSql(kind, constant(TIMESTAMP, context.env.options.nowMicros, call.at), zoneSql(zone)),
    at: call.at,
    constant: zone.constant,
  };
}

/** CURRENT_TIMESTAMP and its like, with or without parentheses: one moment for the whole statement. */
export function nowConstant(name: string, context: Context, at: Expr['at']): Typed | undefined {
  const now = context.env.options.nowMicros;
  if (name === 'SESSION_USER') return constant(STRING, context.env.options.sessionUser ?? 'local@bqsync.invalid', at);
  if (name === 'CURRENT_TIMESTAMP') return constant(TIMESTAMP, now, at);
  if (name === 'CURRENT_DATETIME') return constant(DATETIME, now, at);
  if (name === 'CURRENT_DATE') return constant(DATE, floorDivide(now, DAY), at);
  if (name === 'CURRENT_TIME') return constant(TIME, now - floorDivide(now, DAY) * DAY, at);
  return undefined;
}
