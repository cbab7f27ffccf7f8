import { BqsyncError } from '@bqsync/errors';
import type { CursorType } from '../ports/row.ts';
import type { CursorRange, WindowRequest } from '../ports/source.ts';
import type { Micros } from '../ports/time.ts';
import { cursorText } from './instant.ts';

/**
 * The ranges of a repair in the order they are read: the latest first, rows without a cursor last. A key whose greater row lies in a later range
 * is then settled there before an earlier range, which leaves it alone (see {@link keepFrom}), is read. Nothing below a configured start is.
 */
export function repairOrder(ranges: readonly CursorRange[], start: Micros | undefined): CursorRange[] {
  for (const { from, to, nulls } of ranges) {
    const fits = nulls === 'only' ? from === undefined && to === undefined : from === undefined || to === undefined || from < to;
    if (!fits || (nulls === 'include' && to !== undefined))
      throw new BqsyncError('BQS_USAGE', 'a range of a repair is empty or contradicts itself');
  }
  return ranges
    .filter(({ to, nulls }) => nulls === 'only' || start === undefined || to === undefined || to > start)
    .map((range) => (range.nulls === 'only' || start === undefined ? range : { ...range, from: later(range.from, start) }))
    .sort(latestFirst);
}

/** Whether a window repairs a part of the table only, so that the progress of the whole does not follow from it. */
export function isPartRepair({ kind, range }: WindowRequest): boolean {
  return kind === 'repair' && (range.to !== undefined || range.nulls === 'only');
}

/**
 * Of a part being repaired: the cursor from which on stored rows stay. Such a row of a key that this part has, too, is the greater one; whether it
 * still is in the source only its own range tells.
 */
export function keepFrom(request: WindowRequest, type: CursorType): string | undefined {
  if (!isPartRepair(request)) return undefined;
  return request.range.to === undefined ? '' : cursorText(request.range.to, type);
}

function later(from: Micros | undefined, start: Micros): Micros {
  return from === undefined || from < start ? start : from;
}

function latestFirst(a: CursorRange, b: CursorRange): number {
  if (a.nulls === 'only' || b.nulls === 'only') return Number(a.nulls === 'only') - Number(b.nulls === 'only');
  if (a.from === b.from) return 0;
  if (a.from === undefined) return 1;
  return b.from === undefined || a.from > b.from ? -1 : 1;
}
