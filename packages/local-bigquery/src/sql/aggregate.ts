import type { Call } from './ast.ts';
import { coerce, mustCoerce } from './coerce.ts';
import { type Context, insideAggregate } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { noSignature } from './function-table.ts';
import { requireGroupable } from './groupable.ts';
import { orderSql } from './order.ts';
import { notSupported } from './place.ts';
import { rankSql } from './rank.ts';
import type { Typed } from './typed.ts';
import {
  arrayOf,
  BOOL,
  BYTES,
  FLOAT64,
  INT64,
  INTERVAL,
  isOrdered,
  NUMERIC,
  type SqlType,
  storageType,
  STRING,
  typeName,
} from './types.ts';

/** An aggregate's parts, so that each inner call can get its OVER clause. */
interface Parts {
  readonly call: Call;
  readonly values: readonly Typed[];
  readonly value: Typed;
  readonly distinct: string;
  /** ORDER BY inside the call. */
  readonly order: string;
  /** FILTER and OVER. */
  readonly tail: string;
  readonly limit: string | undefined;
}

type Aggregate = (parts: Parts) => { readonly type: SqlType; readonly sql: string };

const ordered =
  (name: 'min' | 'max'): Aggregate =>
  ({ call, value, values, tail }) => {
    if (!isOrdered(value.type)) throw noSignature(call, values);
    const rank = rankSql(value.type, value.sql);
    if (rank !== undefined) return { type: value.type, sql: `arg_${name}(${value.sql}, ${rank})${tail}` };
    const plain = `${name}(${value.sql})${tail}`;
    if (value.type.kind !== 'FLOAT64') return { type: value.type, sql: plain };
    return { type: value.type, sql: `(CASE WHEN bool_or(isnan(${value.sql}))${tail} THEN CAST('NaN' AS DOUBLE) ELSE ${plain} END)` };
  };

const bits =
  (name: string): Aggregate =>
  ({ value, distinct, tail }) => ({
    type: INT64,
    sql: `${name}(${distinct}${mustCoerce(value, INT64, 'A bitwise aggregate').sql})${tail}`,
  });

const logicalAggregate =
  (name: string): Aggregate =>
  ({ value, tail }) => ({ type: BOOL, sql: `${name}(${mustCoerce(value, BOOL, 'A logical aggregate').sql})${tail}` });

const spread =
  (name: string): Aggregate =>
  ({ call, value, distinct, tail }) => {
    // Google's engine adds decimals exactly before it divides.
    if (value.type.kind === 'NUMERIC' || value.type.kind === 'BIGNUMERIC')
      throw notSupported(`${call.name} on ${value.type.kind}`, call.at);
    const x = mustCoerce(value, FLOAT64, 'A statistical aggregate').sql;
    if (value.type.kind !== 'FLOAT64') return { type: FLOAT64, sql: `${name}(${distinct}${x})${tail}` };
    // DuckDB fails on what is not finite, which makes BigQuery's result NaN.
    const plain = `${name}(${distinct}CASE WHEN isfinite(${x}) THEN ${x} END)${tail}`;
    return { type: FLOAT64, sql: `(CASE WHEN bool_or(NOT isfinite(${x}))${tail} THEN CAST('NaN' AS DOUBLE) ELSE ${plain} END)` };
  };

/** Each part of the intervals added up; NULL where there is none. */
function intervalSum({ value, tail }: Parts): string {
  const part = (name: string): string => `CAST(sum(bq_interval_${name}(${value.sql}))${tail} AS BIGINT)`;
  return `bq_interval(${part('months')}, ${part('days')}, ${part('micros')})`;
}

/** All values that are not NULL as JSON; NULL where there is none. */
const listed = ({ value, distinct, tail }: Parts): string =>
  `CAST(to_json(nullif(list_filter(array_agg(${distinct}${value.sql})${tail}, lambda b: b IS NOT NULL), [])) AS VARCHAR)`;

