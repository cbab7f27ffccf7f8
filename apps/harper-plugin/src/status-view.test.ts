import type { TableStatus } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { statusView } from './status-view.ts';
import type { StoredReport } from './worker-row.ts';

const status = (tableId: string, state: TableStatus['state']) => ({ tableId, state }) as TableStatus;
const report = (workerIndex: number, tables: TableStatus[]): StoredReport => ({
  workerId: `host-${workerIndex}`,
  workerIndex,
  nodeId: workerIndex,
  startedAt: '',
  updatedAt: '',
  tables,
  apiCalls: { b: 10 + workerIndex },
  problem: undefined,
});
const parts = {
  node: 'host',
  problem: undefined,
  tableIds: ['a', 'b', 'c', 'd'],
  desired: { all: 'start' as const, of: () => 'start' as const },
  places: new Map([
    ['a', { node: 'host', workerIndex: 1 }],
    ['b', { node: 'host', workerIndex: 0 }],
    ['c', { node: 'other', workerIndex: undefined }],
    ['d', { node: 'host', workerIndex: 0 }],
  ]),
  reports: [report(0, [status('a', 'stopped'), status('b', 'retrying')]), report(1, [status('a', 'caught-up')])],
  nodes: [],
};

describe('statusView', () => {
  it('shows each configured table once, as the thread says that runs it', () => {
    const { tables } = statusView(parts);
    expect(tables.map(({ tableId, state, workerIndex }) => [tableId, state, workerIndex])).toEqual([
      ['a', 'caught-up', 1],
      ['b', 'retrying', 0],
      ['c', 'elsewhere', undefined],
      ['d', 'starting', 0],
    ]);
  });

  it('adds up the calls of the threads that run a table or help with it', () => {
    expect(statusView(parts).tables.map(({ apiCalls }) => apiCalls)).toEqual([0, 21, undefined, undefined]);
  });

  it('shows what each thread runs', () => {
    expect(statusView(parts).workers.map(({ workerId, tables }) => [workerId, tables.map(({ tableId }) => tableId)])).toEqual([
      ['host-0', ['a', 'b']],
      ['host-1', ['a']],
    ]);
  });
});
