import type { HarperRuntime } from './harper-runtime.ts';
import { throwIfAborted } from './map-error.ts';

/** A change of the tables may take this part of each thread's time, at most, while many are made. */
const SHARE = 1 / 3;

let last: Promise<void> = Promise.resolve();

/**
 * Runs a change of Harper's tables: one at a time on this thread, with a rest after each. Every thread of every node reads all tables again
 * for each change, which holds up its requests meanwhile, so the rest grows with the time that it took and with how many may be at it.
 */
export async function inTableTurn<T>(runtime: HarperRuntime, signal: AbortSignal, change: () => T | Promise<T>): Promise<T> {
  const before = last;
  let end = (): void => undefined;
  last = new Promise((resolve) => (end = resolve));
  await before;
  const begunAt = performance.now();
  let rests = false;
  try {
    throwIfAborted(signal);
    rests = true;
    return await change();
  } finally {
    if (rests) setTimeout(end, restMs(runtime, performance.now() - begunAt));
    else end();
  }
}

function restMs({ server }: HarperRuntime, tookMs: number): number {
  const makers = (server.workerCount ?? 1) * ((server.nodes?.length ?? 0) + 1);
  return tookMs * (makers / SHARE - 1);
}
