import type { CursorRange, Micros } from '@bqsync/core';

const WHOLE: CursorRange = { from: undefined, to: undefined, nulls: 'include' };
const ONLY_NULLS: CursorRange = { from: undefined, to: undefined, nulls: 'only' };

interface Stretch {
  readonly from: Micros | undefined;
  readonly to: Micros | undefined;
}

/**
 * Ranges that hold all of the given ones, to be read one after another: at most `limit` where a range is read apart, those that lie closest put
 * together, else one, since each would scan the whole table.
 */
export function joinRanges(ranges: readonly CursorRange[], options: { readonly prunable: boolean; readonly limit: number }): CursorRange[] {
  const nulls = ranges.some((range) => range.nulls !== 'exclude');
  const stretches = joined(ranges.filter((range) => range.nulls !== 'only').toSorted(byFrom));
  if (stretches.some(({ from, to }) => from === undefined && to === undefined)) return [WHOLE];
  if (!options.prunable && nulls && stretches.length > 0) return [WHOLE];
  while (stretches.length > (options.prunable ? options.limit : 1)) joinClosest(stretches);
  return [...(nulls ? [ONLY_NULLS] : []), ...stretches.map(({ from, to }): CursorRange => ({ from, to, nulls: 'exclude' }))];
}

function byFrom(a: CursorRange, b: CursorRange): number {
  if (a.from === b.from) return 0;
  if (a.from === undefined || b.from === undefined) return a.from === undefined ? -1 : 1;
  return a.from < b.from ? -1 : 1;
}

function joined(ranges: readonly CursorRange[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { from, to } of ranges) {
    const last = stretches.at(-1);
    const touches = last !== undefined && (last.to === undefined || from === undefined || from <= last.to);
    if (touches) stretches[stretches.length - 1] = { from: last.from, to: laterEnd(last.to, to) };
    else stretches.push({ from, to });
  }
  return stretches;
}

function laterEnd(a: Micros | undefined, b: Micros | undefined): Micros | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a : b;
}

function joinClosest(stretches: Stretch[]): void {
  let closest = 1;
  const gapBefore = (at: number): bigint => (stretches[at]?.from ?? 0n) - (stretches[at - 1]?.to ?? 0n);
  for (let at = 2; at < stretches.length; at++) if (gapBefore(at) < gapBefore(closest)) closest = at;
  const [first, second] = stretches.slice(closest - 1, closest + 1);
  if (first !== undefined && second !== undefined) stretches.splice(closest - 1, 2, { from: first.from, to: second.to });
}
