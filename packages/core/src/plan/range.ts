import type { CursorRange } from '../ports/source.ts';
import { parseInstant } from './instant.ts';

/** Whether a row with this cursor lies in a range. A cursor that is no instant is like none. */
export function rangeHolds({ from, to, nulls }: CursorRange, cursor: string | null): boolean {
  const at = cursor === null ? undefined : parseInstant(cursor);
  if (at === undefined) return nulls !== 'exclude';
  return nulls !== 'only' && (from === undefined || at >= from) && (to === undefined || at < to);
}

/** Whether a range has all of where a rejected row may be: its cursor, or where that is not known the range that it was read in. */
export function rangeCovers(
  range: CursorRange,
  rejected: { readonly cursor?: string | null | undefined; readonly range?: CursorRange | undefined },
): boolean {
  if (rejected.cursor !== undefined) return rangeHolds(range, rejected.cursor);
  const { from, to, nulls } = rejected.range ?? { from: undefined, to: undefined, nulls: 'include' };
  if (range.nulls === 'only') return nulls === 'only';
  if (nulls === 'only') return range.nulls === 'include';
  if (nulls === 'include' && range.nulls === 'exclude') return false;
  return (
    (range.from === undefined || (from !== undefined && from >= range.from)) &&
    (range.to === undefined || (to !== undefined && to <= range.to))
  );
}
