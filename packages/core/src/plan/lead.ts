import type { Micros } from '../ports/time.ts';
import { secondsBetween } from './instant.ts';

/**
 * Where new rows come in, as the last open-ended windows found it. A cursor in local time east of Greenwich runs hours ahead of the source's clock.
 * Reading from that clock on, as is right where a single row lies in the future, would read these hours again with each poll. So once rows are seen to
 * come in ahead of the clock and nowhere else, polls begin where they come in; what may lie between is read by whole sweeps, which become rarer.
 *
 * Kept in memory: without it a table is read from the clock on, which is always right.
 */
export interface Lead {
  /** Least cursor of the rows that were new in the last window that had any, if all of them lay ahead of the clock. */
  readonly floor: Micros | undefined;
  /** In how many windows, one after another, new rows came in ahead of the clock only. */
  readonly windows: number;
}

export const NO_LEAD: Lead = { floor: undefined, windows: 0 };

const WINDOWS = 3;
/** Reading so few rows again is not worth a thought. */
const ROWS = 10;
/** No clock is further ahead than this. */
const MOST_SECONDS = 86_400;

/** What an open-ended window found. */
export interface Found {
  readonly snapshot: Micros;
  /** Rows read. */
  readonly rows: number;
  /** Least cursor of the rows that were new or changed; undefined: there were none. */
  readonly least: Micros | undefined;
}

export function isLeading({ floor, windows }: Lead): boolean {
  return floor !== undefined && windows >= WINDOWS;
}

/** After a window that began at the clock or where rows come in. */
export function leadAfter(lead: Lead, { snapshot, rows, least }: Found, latenessSeconds: number): Lead {
  if (least === undefined) return lead;
  const isAhead = least > snapshot && (lead.floor === undefined || secondsBetween(least, lead.floor) <= latenessSeconds);
  if (!isAhead || (rows < ROWS && !isLeading(lead))) return NO_LEAD;
  return { floor: least, windows: lead.windows + 1 };
}

/**
 * After a sweep: `least` is the least cursor that it found below what was read before. Further below than `lateness`, it came in where nothing was
 * looked for.
 */
export function leadAfterSweep(lead: Lead, { least }: Pick<Found, 'least'>, latenessSeconds: number): Lead {
  return least !== undefined && lead.floor !== undefined && secondsBetween(least, lead.floor) > latenessSeconds ? NO_LEAD : lead;
}

/** Time until the next whole sweep, after one that found nothing: twice that before, up to a quarter of what it reads again. */
export function nextWholeSweepMs(lastMs: number, { floor }: Lead, snapshot: Micros, latenessMs: number, sweepsPerLateness: number): number {
  const least = latenessMs / sweepsPerLateness;
  const leadSeconds = floor === undefined ? 0 : Math.max(0, Math.min(MOST_SECONDS, secondsBetween(snapshot, floor)));
  return Math.max(least, Math.min(2 * lastMs, (leadSeconds * 1000 + latenessMs) / sweepsPerLateness));
}
