import { follow, type PathStyle, stepsOf } from '../rows/json-path.ts';
import { type JsonObject, jsonDouble, jsonText, type JsonValue, parseJson } from '../rows/json-value.ts';
import { inexactNumber } from './json-exact.ts';
import { floatText } from './numeric-text.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;

/** JSON in a STRING that is none is NULL to the functions that look into it. */
function read(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function found(text: string, path: string, style: string): JsonValue | undefined {
  const value = read(text);
  return value === undefined ? undefined : follow(value, path, style as PathStyle);
}

/** A scalar's text; null for what is none. */
function scalarText(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || isArray(value) || isObject(value)) return null;
  if (typeof value === 'number') return jsonDouble(value);
  return String(value);
}

function strict<T>(text: string, type: string, take: (value: JsonValue) => T | undefined): T {
  const value = parseJson(text);
  const taken = take(value);
  if (taken === undefined) throw new Error(`The provided JSON input is not ${/^[aeiouAEIOU]/.test(type) ? 'an' : 'a'} ${type}`);
  return taken;
}

const INT_MAX = 2n ** 63n - 1n;

function integer(value: JsonValue): bigint | undefined {
  if (typeof value === 'bigint') return value <= INT_MAX ? value : undefined;
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : undefined;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return { string: 'string', boolean: 'boolean', number: 'number', bigint: 'number' }[
    typeof value as 'string' | 'boolean' | 'number' | 'bigint'
  ];
}

