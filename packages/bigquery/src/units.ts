import type { Unit } from '@bqsync/core';

/** Rows of a unit, about: large enough that its bookkeeping costs nothing, small enough to spread over threads. */
export const UNIT_ROWS = 50_000;

/** Even stretches of about {@link UNIT_ROWS} rows, in order, without gap or overlap; none for a window without rows. */
export function unitsOf(totalRows: number): (Unit & { readonly endRow: number })[] {
  const units = totalRows === 0 ? 0 : Math.max(1, Math.round(totalRows / UNIT_ROWS));
  return Array.from({ length: units }, (_, index) => ({
    index,
    startRow: Math.floor((index * totalRows) / units),
    endRow: Math.floor(((index + 1) * totalRows) / units),
  }));
}
