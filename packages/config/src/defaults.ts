import { DEFAULT_SYNC } from '@bqsync/core';

/** What `sync` is where neither the file nor the table says anything, in the units of the file. */
export const SYNC_DEFAULTS = {
  initialBatchSize: DEFAULT_SYNC.initialBatchSize,
  catchupBatchSize: DEFAULT_SYNC.catchupBatchSize,
  steadyBatchSize: DEFAULT_SYNC.steadyBatchSize,
  pollInterval: DEFAULT_SYNC.pollIntervalMs,
  catchupThreshold: DEFAULT_SYNC.catchupThresholdSeconds,
  steadyThreshold: DEFAULT_SYNC.steadyThresholdSeconds,
  lateness: DEFAULT_SYNC.latenessSeconds,
} as const;

/** The longest wait that a timer of Node can hold. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** `idlePollInterval`, where none is given. */
export function idlePollIntervalFor(pollInterval: number): number {
  return Math.min(4 * pollInterval, MAX_TIMER_MS);
}

export const READ_DEFAULTS = { api: 'auto' } as const;

export const CONNECTION_DEFAULTS = { maxRetries: 5, initialRetryDelay: 1000 } as const;

/** From how many rows in quarantine on a table is degraded: the smaller of both. */
export const QUARANTINE_DEFAULTS = { maxRows: 1000, maxPercent: 1 } as const;
