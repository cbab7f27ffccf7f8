import type { KeySet } from './key-set.ts';

/** What was seen of a key; a set of bits. */
export const SEEN = {
  /** A source row has it. */
  source: 1,
  /** A record is stored under it. */
  stored: 2,
  /** The stored record is what a source row of this key becomes. */
  equal: 4,
  /** A source row of this key is greater than the stored record by the sink's rule, so that should be stored instead. */
  greater: 8,
  /** A source row of this key need not have been read by the plugin yet. */
  uncovered: 16,
  /** A source row of this key cannot be stored. */
  quarantined: 32,
  /** The stored record is from a newer snapshot than the one compared. */
  newer: 64,
  /** The stored record lies on a day that is known to be equal: it is a source row of this key, counted with its day. */
  elsewhere: 128,
} as const;

export type KeyOutcome = 'applied' | 'elsewhere' | 'quarantined' | 'pending' | 'missing' | 'different' | undefined;

/** What becomes of all rows of a key; undefined for a key without a source row. */
export function outcomeOf(flags: number): KeyOutcome {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (!has(SEEN.source)) return undefined;
  if (has(SEEN.equal) && !has(SEEN.greater)) return has(SEEN.elsewhere) ? 'elsewhere' : 'applied';
  if (has(SEEN.quarantined)) return 'quarantined';
  if (has(SEEN.newer) || has(SEEN.uncovered)) return 'pending';
  return has(SEEN.stored) ? 'different' : 'missing';
}

/** Keys by outcome. */
export function countOutcomes(keys: KeySet): Readonly<Record<NonNullable<KeyOutcome>, number>> {
  const counts = { applied: 0, elsewhere: 0, quarantined: 0, pending: 0, missing: 0, different: 0 };
  for (const [flags, count] of keys.counts()) {
    const outcome = outcomeOf(flags);
    if (outcome !== undefined) counts[outcome] += count;
  }
  return counts;
}
