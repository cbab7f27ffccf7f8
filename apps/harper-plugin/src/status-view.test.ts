import type { QuarantineLimits, TableStatus } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { statusView } from './status-view.ts';
import type { TableCount } from './table-counts.ts';
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
  tables: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
  counts: new Map<string, TableCount>(),
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

  const countOf = (rows: number | undefined, quarantined: number): TableCount => ({
    rows,
    quarantine: { rows: quarantined, causes: quarantined === 0 ? [] : [{ reason: 'key-null', column: 'k', rows: quarantined }] },
  });
  const running = (state: TableStatus['state'], stage: TableStatus['stage'] = 'tail', counters?: TableStatus['counters']): TableStatus => ({
    ...status('a', state),
    stage,
    counters,
  });
  const viewOf = (of: TableStatus, count: TableCount, quarantine?: QuarantineLimits) =>
    statusView({
      ...parts,
      tables: [{ id: 'a', quarantine }],
      reports: [report(1, [of])],
      counts: new Map([['a', count]]),
    }).tables[0]!;

  it('counts rows in Harper and rows in quarantine, not what the engine did', () => {
    const counters = { inserted: 5, updated: 900, quarantined: 40 } as TableStatus['counters'];
    expect(viewOf(running('caught-up', 'tail', counters), countOf(800, 8))).toMatchObject({
      state: 'caught-up',
      rows: 800,
      quarantined: 8,
      quarantine: { limit: 8, degraded: false },
      counters: { inserted: 5, updated: 900, quarantined: 8 },
    });
  });

  it.each([
    // The smaller of 1,000 rows and 1 %.
    [countOf(0, 508), undefined, true],
    [countOf(99, 1), undefined, false],
    [countOf(98, 1), undefined, true],
    [countOf(1_000_000, 1_000), undefined, false],
    [countOf(1_000_000, 1_001), undefined, true],
    [countOf(undefined, 1), undefined, true],
    [countOf(10, 0), { maxRows: 0 }, false],
    [countOf(1_000_000, 1), { maxRows: 0 }, true],
    [countOf(90, 10), { maxPercent: 10 }, false],
    [countOf(0, 900), { maxPercent: 100 }, false],
    [countOf(0, 0), { maxPercent: 0, maxRows: 0 }, false],
  ])('is degraded by more rows in quarantine than allowed: %j, %j', (count, limits, degraded) => {
    const view = viewOf(running('caught-up'), count, limits);
    expect(view).toMatchObject({ state: degraded ? 'degraded' : 'caught-up', engineState: 'caught-up' });
    expect(viewOf(running('syncing'), count, limits).state).toBe(degraded ? 'degraded' : 'syncing');
    // What is worse stays.
    for (const state of ['failed', 'retrying', 'paused', 'stopped'] as const) {
      expect(viewOf(running(state), count, limits).state).toBe(state);
    }
  });

  it('is not degraded by a part of the first few rows, while the table is read for the first time', () => {
    expect(viewOf(running('syncing', 'backfill'), countOf(3, 2)).state).toBe('syncing');
    expect(viewOf(running('syncing', 'backfill'), countOf(3, 1_001)).state).toBe('degraded');
  });

  it('shows what the node that runs a table says of it', () => {
    const lastError = { code: 'BQS_SOURCE_DENIED', message: 'no', attempts: 1 } as const;
    const states = new Map([['c', { state: 'failed', stage: 'tail', lastError } as const]]);
    const nodes = [{ node: 'other', nodeId: 1, threads: 1, live: true, states }];
    const { tables, nodes: shown } = statusView({ ...parts, nodes, counts: new Map([['c', countOf(7, 0)]]) });
    expect(tables[2]).toMatchObject({
      state: 'elsewhere',
      node: 'other',
      rows: 7,
      elsewhere: { state: 'failed', stage: 'tail', lastError },
    });
    expect(shown).toEqual([{ node: 'other', nodeId: 1, threads: 1, live: true }]);
  });

  it('names the version of the plugin', () => {
    expect(statusView(parts).version).toMatch(/^\d+\.\d+\.\d+/);
  });
});
