import { stepsOf } from '../rows/json-path.ts';
import { type JsonObject, jsonText, type JsonValue, parseJson } from '../rows/json-value.ts';
import { parseBigNumeric } from '../rows/decimal.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

type Step = string | number;
/** What a change makes of the value that a path ends at; undefined: there is none yet, or there shall be none. */
type Change = (value: JsonValue | undefined) => JsonValue | undefined;

const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;
const MAX_ITEMS = 1_000_000;

/** The value with one place changed. A path that the value does not fit changes nothing; one that is not there is made, if it may be. */
function edited(value: JsonValue | undefined, steps: readonly Step[], change: Change, create: boolean): JsonValue | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return change(value);
  if (value === undefined || value === null) {
    if (!create) return value;
    const inner = edited(undefined, rest, change, create);
    if (inner === undefined) return value;
    return typeof step === 'number' ? [...nulls(step), inner] : new Map([[step, inner]]);
  }
  if (isObject(value) && typeof step === 'string') {
    if (!create && !value.has(step)) return value;
    const inner = edited(value.get(step), rest, change, create);
    const members = new Map(value);
    if (inner === undefined) members.delete(step);
    else members.set(step, inner);
    return members;
  }
  if (!isArray(value) || typeof step !== 'number') return value;
  if (step < value.length) {
    const inner = edited(value[step], rest, change, create);
    return inner === undefined ? value.toSpliced(step, 1) : value.with(step, inner);
  }
  if (!create) return value;
  const inner = edited(undefined, rest, change, create);
  return inner === undefined ? value : [...value, ...nulls(step - value.length), inner];
}

function nulls(count: number): null[] {
  if (count > MAX_ITEMS) throw new Error('The array index in a JSONPath is too large');
  return Array.from({ length: count }, () => null);
}

const edit = (text: string, path: string, change: Change, create: boolean): string => {
  const value = edited(parseJson(text), stepsOf(path, 'standard'), change, create);
  return value === undefined ? 'null' : jsonText(value);
};

function removed(text: string, path: string): string {
  const steps = stepsOf(path, 'standard');
  if (steps.length === 0) throw new Error(`Invalid JSONPath for JSON_REMOVE: ${path}`);
  return edit(text, path, () => undefined, false);
}

const items = (value: string, each: boolean): readonly JsonValue[] => {
  const parsed = parseJson(value);
  return each && isArray(parsed) ? parsed : [parsed];
};

/** Adds to the array at a path; where there is no array but a JSON null, one is made. */
function appended(text: string, path: string, value: string, each: boolean): string {
  const added = items(value, each);
  const change: Change = (found) =>
    found === undefined ? undefined : found === null ? added : isArray(found) ? [...found, ...added] : found;
  return edit(text, path, change, false);
}

/** Inserts before the place that a path ends at. */
function inserted(text: string, path: string, value: string, each: boolean): string {
  const steps = stepsOf(path, 'standard');
  const index = steps.at(-1);
  if (typeof index !== 'number') return text;
  const added = items(value, each);
  const change: Change = (found) => {
    if (found === undefined) return undefined;
    if (found !== null && !isArray(found)) return found;
    const before = found ?? [];
    return index <= before.length ? before.toSpliced(index, 0, ...added) : [...before, ...nulls(index - before.length), ...added];
  };
  const result = edited(parseJson(text), steps.slice(0, -1), change, false);
  return result === undefined ? text : jsonText(result);
}

function strip(value: JsonValue, arrays: boolean, empty: boolean): JsonValue | undefined {
  if (value === null) return undefined;
  if (isArray(value)) {
    const kept = value.map((item) => (item === null && !arrays ? null : strip(item, arrays, empty)));
    const list = arrays ? kept.filter((item) => item !== undefined) : kept.map((item) => item ?? null);
    return list.length === 0 && empty && arrays ? undefined : list;
  }
  if (!isObject(value)) return value;
  const members = new Map<string, JsonValue>();
  for (const [name, member] of value) {
    const kept = strip(member, arrays, empty);
    if (kept !== undefined) members.set(name, kept);
  }
  return members.size === 0 && empty ? undefined : members;
}

const INT_MAX = 2n ** 63n - 1n;

/** A JSON number, or the text of one, as a whole number; half goes away from zero. */
function laxInt(text: string): bigint | null {
  const value = parseJson(text);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const number = typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value : '';
  const exact = parseBigNumeric(number.trim());
  if (exact === undefined) return null;
  const [whole = '0', fraction = ''] = exact.replace('-', '').split('.');
  const size = BigInt(whole) + (fraction >= '5' ? 1n : 0n);
  const signed = exact.startsWith('-') ? -size : size;
  return signed > INT_MAX || signed < -INT_MAX - 1n ? null : signed;
}

function laxFloat(text: string): number | null {
  const value = parseJson(text);
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return null;
  const special = /^\s*([+-]?)(?:(nan)|inf(?:inity)?)\s*$/i.exec(value);
  if (special) return special[2] ? Number.NaN : special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value) ? Number(value) : null;
}

/** The items of a JSON array, each of which must be of one type. */
function listOf(text: string, type: string, take: (item: JsonValue) => unknown): string {
  const value = parseJson(text);
  const taken = isArray(value) ? value.map(take) : [undefined];
  if (taken.includes(undefined)) throw new Error(`The provided JSON input is not an array of ${type}`);
  return `[${taken.map((item) => (typeof item === 'string' ? JSON.stringify(item) : String(item))).join(',')}]`;
}

export const JSON_EDIT_RUNTIME: RuntimeTable = {
  bq_json_set: runtime(['text', 'text', 'text', 'bool'], 'text', (text, path, value, create) =>
    edit(text, path, () => parseJson(value), create),
  ),
  bq_json_remove: runtime(['text', 'text'], 'text', removed),
  bq_json_append: runtime(['text', 'text', 'text', 'bool'], 'text', appended),
  bq_json_insert: runtime(['text', 'text', 'text', 'bool'], 'text', inserted),
  bq_json_strip: runtime(['text', 'text', 'bool', 'bool'], 'text', (text, path, arrays, empty) =>
    edit(text, path, (found) => (found === undefined ? undefined : (strip(found, arrays, empty) ?? null)), false),
  ),
  bq_json_lax_int: runtime(['text'], 'int', laxInt),
  bq_json_lax_float: runtime(['text'], 'float', laxFloat),
  bq_json_bools: runtime(['text'], 'text', (text) => listOf(text, 'booleans', (v) => (typeof v === 'boolean' ? v : undefined))),
  bq_json_strings: runtime(['text'], 'text', (text) => listOf(text, 'strings', (v) => (typeof v === 'string' ? v : undefined))),
  bq_json_ints: runtime(['text'], 'text', (text) =>
    listOf(text, 'integers', (v) =>
      typeof v === 'bigint'
        ? v <= INT_MAX
          ? v
          : undefined
        : typeof v === 'number' && Number.isInteger(v) && Math.abs(v) < 2 ** 63
          ? BigInt(v)
          : undefined,
    ),
  ),
  bq_json_floats: runtime(['text'], 'text', (text) =>
    listOf(text, 'numbers', (v) => (typeof v === 'number' || typeof v === 'bigint' ? Number(v) : undefined)),
  ),
};
