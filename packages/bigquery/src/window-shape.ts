import type { OpenWindow, Unit } from '@bqsync/core';
import type { BigQueryDescription } from './describe.ts';
import { type Handle, handleText, jobHandle } from './handle.ts';
import type { FinishedJob } from './job.ts';
import { surelySeen } from './storage-state.ts';
import { unitsOf } from './units.ts';

/** A window whose rows are a job's result, by row index. */
export function jobWindow(windowId: string, done: FinishedJob, description: BigQueryDescription): OpenWindow {
  return {
    windowId,
    snapshot: surelySeen(done.createdAt, description),
    totalRows: done.totalRows,
    units: unitsOf(done.totalRows),
    handle: jobHandle(done),
    bytesScanned: done.bytesScanned,
    bytesBilled: done.bytesBilled,
    resumed: done.resumed,
  };
}

/** A window whose rows are the streams of a read session. */
export function sessionWindow(windowId: string, handle: Extract<Handle, { kind: 'session' }>, resumed: boolean): OpenWindow {
  const { snapshot, totalRows, bytesScanned, bytesBilled, bytesByReadApi, streams } = handle;
  // Of several streams only the sum is known.
  const endRow = streams.length > 1 ? undefined : totalRows;
  const units: Unit[] = streams.map((_, index) => ({ index, startRow: 0, endRow }));
  return {
    windowId,
    snapshot,
    totalRows,
    units,
    handle: handleText(handle),
    bytesScanned,
    bytesBilled,
    ...(bytesByReadApi > 0 ? { bytesByReadApi } : {}),
    resumed,
  };
}
