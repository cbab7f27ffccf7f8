import type { Interval } from './interval.ts';
import { intervalRank } from './interval-math.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';
import { shiftCivil } from './runtime-interval.ts';

const MAX_ITEMS = 1_048_576;

/** The parts of a range, one step long each, as JSON. The n-th one begins n steps after the start, so that months keep their day. */
function series(start: bigint, end: bigint, step: Interval, partial: boolean): string {
  if (intervalRank(step) <= 0n) throw new Error('GENERATE_RANGE_ARRAY: the step must be positive');
  const times = (n: number): Interval => ({ months: step.months * n, days: step.days * n, micros: step.micros * BigInt(n) });
  const parts: string[] = [];
  for (let n = 0, from = start; from < end; n += 1) {
    if (n >= MAX_ITEMS) throw new Error('GENERATE_RANGE_ARRAY: the array would have too many elements');
    const next = shiftCivil(start, times(n + 1), 1n);
    if (next <= end || partial) parts.push(`[${String(from)},${String(next < end ? next : end)}]`);
    from = next;
  }
  return `[${parts.join(',')}]`;
}

export const RANGE_RUNTIME: RuntimeTable = {
  bq_range_check: runtime(['int', 'int'], 'bool', (start, end) => {
    if (start >= end) throw new Error('RANGE: the start must be less than the end');
    return true;
  }),
  bq_fail: runtime(['text'], 'bool', (message) => {
    throw new Error(message);
  }),
  bq_range_series: runtime(['int', 'int', 'interval', 'bool'], 'text', series),
};
