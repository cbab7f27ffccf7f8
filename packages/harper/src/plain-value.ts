import type { Value } from '@bqsync/core';

/** Why one value of a row cannot be stored. Caught where the row is converted; never leaves this package. */
export class Unstorable extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed();

/**
 * Returns a nested value unchanged if Harper stores it exactly, else throws {@link Unstorable}: a value that fails to encode would break the
 * commit of its whole batch.
 */
export function plainValue(value: unknown): Value {
  check(value);
  return value as Value;
}

function check(value: unknown): void {
  switch (typeof value) {
    case 'string':
      if (!isWellFormed(value)) throw new Unstorable('text-invalid', 'a text is not valid Unicode (lone surrogate)');
      return;
    case 'number':
    case 'boolean':
    case 'bigint':
      return;
    case 'object':
      break;
    default:
      throw new Unstorable('value-unstorable', `a ${typeof value} cannot be stored`);
  }
  if (value === null || value instanceof Uint8Array) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) check(value[index]);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of another realm have another Object.prototype, which is as bare.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new Unstorable('value-unstorable', 'an object is not a plain one');
  for (const name of Object.keys(value)) {
    // Harper's encoding renames this field.
    if (name === '__proto__') throw new Unstorable('name-unstorable', 'an object has a field named "__proto__"');
    check((value as Record<string, unknown>)[name]);
  }
}
