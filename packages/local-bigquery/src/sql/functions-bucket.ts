import type { Call } from './ast.ts';
import { coerce } from './coerce.ts';
import { constant } from './constant.ts';
import type { Context } from './context.ts';
import { analyze } from './expression.ts';
import { type FunctionTable, noSignature, requireCount, type SyntaxFunction } from './function-table.ts';
import { fromMicros, TYPES } from './functions-time.ts';
import type { Typed } from './typed.ts';
import { INTERVAL } from './types.ts';

/** 1950-01-01, where buckets begin if nobody says another origin. */
const ORIGIN_DAYS = -7305n;
const DAY_MICROS = 86_400_000_000n;

/** DATE_BUCKET(x, width[, origin]) and its like: the start of the bucket that x is in. */
const bucket = (kind: 'DATE' | 'DATETIME' | 'TIMESTAMP'): SyntaxFunction => ({
  syntax: (call: Call, context: Context): Typed => {
    requireCount(call, call.args.length, 2, 3);
    const [first, width, last] = call.args.map((arg) => analyze(arg, context));
    const type = TYPES[kind];
    const value = first && coerce(first, type);
    const step = width && coerce(width, INTERVAL);
    const origin = last ? coerce(last, type) : constant(type, kind === 'DATE' ? ORIGIN_DAYS : ORIGIN_DAYS * DAY_MICROS, call.at);
    if (value === undefined || step === undefined || origin === undefined) throw noSignature(call, []);
    const sql = fromMicros(kind, `bq_bucket(epoch_us(${value.sql}), ${step.sql}, epoch_us(${origin.sql}), '${kind}')`);
    return { type, sql, at: call.at, constant: value.constant && step.constant && origin.constant };
  },
});

export const BUCKET_FUNCTIONS: FunctionTable = {
  DATE_BUCKET: bucket('DATE'),
  DATETIME_BUCKET: bucket('DATETIME'),
  TIMESTAMP_BUCKET: bucket('TIMESTAMP'),
};
