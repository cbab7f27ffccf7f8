import { parseInstant } from '@bqsync/core';
import { equalValues } from './compare-values.ts';
import type { HarperRecord } from './harper-runtime.ts';
import { cursorInstant, type RowPlan, SYNCED_AT } from './row-plan.ts';

export type Verdict = 'inserted' | 'updated' | 'unchanged' | 'superseded' | 'contested';

/**
 * What becomes of a row, by the source's time alone (rules R1 and R8, and the port's {@link CommitOutcome}): a stored row of a newer snapshot
 * stays; of two of one snapshot the one with the greater (cursor, content) stays; an older one gives way, unless `compare` may have left it
 * on purpose and it is the greater, or its cursor is `keepFrom` or above.
 */
export function judgeRow(
  plan: RowPlan,
  stored: HarperRecord | null | undefined,
  next: HarperRecord,
  compare: boolean,
  keepFrom?: string,
): Verdict {
  if (stored === null || stored === undefined) return 'inserted';
  const storedAt = stored[SYNCED_AT];
  const nextAt = next[SYNCED_AT] as string;
  const isOlder = typeof storedAt !== 'string' || storedAt < nextAt;
  if (isSameContent(plan, stored, next)) return isOlder ? 'unchanged' : 'superseded';
  if (!isOlder && storedAt !== nextAt) return 'superseded';
  if (keepFrom !== undefined && lies(plan, stored, keepFrom)) return 'superseded';
  if (wins(plan, next, stored)) return 'updated';
  if (!isOlder) return 'superseded';
  return compare ? 'contested' : 'updated';
}

/** Every attribute but the snapshot; an attribute too many is a difference. One pass over what is stored: most rows of an overlap are unchanged. */
function isSameContent(plan: RowPlan, stored: HarperRecord, next: HarperRecord): boolean {
  let width = 0;
  for (const name in stored) {
    width++;
    const value = stored[name];
    if (value === undefined) return false;
    if (value === next[name] || plan.uncompared.has(name)) continue;
    if (!plan.compared.has(name) || !equalValues(value, next[name])) return false;
  }
  return width === plan.width;
}

/** Whether `next` is the greater by cursor, a missing one first, then by content; rows that differ in neither are told apart by nothing. */
function wins(plan: RowPlan, next: HarperRecord, stored: HarperRecord): boolean {
  if (plan.cursor !== undefined) {
    const [mine, other] = [cursorOf(next[plan.cursor]), cursorOf(stored[plan.cursor])];
    if (mine !== other) return mine > other;
  }
  return plan.contentOf(next) >= plan.contentOf(stored);
}

/** Whether a stored row has a cursor, and one from a bound on. */
function lies(plan: RowPlan, stored: HarperRecord, from: string): boolean {
  const cursor = cursorInstant(plan, stored);
  const bound = parseInstant(from);
  return cursor !== undefined && (bound === undefined || cursor >= bound);
}

function cursorOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : '';
}
