import type { Call } from './ast.ts';
import { coerce, mustCoerce } from './coerce.ts';
import { SqlError } from './contract.ts';
import { type FunctionTable, noSignature, overload, requireCount, type ValueFunction } from './function-table.ts';
import { holdsDecimal, jsonText, jsonValueText } from './json-text.ts';
import { notSupported } from './place.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, FLOAT64, INT64, JSON, type SqlType, STRING } from './types.ts';

const list = (sql: string): string => `CAST(CAST(${sql} AS JSON) AS VARCHAR[])`;

interface Input {
  readonly value: Typed;
  readonly path: string;
}

/** The JSON, or its text, and the path. */
function input(values: readonly Typed[], call: Call): Input {
  const [value, path] = values;
  if (value === undefined || values.length > 2) throw noSignature(call, values);
  const read = value.type.kind === 'JSON' ? value : coerce(value, STRING);
  const where = path && coerce(path, STRING);
  if (read === undefined || (path !== undefined && where === undefined)) throw noSignature(call, values);
  if (where !== undefined && typeof where.value !== 'string')
    throw new SqlError(`JSONPath must be a string literal or query parameter`, path?.at ?? call.at);
  return { value: read, path: where?.sql ?? "'$'" };
}

const scalar =
  (style: string): ValueFunction =>
  (values, call) => {
    const { value, path } = input(values, call);
    return { type: STRING, sql: `bq_json_value(${value.sql}, ${path}, '${style}')`, at: call.at, constant: value.constant };
  };

const query =
  (style: string): ValueFunction =>
  (values, call) => {
    const { value, path } = input(values, call);
    if (value.type.kind === 'JSON')
      return { type: JSON, sql: `bq_json_query(${value.sql}, ${path}, '${style}')`, at: call.at, constant: value.constant };
    // The text of a STRING is not put in order, so what is found in it is only exact where DuckDB's text is the same.
    return { type: STRING, sql: `bq_json_query_text(${value.sql}, ${path}, '${style}')`, at: call.at, constant: value.constant };
  };

const array =
  (name: string, style: string, texts: boolean): ValueFunction =>
  (values, call) => {
    const { value, path } = input(values, call);
    const element: SqlType = texts || value.type.kind !== 'JSON' ? STRING : JSON;
    const text = !texts && value.type.kind !== 'JSON' ? 'bq_json_array_text' : name;
    return { type: arrayOf(element), sql: list(`${text}(${value.sql}, ${path}, '${style}')`), at: call.at, constant: value.constant };
  };

const toJson: ValueFunction = (values, call) => {
  requireCount(call, values.length, 1, 2);
  const [value, stringify] = values;
  if (value === undefined) throw noSignature(call, values);
  if (stringify?.value === true && !holdsDecimal(value.type))
    return { type: JSON, sql: `bq_json_normal(${jsonText(value, call.at)})`, at: call.at, constant: value.constant };
  if (stringify !== undefined && stringify.value !== false) throw notSupported('stringify_wide_numbers of this value', call.at);
  return { type: JSON, sql: `bq_json_normal(${jsonValueText(value, call.at)})`, at: call.at, constant: value.constant };
};

const jsonArray: ValueFunction = (values, call) => {
  const parts = values.map((v) => jsonValueText(v, call.at));
  const sql = parts.length === 0 ? "'[]'" : `('[' || ${parts.join(" || ',' || ")} || ']')`;
  return { type: JSON, sql: `bq_json_normal(${sql})`, at: call.at, constant: values.every((v) => v.constant) };
};

const jsonObject: ValueFunction = (values, call) => {
  if (values.length === 2 && values.every((v) => v.type.kind === 'ARRAY')) return jsonObjectOfArrays(values, call);
  if (values.length % 2 !== 0) throw noSignature(call, values);
  const members: string[] = [];
  for (let i = 0; i < values.length; i += 2) {
    const [key, value] = [values[i], values[i + 1]];
    const name = key && coerce(key, STRING);
    if (name === undefined || value === undefined) throw noSignature(call, values);
    members.push(`${jsonText(name, call.at)} || ':' || ${jsonValueText(value, call.at)}`);
  }
  const sql = members.length === 0 ? "'{}'" : `('{' || ${members.join(" || ',' || ")} || '}')`;
  return { type: JSON, sql: `bq_json_normal(${sql})`, at: call.at, constant: values.every((v) => v.constant) };
};

