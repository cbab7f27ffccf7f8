import type { CommitOutcome } from '../ports/sink.ts';
import type { OpenWindow, Unit } from '../ports/source.ts';
import type { UnitProgress } from '../ports/state.ts';
import { greatest, versionsOf } from './progress.ts';

/** A thread's place among those that share the windows of a table's node. */
export interface Share {
  /** From 0. */
  readonly slot: number;
  readonly slots: number;
}

function beginUnit(tableId: string, windowId: string, unit: Unit): UnitProgress {
  return {
    tableId,
    windowId,
    index: unit.index,
    startRow: unit.startRow,
    endRow: unit.endRow ?? null,
    rowsDone: 0,
    commits: 0,
    versions: 0,
    maxCursor: null,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    superseded: 0,
    quarantined: 0,
  };
}

/** One commit of a unit made durable; `ended`: the unit was found to have no more rows. */
export function applyUnitCommit(
  unit: UnitProgress,
  rows: number,
  maxCursor: string | null,
  outcome: CommitOutcome,
  ended: boolean,
): UnitProgress {
  const rowsDone = unit.rowsDone + rows;
  return {
    ...unit,
    endRow: ended ? unit.startRow + rowsDone : unit.endRow,
    rowsDone,
    commits: unit.commits + 1,
    versions: versionsOf(unit) + (outcome.versions ?? 1),
    maxCursor: greatest(unit.maxCursor, maxCursor),
    inserted: unit.inserted + outcome.inserted,
    updated: unit.updated + outcome.updated,
    unchanged: unit.unchanged + outcome.unchanged,
    superseded: unit.superseded + outcome.superseded,
    quarantined: unit.quarantined + outcome.rejected.length,
  };
}

export function isUnitDone(unit: UnitProgress): boolean {
  return unit.endRow !== null && unit.rowsDone === unit.endRow - unit.startRow;
}

/**
 * The units of an open window with what is stored of them. A record that does not fit its unit counts as absent, so that the unit is read
 * again.
 */
export function unitsOf(tableId: string, open: OpenWindow, stored: readonly UnitProgress[]): UnitProgress[] {
  return open.units.map((unit) => {
    const found = stored.find(({ index }) => index === unit.index);
    const fits =
      found?.windowId === open.windowId && found.startRow === unit.startRow && (unit.endRow === undefined || found.endRow === unit.endRow);
    return fits ? found : beginUnit(tableId, open.windowId, unit);
  });
}

/**
 * Whether the stored record of a unit is not the one that `base` was loaded as, so that a commit that goes on from `base` would overwrite what
 * another thread stored. A record that does not fit the unit counts as absent, as in {@link unitsOf}.
 */
export function isUnitMoved(base: UnitProgress, stored: UnitProgress | undefined): boolean {
  const isOfUnit = stored?.windowId === base.windowId && stored.startRow === base.startRow;
  if (!isOfUnit || (base.endRow !== null && stored.endRow !== base.endRow)) return base.commits > 0;
  return stored.commits !== base.commits || stored.rowsDone !== base.rowsDone;
}

/** The next unit for a thread: the first of its own that is not done, else, for the one that completes the window, one that stands still. */
export function nextUnit(
  units: readonly UnitProgress[],
  share: Share,
  standsStill: (unit: UnitProgress) => boolean,
): UnitProgress | undefined {
  const open = units.filter((unit) => !isUnitDone(unit));
  return open.find((unit) => unit.index % share.slots === share.slot) ?? open.find(standsStill);
}
