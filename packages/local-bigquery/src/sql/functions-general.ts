import { coerce, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import { unify } from './expression.ts';
import { type FunctionTable, noSignature, overload, requireCount, type ValueFunction } from './function-table.ts';
import { jsonText } from './json-text.ts';
import { comparison } from './operators.ts';
import { arrayOf, BOOL, INT64, STRING } from './types.ts';

const arrayLength: ValueFunction = (values, call) => {
  const [array] = values;
  if (values.length !== 1 || array?.type.kind !== 'ARRAY') throw noSignature(call, values);
  return { type: INT64, sql: `len(${array.sql})`, at: call.at, constant: array.constant };
};

export const GENERAL_FUNCTIONS: FunctionTable = {
  COALESCE: (values, call) => {
    const { type, items } = unify(values, 'function COALESCE', call.at);
    return { type, sql: `coalesce(${items.map((v) => v.sql).join(', ')})`, at: call.at, constant: values.every((v) => v.constant) };
  },
  IFNULL: (values, call) => {
    requireCount(call, values.length, 2);
    const { type, items } = unify(values, 'function IFNULL', call.at);
    return { type, sql: `coalesce(${items.map((v) => v.sql).join(', ')})`, at: call.at, constant: values.every((v) => v.constant) };
  },
  NULLIF: (values, call) => {
    requireCount(call, values.length, 2);
    const { type, items } = unify(values, 'function NULLIF', call.at);
    const [a, b] = items;
    if (a === undefined || b === undefined) throw noSignature(call, values);
    return {
      type,
      sql: `(CASE WHEN ${comparison('=', a, b, call.at).sql} THEN NULL ELSE ${a.sql} END)`,
      at: call.at,
      constant: a.constant && b.constant,
    };
  },
  IF: (values, call) => {
    requireCount(call, values.length, 3);
    const [condition, ...rest] = values;
    const test = mustCoerce(condition ?? constant(BOOL, null, call.at), BOOL, 'The condition of IF');
    const { type, items } = unify(rest, 'function IF', call.at);
    const sql = `(CASE WHEN ${test.sql} THEN ${items[0]?.sql ?? 'NULL'} ELSE ${items[1]?.sql ?? 'NULL'} END)`;
    return { type, sql, at: call.at, constant: values.every((v) => v.constant) };
  },
  TO_JSON_STRING: (values, call) => {
    requireCount(call, values.length, 1);
    const [value] = values;
    if (value === undefined) throw noSignature(call, values);
    return { type: STRING, sql: jsonText(value, call.at), at: call.at, constant: value.constant };
  },
  ARRAY_LENGTH: arrayLength,
  ARRAY_TO_STRING: [overload([arrayOf(STRING), STRING], STRING, (x, by) => `array_to_string(${x}, ${by})`)],
  ARRAY_REVERSE: (values, call) => {
    const [array] = values;
    if (values.length !== 1 || array?.type.kind !== 'ARRAY') throw noSignature(call, values);
    return { type: array.type, sql: `list_reverse(${array.sql})`, at: call.at, constant: array.constant };
  },
  ARRAY_CONCAT: (values, call) => {
    const { type, items } = unify(values, 'function ARRAY_CONCAT', call.at);
    if (type.kind !== 'ARRAY') throw noSignature(call, values);
    const nulls = items.map((v) => `${v.sql} IS NULL`).join(' OR ');
    const joined = items.map((v) => v.sql).reduce((a, b) => `list_concat(${a}, ${b})`);
    return { type, sql: `(CASE WHEN ${nulls} THEN NULL ELSE ${joined} END)`, at: call.at, constant: values.every((v) => v.constant) };
  },
  GENERATE_ARRAY: (values, call) => {
    requireCount(call, values.length, 2, 3);
    const items = values.map((v) => coerce(v, INT64));
    if (!items.every((v) => v !== undefined)) throw noSignature(call, values);
    const [from, to, step] = items.map((v) => v.sql);
    return {
      type: arrayOf(INT64),
      sql: `generate_series(${from ?? ''}, ${to ?? ''}, bq_nonzero(${step ?? 'CAST(1 AS BIGINT)'}, 'GENERATE_ARRAY'))`,
      at: call.at,
      constant: values.every((v) => v.constant),
    };
  },
  GENERATE_UUID: [overload([], STRING, () => 'CAST(gen_random_uuid() AS VARCHAR)')],
  ERROR: [overload([STRING], INT64, (x) => `bq_error(${x})`)],
};
