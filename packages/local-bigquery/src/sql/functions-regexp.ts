import type { Call } from './ast.ts';
import { coerce } from './coerce.ts';
import { SqlError } from './contract.ts';
import { type FunctionTable, noSignature, type ValueFunction } from './function-table.ts';
import { notSupported } from './place.ts';
import { groupsOf } from './regexp-groups.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, INT64, type SqlType, STRING } from './types.ts';

// DuckDB matches with RE2, the library that BigQuery matches with, and with its default options as well.

interface Matched {
  readonly text: string;
  readonly pattern: string;
  /** The group that is taken, as DuckDB text: 0 is the whole match. */
  readonly group: string;
  readonly constant: boolean;
}

function arguments_(values: readonly Typed[], call: Call, most: number): Matched {
  const [value, pattern, ...rest] = values;
  if (value === undefined || pattern === undefined || values.length > most) throw noSignature(call, values);
  if (value.type.kind === 'BYTES' || pattern.type.kind === 'BYTES') throw notSupported(`${call.name} on BYTES`, call.at);
  const [text, re] = [coerce(value, STRING), coerce(pattern, STRING)];
  if (text === undefined || re === undefined) throw noSignature(call, values);
  const constant = values.every((v) => v.constant);
  for (const [i, other] of rest.entries()) {
    if (i === 0 && other.value !== 1n) throw notSupported(`the position in ${call.name}`, other.at);
  }
  const groups = typeof re.value === 'string' ? groupsOf(re.value) : undefined;
  if (groups !== undefined && groups > 1)
    throw new SqlError('Regular expressions passed into extraction functions must not have more than 1 capturing group', pattern.at);
  const group = groups === undefined ? `bq_regexp_group(${re.sql})` : String(groups);
  return { text: text.sql, pattern: re.sql, group, constant };
}

/** The match, NULL where there is none; DuckDB wants a constant group. */
function extracted({ text, pattern, group }: Matched): string {
  const take = (n: string): string => `regexp_extract(${text}, ${pattern}, ${n})`;
  const taken = group === '0' || group === '1' ? take(group) : `CASE ${group} WHEN 0 THEN ${take('0')} ELSE ${take('1')} END`;
  const found = `(CASE WHEN regexp_matches(${text}, ${pattern}) THEN ${taken} END)`;
  // DuckDB has '' for a group that took no part in the match, which is NULL in BigQuery.
  return group === '0' ? found : `(CASE WHEN ${found} = '' AND ${group} = 1 THEN bq_regexp_empty(${text}, ${pattern}) ELSE ${found} END)`;
}

function allExtracted({ text, pattern, group }: Matched): string {
  const take = (n: string): string => `regexp_extract_all(${text}, ${pattern}, ${n})`;
  return group === '0' || group === '1' ? take(group) : `(CASE ${group} WHEN 0 THEN ${take('0')} ELSE ${take('1')} END)`;
}

const extract: ValueFunction = (values, call) => {
  const matched = arguments_(values, call, 4);
  const occurrence = values[3];
  const at = { at: call.at, constant: matched.constant };
  if (occurrence === undefined) return { type: STRING, sql: extracted(matched), ...at };
  if (typeof occurrence.value !== 'bigint' || occurrence.value < 1n) throw notSupported(`this occurrence in ${call.name}`, occurrence.at);
  return { type: STRING, sql: `(${allExtracted(matched)})[${String(occurrence.value)}]`, ...at };
};

const of =
  (type: SqlType, most: number, sql: (matched: Matched) => string): ValueFunction =>
  (values, call) => {
    const matched = arguments_(values, call, most);
    return { type, sql: sql(matched), at: call.at, constant: matched.constant };
  };

export const REGEXP_FUNCTIONS: FunctionTable = {
  REGEXP_CONTAINS: (values, call) => {
    const [value, pattern] = values;
    if (value === undefined || pattern === undefined || values.length !== 2) throw noSignature(call, values);
    if (value.type.kind === 'BYTES' || pattern.type.kind === 'BYTES') throw notSupported('REGEXP_CONTAINS on BYTES', call.at);
    const [text, re] = [coerce(value, STRING), coerce(pattern, STRING)];
    if (text === undefined || re === undefined) throw noSignature(call, values);
    return { type: BOOL, sql: `regexp_matches(${text.sql}, ${re.sql})`, at: call.at, constant: value.constant && pattern.constant };
  },
  REGEXP_EXTRACT: extract,
  REGEXP_SUBSTR: extract,
  REGEXP_EXTRACT_ALL: of(arrayOf(STRING), 2, allExtracted),
  REGEXP_REPLACE: (values, call) => {
    const texts = values.map((v) => coerce(v, STRING));
    const [value, pattern, replacement] = texts;
    if (values.some((v) => v.type.kind === 'BYTES')) throw notSupported('REGEXP_REPLACE on BYTES', call.at);
    if (value === undefined || pattern === undefined || replacement === undefined || values.length !== 3) throw noSignature(call, values);
    const rewrite = `bq_regexp_rewrite(${replacement.sql}, ${pattern.sql})`;
    const sql = `regexp_replace(${value.sql}, ${pattern.sql}, ${rewrite}, 'g')`;
    return { type: STRING, sql, at: call.at, constant: values.every((v) => v.constant) };
  },
  REGEXP_INSTR: (values, call) => {
    const matched = arguments_(values, call, 2);
    if (matched.group !== '0') throw notSupported('REGEXP_INSTR with a capturing group or a pattern that is not constant', call.at);
    // What stands before the leftmost match is the shortest text that a match can follow.
    const before = `regexp_extract(${matched.text}, '^((?s:.*?))(?:' || ${matched.pattern} || ')', 1)`;
    const sql = `(CASE WHEN ${matched.pattern} = '' OR ${matched.text} = '' THEN CAST(0 AS BIGINT) WHEN regexp_matches(${matched.text}, ${matched.pattern}) THEN CAST(length(${before}) + 1 AS BIGINT) ELSE CAST(0 AS BIGINT) * length(${matched.text}) END)`;
    return { type: INT64, sql, at: call.at, constant: matched.constant };
  },
};
