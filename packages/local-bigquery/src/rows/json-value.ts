/** A JSON value as BigQuery keeps it: an integer that fits 64 bits exactly, any other number as a double, members in the order of their names. */
export type JsonValue = null | boolean | string | bigint | number | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

const TOKEN =
  /\s*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const MAX_DEPTH = 500;
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Reads JSON text; throws SyntaxError where it is none. Of members with one name the first counts. */
export function parseJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw new SyntaxError('JSON is nested too deeply');
    const [, symbol, string, number, word] = this.#next();
    if (string !== undefined) return JSON.parse(string) as string;
    if (number !== undefined) return numberOf(number);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    if (symbol === '[') return this.#array(depth);
    if (symbol === '{') return this.#object(depth);
    throw new SyntaxError(`Unexpected ${symbol ?? 'text'} in JSON`);
  }

  end(): void {
    if (/\S/.test(this.#text.slice(this.#at))) throw new SyntaxError('Unexpected text after JSON');
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    if (this.#accept(']')) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#symbol(',', ']') === ']') return items;
    }
  }

  #object(depth: number): JsonObject {
    const members: [string, JsonValue][] = [];
    const seen = new Set<string>();
    if (this.#accept('}')) return new Map();
    for (;;) {
      const [, , key] = this.#next();
      if (key === undefined) throw new SyntaxError('A name is expected in JSON');
      const name = JSON.parse(key) as string;
      this.#symbol(':');
      const value = this.value(depth + 1);
      if (!seen.has(name)) members.push([name, value]);
      seen.add(name);
      if (this.#symbol(',', '}') === '}') return sorted(members);
    }
  }

  #accept(symbol: string): boolean {
    const before = this.#at;
    TOKEN.lastIndex = before;
    if (TOKEN.exec(this.#text)?.[1] !== symbol) return false;
    this.#at = TOKEN.lastIndex;
    return true;
  }

  #symbol(...wanted: string[]): string {
    const [, symbol = ''] = this.#next();
    if (!wanted.includes(symbol)) throw new SyntaxError(`Expected ${wanted.join(' or ')} in JSON`);
    return symbol;
  }

  #next(): RegExpExecArray {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (!match) throw new SyntaxError('Unexpected character or end in JSON');
    this.#at = TOKEN.lastIndex;
    return match;
  }
}

/** Members by the bytes of their names. */
function sorted(members: readonly (readonly [string, JsonValue])[]): JsonObject {
  return new Map([...members].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

function numberOf(text: string): bigint | number {
  if (/^-?\d+$/.test(text) && text !== '-0') {
    const whole = BigInt(text);
    if (whole <= UINT64_MAX && whole >= INT64_MIN) return whole;
  }
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SyntaxError(`Number ${text} is out of range`);
  return value;
}

/** A double as JSON has it: `1.0`, `0.0001`, `1e+22`. */
export function jsonDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace('-', '').replace('.', '');
  const sign = value < 0 ? '-' : '';
  // The place of the point behind the first digit.
  const point = Number(exponent) + 1;
  if (point >= digits.length && point <= 15) return `${sign}${digits.padEnd(point, '0')}.0`;
  if (point > 0 && point <= 15) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point > -4 && point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const power = point - 1;
  const rest = digits.slice(1);
  return `${sign}${digits[0] ?? '0'}${rest === '' ? '' : `.${rest}`}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

export function jsonText(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonDouble(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Map)
    return `{${[...(value as JsonObject)].map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(',')}}`;
  return `[${(value as readonly JsonValue[]).map(jsonText).join(',')}]`;
}

/** JSON text as BigQuery keeps it; throws SyntaxError where it is none. */
export const normalJson = (text: string): string => jsonText(parseJson(text));
