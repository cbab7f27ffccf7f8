import type { Value } from '@bqsync/core';
import { sourceField, storedField } from './stored-name.ts';

/** Why one value of a row cannot be stored. Caught where the row is converted; never leaves this package. */
export class Unstorable extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

export const LONE_SURROGATE = 'a text is not valid Unicode (lone surrogate)';
export const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed();

/**
 * A nested value as Harper stores it exactly, fields of objects under their {@link storedField}; the value itself where none has another name.
 * Throws {@link Unstorable}: a value that fails to encode would break the commit of its whole batch.
 */
export function plainValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
      if (!isWellFormed(value)) throw new Unstorable('text-invalid', LONE_SURROGATE);
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return value;
    case 'object':
      break;
    default:
      throw new Unstorable('value-unstorable', `a ${typeof value} cannot be stored`);
  }
  if (value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return mapItems(value, plainValue);
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of another realm have another Object.prototype, which is as bare.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new Unstorable('value-unstorable', 'an object is not a plain one');
  return mapFields(value as Fields, wellFormedField, plainValue);
}

function wellFormedField(name: string): string {
  if (!isWellFormed(name)) throw new Unstorable('text-invalid', `the name of a field: ${LONE_SURROGATE}`);
  return storedField(name);
}

/** The value that {@link plainValue} stores as this one. */
export function sourceValue(stored: Value): Value {
  if (typeof stored !== 'object' || stored === null || stored instanceof Uint8Array) return stored;
  return Array.isArray(stored) ? mapItems(stored, sourceValue) : mapFields(stored as Fields, sourceField, sourceValue);
}

type Fields = Readonly<Record<string, Value>>;

/** The array itself where every item is mapped to itself. */
function mapItems(items: readonly unknown[], map: (item: Value) => Value): Value {
  let mapped: Value[] | undefined;
  for (const [index, item] of items.entries()) {
    const next = map(item as Value);
    if (!Object.is(next, item)) (mapped ??= items.slice() as Value[])[index] = next;
  }
  return mapped ?? (items as Value[]);
}

/** The object itself where every field is mapped to itself. */
function mapFields(value: Fields, rename: (name: string) => string, map: (value: Value) => Value): Value {
  const entries = Object.keys(value).map((name) => {
    const item = value[name] as Value;
    return { name, item, as: rename(name), mapped: map(item) };
  });
  if (entries.every(({ name, item, as, mapped }) => as === name && Object.is(mapped, item))) return value;
  // Unlike an assignment, it takes a field `__proto__` for one like others.
  return Object.fromEntries(entries.map(({ as, mapped }) => [as, mapped]));
}
