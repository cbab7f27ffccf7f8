import type { Call } from './ast.ts';
import { coerce, commonType } from './coerce.ts';
import { unify } from './expression.ts';
import { type FunctionTable, noSignature, overload, type ValueFunction } from './function-table.ts';
import { arithmeticSql } from './operators.ts';
import { notSupported } from './place.ts';
import type { Typed } from './typed.ts';
import { FLOAT64, INT64, isNumber, isOrdered, NUMERIC, type SqlType, typeName } from './types.ts';

const NUMERIC_STORAGE = 'DECIMAL(38,9)';

/** The same function on INT64, NUMERIC and FLOAT64. */
const each = (sql: (x: string, type: SqlType) => string) =>
  [INT64, NUMERIC, FLOAT64].map((type) => overload([type], type, (x) => sql(x, type)));

/** Both numbers in their common type, with INT64 as FLOAT64 where the operation is a division. */
function numberPair(values: readonly Typed[], call: Call, divides: boolean): readonly [Typed, Typed] {
  const common = values.length === 2 ? commonType(values) : undefined;
  if (common === undefined || !isNumber(common)) throw noSignature(call, values);
  if (common.kind === 'BIGNUMERIC') throw notSupported('arithmetic on BIGNUMERIC', call.at);
  const type = divides && common.kind === 'INT64' ? FLOAT64 : common;
  const [a, b] = values.map((v) => coerce(v, type));
  if (a === undefined || b === undefined) throw noSignature(call, values);
  return [a, b];
}

const safe =
  (op: '+' | '-' | '*' | '/'): ValueFunction =>
  (values, call) => {
    const [a, b] = numberPair(values, call, op === '/');
    return { type: a.type, sql: `TRY(${arithmeticSql(op, a, b)})`, at: call.at, constant: a.constant && b.constant };
  };

const wholeDivision =
  (operator: '//' | '%'): ValueFunction =>
  (values, call) => {
    const [a, b] = numberPair(values, call, false);
    const known = a.constant && b.constant;
    if (a.type.kind === 'INT64')
      return {
        type: INT64,
        sql: `(${a.sql} ${operator} bq_nonzero(${b.sql}, ${operator === '%' ? "'MOD'" : "'DIV'"}))`,
        at: call.at,
        constant: known,
      };
    if (a.type.kind !== 'NUMERIC') throw noSignature(call, values);
    const sql = operator === '%' ? `bq_numeric_modulo(${a.sql}, ${b.sql})` : `bq_numeric_quotient(${a.sql}, ${b.sql})`;
    return { type: NUMERIC, sql, at: call.at, constant: known };
  };

const extreme =
  (name: 'GREATEST' | 'LEAST'): ValueFunction =>
  (values, call) => {
    const { type, items } = unify(values, `function ${name}`, call.at);
    if (!isOrdered(type) || ['INTERVAL', 'RANGE', 'BIGNUMERIC'].includes(type.kind))
      throw notSupported(`${name} on ${typeName(type)}`, call.at);
    const list = items.map((v) => v.sql);
    const constant = items.every((v) => v.constant);
    // DuckDB skips NULLs; in BigQuery one makes the result NULL.
    const anyNull = list.map((x) => `${x} IS NULL`).join(' OR ');
    const anyNan = type.kind === 'FLOAT64' ? ` WHEN ${list.map((x) => `isnan(${x})`).join(' OR ')} THEN CAST('NaN' AS DOUBLE)` : '';
    return {
      type,
      sql: `(CASE WHEN ${anyNull} THEN NULL${anyNan} ELSE ${name.toLowerCase()}(${list.join(', ')}) END)`,
      at: call.at,
      constant,
    };
  };

const rounding = (name: 'round' | 'trunc') => [
  overload([FLOAT64], FLOAT64, (x) => `${name}(${x})`),
  overload([NUMERIC], NUMERIC, (x) => `bq_numeric_${name}(${x}, CAST(0 AS BIGINT))`),
  overload([FLOAT64, INT64], FLOAT64, (x, n) => `bq_float_${name}(${x}, ${n})`),
  overload([NUMERIC, INT64], NUMERIC, (x, n) => `bq_numeric_${name}(${x}, ${n})`),
];

const integral = (name: 'floor' | 'ceil') => [
  overload([FLOAT64], FLOAT64, (x) => `${name}(${x})`),
  overload([NUMERIC], NUMERIC, (x) => `CAST(${name}(${x}) AS ${NUMERIC_STORAGE})`),
];

/** INT64 arguments of these become FLOAT64, as in BigQuery, before NUMERIC is considered. */
const floatFirst = (entry: ReturnType<typeof integral>): ValueFunction => {
  return (values, call) => {
    const [first, ...rest] = values;
    const widened = first?.type.kind === 'INT64' ? coerce(first, FLOAT64) : first;
    for (const candidate of entry.filter((o) => o.parameters.length === values.length)) {
      const args = [widened, ...rest].map((v, i) => v && coerce(v, candidate.parameters[i] ?? v.type));
      const exact = widened?.literal === 'null' || widened?.type.kind === candidate.parameters[0]?.kind;
      if (exact && args.every((a) => a !== undefined)) {
        return {
          type: candidate.returns,
          sql: candidate.sql(...args.map((a) => a.sql)),
          at: call.at,
          constant: values.every((v) => v.constant),
        };
      }
    }
    throw noSignature(call, values);
  };
};

export const NUMBER_FUNCTIONS: FunctionTable = {
  ABS: each((x) => `abs(${x})`),
  SIGN: each((x, type) =>
    type.kind === 'INT64'
      ? `CAST(sign(${x}) AS BIGINT)`
      : type.kind === 'NUMERIC'
        ? `CAST(sign(${x}) AS ${NUMERIC_STORAGE})`
        : `CAST(sign(${x}) AS DOUBLE)`,
  ),
  ROUND: floatFirst(rounding('round')),
  TRUNC: floatFirst(rounding('trunc')),
  FLOOR: floatFirst(integral('floor')),
  CEIL: floatFirst(integral('ceil')),
  CEILING: floatFirst(integral('ceil')),
  IS_NAN: [overload([FLOAT64], { kind: 'BOOL' }, (x) => `isnan(${x})`)],
  IS_INF: [overload([FLOAT64], { kind: 'BOOL' }, (x) => `isinf(${x})`)],
  IEEE_DIVIDE: [overload([FLOAT64, FLOAT64], FLOAT64, (x, y) => `bq_float_ieee_divide(${x}, ${y})`)],
  MOD: wholeDivision('%'),
  DIV: wholeDivision('//'),
  SAFE_ADD: safe('+'),
  SAFE_SUBTRACT: safe('-'),
  SAFE_MULTIPLY: safe('*'),
  SAFE_DIVIDE: safe('/'),
  SAFE_NEGATE: (values, call) => {
    const [value] = values;
    if (value === undefined || values.length !== 1 || !isNumber(value.type)) throw noSignature(call, values);
    return { type: value.type, sql: `TRY(-${value.sql})`, at: call.at, constant: value.constant };
  },
  GREATEST: extreme('GREATEST'),
  LEAST: extreme('LEAST'),
};
