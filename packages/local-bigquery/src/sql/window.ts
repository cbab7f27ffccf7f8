import { AGGREGATES, aggregateSql } from './aggregate.ts';
import type { Call, FrameBound, WindowSpec } from './ast.ts';
import { mustCoerce } from './coerce.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { noSignature, requireCount } from './function-table.ts';
import { GOOGLE_FUNCTIONS } from './google-functions.ts';
import { requireGroupable } from './groupable.ts';
import { orderSql } from './order.ts';
import { notSupported } from './place.ts';
import type { Typed } from './typed.ts';
import { FLOAT64, INT64, isOrdered, typeName } from './types.ts';

const NUMBERING: readonly string[] = ['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST', 'NTILE'];
const NAVIGATION: readonly string[] = ['LAG', 'LEAD', 'FIRST_VALUE', 'LAST_VALUE', 'NTH_VALUE'];
const PERCENTILES: readonly string[] = ['PERCENTILE_CONT', 'PERCENTILE_DISC'];
/** Functions that need an OVER clause. */
export const WINDOW_ONLY: readonly string[] = [...NUMBERING, ...NAVIGATION, ...PERCENTILES];

export function analyzeWindow(call: Call, written: WindowSpec, context: Context): Typed {
  const { at } = call;
  const over = resolved(written, context);
  if (!context.windows) throw new SqlError(`Analytic function ${call.name} not allowed in ${context.clause}`, at);
  if (call.safe) throw notSupported(`SAFE.${call.name}`, at);
  const inner: Context = { ...context, windows: false };
  const tail = ` OVER (${windowSql(over, inner)})`;
  if (Object.hasOwn(AGGREGATES, call.name)) {
    if (call.distinct && over.orderBy.length > 0) throw new SqlError('Window ORDER BY is not allowed if DISTINCT is specified', at);
    return aggregateSql(call, inner, tail);
  }
  if (!WINDOW_ONLY.includes(call.name)) {
    const isKnown = GOOGLE_FUNCTIONS.has(call.name);
    throw new SqlError(
      isKnown
        ? `bqsync's local BigQuery does not know ${call.name} with an OVER clause (the real one may)`
        : `Function not found: ${call.name}`,
      at,
    );
  }
  if (call.star || call.distinct || call.orderBy.length > 0 || call.limit) throw noSignature(call, []);
  const isPercentile = PERCENTILES.includes(call.name);
  if (isPercentile && (over.orderBy.length > 0 || over.frame !== undefined))
    throw new SqlError(`Window ORDER BY is not allowed for analytic function ${call.name}`, at);
  const needsOrder = !isPercentile && !['ROW_NUMBER', 'FIRST_VALUE', 'LAST_VALUE', 'NTH_VALUE'].includes(call.name);
  if (needsOrder && over.orderBy.length === 0) throw new SqlError(`Window ORDER BY is required for analytic function ${call.name}`, at);
  if (over.frame !== undefined && (NUMBERING.includes(call.name) || call.name === 'LAG' || call.name === 'LEAD')) {
    throw new SqlError(`Window framing clause is not allowed for analytic function ${call.name}`, at);
  }
  const values = call.args.map((arg) => analyze(arg, inner));
  if (isPercentile) return percentile(call, values, tail);
  return NUMBERING.includes(call.name) ? numbering(call, values, tail) : navigation(call, values, tail);
}

/** A window with what it takes from the one that it names. */
function resolved(over: WindowSpec, context: Context, depth = 0): WindowSpec {
  if (over.base === undefined) return over;
  const named = context.namedWindows?.get(over.base.text.toLowerCase());
  if (named === undefined || depth > 100) throw new SqlError(`Unrecognized window alias ${over.base.text}`, over.base.at);
  const base = resolved(named, context, depth + 1);
  const adds = over.partitionBy.length > 0 || over.orderBy.length > 0 || over.frame !== undefined;
  if (!adds) return { ...base, at: over.at };
  if (over.partitionBy.length > 0) throw new SqlError('Window specifications that name another window cannot have PARTITION BY', over.at);
  if (over.orderBy.length > 0 && base.orderBy.length > 0)
    throw new SqlError('If a window has a window reference and an ORDER BY, then the referenced window cannot have an ORDER BY', over.at);
  if (base.frame !== undefined)
    throw new SqlError('If a window has a window reference, then the referenced window cannot have a frame clause', over.at);
  const orderBy = over.orderBy.length > 0 ? over.orderBy : base.orderBy;
  return { partitionBy: base.partitionBy, orderBy, at: over.at, ...(over.frame ? { frame: over.frame } : {}) };
}