/** JSON_OBJECT(names, values): of members with one name the first counts. */
function jsonObjectOfArrays(values: readonly Typed[], call: Call): Typed {
  const [names, members] = values;
  const keys = names && coerce(names, arrayOf(STRING));
  if (keys === undefined || members?.type.kind !== 'ARRAY') throw noSignature(call, values);
  const element = (sql: string, type: SqlType): Typed => ({ type, sql, at: call.at, constant: false });
  const member = `${jsonText(element('x', STRING), call.at)} || ':' || ${jsonValueText(element(`(${members.sql})[i]`, members.type.element), call.at)}`;
  const checks = `CASE WHEN len(${keys.sql}) <> len(${members.sql}) AND bq_fail('JSON_OBJECT: the arrays of keys and values have different lengths') THEN NULL WHEN len(${keys.sql}) <> len(list_filter(${keys.sql}, lambda k: k IS NOT NULL)) AND bq_fail('JSON_OBJECT: a key cannot be NULL') THEN NULL ELSE `;
  const sql = `(CASE WHEN ${keys.sql} IS NULL OR ${members.sql} IS NULL THEN NULL ELSE ${checks}bq_json_normal('{' || array_to_string(list_transform(${keys.sql}, lambda x, i: ${member}), ',') || '}') END END)`;
  return { type: JSON, sql, at: call.at, constant: values.every((v) => v.constant) };
}

const strict = (returns: SqlType, name: string) => [overload([JSON], returns, (x) => `${name}(${x})`)];

export const JSON_FUNCTIONS: FunctionTable = {
  JSON_VALUE: scalar('standard'),
  JSON_EXTRACT_SCALAR: scalar('legacy'),
  JSON_QUERY: query('standard'),
  JSON_EXTRACT: query('legacy'),
  JSON_VALUE_ARRAY: array('bq_json_value_array', 'standard', true),
  JSON_EXTRACT_STRING_ARRAY: array('bq_json_value_array', 'legacy', true),
  JSON_QUERY_ARRAY: array('bq_json_array', 'standard', false),
  JSON_EXTRACT_ARRAY: array('bq_json_array', 'legacy', false),
  PARSE_JSON: [overload([STRING, STRING], JSON, (x, mode = "'exact'") => `bq_json_parse(${x}, ${mode})`, { optional: 1 })],
  TO_JSON: toJson,
  TO_JSON_STRING: (values, call) => {
    requireCount(call, values.length, 1, 2);
    const [value, pretty] = values;
    if (value === undefined) throw noSignature(call, values);
    const text = jsonText(value, call.at);
    const flag = pretty && mustCoerce(pretty, BOOL, 'The argument pretty_print');
    const sql = flag === undefined || flag.value === false ? text : `(CASE WHEN ${flag.sql} THEN bq_json_pretty(${text}) ELSE ${text} END)`;
    return { type: STRING, sql, at: call.at, constant: value.constant };
  },
  JSON_TYPE: strict(STRING, 'bq_json_type'),
  JSON_ARRAY: jsonArray,
  JSON_OBJECT: jsonObject,
  JSON_KEYS: [
    overload([JSON, INT64], arrayOf(STRING), (x, depth = '9223372036854775807') => list(`bq_json_keys(${x}, ${depth})`), { optional: 1 }),
  ],
  BOOL: strict(BOOL, 'bq_json_bool'),
  INT64: strict(INT64, 'bq_json_int'),
  FLOAT64: strict(FLOAT64, 'bq_json_float64'),
  LAX_STRING: strict(STRING, 'bq_json_lax_string'),
  LAX_BOOL: strict(BOOL, 'bq_json_lax_bool'),
  /** STRING(json), or a timestamp's text in a zone. */
  STRING: (values, call) => {
    const [value, zone] = values;
    if (value?.type.kind === 'JSON' && zone === undefined)
      return { type: STRING, sql: `bq_json_string(${value.sql})`, at: call.at, constant: value.constant };
    if (value === undefined || values.length > 2) throw noSignature(call, values);
    const text = { TIMESTAMP: 'bq_timestamp_text', DATETIME: 'bq_datetime_text', DATE: 'bq_date_text', TIME: 'bq_time_text' }[
      value.type.kind as string
    ];
    if (text === undefined || (zone !== undefined && value.type.kind !== 'TIMESTAMP')) throw noSignature(call, values);
    const name = zone && coerce(zone, STRING);
    if (zone !== undefined && name === undefined) throw noSignature(call, values);
    const sql = name ? `bq_timestamp_text_in(epoch_us(${value.sql}), ${name.sql})` : `${text}(epoch_us(${value.sql}))`;
    return { type: STRING, sql, at: call.at, constant: value.constant };
  },
};
