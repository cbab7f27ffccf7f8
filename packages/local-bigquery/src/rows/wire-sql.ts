import type { Field, FieldType } from '../sql/contract.ts';
import { quoteName } from '../storage/sql-text.ts';

export interface WireFormat {
  /** TIMESTAMP as whole microseconds; otherwise as seconds in the scientific form of BigQuery's default. */
  readonly int64Timestamps: boolean;
}

/** A field and the DuckDB expression of its value. */
export interface WireColumn {
  readonly field: Field;
  readonly value: string;
}

/**
 * DuckDB expression: one row as the JSON text `{"f":[{"v":…},…]}` of the REST API. Built in SQL, so that it runs on
 * DuckDB's threads and the event loop only joins rows.
 */
export function wireRow(columns: readonly WireColumn[], format: WireFormat): string {
  return object(columns, format, 0);
}

function object(columns: readonly WireColumn[], format: WireFormat, depth: number): string {
  if (columns.length === 0) return `'{"f":[]}'`;
  const parts = columns.map(
    ({ field, value }, index) => `'${index === 0 ? '{"f":[{"v":' : '},{"v":'}', ${cell(field, value, format, depth)}`,
  );
  return `concat(${parts.join(', ')}, '}]}')`;
}

/** JSON text of a value, `null` included. */
function cell(field: Field, value: string, format: WireFormat, depth: number): string {
  if (field.mode !== 'REPEATED') return element(field, value, format, depth);
  const item = `e${depth}`;
  const items = `list_transform(${value}, lambda ${item}: concat('{"v":', ${element(field, item, format, depth + 1)}, '}'))`;
  return `concat('[', array_to_string(${items}, ','), ']')`;
}

function element(field: Field, value: string, format: WireFormat, depth: number): string {
  if (field.type === 'STRUCT') {
    const children = (field.fields ?? []).map((child) => ({ field: child, value: `${value}.${quoteName(child.name)}` }));
    return `CASE WHEN ${value} IS NULL THEN 'null' ELSE ${object(children, format, depth)} END`;
  }
  if (field.type === 'RANGE') return `CASE WHEN ${value} IS NULL THEN 'null' ELSE ${range(field, value, format)} END`;
  return `coalesce(${scalar(field.type, value, format)}, 'null')`;
}

/** JSON text of a scalar, NULL for NULL. */
function scalar(type: Exclude<FieldType, 'STRUCT' | 'RANGE'>, value: string, format: WireFormat): string {
  if (type === 'STRING' || type === 'JSON' || type === 'GEOGRAPHY') return `to_json(${value}::VARCHAR)::VARCHAR`;
  return `'"' || ${plain(type, value, format)} || '"'`;
}

/** Text of a scalar that needs no escaping. */
function plain(type: FieldType, value: string, format: WireFormat): string {
  switch (type) {
    case 'FLOAT64':
      return `CASE WHEN isfinite(${value}) THEN ${value}::VARCHAR WHEN isnan(${value}) THEN 'NaN' WHEN ${value} > 0 THEN 'Infinity' WHEN ${value} < 0 THEN '-Infinity' END`;
    case 'NUMERIC':
      return `rtrim(rtrim(${value}::VARCHAR, '0'), '.')`;
    case 'TIMESTAMP':
      return format.int64Timestamps ? `epoch_us(${value})::VARCHAR` : scientificSeconds(`epoch_us(${value})`);
    case 'DATETIME':
      return sixDecimals(`replace(${value}::VARCHAR, ' ', 'T')`, 19);
    case 'TIME':
      return sixDecimals(`${value}::VARCHAR`, 8);
    case 'BYTES':
      return `to_base64(${value})`;
    case 'INTERVAL':
      return intervalText(value);
    default:
      return `${value}::VARCHAR`;
  }
}

/** BigQuery writes no decimals or six; DuckDB as many as are needed. `whole` is the length without decimals. */
function sixDecimals(text: string, whole: number): string {
  return `CASE WHEN strlen(${text}) > ${whole} THEN rpad(${text}, ${whole + 7}, '0') ELSE ${text} END`;
}

/**
 * Microseconds as seconds in the form of BigQuery's default, which is that of Java's Double.toString: plain digits from
 * 0.001 to 10,000,000, else one digit, a point and an exponent. Made of the digits themselves, so no microsecond is lost.
 */
function scientificSeconds(micros: string): string {
  const digits = `abs(${micros})::VARCHAR`;
  // A text without digits sorts below '0': a whole number gets one decimal.
  const tail = (text: string): string => `greatest(rtrim(${text}, '0'), '0')`;
  const scientific = `concat(substr(${digits}, 1, 1), '.', ${tail(`substr(${digits}, 2)`)}, 'E', strlen(${digits}) - 7)`;
  const positional = `concat(abs(${micros}) // 1000000, '.', ${tail(`lpad((abs(${micros}) % 1000000)::VARCHAR, 6, '0')`)})`;
  const sign = `CASE WHEN ${micros} < 0 THEN '-' ELSE '' END`;
  const isPlain = `${micros} = 0 OR abs(${micros}) BETWEEN 1000 AND 9999999999999`;
  // Almost every timestamp is of the first case, which is kept short; a NULL falls through every one.
  return `CASE WHEN ${micros} > 9999999999999 THEN ${scientific} WHEN ${isPlain} THEN concat(${sign}, ${positional}) WHEN ${micros} IS NOT NULL THEN concat(${sign}, ${scientific}) END`;
}

/** `Y-M D H:M:S[.ffffff]`: months, days and time each with their own sign, a fraction of three or six digits. */
function intervalText(value: string): string {
  const months = `(datepart('year', ${value}) * 12 + datepart('month', ${value}))`;
  const days = `datepart('day', ${value})`;
  // What is left without months and days: hours can exceed a day.
  const micros = `(datepart('hour', ${value}) * 3600000000 + datepart('minute', ${value}) * 60000000 + datepart('microsecond', ${value}))`;
  const time = `(abs(${micros}) // 3600000000)::VARCHAR || ':' || (abs(${micros}) // 60000000 % 60)::VARCHAR || ':' || (abs(${micros}) // 1000000 % 60)::VARCHAR`;
  const rest = `CASE WHEN ${micros} % 1000000 = 0 THEN '' WHEN ${micros} % 1000 = 0 THEN '.' || lpad((abs(${micros}) // 1000 % 1000)::VARCHAR, 3, '0') ELSE '.' || lpad((abs(${micros}) % 1000000)::VARCHAR, 6, '0') END`;
  const sign = (part: string): string => `CASE WHEN ${part} < 0 THEN '-' ELSE '' END`;
  return `(${sign(months)} || (abs(${months}) // 12)::VARCHAR || '-' || (abs(${months}) % 12)::VARCHAR || ' ' || ${days}::VARCHAR || ' ' || ${sign(micros)} || ${time} || ${rest})`;
}

function range(field: Field, value: string, format: WireFormat): string {
  const bound = (side: string): string => `coalesce(${plain(field.rangeElementType ?? 'DATE', `${value}."${side}"`, format)}, 'UNBOUNDED')`;
  return `concat('"[', ${bound('start')}, ', ', ${bound('end')}, ')"')`;
}
