import type { HarperRecord } from './harper-runtime.ts';

/** Whether Harper stores the two as the same: NaN equals itself, 0 equals -0, bytes and dates go by content. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a !== a && b !== b;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Date) return b instanceof Date && equalValues(a.getTime(), b.getTime());
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!equalValues(a[index], b[index])) return false;
    return true;
  }
  if (b instanceof Uint8Array || b instanceof Date || Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(b, name) || !equalValues((a as HarperRecord)[name], (b as HarperRecord)[name])) return false;
  }
  return true;
}
