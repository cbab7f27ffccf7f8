import type { Phase, TableProgress } from '../ports/state.ts';
import type { SyncOptions } from '../ports/table-spec.ts';
import type { Micros } from '../ports/time.ts';
import { parseInstant, secondsBetween } from './instant.ts';

/**
 * How old, in seconds, the oldest row that may be missing is, as of a window's snapshot. While backfilling: the distance from the frontier
 * (endless before it is known). In the tail a missing row became visible after the last completed snapshot, however old its cursor.
 */
export function lagSeconds(progress: TableProgress, snapshot: Micros): number {
  const frontier = progress.frontier === null ? undefined : parseInstant(progress.frontier);
  if (progress.stage === 'backfill')
    return frontier === undefined ? Number.POSITIVE_INFINITY : Math.max(0, secondsBetween(frontier, snapshot));
  const completed = progress.snapshot === null ? undefined : parseInstant(progress.snapshot);
  const known = completed !== undefined && (frontier === undefined || completed > frontier) ? completed : frontier;
  return known === undefined ? Number.POSITIVE_INFINITY : Math.max(0, secondsBetween(known, snapshot));
}

export function phaseOf(lag: number, sync: SyncOptions): Phase {
  if (lag > sync.catchupThresholdSeconds) return 'initial';
  return lag > sync.steadyThresholdSeconds ? 'catchup' : 'steady';
}

/** Rows per commit, at most, in a phase. */
export function batchSizeOf(phase: Phase, sync: SyncOptions): number {
  if (phase === 'initial') return sync.initialBatchSize;
  return phase === 'catchup' ? sync.catchupBatchSize : sync.steadyBatchSize;
}
