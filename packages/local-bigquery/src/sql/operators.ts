import type { BinaryOp, CompareOp } from './ast.ts';
import { coerce, coercePair, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import { SqlError } from './contract.ts';
import { notSupported, type Place } from './place.ts';
import { quoteIdentifier } from './quote.ts';
import { rankSql } from './rank.ts';
import { bothPruning, comparisonPruning } from './pruning.ts';
import type { Typed } from './typed.ts';
import {
  BOOL,
  BYTES,
  FLOAT64,
  INT64,
  INTERVAL,
  isComparable,
  isNumber,
  isOrdered,
  STRING,
  type SqlType,
  sameType,
  structFieldName,
  typeName,
} from './types.ts';

const noSignature = (op: string, values: readonly Typed[], at: Place): SqlError =>
  new SqlError(`No matching signature for operator ${op} for argument types: ${values.map((v) => typeName(v.type)).join(', ')}`, at);

export function logical(op: 'AND' | 'OR', left: Typed, right: Typed, at: Place): Typed {
  const a = mustCoerce(left, BOOL, `An argument of ${op}`);
  const b = mustCoerce(right, BOOL, `An argument of ${op}`);
  const pruning = op === 'AND' ? bothPruning(a.pruning, b.pruning) : undefined;
  return { type: BOOL, sql: `(${a.sql} ${op} ${b.sql})`, at, constant: a.constant && b.constant, ...(pruning ? { pruning } : {}) };
}

export function comparison(op: CompareOp, left: Typed, right: Typed, at: Place): Typed {
  const pair = coercePair(left, right);
  if (pair === undefined) throw noSignature(op, [left, right], at);
  const [a, b] = pair;
  requireComparable(op, a.type, at);
  const pruning = comparisonPruning(op, a, b);
  return { type: BOOL, sql: comparisonSql(op, a, b), at, constant: a.constant && b.constant, ...(pruning ? { pruning } : {}) };
}

function requireComparable(op: CompareOp, type: SqlType, at: Place): void {
  if (!isComparable(type) || (type.kind === 'STRUCT' && op !== '=' && op !== '!='))
    throw new SqlError(
      `${op === '=' || op === '!=' ? 'Equality' : 'Less than'} is not defined for arguments of type ${typeName(type)}`,
      at,
    );
  if (op !== '=' && op !== '!=' && !isOrdered(type)) throw notSupported(`${op} on ${typeName(type)}`, at);
}

const FLOAT_COMPARE: Readonly<Record<CompareOp, string>> = {
  '=': 'bq_float_equal',
  '!=': 'bq_float_differs',
  '<': 'bq_float_less',
  '<=': 'bq_float_at_most',
  '>': 'bq_float_greater',
  '>=': 'bq_float_at_least',
};

/** The comparison of two values of one type. */
export function comparisonSql(op: CompareOp, a: Typed, b: Typed): string {
  if (a.type.kind === 'STRUCT') return structComparisonSql(op, a, b, a.type);
  const [first, second] = [rankSql(a.type, a.sql), rankSql(b.type, b.sql)];
  if (first !== undefined && second !== undefined) return `(${first} ${op === '!=' ? '<>' : op} ${second})`;
  // DuckDB takes NaN for equal to itself and greater than all else; in BigQuery every comparison with NaN but != is false.
  if (a.type.kind === 'FLOAT64' && !(typeof b.value === 'number' && !Number.isNaN(b.value) && op !== '>' && op !== '>=')) {
    return `${FLOAT_COMPARE[op]}(${a.sql}, ${b.sql})`;
  }
  return `(${a.sql} ${op === '!=' ? '<>' : op} ${b.sql})`;
}

/** Equal where all fields are: one that is NULL makes the whole unknown, unless another differs. */
function structComparisonSql(op: CompareOp, a: Typed, b: Typed, type: SqlType & { kind: 'STRUCT' }): string {
  const fields = type.fields.map((field, i) => {
    const name = quoteIdentifier(structFieldName(field, i));
    const side = (value: Typed): Typed => ({ type: field.type, sql: `(${value.sql}).${name}`, at: value.at, constant: false });
    return comparisonSql('=', side(a), side(b));
  });
  const equal = `(CASE WHEN ${a.sql} IS NULL OR ${b.sql} IS NULL THEN NULL ELSE ${fields.join(' AND ')} END)`;
  return op === '!=' ? `(NOT ${equal})` : equal;
}

export function negate(op: '-' | '+' | '~' | 'NOT', operand: Typed, at: Place): Typed {
  if (op === 'NOT') {
    const value = mustCoerce(operand, BOOL, 'An argument of NOT');
    return { type: BOOL, sql: `(NOT ${value.sql})`, at, constant: value.constant };
  }
  if (op === '~') {
    if (operand.type.kind !== 'INT64') throw noSignature(op, [operand], at);
    return { type: INT64, sql: `(~${operand.sql})`, at, constant: operand.constant };
  }
  if (operand.type.kind === 'INTERVAL' && op === '-')
    return { type: INTERVAL, sql: `bq_interval_times(${operand.sql}, -1)`, at, constant: operand.constant };
  if (!isNumber(operand.type)) throw noSignature(op, [operand], at);
  if (op === '+') return operand;
  if (operand.type.kind === 'BIGNUMERIC')
    return { type: operand.type, sql: `bq_big_subtract('0', ${operand.sql})`, at, constant: operand.constant };
  if (operand.literal !== undefined && (typeof operand.value === 'bigint' || typeof operand.value === 'number')) {
    return constant(operand.type, -operand.value, at, operand.literal);
  }
  return { type: operand.type, sql: `(-${operand.sql})`, at, constant: operand.constant };
}

export function arithmetic(op: Exclude<BinaryOp, CompareOp | 'AND' | 'OR'>, left: Typed, right: Typed, at: Place): Typed {
  const known = left.constant && right.constant;
  if (op === '||') return concatenation(left, right, at);
  if (op === '&' || op === '|' || op === '^' || op === '<<' || op === '>>') {
    const a = coerce(left, INT64);
    const b = coerce(right, INT64);
    if (a === undefined || b === undefined) throw noSignature(op, [left, right], at);
    const sql = {
      '&': `(${a.sql} & ${b.sql})`,
      '|': `(${a.sql} | ${b.sql})`,
      '^': `xor(${a.sql}, ${b.sql})`,
      '<<': `bq_shift_left(${a.sql}, ${b.sql})`,
      '>>': `bq_shift_right(${a.sql}, ${b.sql})`,
    }[op];
    return { type: INT64, sql, at, constant: known };
  }
  const dated = dateArithmetic(op, left, right, at);
  if (dated) return dated;
  const pair = coercePair(left, right);
  if (pair === undefined || !isNumber(pair[0].type)) throw noSignature(op, [left, right], at);
  let [a, b] = pair;
  if (op === '/' && a.type.kind === 'INT64') {
    a = mustCoerce(a, FLOAT64, op);
    b = mustCoerce(b, FLOAT64, op);
  }
  return { type: a.type, sql: arithmeticSql(op, a, b), at, constant: known };
}

export function arithmeticSql(op: '+' | '-' | '*' | '/', a: Typed, b: Typed): string {
  const name = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide' }[op];
  if (a.type.kind === 'FLOAT64') return `bq_float_${name}(${a.sql}, ${b.sql})`;
  if (a.type.kind === 'BIGNUMERIC') return `bq_big_${name}(${a.sql}, ${b.sql})`;
  if (a.type.kind === 'NUMERIC' && (op === '*' || op === '/')) return `bq_numeric_${name}(${a.sql}, ${b.sql})`;
  return `(${a.sql} ${op} ${b.sql})`;
}

/** DATE + INT64, INT64 + DATE and DATE - INT64 count days. */
function dateArithmetic(op: string, left: Typed, right: Typed, at: Place): Typed | undefined {
  const [date, days] = left.type.kind === 'DATE' ? [left, right] : [right, left];
  if (date.type.kind !== 'DATE' || days.type.kind !== 'INT64' || (op !== '+' && !(op === '-' && date === left))) return undefined;
  const sql = `bq_date_of(epoch_us(${date.sql}) // 86400000000 ${op} ${days.sql})`;
  return { type: date.type, sql: dateFromDays(sql), at, constant: date.constant && days.constant };
}

export const dateFromDays = (sql: string): string => `(DATE '1970-01-01' + CAST(${sql} AS INTEGER))`;

function concatenation(left: Typed, right: Typed, at: Place): Typed {
  const known = left.constant && right.constant;
  const pair = coercePair(left, right);
  if (pair === undefined) throw noSignature('||', [left, right], at);
  const [a, b] = pair;
  for (const type of [STRING, BYTES]) {
    if (sameType(a.type, type)) return { type, sql: `(${a.sql} || ${b.sql})`, at, constant: known };
  }
  // DuckDB's list_concat takes a NULL for an empty list.
  if (a.type.kind === 'ARRAY') {
    const sql = `CASE WHEN ${a.sql} IS NULL OR ${b.sql} IS NULL THEN NULL ELSE list_concat(${a.sql}, ${b.sql}) END`;
    return { type: a.type, sql: `(${sql})`, at, constant: known };
  }
  throw noSignature('||', [left, right], at);
}
