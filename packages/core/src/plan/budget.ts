import type { TableProgress } from '../ports/state.ts';
import type { CostOptions } from '../ports/table-spec.ts';
import type { Micros } from '../ports/time.ts';
import { dayOf } from './instant.ts';

/** BigQuery bills every query for at least 10 MB of each table it reads (cloud.google.com/bigquery/pricing). */
export const MINIMUM_BYTES_BILLED = 10 * 1024 * 1024;

const DAY_MS = 86_400_000;

export interface Budget {
  /** What the next window may bill at most; undefined: no limit. */
  readonly maxBytesBilled: number | undefined;
  /** Set when nothing may be opened before the next UTC day. */
  readonly pausedForMs: number | undefined;
  readonly spentBytes: number;
}

/** What a table's limits leave for its next window, at local time `now`. */
export function budgetOf(progress: TableProgress, cost: CostOptions, now: Micros): Budget {
  const spentBytes = progress.spend.day === dayOf(now) ? progress.spend.bytes : 0;
  if (cost.maxBytesPerDay === undefined) return { maxBytesBilled: cost.maxBytesBilledPerQuery, pausedForMs: undefined, spentBytes };
  const left = cost.maxBytesPerDay - spentBytes;
  if (left < MINIMUM_BYTES_BILLED) return { maxBytesBilled: undefined, pausedForMs: msToNextDay(now), spentBytes };
  return { maxBytesBilled: Math.min(left, cost.maxBytesBilledPerQuery ?? left), pausedForMs: undefined, spentBytes };
}

/**
 * The pause between two polls: the configured one, stretched so that the rest of the day's budget lasts for the rest of the day at the
 * price of the last poll.
 */
export function pollIntervalMs(configuredMs: number, progress: TableProgress, cost: CostOptions, lastBilled: number, now: Micros): number {
  if (cost.maxBytesPerDay === undefined || lastBilled === 0) return configuredMs;
  const left = cost.maxBytesPerDay - (progress.spend.day === dayOf(now) ? progress.spend.bytes : 0);
  const polls = Math.floor(left / lastBilled);
  return polls < 1 ? configuredMs : Math.max(configuredMs, Math.ceil(msToNextDay(now) / polls));
}

export function msToNextDay(now: Micros): number {
  const ms = Number(now / 1000n);
  return DAY_MS - (((ms % DAY_MS) + DAY_MS) % DAY_MS);
}
