import type { CursorRange, Probe, WindowKind } from '../ports/source.ts';
import type { TableProgress, WindowProgress } from '../ports/state.ts';
import type { SyncOptions } from '../ports/table-spec.ts';
import { type Micros, micros } from '../ports/time.ts';
import { parseInstant } from './instant.ts';
import { BACKFILL_LIMITS } from './windows.ts';

/** What is known when the next window is to be chosen. */
export interface Observation {
  readonly probe: Probe;
  readonly prunable: boolean;
  /** The backfill's windows, once outlined. */
  readonly outline: { readonly ranges: readonly CursorRange[]; readonly nulls: boolean } | undefined;
  /** Time since this process last completed an open-ended window; undefined: it has not. */
  readonly sinceOpenMs: number | undefined;
  /** Likewise since its last sweep. */
  readonly sinceSweepMs: number | undefined;
  /** Whether new rows come in ahead of the source's clock, and nowhere else: absent, they do not. */
  readonly isLeading?: boolean | undefined;
  /** Where they do: whether a sweep is to look at all that may be late, and not only behind the newest cursor. */
  readonly wholeSweepDue?: boolean | undefined;
  /** Read everything visible now, late rows included, however recent the last sweep. */
  readonly thorough: boolean;
}

export type Command =
  | { readonly do: 'outline' }
  | { readonly do: 'open'; readonly kind: WindowKind; readonly range: CursorRange }
  | { readonly do: 'delete-stale'; readonly before: Micros }
  | { readonly do: 'skip' };

/** A change is taken as seen by a window only if the source dates it this long before the window was opened (rule R4). */
const SETTLED_MICROS = 10_000_000n;
/** Sweeps of a changing table come this many times per `lateness`. */
export const SWEEPS_PER_LATENESS = 4;

/** The next thing to do with a table that has no window in hand. Pure: the same arguments give the same command. */
export function decide(progress: TableProgress, seen: Observation, sync: SyncOptions): Command {
  // It cannot go on, but rows of it may be written, newer than greater ones of their keys that it did not come to.
  if (progress.window !== null) return open(progress.window.kind, rangeOf(progress.window));
  return progress.stage === 'backfill' ? decideBackfill(progress, seen, sync) : decideTail(progress, seen, sync);
}

function decideBackfill(progress: TableProgress, seen: Observation, sync: SyncOptions): Command {
  const frontier = frontierOf(progress);
  const from = frontier ?? sync.startTimestamp;
  const whole = !seen.prunable || (seen.probe.bytes <= BACKFILL_LIMITS.maxBytes && seen.probe.rowCount <= BACKFILL_LIMITS.maxRows);
  if (whole) {
    if (progress.nullsDone) return open('backfill', { from, to: undefined, nulls: 'exclude' });
    // Pruning needs a plain comparison, so behind a lower bound rows without a cursor are asked for apart.
    if (seen.prunable && from !== undefined) return open('backfill', { from: undefined, to: undefined, nulls: 'only' });
    return open('backfill', { from, to: undefined, nulls: 'include' });
  }
  if (seen.outline === undefined) return { do: 'outline' };
  if (seen.outline.nulls && !progress.nullsDone) return open('backfill', { from: undefined, to: undefined, nulls: 'only' });
  const next = seen.outline.ranges.find((range) => range.to === undefined || frontier === undefined || range.to > frontier);
  return open('backfill', { from, to: next?.to, nulls: 'exclude' });
}

