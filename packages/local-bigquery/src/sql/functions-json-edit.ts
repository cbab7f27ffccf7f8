import type { Call } from './ast.ts';
import { coerce, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { type FunctionTable, noSignature, overload, type SyntaxFunction } from './function-table.ts';
import { jsonValueText } from './json-text.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, FLOAT64, INT64, JSON, type SqlType, STRING } from './types.ts';

/** The JSON argument, the others, and a BOOL given by name. */
function argumentsOf(call: Call, context: Context, names: readonly string[], defaults: readonly boolean[]) {
  const [first, ...rest] = call.args.map((arg) => analyze(arg, context));
  const json = first && coerce(first, JSON);
  if (json === undefined) throw noSignature(call, first ? [first, ...rest] : rest);
  const flags = names.map((name, i) => {
    const given = call.named?.find((n) => n.name.text.toUpperCase() === name);
    if (given === undefined) return constant(BOOL, defaults[i] ?? false, call.at);
    return mustCoerce(analyze(given.expr, context), BOOL, `The argument ${name.toLowerCase()}`);
  });
  const known = [json, ...rest, ...flags].every((v) => v.constant);
  return { json, rest, flags, known };
}

function pathOf(value: Typed): Typed {
  const path = mustCoerce(value, STRING, 'A JSONPath');
  if (path.value === undefined) throw new SqlError('JSONPath must be a string literal or query parameter', value.at);
  return path;
}

const list = (sql: string, type: SqlType): string =>
  `CAST(CAST(${sql} AS JSON) AS ${{ BOOL: 'BOOLEAN', INT64: 'BIGINT', FLOAT64: 'DOUBLE' }[type.kind as string] ?? 'VARCHAR'}[])`;

/** Pairs of a path and a value, one after the other; a pair with a path of NULL does nothing, a flag of NULL undoes all of them. */
const pairs = (name: string, flagName: string): SyntaxFunction => ({
  names: [flagName],
  syntax: (call, context) => {
    const { json, rest, flags, known } = argumentsOf(call, context, [flagName], [true]);
    const [flag] = flags;
    if (rest.length === 0 || rest.length % 2 !== 0 || flag === undefined) throw noSignature(call, [json, ...rest]);
    let sql = json.sql;
    for (let i = 0; i < rest.length; i += 2) {
      const [path, value] = [rest[i], rest[i + 1]];
      if (path === undefined || value === undefined) throw noSignature(call, [json, ...rest]);
      const where = pathOf(path);
      if (where.value === null) continue;
      // Only an array of SQL is taken apart, not one of JSON.
      const own = flagName === 'CREATE_IF_MISSING' || value.type.kind === 'ARRAY' ? flag.sql : 'FALSE';
      sql = `${name}(${sql}, ${where.sql}, ${jsonValueText(value, call.at)}, ${own})`;
    }
    const all = flag.value === true ? sql : `(CASE WHEN ${flag.sql} IS NULL THEN ${json.sql} ELSE ${sql} END)`;
    return { type: JSON, sql: all, at: call.at, constant: known };
  },
});

const remove: SyntaxFunction = {
  syntax: (call, context) => {
    const { json, rest, known } = argumentsOf(call, context, [], []);
    if (rest.length === 0) throw noSignature(call, [json]);
    const paths = rest.map(pathOf).filter((path) => path.value !== null);
    return { type: JSON, sql: paths.reduce((sql, path) => `bq_json_remove(${sql}, ${path.sql})`, json.sql), at: call.at, constant: known };
  },
};

const strip: SyntaxFunction = {
  names: ['INCLUDE_ARRAYS', 'REMOVE_EMPTY'],
  syntax: (call, context) => {
    const { json, rest, flags, known } = argumentsOf(call, context, ['INCLUDE_ARRAYS', 'REMOVE_EMPTY'], [true, false]);
    if (rest.length > 1) throw noSignature(call, [json, ...rest]);
    const path = rest[0] ? pathOf(rest[0]) : constant(STRING, '$', call.at);
    const stripped = `bq_json_strip(${[json, path, ...flags].map((v) => v.sql).join(', ')})`;
    return { type: JSON, sql: `coalesce(${stripped}, ${json.sql})`, at: call.at, constant: known };
  },
};

export const JSON_EDIT_FUNCTIONS: FunctionTable = {
  JSON_SET: pairs('bq_json_set', 'CREATE_IF_MISSING'),
  JSON_ARRAY_APPEND: pairs('bq_json_append', 'APPEND_EACH_ELEMENT'),
  JSON_ARRAY_INSERT: pairs('bq_json_insert', 'INSERT_EACH_ELEMENT'),
  JSON_REMOVE: remove,
  JSON_STRIP_NULLS: strip,
  LAX_INT64: [overload([JSON], INT64, (x) => `bq_json_lax_int(${x})`)],
  LAX_FLOAT64: [overload([JSON], FLOAT64, (x) => `bq_json_lax_float(${x})`)],
  BOOL_ARRAY: [overload([JSON], arrayOf(BOOL), (x) => list(`bq_json_bools(${x})`, BOOL))],
  STRING_ARRAY: [overload([JSON], arrayOf(STRING), (x) => list(`bq_json_strings(${x})`, STRING))],
  INT64_ARRAY: [overload([JSON], arrayOf(INT64), (x) => list(`bq_json_ints(${x})`, INT64))],
  FLOAT64_ARRAY: [overload([JSON], arrayOf(FLOAT64), (x) => list(`bq_json_floats(${x})`, FLOAT64))],
};