const sum: Aggregate = (parts) => {
  const { call, values, value, distinct, tail } = parts;
  if (value.type.kind === 'INTERVAL') {
    if (distinct !== '') throw notSupported('SUM(DISTINCT …) of INTERVAL', call.at);
    return { type: INTERVAL, sql: intervalSum(parts) };
  }
  const inner = `sum(${distinct}${value.sql})${tail}`;
  if (value.type.kind === 'INT64') return { type: INT64, sql: `CAST(${inner} AS BIGINT)` };
  if (value.type.kind === 'NUMERIC') return { type: NUMERIC, sql: `bq_numeric_sum(CAST(${inner} AS DECIMAL(38,9)))` };
  if (value.type.kind === 'FLOAT64') return { type: FLOAT64, sql: `bq_float_sum(${inner}, bool_and(isfinite(${value.sql}))${tail})` };
  if (value.type.kind === 'BIGNUMERIC') return { type: value.type, sql: `bq_big_sum(${listed(parts)})` };
  throw noSignature(call, values);
};

const average: Aggregate = (parts) => {
  const { call, values, value, distinct, tail } = parts;
  if (value.type.kind === 'INTERVAL') {
    if (distinct !== '') throw notSupported('AVG(DISTINCT …) of INTERVAL', call.at);
    return { type: INTERVAL, sql: `bq_interval_divide(${intervalSum(parts)}, nullif(count(${value.sql})${tail}, 0))` };
  }
  const { kind } = value.type;
  if (kind === 'INT64' || kind === 'FLOAT64') return { type: FLOAT64, sql: `avg(${distinct}${value.sql})${tail}` };
  if (kind === 'BIGNUMERIC') return { type: value.type, sql: `bq_big_average(${listed(parts)})` };
  if (kind !== 'NUMERIC') throw noSignature(call, values);
  const count = `CAST(nullif(count(${distinct}${value.sql})${tail}, 0) AS DECIMAL(38,9))`;
  return { type: NUMERIC, sql: `bq_numeric_divide(CAST(sum(${distinct}${value.sql})${tail} AS DECIMAL(38,9)), ${count})` };
};

const arrayAgg: Aggregate = ({ call, value, distinct, order, tail, limit }) => {
  if (value.type.kind === 'ARRAY') throw new SqlError('The argument to ARRAY_AGG must not be an array type', call.at);
  const filter = call.nulls === 'IGNORE' ? ` FILTER (WHERE ${value.sql} IS NOT NULL)` : '';
  const sql = `array_agg(${distinct}${value.sql}${order})${filter}${tail}`;
  return { type: arrayOf(value.type), sql: limit === undefined ? sql : `(${sql})[1:${limit}]` };
};

const stringAgg: Aggregate = ({ call, values, value, distinct, order, tail, limit }) => {
  const type = value.type.kind === 'BYTES' ? BYTES : STRING;
  if (type === BYTES) throw notSupported('STRING_AGG on BYTES', call.at);
  if (values[1]?.literal === 'null') throw new SqlError('Argument 2 to STRING_AGG must be non-NULL', values[1].at);
  const separator = values[1] ? mustCoerce(values[1], STRING, 'The separator').sql : "','";
  const text = mustCoerce(value, type, 'STRING_AGG').sql;
  if (limit === undefined) return { type, sql: `string_agg(${distinct}${text}, ${separator}${order})${tail}` };
  if (values[1] && values[1].value === undefined) throw notSupported('STRING_AGG with LIMIT and a separator that is not constant', call.at);
  const texts = `(array_agg(${distinct}${text}${order}) FILTER (WHERE ${text} IS NOT NULL)${tail})[1:${limit}]`;
  return { type, sql: `array_to_string(${texts}, ${separator})` };
};