function decideTail(progress: TableProgress, seen: Observation, sync: SyncOptions): Command {
  const first = progress.firstSnapshot === null ? undefined : parseInstant(progress.firstSnapshot);
  if (progress.staleRows && first !== undefined) return { do: 'delete-stale', before: first };

  const frontier = frontierOf(progress);
  // Taken up from before they were read: a sweep leaves rows without a cursor out.
  const needsNulls = progress.healing && !progress.nullsDone && frontier !== undefined;
  if (needsNulls && seen.prunable) return open('backfill', { from: undefined, to: undefined, nulls: 'only' });

  const latenessMs = sync.latenessSeconds * 1000;
  const pollDue = seen.sinceOpenMs === undefined || seen.sinceOpenMs >= latenessMs;
  const unchanged = isUnchanged(progress, seen.probe);
  if (unchanged && !pollDue) return { do: 'skip' };

  const isTimely = pollDue || seen.sinceSweepMs === undefined || seen.sinceSweepMs >= latenessMs / SWEEPS_PER_LATENESS;
  // What was written last has been swept already: this poll is for what metadata may hide, of which none can be expected to be late.
  const isSwept = unchanged && isSettledBefore(progress.seen?.modifiedAt, progress.sweepSnapshot);
  const sweepDue = progress.healing || seen.thorough || (isTimely && !isSwept);
  if (frontier === undefined) {
    return open(sweepDue ? 'sweep' : 'tail', {
      from: sync.startTimestamp,
      to: undefined,
      nulls: progress.nullsDone ? 'exclude' : 'include',
    });
  }
  const nulls = needsNulls ? 'include' : 'exclude';
  if (!sweepDue) return open('tail', { from: tailStart(progress, frontier, seen), to: undefined, nulls });
  const isWhole = seen.isLeading !== true || seen.wholeSweepDue !== false || progress.healing || seen.thorough;
  if (isWhole) return open('sweep', { from: sweepStart(progress, frontier, sync), to: undefined, nulls });
  const swept = progress.sweepFrontier == null ? undefined : parseInstant(progress.sweepFrontier);
  return open('near-sweep', { from: behind(least(swept ?? frontier, frontier), sync), to: undefined, nulls });
}

/** A frontier ahead of the clock is where rows come in, as far as this process knows; otherwise one row of the future hides none that come before it. */
function tailStart(progress: TableProgress, frontier: Micros, seen: Observation): Micros {
  if (seen.isLeading === true) return frontier;
  const text = progress.seen?.openedAt ?? progress.sweepSnapshot;
  const clock = text === null ? undefined : parseInstant(text);
  return clock === undefined ? frontier : least(frontier, clock);
}

/**
 * Rule R4: nothing can have become visible since the last completed open-ended window. What the rows are does not matter: a row dated in the
 * future holds the frontier at the snapshot, so that a later window reads it again, but it needs no window of its own.
 */
function isUnchanged(progress: TableProgress, probe: Probe): boolean {
  const seen = progress.seen;
  if (seen === null || seen.streaming || probe.streaming) return false;
  if (seen.token !== probe.token) return false;
  return isSettledBefore(seen.modifiedAt, seen.openedAt);
}

/** Whether a change lies so long before a snapshot that this is sure to show it. */
function isSettledBefore(modified: string | undefined, snapshot: string | null): boolean {
  const modifiedAt = modified === undefined ? undefined : parseInstant(modified);
  const openedAt = snapshot === null ? undefined : parseInstant(snapshot);
  return modifiedAt !== undefined && openedAt !== undefined && openedAt - modifiedAt > SETTLED_MICROS;
}

/**
 * Rule R5: `lateness` before the last completed sweep, by the source's clock and by the newest cursor that was known then, whichever is less, so that
 * downtime widens it and cursors in local time are swept, too; never above the frontier, never below the start.
 */
function sweepStart(progress: TableProgress, frontier: Micros, sync: SyncOptions): Micros {
  const swept = progress.sweepSnapshot === null ? undefined : parseInstant(progress.sweepSnapshot);
  const newest = (progress.sweepFrontier == null ? undefined : parseInstant(progress.sweepFrontier)) ?? frontier;
  return behind(least(least(swept ?? frontier, newest), frontier), sync);
}

/** `lateness` before an instant, never below the start. */
function behind(at: Micros, sync: SyncOptions): Micros {
  const reach = micros(at - BigInt(Math.round(sync.latenessSeconds * 1e6)));
  return sync.startTimestamp !== undefined && reach < sync.startTimestamp ? sync.startTimestamp : reach;
}

function least(a: Micros, b: Micros): Micros {
  return a < b ? a : b;
}

function rangeOf({ range }: WindowProgress): CursorRange {
  const at = (text: string | null) => (text === null ? undefined : parseInstant(text));
  return { from: at(range.from), to: at(range.to), nulls: range.nulls };
}

function frontierOf(progress: TableProgress): Micros | undefined {
  return progress.frontier === null ? undefined : parseInstant(progress.frontier);
}

function open(kind: WindowKind, range: CursorRange): Command {
  return { do: 'open', kind, range };
}