/** The value at a share of the sorted values, or between two of them; NULLs count only where they are asked for. */
function percentile(call: Call, values: readonly Typed[], tail: string): Typed {
  const [value, share] = values;
  if (value === undefined || share === undefined || values.length !== 2) throw noSignature(call, values);
  if (typeof share.value !== 'number' && typeof share.value !== 'bigint')
    throw notSupported(`${call.name} with a percentile that is not a constant FLOAT64`, share.at);
  const p = Number(share.value);
  if (p < 0 || p > 1) throw new SqlError(`The percentile of ${call.name} must be between 0 and 1`, share.at);
  const isCont = call.name === 'PERCENTILE_CONT';
  const isOther = value.type.kind === 'NUMERIC' || value.type.kind === 'BIGNUMERIC' || ['INTERVAL', 'RANGE'].includes(value.type.kind);
  if (call.nulls === 'RESPECT' || (isCont && isOther) || !isOrdered(value.type) || isOther)
    throw notSupported(`${call.name} of ${typeName(value.type)}${call.nulls === 'RESPECT' ? ' with RESPECT NULLS' : ''}`, call.at);
  const item = isCont ? mustCoerce(value, FLOAT64, call.name) : value;
  const list = `list_sort(array_agg(${item.sql}) FILTER (WHERE ${item.sql} IS NOT NULL)${tail})`;
  const rank = `(CAST(${String(p)} AS DOUBLE) * (len(q.l) - 1))`;
  const [low, high] = [`CAST(floor(${rank}) AS BIGINT)`, `CAST(ceil(${rank}) AS BIGINT)`];
  const between = `(${high} - ${rank}) * (q.l)[${low} + 1] + (${rank} - ${low}) * (q.l)[${high} + 1]`;
  const cont = `CASE WHEN len(q.l) = 0 THEN NULL WHEN ${low} = ${high} THEN (q.l)[${low} + 1] ELSE ${between} END`;
  const disc = `(q.l)[greatest(1, CAST(ceil(CAST(${String(p)} AS DOUBLE) * len(q.l)) AS BIGINT))]`;
  const sql = `(list_transform([struct_pack(l := ${list})], lambda q: ${isCont ? cont : disc}))[1]`;
  return { type: item.type, sql, at: call.at, constant: false };
}

function numbering(call: Call, values: readonly Typed[], tail: string): Typed {
  requireCount(call, values.length, call.name === 'NTILE' ? 1 : 0);
  const args = values.map((v) => mustCoerce(v, INT64, call.name).sql).join(', ');
  const type = call.name === 'PERCENT_RANK' || call.name === 'CUME_DIST' ? FLOAT64 : INT64;
  return { type, sql: `${call.name.toLowerCase()}(${args})${tail}`, at: call.at, constant: false };
}

function navigation(call: Call, values: readonly Typed[], tail: string): Typed {
  const [value, ...rest] = values;
  if (value === undefined) throw noSignature(call, values);
  const shifts = call.name === 'LAG' || call.name === 'LEAD';
  requireCount(call, values.length, call.name === 'NTH_VALUE' ? 2 : 1, shifts ? 3 : call.name === 'NTH_VALUE' ? 2 : 1);
  if (shifts && call.nulls !== undefined) throw noSignature(call, values);
  const args = rest.map((v, i) => mustCoerce(v, i === 0 ? INT64 : value.type, call.name).sql);
  const nulls = call.nulls === undefined ? '' : ` ${call.nulls} NULLS`;
  const sql = `${call.name.toLowerCase()}(${[value.sql, ...args].join(', ')}${nulls})${tail}`;
  return { type: value.type, sql, at: call.at, constant: false };
}

function windowSql(over: WindowSpec, context: Context): string {
  const partition = over.partitionBy.map((expr) => {
    const value = analyze(expr, context);
    const message = `Partitioning by expressions of type ${typeName(value.type)} is not allowed`;
    if (value.type.kind === 'FLOAT64') throw new SqlError(message, expr.at);
    if (value.type.kind === 'INTERVAL') return `bq_interval_rank(${value.sql})`;
    requireGroupable(value.type, 'PARTITION BY', message, expr.at);
    return value.sql;
  });
  const parts = [
    partition.length > 0 ? `PARTITION BY ${partition.join(', ')}` : '',
    over.orderBy.length > 0 ? `ORDER BY ${orderSql(over.orderBy, context)}` : '',
    over.frame ? frameSql(over.frame, over.orderBy, context) : '',
  ];
  return parts.filter((p) => p !== '').join(' ');
}

function frameSql(frame: NonNullable<WindowSpec['frame']>, orderBy: WindowSpec['orderBy'], context: Context): string {
  const offset = frame.start.offset ?? frame.end?.offset;
  if (frame.unit === 'RANGE' && offset) {
    const [key, ...more] = orderBy.map((item) => analyze(item.expr, context).type.kind);
    if (more.length > 0 || (key !== 'INT64' && key !== 'NUMERIC'))
      throw notSupported(`a RANGE frame with an offset over ${key ?? 'nothing'}`, offset.at);
  }
  const start = boundSql(frame.start, context);
  return frame.end ? `${frame.unit} BETWEEN ${start} AND ${boundSql(frame.end, context)}` : `${frame.unit} ${start}`;
}

function boundSql(bound: FrameBound, context: Context): string {
  if (bound.offset === undefined) return bound.kind;
  const offset = analyze(bound.offset, context);
  if (typeof offset.value !== 'bigint' || offset.value < 0n)
    throw new SqlError('A window frame offset must be a constant of 0 or more', bound.offset.at);
  return `${String(offset.value)} ${bound.kind}`;
}