/** Functions on JSON text; a `style` is that of a path. */
export const JSON_RUNTIME: RuntimeTable = {
  bq_json_value: runtime(['text', 'text', 'text'], 'text', (text, path, style) => scalarText(found(text, path, style))),
  bq_json_query: runtime(['text', 'text', 'text'], 'text', (text, path, style) => {
    const value = found(text, path, style);
    // In a STRING a JSON null that is found is no value; in JSON it is one.
    return value === undefined || (value === null && style === 'legacy-text') ? null : jsonText(value);
  }),
  bq_json_array: runtime(['text', 'text', 'text'], 'text', (text, path, style) => {
    const value = found(text, path, style);
    return isArray(value) ? JSON.stringify(value.map(jsonText)) : null;
  }),
  bq_json_value_array: runtime(['text', 'text', 'text'], 'text', (text, path, style) => {
    const value = found(text, path, style);
    if (!isArray(value)) return null;
    const texts = value.map(scalarText);
    return value.every((item) => item === null || scalarText(item) !== null) ? JSON.stringify(texts) : null;
  }),
  bq_json_parse: runtime(['text', 'text'], 'text', (text, mode) => {
    if (mode !== 'exact' && mode !== 'round') throw new Error(`Invalid wide_number_mode: ${mode}`);
    try {
      const value = jsonText(parseJson(text));
      const inexact = mode === 'exact' ? inexactNumber(text) : undefined;
      if (inexact !== undefined) throw new SyntaxError(`the number ${inexact} cannot be stored without loss of precision`);
      return value;
    } catch (error) {
      throw new Error(`Invalid JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }),
  bq_json_pretty: runtime(['text'], 'text', (text) => new Verbatim(text).pretty('')),
  bq_json_integers: runtime(['text'], 'text', (text) => (/^"-?\d+"$/.test(text) ? text.slice(1, -1) : text)),
  bq_json_normal: runtime(['text'], 'text', (text) => jsonText(parseJson(text))),
  bq_json_member: runtime(['text', 'text'], 'text', (text, name) => {
    const value = parseJson(text);
    const member = isObject(value) ? value.get(name) : undefined;
    return member === undefined ? null : jsonText(member);
  }),
  bq_json_element: runtime(['text', 'int'], 'text', (text, index) => {
    const value = parseJson(text);
    const item = isArray(value) && index >= 0n ? value[Number(index)] : undefined;
    return item === undefined ? null : jsonText(item);
  }),
  bq_json_type: runtime(['text'], 'text', (text) => typeOf(parseJson(text))),
  bq_json_string: runtime(['text'], 'text', (text) => strict(text, 'string', (v) => (typeof v === 'string' ? v : undefined))),
  bq_json_bool: runtime(['text'], 'bool', (text) => strict(text, 'boolean', (v) => (typeof v === 'boolean' ? v : undefined))),
  bq_json_int: runtime(['text'], 'int', (text) => strict(text, 'integer', integer)),
  bq_json_float64: runtime(['text'], 'float', (text) =>
    strict(text, 'number', (v) => (typeof v === 'number' || typeof v === 'bigint' ? Number(v) : undefined)),
  ),
  bq_json_lax_string: runtime(['text'], 'text', (text) => {
    const value = parseJson(text);
    return typeof value === 'number' ? floatText(value) : scalarText(value);
  }),
  bq_json_lax_bool: runtime(['text'], 'bool', (text) => {
    const value = parseJson(text);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string') return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : null;
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) !== 0 : null;
  }),
  bq_json_keys: runtime(['text', 'int'], 'text', (text, depth) => {
    if (depth < 1n) throw new Error('JSON_KEYS: max_depth must be positive');
    const keys = new Set<string>();
    const walk = (value: JsonValue, prefix: string, left: bigint): void => {
      if (!isObject(value) || left === 0n) return;
      for (const [name, member] of value) {
        const own = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `"${name}"`;
        const key = prefix === '' ? own : `${prefix}.${own}`;
        keys.add(key);
        walk(member, key, left - 1n);
      }
    };
    walk(parseJson(text), '', depth);
    return JSON.stringify([...keys].sort());
  }),
};

/** Text as it stands in a STRING of JSON: its order, its numbers and its doubled names are kept. */
class Verbatim {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text with a line for each item and member, two blanks deeper each. */
  pretty(indent: string): string {
    const inner = this.parts();
    if (inner === undefined) return this.#text.trim();
    const deeper = `${indent}  `;
    const lines = inner.parts.map(({ name, text }) => {
      const value = new Verbatim(text).pretty(deeper);
      return `${deeper}${inner.array ? '' : `${JSON.stringify(name)}: `}${value}`;
    });
    const [open, close] = inner.array ? ['[', ']'] : ['{', '}'];
    return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
  }

  /** The text of each item of an array, or of each member of an object. */
  parts(): { readonly array: boolean; readonly parts: readonly { readonly name: string; readonly text: string }[] } | undefined {
    const text = this.#text.trim();
    const array = text.startsWith('[');
    if (!array && !text.startsWith('{')) return undefined;
    const parts: { name: string; text: string }[] = [];
    let depth = 0;
    let start = 1;
    let name: string | undefined;
    const take = (end: number): void => {
      const part = text.slice(start, end).trim();
      if (part !== '' || name !== undefined) parts.push({ name: name ?? '', text: part });
      name = undefined;
      start = end + 1;
    };
    for (let i = 0; i < text.length; i += 1) {
      const c = text[i];
      if (c === '"') {
        const end = /"(?:[^"\\]|\\.)*"/y;
        end.lastIndex = i;
        i += (end.exec(text)?.[0].length ?? 1) - 1;
      } else if (c === '[' || c === '{') depth += 1;
      else if (c === ']' || c === '}') {
        depth -= 1;
        if (depth === 0) take(i);
      } else if (c === ',' && depth === 1) take(i);
      else if (c === ':' && depth === 1 && !array && name === undefined) {
        name = JSON.parse(text.slice(start, i)) as string;
        start = i + 1;
      }
    }
    return { array, parts };
  }
}

function verbatim(text: string, path: string, style: string): string | undefined {
  const value = read(text);
  // The path is followed in the value to learn whether there is anything, then in the text.
  if (value === undefined || follow(value, path, style as PathStyle) === undefined) return undefined;
  let found = text;
  for (const step of stepsOf(path, style as PathStyle)) {
    const inner = new Verbatim(found).parts();
    const part = inner?.array === true ? inner.parts[Number(step)] : inner?.parts.find((p) => p.name === String(step));
    if (part === undefined) return undefined;
    found = part.text;
  }
  return compact(found);
}

const compact = (text: string): string => text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

/** The same of JSON in a STRING. */
export const JSON_TEXT_RUNTIME: RuntimeTable = {
  bq_json_query_text: runtime(['text', 'text', 'text'], 'text', (text, path, style) => {
    const found = verbatim(text, path, style);
    return found === undefined || found === 'null' ? null : found;
  }),
  bq_json_array_text: runtime(['text', 'text', 'text'], 'text', (text, path, style) => {
    const found = verbatim(text, path, style);
    const inner = found === undefined ? undefined : new Verbatim(found).parts();
    return inner?.array === true ? JSON.stringify(inner.parts.map((part) => compact(part.text))) : null;
  }),
};
