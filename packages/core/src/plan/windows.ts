import type { CursorRange, Outline, OutlinePart } from '../ports/source.ts';
import type { Micros } from '../ports/time.ts';

/** How large one backfill window may be. */
export interface WindowLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/**
 * A finished query's result holds at most 10 GB compressed and must be read before it expires; 4 GB of logical bytes stays well below,
 * and 4 million rows are read in minutes.
 */
export const BACKFILL_LIMITS: WindowLimits = { maxRows: 4_000_000, maxBytes: 4_000_000_000 };

/**
 * Cuts what is left of a backfill into windows along the source's partitions, in cursor order: each as many whole parts as the limits
 * allow. The first has no lower bound but the frontier or the start; the last has no upper bound and so is also the first of the tail.
 * Together they hold every row with a cursor exactly once.
 */
export function planBackfill(outline: Outline, from: Micros | undefined, limits: WindowLimits): CursorRange[] {
  const bounds: Micros[] = [];
  let rows = 0;
  let bytes = 0;
  let previous: OutlinePart | undefined;
  for (const part of outline.parts) {
    if (from !== undefined && part.to !== undefined && part.to <= from) continue;
    const full = rows + part.rows > limits.maxRows || bytes + part.bytes > limits.maxBytes;
    const bound = part.from ?? previous?.to;
    if (previous !== undefined && full && bound !== undefined && (from === undefined || bound > from)) {
      bounds.push(bound);
      rows = 0;
      bytes = 0;
    }
    rows += part.rows;
    bytes += part.bytes;
    previous = part;
  }
  const edges: (Micros | undefined)[] = [from, ...bounds, undefined];
  const ranges: CursorRange[] = [];
  for (let i = 0; i + 1 < edges.length; i++) ranges.push({ from: edges[i], to: edges[i + 1], nulls: 'exclude' });
  return ranges;
}
