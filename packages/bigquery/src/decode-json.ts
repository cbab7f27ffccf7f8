import type { Value } from '@bqsync/core';
import { CellFault } from './cell-fault.ts';

// Numbers that a double cannot hold have at least 16 digits in a row.
const MAYBE_BIG = /\d{16}/;

/**
 * A JSON column's text, parsed. Integers beyond ±(2^53-1), which BigQuery keeps exactly, become bigint; BigQuery stores every other
 * number as a double, so nothing is lost.
 */
export function decodeJson(text: string): Value {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CellFault(`"${text.slice(0, 40)}" is not JSON`);
  }
  return (MAYBE_BIG.test(text) ? new ExactJson(text).value() : parsed) as Value;
}

/** Reads JSON that is known to be valid, for its integers. */
class ExactJson {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Value {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(): Value {
    const found: Record<string, Value> = {};
    this.#each('}', () => {
      this.#space();
      const name = this.#string();
      this.#space();
      this.#at += 1; // the colon
      setOwn(found, name, this.value());
    });
    return found;
  }

  #array(): Value {
    const found: Value[] = [];
    this.#each(']', () => found.push(this.value()));
    return found;
  }

  #each(end: string, member: () => void): void {
    this.#at += 1;
    this.#space();
    while (this.#text[this.#at] !== end) {
      member();
      this.#space();
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #scalar(): Value {
    const token = /[^\s,\]}]+/y;
    token.lastIndex = this.#at;
    const text = token.exec(this.#text)?.[0] ?? 'null';
    this.#at += text.length;
    const value = JSON.parse(text) as Value;
    return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? BigInt(text) : value;
  }

  #space(): void {
    while (this.#at < this.#text.length && ' \t\n\r'.includes(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}

/** Sets an own property even where the name is `__proto__`. */
export function setOwn(target: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
