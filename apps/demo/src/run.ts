import type { HarperProcess } from '@bqsync/harper-process';
import type { DemoOptions } from './options.ts';
import type { Output } from './output.ts';
import type { StatePaths } from './state/paths.ts';

/** What every stage of a run has at hand. */
export interface Run {
  readonly options: DemoOptions;
  /** The clone. */
  readonly root: string;
  readonly output: Output;
  readonly paths: StatePaths;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
  /** Done at the end, the last first. */
  onEnd(cleanup: () => Promise<void> | void): void;
  /** Tells which Harper to kill if the run is forced to end. */
  onHarper(harper: HarperProcess): void;
}

/** Does one part of a run with a line on the screen. */
export async function step<T>({ output, signal }: Run, label: string, work: () => Promise<T>, detail?: (result: T) => string): Promise<T> {
  signal.throwIfAborted();
  const shown = output.screen.step(label);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    shown.failed();
    throw error;
  }
  shown.done(detail?.(result));
  return result;
}