/** The value where another one is greatest, or least; a NULL there does not count. */
function atExtreme(what: 'MAX' | 'MIN', { sql, type }: Typed, by: Typed, tail: string): { type: SqlType; sql: string } {
  if (!isOrdered(by.type)) throw notSupported(`${what} by ${typeName(by.type)}`, by.at);
  // DuckDB's NaN is greater than all numbers; to BigQuery it is both the greatest and the least.
  const nan = `(CASE WHEN isnan(${by.sql}) THEN CAST('-Infinity' AS DOUBLE) ELSE ${by.sql} END)`;
  const rank = rankSql(by.type, by.sql) ?? (by.type.kind === 'FLOAT64' && what === 'MIN' ? nan : by.sql);
  return { type, sql: `arg_${what.toLowerCase()}_null(${sql}, ${rank})${tail}` };
}

const by =
  (what: 'MAX' | 'MIN'): Aggregate =>
  ({ call, values, value, tail }) => {
    const [, key] = values;
    if (key === undefined) throw noSignature(call, values);
    return atExtreme(what, value, key, tail);
  };

/** Of two numbers; pairs with a NULL do not count. */
const pairwise =
  (name: string): Aggregate =>
  ({ call, values, tail }) => {
    const [y, x] = values.map((v) => (v.type.kind === 'NUMERIC' || v.type.kind === 'BIGNUMERIC' ? undefined : coerce(v, FLOAT64)));
    if (values.length !== 2) throw noSignature(call, values);
    if (y === undefined || x === undefined)
      throw notSupported(`${call.name} on ${values.map((v) => typeName(v.type)).join(', ')}`, call.at);
    // What is not finite makes BigQuery's result NaN, and DuckDB fail; of one pair alone there is no correlation.
    const [a, b] = [y, x].map((v) => `CASE WHEN isfinite(${v.sql}) THEN ${v.sql} END`);
    const least = name === 'corr' ? `WHEN regr_count(${y.sql}, ${x.sql})${tail} < 2 THEN NULL ` : '';
    const strange = `bool_or(NOT isfinite(${y.sql} + ${x.sql}))${tail}`;
    return {
      type: FLOAT64,
      sql: `(CASE ${least}WHEN ${strange} THEN CAST('NaN' AS DOUBLE) ELSE ${name}(${a ?? ''}, ${b ?? ''})${tail} END)`,
    };
  };

const arrayConcatAgg: Aggregate = ({ call, values, value, order, tail, limit }) => {
  if (value.type.kind !== 'ARRAY') throw noSignature(call, values);
  if (tail !== '') throw notSupported('ARRAY_CONCAT_AGG with an OVER clause', call.at);
  const all = `array_agg(${value.sql}${order}) FILTER (WHERE ${value.sql} IS NOT NULL)`;
  return { type: value.type, sql: `flatten(${limit === undefined ? all : `(${all})[1:${limit}]`})` };
};

/** Exact where BigQuery promises an approximation: the least value and the last one of each of n equal parts. */
const quantiles: Aggregate = ({ call, values, value, distinct, tail }) => {
  const count = values[1]?.value;
  if (typeof count !== 'bigint' || count < 1n)
    throw new SqlError('The second argument of APPROX_QUANTILES must be a positive constant', call.at);
  if (!isOrdered(value.type) || rankSql(value.type, value.sql) !== undefined || call.nulls === 'RESPECT')
    throw notSupported(`${call.name} of ${typeName(value.type)}`, call.at);
  const sorted = `list_sort(array_agg(${distinct}${value.sql}) FILTER (WHERE ${value.sql} IS NOT NULL)${tail})`;
  const parts = `generate_series(0, ${String(count)})`;
  const item = `(q.l)[greatest(1, (i * len(q.l) + ${String(count)} - 1) // ${String(count)})]`;
  const sql = `(list_transform([struct_pack(l := ${sorted})], lambda q: CASE WHEN q.l IS NOT NULL THEN list_transform(${parts}, lambda i: ${item}) END))[1]`;
  return { type: arrayOf(value.type), sql };
};

