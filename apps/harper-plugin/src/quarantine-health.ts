import { QUARANTINE_DEFAULTS } from '@bqsync/config';
import type { QuarantineLimits, TableStatus } from '@bqsync/core';
import type { QuarantineCause } from '@bqsync/harper';
import type { TableCount } from './table-counts.ts';

/** How many rows of a table are in quarantine, and what is made of it. */
export interface QuarantineView {
  /** Rows, not rejections. */
  readonly rows: number;
  /** More than so many make the table degraded. */
  readonly limit: number;
  readonly degraded: boolean;
  /** The most frequent first. */
  readonly causes: readonly QuarantineCause[];
}

/**
 * Judges a count by the table's limits: the smaller of `maxRows` and `maxPercent` of all its rows. While the table is read for the first time
 * only `maxRows` counts: of the first few rows one is more than any part.
 */
export function judgeQuarantine(
  { rows, quarantine }: TableCount,
  { maxRows = QUARANTINE_DEFAULTS.maxRows, maxPercent = QUARANTINE_DEFAULTS.maxPercent }: QuarantineLimits = {},
  stage?: TableStatus['stage'],
): QuarantineView {
  const part = (((rows ?? 0) + quarantine.rows) * maxPercent) / 100;
  const limit = stage === 'backfill' ? maxRows : Math.min(maxRows, Math.floor(part));
  return { rows: quarantine.rows, limit, degraded: quarantine.rows > limit, causes: quarantine.causes };
}
