import type { HeldIntent } from './intent.ts';
import type { CommitOutcome } from '../ports/sink.ts';
import type { CursorRange, OpenWindow, WindowRequest } from '../ports/source.ts';
import type { Counters, TableProgress, UnitProgress, WindowProgress } from '../ports/state.ts';
import { type Micros, micros } from '../ports/time.ts';
import { dayOf, formatInstant, parseInstant, secondsBetween } from './instant.ts';
import { isPartRepair } from './repair.ts';

const NO_COUNTS: Counters = {
  inserted: 0,
  updated: 0,
  unchanged: 0,
  superseded: 0,
  quarantined: 0,
  deleted: 0,
  late: 0,
  lateMaxSeconds: 0,
  windows: 0,
  commits: 0,
  bytesScanned: 0,
  bytesBilled: 0,
  bytesByReadApi: 0,
};

/** The progress of a table of which nothing was read in this generation; `before`: that of the generation before. `staleRows`: the target may hold rows of another one, which must go in the end. */
export function beginGeneration(
  id: { readonly tableId: string; readonly generation: string; readonly epoch: number },
  schemaHash: string,
  staleRows: boolean,
  before?: Pick<TableProgress, 'spend' | 'touched' | 'cleared' | 'heard'>,
): TableProgress {
  return {
    tableId: id.tableId,
    generation: id.generation,
    epoch: id.epoch,
    schemaHash,
    stage: 'backfill',
    window: null,
    completedWindowId: null,
    completedRange: null,
    frontier: null,
    maxCursor: null,
    snapshot: null,
    sweepSnapshot: null,
    firstSnapshot: null,
    nullsDone: false,
    staleRows,
    seen: null,
    counters: NO_COUNTS,
    touched: before?.touched ?? null,
    healing: false,
    cleared: before?.cleared ?? 0,
    heard: before?.heard ?? {},
    spend: before?.spend ?? { day: '', bytes: 0 },
  };
}

/**
 * The columns changed, not what identifies rows. They may have changed between the last look at them and the last window: its rows are then without
 * the new ones, so it is read again, and what its sweep would have read.
 */
export function changeSchema(progress: TableProgress): TableProgress {
  const range = progress.completedRange;
  if (range === null) return progress;
  const { from, nulls } = range;
  // Rows without a cursor are read first, so that greater ones of their keys come after.
  const isFromFirst = nulls !== 'exclude' || from === null;
  return {
    ...progress,
    window: isFromFirst ? null : progress.window,
    frontier: isFromFirst ? null : progress.frontier !== null && progress.frontier > from ? from : progress.frontier,
    nullsDone: progress.nullsDone && nulls === 'exclude',
    healing: true,
    seen: null,
  };
}

/** Takes up a window just opened: continues its own recorded progress if it is the same result, else begins at its first row (rule R3). */
export function openWindow(
  progress: TableProgress,
  schemaHash: string,
  open: OpenWindow,
  { kind, range }: Pick<WindowRequest, 'kind' | 'range'>,
  shared = false,
): TableProgress {
  const snapshot = formatInstant(open.snapshot);
  const own = progress.window;
  const same =
    own?.windowId === open.windowId && own.totalRows === open.totalRows && own.snapshot === snapshot && own.handle === open.handle;
  const window: WindowProgress = same
    ? // Which rows were contested is known only to the run that met them.
      own.rewrite
      ? { ...own, rowsDone: 0 }
      : own
    : {
        windowId: open.windowId,
        kind,
        range: { from: textOf(range.from), to: textOf(range.to), nulls: range.nulls },
        snapshot,
        totalRows: open.totalRows,
        ...(open.handle === undefined ? {} : { handle: open.handle }),
        units: shared ? open.units.length : 1,
        rowsDone: 0,
        commits: 0,
        versions: 0,
        rewrite: false,
        maxCursor: null,
      };
  // The scan was counted by the commit that recorded this window's progress; without one it is counted now, resumed or not.
  if (same) return { ...progress, schemaHash, window };
  const day = dayOf(open.snapshot);
  return {
    ...progress,
    schemaHash,
    window,
    touched: greatest(progress.touched, snapshot),
    spend: { day, bytes: (progress.spend.day === day ? progress.spend.bytes : 0) + open.bytesBilled },
    counters: {
      ...progress.counters,
      bytesScanned: progress.counters.bytesScanned + open.bytesScanned,
      bytesBilled: progress.counters.bytesBilled + open.bytesBilled,
      bytesByReadApi: progress.counters.bytesByReadApi + (open.bytesByReadApi ?? 0),
    },
  };
}

