import type { Batch } from '../ports/sink.ts';
import type { Micros } from '../ports/time.ts';
import { greatest } from './progress.ts';

/** What becomes of one row of a commit, as {@link CommitOutcome} counts it. */
export type Verdict = 'inserted' | 'updated' | 'unchanged' | 'superseded' | 'contested';

/** A row as the order of versions sees it; `content` is the row's text by `compileCanonical`. */
export interface RowVersion {
  readonly cursor: string | null;
  readonly content: string;
}

/**
 * What a sink does with a row beside the stored one of its key, so that rows of any order of arrival end alike. Written are `inserted`, `updated`, and
 * `unchanged` where the batch does not compare.
 */
export function verdictOf(
  { snapshot, compare, keepFrom }: Pick<Batch, 'snapshot' | 'compare' | 'keepFrom'>,
  next: RowVersion,
  stored: (RowVersion & { readonly snapshot: Micros }) | undefined,
): Verdict {
  if (stored === undefined) return 'inserted';
  // An equal row of the same snapshot is another row of the source with the same key and content.
  if (next.content === stored.content) return stored.snapshot >= snapshot ? 'superseded' : 'unchanged';
  if (stored.snapshot > snapshot) return 'superseded';
  if (keepFrom !== undefined && stored.cursor !== null && stored.cursor >= keepFrom) return 'superseded';
  const wins = next.cursor === stored.cursor ? next.content > stored.content : greatest(next.cursor, stored.cursor) === next.cursor;
  if (wins) return 'updated';
  if (stored.snapshot === snapshot) return 'superseded';
  return compare ? 'contested' : 'updated';
}
