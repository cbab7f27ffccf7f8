import { type Micros } from '@bqsync/core';

/** Harper keeps versions as milliseconds in a double, which near today's dates are exact to a quarter of a microsecond. */
const STEP_MS = 0.001;

/** The version of the rows of a window's commit: its snapshot, and a thousandth of a millisecond more for each commit (rule R1). */
export function versionOf(snapshot: Micros, sequence: number): number {
  return Number(snapshot) / 1000 + sequence * STEP_MS;
}

/** The smallest usable version from `wanted` on that replaces what is stored: an older or equal one would be dropped without an error. */
export function versionAbove(wanted: number, stored: number): number {
  if (wanted > stored) return wanted;
  const next = stored + STEP_MS;
  return next > stored ? next : stored * (1 + Number.EPSILON);
}