function textOf(at: Micros | undefined): string | null {
  return at === undefined ? null : formatInstant(at);
}

/**
 * One commit made durable: `rows` source rows further, `maxCursor` the greatest cursor among them. Completes the window with its last row, or
 * where the window was found to have `ended`. `held`: contested rows are held by the caller, who settles them in the end.
 */
export function applyCommit(
  progress: TableProgress,
  intent: HeldIntent,
  rows: number,
  maxCursor: string | null,
  outcome: CommitOutcome,
  start: Micros | undefined,
  ended = rows + (progress.window?.rowsDone ?? 0) === progress.window?.totalRows,
  held = false,
): TableProgress {
  const window = progress.window;
  if (window?.windowId !== intent.request.windowId) throw new RangeError('a commit must belong to the window being read');
  const c = progress.counters;
  const next: TableProgress = {
    ...progress,
    window: {
      ...window,
      rowsDone: window.rowsDone + rows,
      commits: window.commits + 1,
      versions: versionsOf(window) + (outcome.versions ?? 1),
      maxCursor: greatest(window.maxCursor, maxCursor),
    },
    touched: touchedAgain(progress, outcome.versions),
    maxCursor: isPartRepair(intent.request) ? progress.maxCursor : greatest(progress.maxCursor, maxCursor),
    counters: {
      ...c,
      inserted: c.inserted + outcome.inserted,
      updated: c.updated + outcome.updated,
      unchanged: c.unchanged + outcome.unchanged,
      superseded: c.superseded + outcome.superseded + (held ? outcome.contested : 0),
      quarantined: c.quarantined + outcome.rejected.length,
      late: c.late + outcome.late,
      lateMaxSeconds: Math.max(c.lateMaxSeconds, latenessOf(outcome.lateOldest, progress.frontier)),
      commits: c.commits + 1,
    },
  };
  // A contested row that nobody holds: once more from the first row on, writing all (see CommitOutcome.contested). Paging again costs nothing.
  if (outcome.contested > 0 && next.window !== null) {
    return { ...next, window: { ...next.window, rowsDone: held ? next.window.rowsDone : 0, rewrite: true } };
  }
  return ended ? completeWindow(next, intent, start) : next;
}

/** All units of a shared window are durable: completes the window with what they add up to. */
export function completeUnits(
  progress: TableProgress,
  intent: HeldIntent,
  units: readonly UnitProgress[],
  start: Micros | undefined,
): TableProgress {
  const window = progress.window;
  const done = units.reduce((sum, unit) => sum + unit.rowsDone, 0);
  if (
    window?.windowId !== intent.request.windowId ||
    units.length !== window.units ||
    units.some((unit) => unit.endRow !== unit.startRow + unit.rowsDone)
  )
    throw new RangeError('units are missing');
  const sum = (count: (unit: UnitProgress) => number) => units.reduce((total, unit) => total + count(unit), 0);
  const maxCursor = units.reduce<string | null>((max, unit) => greatest(max, unit.maxCursor), null);
  const c = progress.counters;
  const next: TableProgress = {
    ...progress,
    window: { ...window, rowsDone: done, commits: window.commits + 1, maxCursor },
    touched: touchedAgain(progress, versionsOfUnits(units)),
    maxCursor: greatest(progress.maxCursor, maxCursor),
    counters: {
      ...c,
      inserted: c.inserted + sum((unit) => unit.inserted),
      updated: c.updated + sum((unit) => unit.updated),
      unchanged: c.unchanged + sum((unit) => unit.unchanged),
      superseded: c.superseded + sum((unit) => unit.superseded),
      quarantined: c.quarantined + sum((unit) => unit.quarantined),
      commits: c.commits + 1 + sum((unit) => unit.commits),
    },
  };
  return completeWindow(next, intent, start);
}

/** Versions of a window, or of one of its units, that are used: where the next commit begins. */
export function versionsOf({ versions, commits }: Pick<WindowProgress, 'versions' | 'commits'>): number {
  return versions ?? commits;
}

/** Versions that a shared window may use before its units begin, beside one per unit. */
const ANNOUNCING_VERSIONS = 8;

