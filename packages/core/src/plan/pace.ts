import type { SyncOptions } from '../ports/table-spec.ts';
import { SWEEPS_PER_LATENESS } from './decide.ts';

/** Of the time that a table has stood still, the share that its next poll may wait. */
const IDLE_SHARE = 0.1;
const DAY_MS = 86_400_000;

/**
 * The pause between two polls of a table to which nothing was written for `stillMs`: `pollIntervalMs`, growing to a tenth of that time, so
 * that the lag it adds stays small beside it; at most `idlePollIntervalMs`, and never past the time of the next unconditional poll (rule R4).
 */
export function idleIntervalMs(sync: SyncOptions, stillMs: number): number {
  const { pollIntervalMs, idlePollIntervalMs = pollIntervalMs, latenessSeconds } = sync;
  return Math.max(pollIntervalMs, Math.min(IDLE_SHARE * stillMs, idlePollIntervalMs, latenessSeconds * 1000));
}

/** Windows that an up-to-date table opens a day, which are billed. Polls that find the table unchanged open none and are free. */
export interface ReadsPerDay {
  /** Windows of the rows above the frontier. */
  readonly polls: number;
  /** Windows that also look for late rows. */
  readonly sweeps: number;
}

/** How often an up-to-date table is read: at least, if it never changes, and at most, if it always has when it is polled (rules R4 and R5). */
export function readsPerDay({ pollIntervalMs, latenessSeconds }: SyncOptions): { readonly least: ReadsPerDay; readonly most: ReadsPerDay } {
  const polls = Math.max(1, Math.floor(DAY_MS / pollIntervalMs));
  const every = (ms: number): number => (ms <= pollIntervalMs ? polls : Math.ceil(DAY_MS / ms));
  const latenessMs = latenessSeconds * 1000;
  const sweeps = every(latenessMs / SWEEPS_PER_LATENESS);
  return { least: { polls: 0, sweeps: every(latenessMs) }, most: { polls: polls - sweeps, sweeps } };
}
