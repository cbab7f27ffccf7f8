import { type Column, compileExact, type Row, type Value } from '@bqsync/core';

/** Tells rows apart that BigQuery tells apart though their values are equal: it keeps the sign of zero, and in JSON `1.0` beside `1`. */
export interface ExactContent {
  /** Columns to be read once more, JSON within them as text. */
  readonly texts: readonly Column[];
  /** The content of such a row as text; undefined for all others. `texts`: its columns as texts. */
  contentOf(row: Row, texts: Row): string | undefined;
}

/** Undefined where no column has values that could be equal though BigQuery tells them apart. */
export function exactContent(columns: readonly Column[]): ExactContent | undefined {
  const checks = columns.flatMap((column) => {
    const saysMore = checkOf(column);
    return saysMore === undefined ? [] : [{ name: column.name, saysMore }];
  });
  if (checks.length === 0) return undefined;
  const write = compileExact(columns);
  return {
    texts: columns.filter(hasJson).map(asText),
    contentOf: (row, texts) => {
      const exact = { ...row, ...texts };
      return checks.some(({ name, saysMore }) => saysMore(exact[name] ?? null)) ? write(exact) : undefined;
    },
  };
}

type Check = (value: Value) => boolean;

function checkOf(column: Column): Check | undefined {
  const one = elementCheck(column);
  if (one === undefined || !column.repeated) return one;
  return (value) => Array.isArray(value) && value.some((item: Value) => one(item));
}

function elementCheck({ type, fields = [] }: Column): Check | undefined {
  if (type === 'FLOAT64') return (value) => Object.is(value, -0);
  if (type === 'JSON') return (value) => typeof value === 'string' && saysMoreThanItsValue(value);
  if (type !== 'STRUCT') return undefined;
  const checks = fields.flatMap((field) => {
    const check = checkOf(field);
    return check === undefined ? [] : [{ name: field.name, check }];
  });
  if (checks.length === 0) return undefined;
  return (value) => value !== null && checks.some(({ name, check }) => check((value as Row)[name] ?? null));
}

const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const NUMBERS = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MAX_INTEGER = 2 ** 64;

/** Whether a number of a JSON text is a float that an integer is equal to, or a negative zero. BigQuery keeps integers up to 2^64 as such. */
function saysMoreThanItsValue(text: string): boolean {
  // Few texts have one: those are looked at in full.
  if (!/\d[.eE]|-0/.test(text)) return false;
  for (const [token] of text.replace(STRINGS, '').matchAll(NUMBERS)) {
    if (/^(?:0|-?[1-9]\d*)$/.test(token)) continue;
    const value = Number(token);
    if (Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER) return true;
  }
  return false;
}

function hasJson({ type, fields = [] }: Column): boolean {
  return type === 'JSON' || fields.some(hasJson);
}

function asText(column: Column): Column {
  if (column.type === 'JSON') return { ...column, type: 'STRING' };
  return column.fields === undefined ? column : { ...column, fields: column.fields.map(asText) };
}