/** Units take turns with versions, so that no two threads write at one: of `units` units, each has every so many. */
export function unitSequence(units: number, { index, ...unit }: Pick<UnitProgress, 'index' | 'versions' | 'commits'>): number {
  return ANNOUNCING_VERSIONS + units + versionsOf(unit) * units + index;
}

/** The versions that all units of a shared window have used. */
export function versionsOfUnits(units: readonly UnitProgress[]): number {
  return units.reduce((most, unit) => Math.max(most, unitSequence(units.length, unit)), ANNOUNCING_VERSIONS);
}

/** Higher with each version that is used, as the rows are (rule R1): a window that has arrived in part is not taken for the whole. */
function touchedAgain({ touched }: TableProgress, versions = 1): string | null {
  const at = touched === null ? undefined : parseInstant(touched);
  return at === undefined ? touched : formatInstant(micros(at + BigInt(versions)));
}

function completeWindow(progress: TableProgress, intent: HeldIntent, start: Micros | undefined): TableProgress {
  const window = progress.window;
  if (window === null) return progress;
  const { range, kind } = intent.request;
  const windows = progress.counters.windows + 1;
  if (isPartRepair(intent.request)) {
    return { ...progress, window: null, completedWindowId: window.windowId, counters: { ...progress.counters, windows } };
  }
  const first = progress.firstSnapshot === null;
  const joined = range.nulls !== 'only' && joinsFrontier(progress, range, start);
  const openEnded = joined && range.to === undefined;
  return {
    ...progress,
    window: null,
    completedWindowId: window.windowId,
    completedRange: window.range,
    stage: openEnded ? 'tail' : progress.stage,
    frontier: joined ? frontierAfter(progress.frontier, range, window) : progress.frontier,
    snapshot: window.snapshot,
    firstSnapshot: progress.firstSnapshot ?? window.snapshot,
    healing: progress.healing && !(openEnded && kind === 'sweep'),
    sweepSnapshot: first || (joined && kind === 'sweep') ? window.snapshot : progress.sweepSnapshot,
    nullsDone: progress.nullsDone || range.nulls !== 'exclude',
    seen: openEnded ? { ...intent.probe, openedAt: window.snapshot } : progress.seen,
    counters: { ...progress.counters, windows },
  };
}

/** Whether a range begins at or below the end of what is complete, so that nothing lies between (rule R3). */
export function joinsFrontier(progress: TableProgress, range: CursorRange, start: Micros | undefined): boolean {
  const base = progress.frontier === null ? start : parseInstant(progress.frontier);
  return range.from === undefined || (base !== undefined && range.from <= base);
}

/**
 * Where the contiguous completed part ends now. A bounded window moves it to its end, empty or not. An open-ended one moves it to the greatest
 * cursor read, but never past the snapshot: a row of the future must not hide those that come before it.
 */
function frontierAfter(before: string | null, range: CursorRange, window: WindowProgress): string | null {
  const reached = range.to ?? openEnd(window);
  return reached === undefined ? before : greatest(before, formatInstant(reached));
}

function openEnd(window: WindowProgress): Micros | undefined {
  if (window.maxCursor === null) return undefined;
  const cursor = parseInstant(window.maxCursor);
  const snapshot = parseInstant(window.snapshot);
  if (cursor === undefined || snapshot === undefined) return undefined;
  return cursor < snapshot ? cursor : snapshot;
}

/** The watermark that is reported: the smaller of the greatest cursor seen and the last completed snapshot, in cursor text. */
export function watermarkOf(progress: TableProgress): string | null {
  if (progress.maxCursor === null || progress.snapshot === null) return progress.maxCursor === null ? null : progress.frontier;
  const cursor = parseInstant(progress.maxCursor);
  const snapshot = parseInstant(progress.snapshot);
  if (cursor === undefined || snapshot === undefined) return progress.frontier;
  if (progress.stage === 'backfill') return progress.frontier;
  return cursor <= snapshot ? progress.maxCursor : progress.snapshot;
}

/** The greater of two texts of one cursor type; null is below all. */
export function greatest(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  return b === null || a >= b ? a : b;
}

function latenessOf(cursor: string | null, frontier: string | null): number {
  const from = cursor === null ? undefined : parseInstant(cursor);
  const to = frontier === null ? undefined : parseInstant(frontier);
  return from === undefined || to === undefined ? 0 : Math.max(0, secondsBetween(from, to));
}
