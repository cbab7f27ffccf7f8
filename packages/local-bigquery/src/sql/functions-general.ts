import { coerce, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import { analyze, unify } from './expression.ts';
import { type FunctionTable, noSignature, overload, requireCount, type SyntaxFunction, type ValueFunction } from './function-table.ts';
import { comparison } from './operators.ts';
import { notSupported } from './place.ts';
import { quoteString } from './quote.ts';
import { arrayOf, BOOL, BYTES, FLOAT64, INT64, STRING, typeName } from './types.ts';

const arrayLength: ValueFunction = (values, call) => {
  const [array] = values;
  if (values.length !== 1 || array?.type.kind !== 'ARRAY') throw noSignature(call, values);
  return { type: INT64, sql: `len(${array.sql})`, at: call.at, constant: array.constant };
};

/** The first or the last element; an empty array has none. */
const element =
  (place: string): ValueFunction =>
  (values, call) => {
    const [array] = values;
    if (values.length !== 1 || array?.type.kind !== 'ARRAY') throw noSignature(call, values);
    const sql = `(CASE WHEN len(${array.sql}) = 0 THEN bq_no_element(${quoteString(call.name)}) END)`;
    return {
      type: array.type.element,
      sql: `(${array.sql})[CASE WHEN ${sql} IS NULL THEN ${place.slice(1, -1)} END]`,
      at: call.at,
      constant: array.constant,
    };
  };

const editDistance: SyntaxFunction = {
  names: ['MAX_DISTANCE'],
  syntax: (call, context) => {
    const values = call.args.map((arg) => analyze(arg, context));
    const most = call.named?.[0] ? mustCoerce(analyze(call.named[0].expr, context), INT64, 'The argument max_distance') : undefined;
    const [a, b] = values.map((v) => coerce(v, STRING));
    if (a === undefined || b === undefined || values.length !== 2) throw noSignature(call, values);
    const limit = most?.sql ?? '9223372036854775807';
    const sql = `bq_edit_distance(${a.sql}, ${b.sql}, ${limit})`;
    return { type: INT64, sql, at: call.at, constant: a.constant && b.constant && most?.constant !== false };
  },
};

const vectorDistance =
  (kind: 'cosine' | 'euclidean'): ValueFunction =>
  (values, call) => {
    const [a, b] = values.map((v) => coerce(v, arrayOf(FLOAT64)));
    if (values.length === 2 && values.some((v) => v.type.kind === 'ARRAY' && v.type.element.kind === 'STRUCT'))
      throw notSupported(`${call.name} of sparse vectors`, call.at);
    if (a === undefined || b === undefined || values.length !== 2) throw noSignature(call, values);
    const json = (x: string): string => `CAST(to_json(${x}) AS VARCHAR)`;
    const sql = `bq_vector_distance(${json(a.sql)}, ${json(b.sql)}, '${kind}')`;
    return {
      type: FLOAT64,
      sql: `(CASE WHEN ${a.sql} IS NULL OR ${b.sql} IS NULL THEN NULL ELSE ${sql} END)`,
      at: call.at,
      constant: a.constant && b.constant,
    };
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
  ARRAY_LENGTH: arrayLength,
  ARRAY_TO_STRING: [
    overload([arrayOf(STRING), STRING], STRING, (x, by) => `array_to_string(${x}, ${by})`),
    overload([arrayOf(BYTES), BYTES], BYTES, (x, by) => `unhex(array_to_string(list_transform(${x}, lambda t: hex(t)), hex(${by})))`),
    overload(
      [arrayOf(STRING), STRING, STRING],
      STRING,
      (x, by, none) => `array_to_string(list_transform(${x}, lambda t: coalesce(t, ${none})), ${by})`,
    ),
  ],
  EDIT_DISTANCE: editDistance,
  COSINE_DISTANCE: vectorDistance('cosine'),
  EUCLIDEAN_DISTANCE: vectorDistance('euclidean'),
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
  ARRAY_FIRST: element('[1]'),
  ARRAY_LAST: element('[-1]'),
  ARRAY_SLICE: (values, call) => {
    const [array, ...bounds] = values;
    const [from, to] = bounds.map((v) => coerce(v, INT64));
    if (array?.type.kind !== 'ARRAY' || from === undefined || to === undefined || values.length !== 3) throw noSignature(call, values);
    const at = (v: string): string => `(CASE WHEN ${v} < 0 THEN len(${array.sql}) + ${v} ELSE ${v} END)`;
    const sql = `list_slice(${array.sql}, greatest(${at(from.sql)}, 0) + 1, greatest(${at(to.sql)}, -1) + 1)`;
    const anyNull = values.map((v) => `${v.sql} IS NULL`).join(' OR ');
    return {
      type: array.type,
      sql: `(CASE WHEN ${anyNull} THEN NULL ELSE ${sql} END)`,
      at: call.at,
      constant: values.every((v) => v.constant),
    };
  },
  TYPEOF: (values, call) => {
    requireCount(call, values.length, 1);
    return { type: STRING, sql: quoteString(typeName(values[0]?.type ?? INT64)), at: call.at, constant: true };
  },
  GENERATE_UUID: [overload([], STRING, () => 'CAST(gen_random_uuid() AS VARCHAR)')],
  ERROR: (values, call) => {
    const [message] = values;
    const text = message && values.length === 1 ? coerce(message, STRING) : undefined;
    if (text === undefined) throw noSignature(call, values);
    return { type: INT64, sql: `bq_error(${text.sql})`, at: call.at, constant: false, literal: 'error' };
  },
};
