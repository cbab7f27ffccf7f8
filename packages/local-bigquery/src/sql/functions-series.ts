import type { Call, Expr } from './ast.ts';
import { coerce, commonType, mustCoerce } from './coerce.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { isClockPart, microsOf, monthsOf, partNamed } from './date-parts.ts';
import { analyze } from './expression.ts';
import { type FunctionTable, noSignature, requireCount, type SyntaxFunction, type ValueFunction } from './function-table.ts';
import { notSupported } from './place.ts';
import type { Typed } from './typed.ts';
import { arrayOf, DATE, FLOAT64, INT64, NUMERIC, TIMESTAMP } from './types.ts';

interface Step {
  readonly sql: string;
  readonly constant: boolean;
  readonly months: boolean;
}

/** `INTERVAL n PART` as a whole number of microseconds, or of months. */
function stepOf(expr: Expr, context: Context, dates: boolean): Step {
  if (expr.kind !== 'interval') throw new SqlError('The step must be an INTERVAL', expr.at);
  const part = partNamed(expr.part.text, expr.part.at);
  const count = mustCoerce(analyze(expr.value, context), INT64, 'An INTERVAL');
  const [micros, months] = [microsOf(part), monthsOf(part)];
  const fits = dates ? !isClockPart(part) : isClockPart(part) || part.name === 'DAY';
  if (!fits || (micros === undefined && months === undefined))
    throw new SqlError(`The step does not support the ${part.name} date part`, expr.part.at);
  return { sql: `(${count.sql} * ${String(micros ?? months)})`, constant: count.constant, months: micros === undefined };
}

function series(kind: 'DATE' | 'TIMESTAMP'): SyntaxFunction {
  return {
    syntax: (call: Call, context: Context): Typed => {
      const type = kind === 'DATE' ? DATE : TIMESTAMP;
      requireCount(call, call.args.length, kind === 'DATE' ? 2 : 3, 3);
      const [first, last, step] = call.args;
      const values = [first, last].map((arg) => {
        const value = arg && analyze(arg, context);
        return value && coerce(value, type);
      });
      const [from, to] = values;
      if (from === undefined || to === undefined) throw noSignature(call, []);
      const by = step ? stepOf(step, context, kind === 'DATE') : { sql: '86400000000', constant: true, months: false };
      const nulls = [from, to].map((v) => `${v.sql} IS NULL`).join(' OR ');
      const listed = `CAST(CAST(bq_series(epoch_us(${from.sql}), epoch_us(${to.sql}), CAST(${by.sql} AS BIGINT), ${by.months ? 'TRUE' : 'FALSE'}) AS JSON) AS BIGINT[])`;
      const item = kind === 'DATE' ? 'CAST(make_timestamp(x) AS DATE)' : 'make_timestamptz(x)';
      const sql = `(CASE WHEN ${nulls} THEN NULL ELSE list_transform(${listed}, lambda x: ${item}) END)`;
      return { type: arrayOf(type), sql, at: call.at, constant: from.constant && to.constant && by.constant };
    },
  };
}

const generateArray: ValueFunction = (values, call) => {
  requireCount(call, values.length, 2, 3);
  const common = commonType(values);
  const type = common && [INT64, NUMERIC, FLOAT64].find((t) => t.kind === common.kind);
  if (type === undefined) throw noSignature(call, values);
  const items = values.map((v) => coerce(v, type));
  if (!items.every((v) => v !== undefined)) throw noSignature(call, values);
  const [from = '', to = '', step = `CAST(1 AS ${type === INT64 ? 'BIGINT' : 'DOUBLE'})`] = items.map((v) => v.sql);
  const constant = values.every((v) => v.constant);
  if (type === INT64)
    return { type: arrayOf(INT64), sql: `generate_series(${from}, ${to}, bq_nonzero(${step}, 'GENERATE_ARRAY'))`, at: call.at, constant };
  if (type === NUMERIC) throw notSupported('GENERATE_ARRAY of NUMERIC', call.at);
  const sql = `CAST(CAST(bq_float_series(${from}, ${to}, ${step}) AS JSON) AS DOUBLE[])`;
  return { type: arrayOf(FLOAT64), sql, at: call.at, constant };
};

export const SERIES_FUNCTIONS: FunctionTable = {
  GENERATE_ARRAY: generateArray,
  GENERATE_DATE_ARRAY: series('DATE'),
  GENERATE_TIMESTAMP_ARRAY: series('TIMESTAMP'),
};
