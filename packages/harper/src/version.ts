import { type Micros } from '@bqsync/core';

/** Harper keeps versions as milliseconds in a double, which near today's dates are exact to a quarter of a microsecond. */
export const VERSION_STEP_MS = 0.001;

/** The version of a window's write: its snapshot, and a thousandth of a millisecond more for each version that its commits have used (rule R1). */
export function versionOf(snapshot: Micros, sequence: number): number {
  return Number(snapshot) / 1000 + sequence * VERSION_STEP_MS;
}

/** The smallest usable version from `wanted` on that replaces what is stored: an older or equal one would be dropped without an error. */
export function versionAbove(wanted: number, stored: number): number {
  if (wanted > stored) return wanted;
  const next = stored + VERSION_STEP_MS;
  return next > stored ? next : stored * (1 + Number.EPSILON);
}

/** A version of now by the wall clock, for records that no snapshot dates. */
export function versionOfNow(): number {
  return Math.floor(Date.now()) + (performance.now() % 1);
}
