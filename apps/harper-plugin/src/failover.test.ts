import type { Batch, CommitOutcome, Sink, StateStore, TableProgress, WindowIntent } from '@bqsync/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { withFailover } from './failover.ts';

const signal = new AbortController().signal;
const progress = (frontier: string | null, more: object = {}) =>
  ({ tableId: 't', epoch: 0, firstSnapshot: 's0', snapshot: 's5', frontier, sweepSnapshot: 's1', window: null, ...more }) as TableProgress;
const intentOf = (workerId: string, kind = 'tail') =>
  ({ tableId: 't', workerId, schemaHash: 's', request: { windowId: 'w', kind } }) as WindowIntent;
const outcome = {} as CommitOutcome;

let stored: TableProgress | undefined;
let intent: WindowIntent | undefined;
let compared: boolean[];

const state: StateStore = {
  loadProgress: () => Promise.resolve(stored),
  loadUnits: () => Promise.resolve([]),
  loadIntent: () => Promise.resolve(intent),
  saveIntent: (next) => {
    intent = next;
    return Promise.resolve();
  },
};
const sink = {
  commit: (batch: Batch) => {
    compared.push(batch.compare);
    stored = batch.record(outcome).progress;
    return Promise.resolve(outcome);
  },
} as Partial<Sink> as Sink;
sink.prepare = () => Promise.reject(new Error('not used'));
sink.deleteStale = () => Promise.reject(new Error('not used'));

const batchTo = (next: TableProgress) => ({ table: { id: 't' }, compare: true, record: () => ({ progress: next }) }) as unknown as Batch;

beforeEach(() => {
  stored = progress('f9');
  intent = intentOf('other-0');
  compared = [];
});

describe('withFailover', () => {
  it("takes its own table's progress as stored, whatever others see", async () => {
    intent = intentOf('self-1');
    const own = withFailover({ state, sink }, 'self', () => [progress('f1')]);
    expect(await own.state.loadProgress('t')).toBe(stored);
    await own.sink.commit(batchTo(progress('f9')), signal);
    expect(compared).toEqual([true]);
  });

  it('goes on from the least progress that a live node sees (R10)', async () => {
    const taken = withFailover({ state, sink }, 'self', () => [progress('f7'), progress('f3'), progress('f8')]);
    expect((await taken.state.loadProgress('t'))?.frontier).toBe('f3');
  });

  it('starts anew if a live node has seen nothing of the table', async () => {
    const taken = withFailover({ state, sink }, 'self', () => [progress('f7'), undefined]);
    expect(await taken.state.loadProgress('t')).toBeUndefined();
  });

  it('takes the generation that was begun earlier, whatever its frontier', async () => {
    const taken = withFailover({ state, sink }, 'self', () => [
      progress('f9', { epoch: 0 }),
      progress('f1', { epoch: 1, firstSnapshot: 's9' }),
    ]);
    expect(await taken.state.loadProgress('t')).toMatchObject({ epoch: 0, frontier: 'f9' });
  });

  it('keeps to that until its first commit, also after it has stored a window of its own', async () => {
    const taken = withFailover({ state, sink }, 'self', () => [progress('f3')]);
    await taken.state.loadProgress('t');
    await taken.state.saveIntent(intentOf('self-0'));
    expect((await taken.state.loadProgress('t'))?.frontier).toBe('f3');
    await taken.sink.commit(batchTo(progress('f4')), signal);
    expect((await taken.state.loadProgress('t'))?.frontier).toBe('f4');
  });

  it('writes unchanged rows too until its first sweep is complete (R8)', async () => {
    const taken = withFailover({ state, sink }, 'self', () => [progress('f3')]);
    await taken.state.loadProgress('t');
    await taken.sink.commit(batchTo(progress('f4')), signal);
    await taken.sink.commit(batchTo(progress('f5', { sweepSnapshot: 's6' })), signal);
    await taken.sink.commit(batchTo(progress('f6', { sweepSnapshot: 's6' })), signal);
    expect(compared).toEqual([false, false, true]);
  });

  it('does not go on with a backfill window of another node, whose units may be missing elsewhere', async () => {
    const { state: wrapped } = withFailover({ state, sink }, 'own', () => []);
    intent = intentOf('other-0', 'backfill');
    expect(await wrapped.loadIntent('t')).toMatchObject({ schemaHash: '' });
    intent = intentOf('own-1', 'backfill');
    expect(await wrapped.loadIntent('t')).toMatchObject({ schemaHash: 's' });
    intent = intentOf('other-0');
    expect(await wrapped.loadIntent('t')).toMatchObject({ schemaHash: 's' });
  });
});
