import type { Call } from './ast.ts';
import { coerce, commonType } from './coerce.ts';
import { constant } from './constant.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { isClockPart, partNamed } from './date-parts.ts';
import { analyze } from './expression.ts';
import { analyzeInterval } from './functions-interval.ts';
import { type FunctionTable, noSignature, requireCount, type SyntaxFunction, type ValueFunction } from './function-table.ts';
import { boundSql, endSql, startSql } from './range-sql.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, type RangeElement, type SqlType } from './types.ts';

type RangeType = SqlType & { kind: 'RANGE' };
type RangeValue = Typed & { type: RangeType };

const isRange = (value: Typed | undefined): value is RangeValue => value?.type.kind === 'RANGE';
const isElement = (type: SqlType | undefined): type is { kind: RangeElement } =>
  type !== undefined && ['DATE', 'DATETIME', 'TIMESTAMP'].includes(type.kind);

const range: ValueFunction = (values, call) => {
  requireCount(call, values.length, 2);
  const type = commonType(values);
  const [start, end] = values.map((v) => (isElement(type) ? coerce(v, type) : undefined));
  if (!isElement(type) || start === undefined || end === undefined) throw noSignature(call, values);
  // The check is NULL where a bound is.
  const check = `bq_range_check(epoch_us(${start.sql}), epoch_us(${end.sql}))`;
  const sql = `struct_pack("start" := CASE WHEN ${check} IS DISTINCT FROM FALSE THEN ${start.sql} END, "end" := ${end.sql})`;
  const result = { kind: 'RANGE' as const, element: type.kind };
  const bounds = `struct_pack("start" := ${start.sql}, "end" := ${end.sql})`;
  const safe = `(CASE WHEN epoch_us(${start.sql}) >= epoch_us(${end.sql}) THEN NULL ELSE ${bounds} END)`;
  return { type: result, sql: call.safe ? safe : sql, at: call.at, constant: start.constant && end.constant };
};

const bound =
  (side: 'start' | 'end'): ValueFunction =>
  (values, call) => {
    const [value] = values;
    if (values.length !== 1 || !isRange(value)) throw noSignature(call, values);
    return {
      type: { kind: value.type.element },
      sql: boundSql(value.sql, value.type.element, side),
      at: call.at,
      constant: value.constant,
    };
  };

/** Two ranges of one type; a NULL makes the result NULL. */
function pair(values: readonly Typed[], call: Call): { a: RangeValue; b: Typed; known: boolean; nulls: string } {
  const [first, second] = values;
  const a = first?.literal === 'null' && isRange(second) ? coerce(first, second.type) : first;
  const b = isRange(a) && second ? (coerce(second, a.type) ?? coerce(second, { kind: a.type.element })) : undefined;
  if (values.length !== 2 || !isRange(a) || b === undefined) throw noSignature(call, values);
  return { a, b, known: a.constant && b.constant, nulls: `${a.sql} IS NULL OR ${b.sql} IS NULL` };
}

const contains: ValueFunction = (values, call) => {
  const { a, b, known, nulls } = pair(values, call);
  const inside = isRange(b)
    ? `${startSql(a.sql, a.type.element)} <= ${startSql(b.sql, a.type.element)} AND ${endSql(b.sql, a.type.element)} <= ${endSql(a.sql, a.type.element)}`
    : `${startSql(a.sql, a.type.element)} <= epoch_us(${b.sql}) AND epoch_us(${b.sql}) < ${endSql(a.sql, a.type.element)}`;
  return { type: BOOL, sql: `(CASE WHEN ${nulls} THEN NULL ELSE ${inside} END)`, at: call.at, constant: known };
};

const overlap = (a: string, b: string, type: RangeType): string =>
  `${startSql(a, type.element)} < ${endSql(b, type.element)} AND ${startSql(b, type.element)} < ${endSql(a, type.element)}`;

const overlaps: ValueFunction = (values, call) => {
  const { a, b, known, nulls } = pair(values, call);
  if (!isRange(b)) throw noSignature(call, values);
  return { type: BOOL, sql: `(CASE WHEN ${nulls} THEN NULL ELSE ${overlap(a.sql, b.sql, a.type)} END)`, at: call.at, constant: known };
};

const intersect: ValueFunction = (values, call) => {
  const { a, b, known, nulls } = pair(values, call);
  if (!isRange(b)) throw noSignature(call, values);
  const side = (name: 'start' | 'end', pick: string): string =>
    `"${name}" := ${pick}(${boundSql(a.sql, a.type.element, name)}, ${boundSql(b.sql, a.type.element, name)})`;
  // greatest and least pass over a NULL, which is no bound.
  const both = `struct_pack(${side('start', 'greatest')}, ${side('end', 'least')})`;
  const sql = `(CASE WHEN ${nulls} THEN NULL WHEN ${overlap(a.sql, b.sql, a.type)} THEN ${both} WHEN bq_fail('RANGE_INTERSECT: the ranges do not overlap') THEN NULL END)`;
  return { type: a.type, sql, at: call.at, constant: known };
};

const LONG = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY'];

/** GENERATE_RANGE_ARRAY(range, INTERVAL n PART[, include_last_partial_range]). */
const generate: SyntaxFunction = {
  syntax: (call: Call, context: Context): Typed => {
    requireCount(call, call.args.length, 2, 3);
    const [first, step, last] = call.args;
    const value = first && analyze(first, context);
    if (!isRange(value) || step?.kind !== 'interval' || step.to !== undefined) throw noSignature(call, []);
    const { element } = value.type;
    const part = partNamed(step.part.text, step.part.at);
    const fits = element === 'DATE' ? LONG.includes(part.name) : element === 'DATETIME' || part.name === 'DAY' || isClockPart(part);
    if (!fits) throw new SqlError(`GENERATE_RANGE_ARRAY of RANGE<${element}> does not support the ${part.name} date part`, step.part.at);
    const interval = analyzeInterval(step, context);
    const partial = last ? coerce(analyze(last, context), BOOL) : constant(BOOL, true, call.at);
    if (partial === undefined) throw noSignature(call, [value]);
    const numbers = `bq_range_series(epoch_us(${boundSql(value.sql, element, 'start')}), epoch_us(${boundSql(value.sql, element, 'end')}), ${interval.sql}, ${partial.sql})`;
    const item = (n: string): string =>
      element === 'DATE' ? `CAST(make_timestamp(${n}) AS DATE)` : `make_timestamp${element === 'TIMESTAMP' ? 'tz' : ''}(${n})`;
    const ranges = `list_transform(CAST(CAST(${numbers} AS JSON) AS BIGINT[][]), lambda r: struct_pack("start" := ${item('r[1]')}, "end" := ${item('r[2]')}))`;
    const unbounded = `(${value.sql})."start" IS NULL OR (${value.sql})."end" IS NULL`;
    const sql = `(CASE WHEN ${value.sql} IS NULL OR ${interval.sql} IS NULL OR ${partial.sql} IS NULL THEN NULL WHEN ${unbounded} THEN CASE WHEN bq_fail('GENERATE_RANGE_ARRAY: the range must be bounded') THEN NULL END ELSE ${ranges} END)`;
    return { type: arrayOf(value.type), sql, at: call.at, constant: value.constant && interval.constant && partial.constant };
  },
};

export const RANGE_FUNCTIONS: FunctionTable = {
  RANGE: range,
  RANGE_START: bound('start'),
  RANGE_END: bound('end'),
  RANGE_CONTAINS: contains,
  RANGE_OVERLAPS: overlaps,
  RANGE_INTERSECT: intersect,
  GENERATE_RANGE_ARRAY: generate,
};