/** The values that come most often, with how often; those that come equally often in their own order. */
const topCount: Aggregate = ({ call, values, value, tail }) => {
  const count = values[1]?.value;
  if (typeof count !== 'bigint' || count < 1n)
    throw new SqlError('The second argument of APPROX_TOP_COUNT must be a positive constant', call.at);
  const plain = ['STRING', 'INT64', 'DATE', 'BOOL', 'TIMESTAMP', 'DATETIME', 'NUMERIC'].includes(value.type.kind);
  if (!plain || tail !== '') throw notSupported(`${call.name} of ${typeName(value.type)}`, call.at);
  const list = `array_agg(${value.sql})`;
  const counted = `list_transform(list_distinct(v.l), lambda d: struct_pack(n := -len(list_filter(v.l, lambda e: e = d)), d := d))`;
  const nulls = `len(list_filter(v.l, lambda e: e IS NULL))`;
  const all = `list_concat(${counted}, CASE WHEN ${nulls} > 0 THEN [struct_pack(n := -${nulls}, d := CAST(NULL AS ${storageType(value.type)}))] ELSE [] END)`;
  const item = 'struct_pack("value" := p.d, "count" := CAST(-p.n AS BIGINT))';
  const sql = `(list_transform([struct_pack(l := ${list})], lambda v: list_transform(list_sort(${all})[1:${String(count)}], lambda p: ${item})))[1]`;
  const type: SqlType = {
    kind: 'STRUCT',
    fields: [
      { name: 'value', type: value.type },
      { name: 'count', type: INT64 },
    ],
  };
  return { type: arrayOf(type), sql };
};

export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  MAX_BY: by('MAX'),
  MIN_BY: by('MIN'),
  CORR: pairwise('corr'),
  COVAR_POP: pairwise('covar_pop'),
  COVAR_SAMP: pairwise('covar_samp'),
  ARRAY_CONCAT_AGG: arrayConcatAgg,
  APPROX_QUANTILES: quantiles,
  APPROX_TOP_COUNT: topCount,
  GROUPING: ({ value }) => ({ type: INT64, sql: `CAST(grouping(${value.sql}) AS BIGINT)` }),
  COUNT: ({ value, distinct, tail }) => ({ type: INT64, sql: `count(${distinct}${value.sql})${tail}` }),
  COUNTIF: ({ value, tail, distinct, call }) => {
    if (distinct !== '') throw notSupported('COUNTIF with DISTINCT', call.at);
    // A FILTER would leave no place for OVER's own; NULL is not counted.
    return { type: INT64, sql: `count(CASE WHEN ${mustCoerce(value, BOOL, 'COUNTIF').sql} THEN 1 END)${tail}` };
  },
  SUM: sum,
  AVG: average,
  MIN: ordered('min'),
  MAX: ordered('max'),
  ANY_VALUE: ({ value, tail }) => ({ type: value.type, sql: `any_value(${value.sql})${tail}` }),
  ARRAY_AGG: arrayAgg,
  STRING_AGG: stringAgg,
  BIT_XOR: bits('bit_xor'),
  BIT_AND: bits('bit_and'),
  BIT_OR: bits('bit_or'),
  LOGICAL_AND: logicalAggregate('bool_and'),
  LOGICAL_OR: logicalAggregate('bool_or'),
  APPROX_COUNT_DISTINCT: ({ value, tail }) => ({ type: INT64, sql: `count(DISTINCT ${value.sql})${tail}` }),
  STDDEV: spread('stddev_samp'),
  STDDEV_SAMP: spread('stddev_samp'),
  STDDEV_POP: spread('stddev_pop'),
  VARIANCE: spread('var_samp'),
  VAR_SAMP: spread('var_samp'),
  VAR_POP: spread('var_pop'),
};

