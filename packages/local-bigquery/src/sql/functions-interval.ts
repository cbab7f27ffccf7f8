import type { BinaryOp, Call, Expr } from './ast.ts';
import { coerce, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { partNamed } from './date-parts.ts';
import { analyze } from './expression.ts';
import { type FunctionTable, noSignature, overload, type SyntaxFunction } from './function-table.ts';
import { fromMicros } from './functions-time.ts';
import { intervalOf, intervalText, parseIntervalText } from './interval.ts';
import { notSupported, type Place } from './place.ts';
import { quoteString } from './quote.ts';
import type { Typed } from './typed.ts';
import { DATETIME, INT64, INTERVAL, type SqlType, TIMESTAMP } from './types.ts';

const PARTS = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'];

/** `INTERVAL n PART`, `INTERVAL '…' PART` or `INTERVAL '…' PART TO PART`. */
export function analyzeInterval(expr: Expr & { kind: 'interval' }, context: Context): Typed {
  const { at } = expr;
  const part = partNamed(expr.part.text, expr.part.at).name;
  if (!PARTS.includes(part)) throw new SqlError(`Unsupported date part ${part} in INTERVAL`, expr.part.at);
  const value = analyze(expr.value, context);
  if (expr.to !== undefined || (value.type.kind === 'STRING' && value.literal === 'string')) {
    if (typeof value.value !== 'string') throw new SqlError('An INTERVAL from one part to another needs a string literal', at);
    const interval = parseIntervalText(value.value, part, expr.to?.text);
    if (interval === undefined) throw new SqlError(`Invalid INTERVAL value '${value.value}'`, at);
    return constant(INTERVAL, intervalText(interval), at);
  }
  const count = mustCoerce(value, INT64, 'The value of an INTERVAL');
  if (typeof count.value === 'bigint') {
    const interval = intervalOf(count.value, part);
    if (interval === undefined) throw new SqlError(`INTERVAL ${String(count.value)} ${part} is out of range`, at);
    return constant(INTERVAL, intervalText(interval), at);
  }
  return { type: INTERVAL, sql: `bq_interval_of(${count.sql}, ${quoteString(part)})`, at, constant: count.constant };
}

/** What an operator does where INTERVAL is an operand or the result; undefined where it has nothing to do with one. */
export function intervalArithmetic(op: BinaryOp, left: Typed, right: Typed, at: Place): Typed | undefined {
  const known = left.constant && right.constant;
  const result = (type: SqlType, sql: string): Typed => ({ type, sql, at, constant: known });
  const [a, b] = [left.type.kind, right.type.kind];
  if (a === 'INTERVAL' && b === 'INTERVAL') {
    if (op === '+') return result(INTERVAL, `bq_interval_add(${left.sql}, ${right.sql})`);
    return op === '-' ? result(INTERVAL, `bq_interval_subtract(${left.sql}, ${right.sql})`) : undefined;
  }
  if (a === 'INTERVAL' && b === 'INT64') {
    if (op === '*') return result(INTERVAL, `bq_interval_times(${left.sql}, ${right.sql})`);
    return op === '/' ? result(INTERVAL, `bq_interval_divide(${left.sql}, ${right.sql})`) : undefined;
  }
  if (a === 'INT64' && b === 'INTERVAL') return op === '*' ? result(INTERVAL, `bq_interval_times(${right.sql}, ${left.sql})`) : undefined;
  if (b === 'INTERVAL' && (op === '+' || op === '-')) return shifted(left, right, op === '+' ? 1 : -1, result);
  if (a === 'INTERVAL' && op === '+') return shifted(right, left, 1, result);
  return op === '-' ? difference(left, right, at, result) : undefined;
}

function shifted(time: Typed, interval: Typed, sign: 1 | -1, result: (type: SqlType, sql: string) => Typed): Typed | undefined {
  if (time.type.kind === 'TIMESTAMP') {
    const moved = `epoch_us(${time.sql}) + ${String(sign)} * bq_interval_fixed(${interval.sql})`;
    return result(TIMESTAMP, fromMicros('TIMESTAMP', moved));
  }
  if (time.type.kind !== 'DATETIME' && time.type.kind !== 'DATE') return undefined;
  return result(DATETIME, `make_timestamp(bq_civil_shift(epoch_us(${time.sql}), ${interval.sql}, ${String(sign)}))`);
}

/** The difference of two moments as an INTERVAL: of dates in days, else in time. */
function difference(left: Typed, right: Typed, at: Place, result: (type: SqlType, sql: string) => Typed): Typed | undefined {
  const kinds = ['DATE', 'DATETIME', 'TIMESTAMP'];
  if (!kinds.includes(left.type.kind) && !kinds.includes(right.type.kind)) {
    const times = left.type.kind === 'TIME' && right.type.kind === 'TIME';
    if (times) throw notSupported('TIME - TIME', at);
    return undefined;
  }
  const a = coerce(left, right.type) ?? left;
  const b = coerce(right, a.type);
  if (b === undefined || !kinds.includes(a.type.kind)) return undefined;
  const micros = `epoch_us(${a.sql}) - epoch_us(${b.sql})`;
  return result(INTERVAL, a.type.kind === 'DATE' ? `bq_interval(0, (${micros}) // 86400000000, 0)` : `bq_interval(0, 0, ${micros})`);
}

const MAKE_PARTS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

const makeInterval: SyntaxFunction = {
  names: MAKE_PARTS,
  syntax: (call: Call, context: Context): Typed => {
    const given = new Map<string, Typed>();
    const take = (name: string | undefined, expr: Expr): void => {
      if (name === undefined || given.has(name)) throw noSignature(call, []);
      given.set(name, mustCoerce(analyze(expr, context), INT64, `The argument ${name.toLowerCase()} of MAKE_INTERVAL`));
    };
    call.args.forEach((arg, i) => {
      take(MAKE_PARTS[i], arg);
    });
    for (const { name, expr } of call.named ?? []) take(name.text.toUpperCase(), expr);
    const parts = MAKE_PARTS.map((name) => given.get(name)?.sql ?? '0');
    const isConstant = [...given.values()].every((v) => v.constant);
    return { type: INTERVAL, sql: `bq_interval_make(${parts.join(', ')})`, at: call.at, constant: isConstant };
  },
};

export const INTERVAL_FUNCTIONS: FunctionTable = {
  MAKE_INTERVAL: makeInterval,
  JUSTIFY_DAYS: [overload([INTERVAL], INTERVAL, (x) => `bq_justify_days(${x})`)],
  JUSTIFY_HOURS: [overload([INTERVAL], INTERVAL, (x) => `bq_justify_hours(${x})`)],
  JUSTIFY_INTERVAL: [overload([INTERVAL], INTERVAL, (x) => `bq_justify_interval(${x})`)],
};
