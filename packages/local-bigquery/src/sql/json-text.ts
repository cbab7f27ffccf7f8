import { notSupported, type Place } from './place.ts';
import { boundSql } from './range-sql.ts';
import { quoteIdentifier, quoteString } from './quote.ts';
import type { Typed } from './typed.ts';
import { type SqlType, structFieldName } from './types.ts';

/** TO_JSON_STRING of a value. Of a whole row the columns are read one by one, without building a struct. */
export function jsonText(value: Typed, at: Place): string {
  if (value.row !== undefined) return objectText(value.row, at);
  return jsonOf(value.sql, value.type, 0, at);
}

/** The same for TO_JSON, which keeps whole numbers as numbers, and has decimals that no double holds for an error. */
export function jsonValueText(value: Typed, at: Place): string {
  if (holdsDecimal(value.type)) throw notSupported('TO_JSON, JSON_ARRAY or JSON_OBJECT of NUMERIC', at);
  const text = jsonText(value, at);
  // The quotes around a number that a double cannot hold.
  return holdsInteger(value.type) ? `bq_json_integers(${text})` : text;
}

const holds =
  (kinds: readonly string[]) =>
  (type: SqlType): boolean =>
    type.kind === 'ARRAY'
      ? holds(kinds)(type.element)
      : type.kind === 'STRUCT'
        ? type.fields.some((f) => holds(kinds)(f.type))
        : kinds.includes(type.kind);
export const holdsDecimal = holds(['NUMERIC', 'BIGNUMERIC']);
const holdsInteger = (type: SqlType): boolean => type.kind === 'INT64';

interface Member {
  readonly name: string;
  readonly type: SqlType;
  readonly sql: string;
}

function objectText(members: readonly Member[], at: Place, depth = 0): string {
  if (members.length === 0) return "'{}'";
  const parts = members.map(
    (m, i) => `${quoteString(`${i === 0 ? '{' : ','}${JSON.stringify(m.name)}:`)} || ${jsonOf(m.sql, m.type, depth, at)}`,
  );
  return `(${parts.join(' || ')} || '}')`;
}

/** BigQuery writes a fraction of a second with three or six digits, DuckDB with as few as hold it. */
function thousands(text: string): string {
  const digits = `strlen(regexp_extract(${text}, '\\.(\\d+)$', 1))`;
  return `(${text} || CASE ${digits} WHEN 0 THEN '' WHEN 3 THEN '' WHEN 6 THEN '' ELSE repeat('0', CASE WHEN ${digits} < 3 THEN 3 ELSE 6 END - ${digits}) END)`;
}

/** JSON text; the word null for a NULL. */
function jsonOf(sql: string, type: SqlType, depth: number, at: Place): string {
  const text = (written: string): string => `coalesce(${written}, 'null')`;
  switch (type.kind) {
    case 'BOOL':
      return text(`CAST(${sql} AS VARCHAR)`);
    case 'INT64':
      // Beyond 2^53 a double would round it, so it is a string there.
      return text(
        `CASE WHEN ${sql} BETWEEN -9007199254740992 AND 9007199254740992 THEN CAST(${sql} AS VARCHAR) ELSE '"' || CAST(${sql} AS VARCHAR) || '"' END`,
      );
    case 'FLOAT64':
      return text(`bq_json_float(${sql})`);
    case 'NUMERIC':
      return text(
        `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) <= 9007199254740992 THEN CAST(CAST(${sql} AS BIGINT) AS VARCHAR) ` +
          `ELSE '"' || rtrim(rtrim(CAST(${sql} AS VARCHAR), '0'), '.') || '"' END`,
      );
    case 'BIGNUMERIC':
      return text(`bq_json_number(${sql})`);
    case 'STRING':
    case 'GEOGRAPHY':
      // BigQuery escapes the two line separators, which DuckDB leaves.
      return text(`replace(replace(CAST(to_json(${sql}) AS VARCHAR), chr(8232), '\\u2028'), chr(8233), '\\u2029')`);
    case 'BYTES':
      return text(`'"' || to_base64(${sql}) || '"'`);
    case 'TIMESTAMP':
      return text(`'"' || ${thousands(`replace(CAST(make_timestamp(epoch_us(${sql})) AS VARCHAR), ' ', 'T')`)} || 'Z"'`);
    case 'DATETIME':
      return text(`'"' || ${thousands(`replace(CAST(${sql} AS VARCHAR), ' ', 'T')`)} || '"'`);
    case 'TIME':
      return text(`'"' || ${thousands(`CAST(${sql} AS VARCHAR)`)} || '"'`);
    case 'DATE':
      return text(`'"' || CAST(${sql} AS VARCHAR) || '"'`);
    case 'JSON':
      return text(`CAST(${sql} AS VARCHAR)`);
    case 'ARRAY': {
      const item = `x${String(depth)}`;
      return text(
        `'[' || array_to_string(list_transform(${sql}, lambda ${item}: ${jsonOf(item, type.element, depth + 1, at)}), ',') || ']'`,
      );
    }
    case 'STRUCT': {
      const members = type.fields.map((f, i) => {
        const name = structFieldName(f, i);
        return { name: f.name ?? '', type: f.type, sql: `(${sql}).${quoteIdentifier(name)}` };
      });
      return `(CASE WHEN ${sql} IS NULL THEN 'null' ELSE ${objectText(members, at, depth)} END)`;
    }
    case 'INTERVAL':
      return text(`'"' || bq_interval_iso(${sql}) || '"'`);
    case 'RANGE': {
      const bounds = (['start', 'end'] as const).map((name) => ({
        name,
        type: { kind: type.element },
        sql: boundSql(sql, type.element, name),
      }));
      return `(CASE WHEN ${sql} IS NULL THEN 'null' ELSE ${objectText(bounds, at, depth)} END)`;
    }
  }
}
