import type { Call } from './ast.ts';
import { mustCoerce } from './coerce.ts';
import { type Context, insideAggregate } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { noSignature } from './function-table.ts';
import { requireGroupable } from './groupable.ts';
import { orderSql } from './order.ts';
import { notSupported } from './place.ts';
import { rangeRankSql } from './range-sql.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, BYTES, FLOAT64, INT64, INTERVAL, isOrdered, NUMERIC, type SqlType, STRING, typeName } from './types.ts';

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

/** What stands for a value in an order, where DuckDB would order it in another way. */
function rankSql({ type, sql }: Typed): string | undefined {
  if (type.kind === 'INTERVAL') return `bq_interval_rank(${sql})`;
  return type.kind === 'RANGE' ? rangeRankSql(sql, type.element) : undefined;
}

const ordered =
  (name: 'min' | 'max'): Aggregate =>
  ({ call, value, values, tail }) => {
    if (!isOrdered(value.type)) {
      if (value.type.kind === 'BIGNUMERIC')
        throw notSupported(`${call.name} on ${value.type.kind}`, call.at);
      throw noSignature(call, values);
    }
    const rank = rankSql(value);
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
    return { type: FLOAT64, sql: `${name}(${distinct}${mustCoerce(value, FLOAT64, 'A statistical aggregate').sql})${tail}` };
  };

/** Each part of the intervals added up; NULL where there is none. */
function intervalSum({ value, tail }: Parts): string {
  const part = (name: string): string => `CAST(sum(bq_interval_${name}(${value.sql}))${tail} AS BIGINT)`;
  return `bq_interval(${part('months')}, ${part('days')}, ${part('micros')})`;
}

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
  throw value.type.kind === 'BIGNUMERIC' ? notSupported(`${call.name} on BIGNUMERIC`, call.at) : noSignature(call, values);
};

const average: Aggregate = (parts) => {
  const { call, values, value, distinct, tail } = parts;
  if (value.type.kind === 'INTERVAL') {
    if (distinct !== '') throw notSupported('AVG(DISTINCT …) of INTERVAL', call.at);
    return { type: INTERVAL, sql: `bq_interval_divide(${intervalSum(parts)}, nullif(count(${value.sql})${tail}, 0))` };
  }
  const { kind } = value.type;
  if (kind === 'INT64' || kind === 'FLOAT64') return { type: FLOAT64, sql: `avg(${distinct}${value.sql})${tail}` };
  if (kind !== 'NUMERIC') throw kind === 'BIGNUMERIC' ? notSupported(`${call.name} on BIGNUMERIC`, call.at) : noSignature(call, values);
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

export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
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

const TAKES_ORDER: readonly string[] = ['ARRAY_AGG', 'STRING_AGG'];

export function analyzeAggregate(call: Call, context: Context): Typed {
  if (!context.aggregates) throw new SqlError(`Aggregate function ${call.name} not allowed in ${context.clause}`, call.at);
  return aggregateSql(call, insideAggregate(context), '');
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
  const most = call.name === 'STRING_AGG' ? 2 : 1;
  if (value === undefined || values.length > most) throw noSignature(call, values);
  const message = `Aggregate functions with DISTINCT cannot be used with arguments of type ${typeName(value.type)}`;
  if (call.distinct) requireGroupable(value.type, `${call.name}(DISTINCT …)`, message, at);
  const takesOrder = TAKES_ORDER.includes(call.name);
  if (!takesOrder && (call.orderBy.length > 0 || call.limit !== undefined || call.nulls !== undefined)) {
    throw notSupported(`ORDER BY, LIMIT or NULLS in ${call.name}`, at);
  }
  if (call.nulls !== undefined && call.name !== 'ARRAY_AGG') throw notSupported(`${call.nulls} NULLS in ${call.name}`, at);
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