const TAKES_ORDER: readonly string[] = ['ARRAY_AGG', 'STRING_AGG', 'ARRAY_CONCAT_AGG'];
const TAKES_TWO: readonly string[] = [
  'STRING_AGG',
  'MAX_BY',
  'MIN_BY',
  'CORR',
  'COVAR_POP',
  'COVAR_SAMP',
  'APPROX_QUANTILES',
  'APPROX_TOP_COUNT',
];

export function analyzeAggregate(call: Call, context: Context): Typed {
  if (call.name === 'GROUPING') return analyzeGrouping(call, context);
  if (!context.aggregates) throw new SqlError(`Aggregate function ${call.name} not allowed in ${context.clause}`, call.at);
  return aggregateSql(call, insideAggregate(context), '');
}

/** GROUPING(key): 1 where the key is left out of the grouping that the row is of. */
function analyzeGrouping(call: Call, context: Context): Typed {
  const [arg] = call.args;
  const value = arg && analyze(arg, context);
  if (value === undefined || call.args.length !== 1 || context.grouping?.keys.has(value.sql) !== true)
    throw new SqlError('The argument of GROUPING must be an expression of GROUP BY', call.at);
  return { type: INT64, sql: `CAST(grouping(${value.sql}) AS BIGINT)`, at: call.at, constant: false };
}

/** Writes an aggregate; `tail` follows each inner call. The context is that of its arguments. */
export function aggregateSql(call: Call, context: Context, tail: string): Typed {
  const { at } = call;
  if (call.safe) throw notSupported(`SAFE.${call.name}`, at);
  if (call.star) {
    if (call.name !== 'COUNT') throw new SqlError(`Argument * can only be used in COUNT(*), not in ${call.name}`, at);
    if (call.distinct) throw new SqlError('COUNT(*) cannot be used with DISTINCT', at);
    return { type: INT64, sql: `count(*)${tail}`, at, constant: false };
  }
  const values = call.args.map((arg) => analyze(arg, context));
  const [value] = values;
  if (call.named) throw notSupported(`the named argument ${call.named[0]?.name.text ?? ''}`, at);
  const most = TAKES_TWO.includes(call.name) ? 2 : 1;
  if (value === undefined || values.length > most) throw noSignature(call, values);
  const message = `Aggregate functions with DISTINCT cannot be used with arguments of type ${typeName(value.type)}`;
  if (call.distinct) requireGroupable(value.type, `${call.name}(DISTINCT …)`, message, at);
  if (call.having) {
    if (call.name !== 'ANY_VALUE') throw notSupported(`HAVING ${call.having.what} in ${call.name}`, at);
    return { ...atExtreme(call.having.what, value, analyze(call.having.expr, context), tail), at, constant: false };
  }
  const takesOrder = TAKES_ORDER.includes(call.name);
  const takesNulls = takesOrder || call.name === 'APPROX_QUANTILES';
  if ((!takesOrder && (call.orderBy.length > 0 || call.limit !== undefined)) || (!takesNulls && call.nulls !== undefined)) {
    throw notSupported(`ORDER BY, LIMIT or NULLS in ${call.name}`, at);
  }
  if (call.nulls !== undefined && call.name !== 'ARRAY_AGG' && !(call.name === 'APPROX_QUANTILES'))
    throw notSupported(`${call.nulls} NULLS in ${call.name}`, at);
  const limit = call.limit && analyze(call.limit, context);
  if (limit && typeof limit.value !== 'bigint') throw new SqlError('LIMIT expects an integer literal or parameter', at);
  const parts: Parts = {
    call,
    values,
    value,
    distinct: call.distinct ? 'DISTINCT ' : '',
    order: call.orderBy.length > 0 ? ` ORDER BY ${orderSql(call.orderBy, context)}` : '',
    tail,
    limit: limit === undefined ? undefined : String(limit.value),
  };
  const written = AGGREGATES[call.name]?.(parts);
  if (written === undefined) throw new RangeError(`${call.name} is no aggregate`);
  return { ...written, at, constant: false };
}
