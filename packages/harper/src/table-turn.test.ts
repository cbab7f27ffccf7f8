import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HarperRuntime } from './harper-runtime.ts';
import { inTableTurn } from './table-turn.ts';

const never = new AbortController().signal;
const runtimeOf = (workerCount: number, nodes: number): HarperRuntime =>
  ({ server: { workerCount, nodes: Array.from({ length: nodes }) } }) as unknown as HarperRuntime;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('changes of tables on one thread', () => {
  it('rest between each other, longer the more threads and nodes there are', async () => {
    for (const [workers, others, restMs] of [
      [1, 0, 20],
      [2, 0, 60],
      [2, 2, 220],
    ] as const) {
      const begun: number[] = [];
      const from = performance.now();
      const change = async (): Promise<void> => {
        begun.push(performance.now() - from);
        await new Promise((resolve) => setTimeout(resolve, 20));
      };
      const all = Promise.all([1, 2, 3].map(() => inTableTurn(runtimeOf(workers, others), never, change)));
      await vi.runAllTimersAsync();
      await all;
      expect(begun).toEqual([0, 20 + restMs, 2 * (20 + restMs)]);
    }
  });

  it('go on when one fails, and leave out one that was stopped meanwhile', async () => {
    const abort = new AbortController();
    const failing = inTableTurn(runtimeOf(1, 0), never, () => Promise.reject(new Error('no')));
    const stopped = inTableTurn(runtimeOf(1, 0), abort.signal, () => 'stopped');
    const last = inTableTurn(runtimeOf(1, 0), never, () => 'last');
    const outcomes = Promise.allSettled([failing, stopped, last]);
    abort.abort();
    await vi.runAllTimersAsync();
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: { message: 'no' } },
      { status: 'rejected', reason: { code: 'BQS_ABORTED' } },
      { status: 'fulfilled', value: 'last' },
    ]);
  });
});
