import { type RowPlan, SYNCED_AT, type TargetShape } from '@bqsync/harper';
import type { StoredRecord } from '../harper/operations.ts';

/** Compares what a source row is stored as with what is stored. */
export interface RecordComparison {
  /** Attributes that differ, those too many included; none: equal. `_syncedAt` and what Harper fills in itself do not count. */
  differing(expected: StoredRecord, stored: StoredRecord): readonly string[];
  /** Whether a row wins over the stored one by the sink's rule for equal keys: the greater by cursor, then by content. */
  wins(expected: StoredRecord, stored: StoredRecord): boolean;
}

export function recordComparison(plan: RowPlan, shape: TargetShape): RecordComparison {
  const filled = shape.attributes.filter((attribute) => attribute.assignCreatedTime === true || attribute.assignUpdatedTime === true);
  const compared = [...plan.compared];
  const known = new Set([plan.primaryKey, SYNCED_AT, ...compared, ...filled.map(({ name }) => name)]);
  return {
    differing(expected, stored) {
      const names = compared.filter((name) => !sameValue(expected[name], stored[name]));
      for (const name of Object.keys(stored)) if (!known.has(name) && !isAbsent(stored[name])) names.push(name);
      return names;
    },
    wins(expected, stored) {
      if (plan.cursor !== undefined) {
        const [mine, other] = [cursorText(expected[plan.cursor]), cursorText(stored[plan.cursor])];
        if (mine !== other) return mine > other;
      }
      return plan.contentOf({ ...expected }) > plan.contentOf({ ...stored });
    },
  };
}

/** Whether two values are the same in Harper: integers by value whatever their JavaScript type, bytes and dates by content, NaN equals NaN. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || (isAbsent(a) && isAbsent(b))) return true;
  if (typeof a === 'bigint' || typeof b === 'bigint') return isNumeric(a) && isNumeric(b) && a == b;
  if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) && Number.isNaN(b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  }
  const [mine, other] = [a as StoredRecord, b as StoredRecord];
  const names = Object.keys(mine);
  // Inside a value, unlike in a row, null and nothing are different: {"a":null} is not {}.
  return (
    names.length === Object.keys(other).length &&
    names.every(
      (name) => Object.hasOwn(other, name) && (mine[name] === null) === (other[name] === null) && sameValue(mine[name], other[name]),
    )
  );
}

/** Harper shows an attribute that was never written and one that is null alike. */
function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function cursorText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : '';
}
