import { BACKFILL_LIMITS, type CursorRange, type Micros, micros, parseInstant } from '@bqsync/core';

/** A UTC day as `YYYY-MM-DD`; null: the rows without a cursor. */
export type Day = string | null;

const DAY_MICROS = 86_400_000_000n;
const ONLY_NULLS: CursorRange = { from: undefined, to: undefined, nulls: 'only' };
const LAST_DAY = '9999-12-31';

interface Stretch {
  from: Micros;
  to: Micros;
  rows: number;
}

/**
 * The ranges that hold these days. Where a range of the cursor is read apart, at most `limit` of them, those that lie closest put together, and none
 * with more rows than one query result should have; else one over all, since each would scan the whole table.
 */
export function rangesOfDays(
  days: readonly Day[],
  options: { readonly prunable: boolean; readonly limit: number; readonly rowsOf?: (day: string) => number },
): CursorRange[] {
  const stretches: Stretch[] = [];
  for (const day of days.filter((each) => each !== null).toSorted()) {
    const from = startOf(day);
    const rows = options.rowsOf?.(day) ?? 0;
    const last = stretches.at(-1);
    if (last?.to === from && last.rows + rows <= BACKFILL_LIMITS.maxRows) {
      last.to = micros(from + DAY_MICROS);
      last.rows += rows;
    } else stretches.push({ from, to: micros(from + DAY_MICROS), rows });
  }
  const limit = options.prunable ? options.limit : 1;
  while (stretches.length > limit) joinClosest(stretches);
  // There is no instant after the last day that BigQuery could be asked for.
  const end = micros(startOf(LAST_DAY) + DAY_MICROS);
  const ranges = stretches.map(({ from, to }): CursorRange => ({ from, to: to >= end ? undefined : to, nulls: 'exclude' }));
  return days.includes(null) ? [ONLY_NULLS, ...ranges] : ranges;
}

/** The same ranges above a start, without those that lie below it. */
export function clipRanges(ranges: readonly CursorRange[], start: Micros | undefined): CursorRange[] {
  if (start === undefined) return [...ranges];
  return ranges
    .filter(({ to, nulls }) => nulls === 'only' || to === undefined || to > start)
    .map((range) => (range.nulls === 'only' || (range.from !== undefined && range.from >= start) ? range : { ...range, from: start }));
}

/** Whether one of the ranges holds a day. */
export function holdDay(ranges: readonly CursorRange[], day: Day): boolean {
  if (day === null) return ranges.some(({ nulls }) => nulls !== 'exclude');
  const at = startOf(day);
  return ranges.some(
    ({ from, to, nulls }) => nulls !== 'only' && (from === undefined || at + DAY_MICROS > from) && (to === undefined || at < to),
  );
}

function startOf(day: string): Micros {
  return parseInstant(day) ?? micros(0n);
}

function joinClosest(stretches: Stretch[]): void {
  let closest = 1;
  const gapBefore = (at: number): bigint => (stretches[at]?.from ?? 0n) - (stretches[at - 1]?.to ?? 0n);
  for (let at = 2; at < stretches.length; at++) if (gapBefore(at) < gapBefore(closest)) closest = at;
  const [first, second] = stretches.slice(closest - 1, closest + 1);
  if (first === undefined || second === undefined) return;
  stretches.splice(closest - 1, 2, { from: first.from, to: second.to, rows: first.rows + second.rows });
}
