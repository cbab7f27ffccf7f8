import {
  type Column,
  type ColumnType,
  formatInstant,
  type KeyedRow,
  type Micros,
  micros,
  type Row,
  type TableProgress,
  type WindowIntent,
} from '@bqsync/core';
import type { CommitOrder, Target } from './app/calls.ts';

export const column = (name: string, type: ColumnType = 'STRING', extra: Partial<Column> = {}): Column => ({
  name,
  type,
  repeated: false,
  required: false,
  ...extra,
});

/** 2026-01-01 and so many microseconds. */
export const at = (offset = 0): Micros => micros(1_767_225_600_000_000n + BigInt(offset));

export interface TargetOptions {
  readonly columns?: readonly Column[];
  readonly database?: string;
  readonly createTarget?: boolean;
  readonly key?: Target['key'];
}

/** A table `name` with columns `k` (its key), `ts` and `v`, unless told otherwise. */
export function target(name: string, options: TargetOptions = {}): Target {
  return {
    table: {
      id: name,
      source: { project: 'p', dataset: 'd', table: name },
      cursorColumn: 'ts',
      columns: 'all',
      target: { table: name, ...(options.database === undefined ? {} : { database: options.database }) },
      duplicates: 'collapse',
      createTarget: options.createTarget ?? true,
      mode: 'timestamp',
      sync: {
        initialBatchSize: 10_000,
        catchupBatchSize: 1_000,
        steadyBatchSize: 500,
        pollIntervalMs: 1_000,
        catchupThresholdSeconds: 3_600,
        steadyThresholdSeconds: 300,
        latenessSeconds: 3_600,
      },
      cost: {},
    },
    description: {
      columns: options.columns ?? [column('k'), column('ts', 'TIMESTAMP'), column('v')],
      cursorType: 'TIMESTAMP',
      declaredKey: undefined,
      prunable: true,
      layout: 'none',
      createdAt: at(),
      probe: { token: 't', modifiedAt: at(), streaming: false, rowCount: 0, bytes: 0 },
    },
    key: options.key ?? { kind: 'columns', columns: ['k'] },
  };
}

export const keyed = (key: string, row: Row = {}, cursor: string | null = null): KeyedRow => ({
  key,
  cursor,
  row: { k: key, ts: cursor, v: 'v', ...row },
});

export function intent(tableId: string, windowId = 'w1', bootId = 'boot1'): WindowIntent {
  return {
    tableId,
    request: { windowId, kind: 'tail', range: { from: formatInstant(at(1)), to: null, nulls: 'exclude' } },
    generation: 'g',
    schemaHash: 's',
    epoch: 0,
    workerId: 'host-0',
    bootId,
    probe: { token: 't', modifiedAt: formatInstant(at()), streaming: false },
  };
}

export function progress(tableId: string, rowsDone = 0): TableProgress {
  return {
    tableId,
    generation: 'g',
    epoch: 0,
    schemaHash: 's',
    stage: 'tail',
    window: {
      windowId: 'w1',
      kind: 'tail',
      range: { from: formatInstant(at(1)), to: null, nulls: 'exclude' },
      snapshot: formatInstant(at()),
      units: 1,
      totalRows: 1_000,
      rowsDone,
      commits: 1,
      rewrite: false,
      maxCursor: null,
    },
    completedWindowId: null,
    completedRange: { from: null, to: formatInstant(at()), nulls: 'include' },
    frontier: null,
    maxCursor: null,
    snapshot: null,
    sweepSnapshot: formatInstant(at(5)),
    firstSnapshot: null,
    nullsDone: false,
    staleRows: false,
    touched: formatInstant(at()),
    healing: false,
    cleared: 0,
    heard: { other: [{ low: null, high: formatInstant(at()), window: formatInstant(at()) }] },
    seen: { token: 't', modifiedAt: formatInstant(at()), openedAt: formatInstant(at()), streaming: false },
    counters: {
      inserted: 1,
      updated: 2,
      unchanged: 3,
      superseded: 4,
      quarantined: 5,
      deleted: 6,
      late: 7,
      lateMaxSeconds: 8.5,
      windows: 9,
      commits: 10,
      bytesScanned: 11,
      bytesBilled: 12,
      bytesByReadApi: 11,
    },
    spend: { day: '2026-01-01', bytes: 13 },
  };
}

export function order(into: Target, rows: readonly KeyedRow[], changes: Partial<CommitOrder> = {}): CommitOrder {
  const { table } = into;
  const tableId = table.id;
  return {
    into,
    table,
    snapshot: at(),
    sequence: 0,
    rows,
    rejected: [],
    compare: true,
    lateBelow: null,
    fence: { windowId: 'w1', workerId: 'host-0', bootId: 'boot1' },
    nodeId: 7,
    progress: progress(tableId),
    checkpoint: {
      id: `${tableId}_7`,
      tableId,
      nodeId: 7,
      lastTimestamp: null,
      recordsIngested: 1,
      lastSyncTime: formatInstant(at()),
      phase: 'steady',
      batchSize: 500,
    },
    ...changes,
  };
}
