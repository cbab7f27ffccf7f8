import type { CallInRange } from '../data/port-events.ts';

/** The last events are chosen by exact search, the ones before by order alone. */
const TAIL = 64;
const TAIL_CANDIDATES = 4_000;

/**
 * Calls, earlier ones in the list preferred, whose events add up to exactly `count`; undefined if no choice of whole calls does.
 * Only whole calls are taken, so that no arrival loses its departure.
 */
export function selectCalls(calls: readonly CallInRange[], count: number): CallInRange[] | undefined {
  const chosen: CallInRange[] = [];
  let left = count;
  let next = 0;
  for (; next < calls.length && left > TAIL; next++) {
    const call = calls[next] as CallInRange;
    chosen.push(call);
    left -= call.events.length;
  }
  const candidates = calls.slice(next, next + TAIL_CANDIDATES);
  // reach[i][n]: the first i candidates can give n events.
  const reach: Uint8Array[] = [new Uint8Array(left + 1)];
  (reach[0] as Uint8Array)[0] = 1;
  for (const [i, call] of candidates.entries()) {
    const before = reach[i] as Uint8Array;
    const after = before.slice();
    for (let n = call.events.length; n <= left; n++) if (before[n - call.events.length] === 1) after[n] = 1;
    reach.push(after);
  }
  if (reach.at(-1)?.[left] !== 1) return undefined;
  for (let i = candidates.length; i > 0; i--) {
    if (reach[i - 1]?.[left] === 1) continue;
    const call = candidates[i - 1] as CallInRange;
    chosen.push(call);
    left -= call.events.length;
  }
  return chosen;
}
