import type { HarperProcess } from '@bqsync/harper-process';
import type { FaultMaker } from './faults/fault-maker.ts';
import type { ReadChoice } from './options.ts';
import type { Load } from './source/load.ts';

/** What every part of a run has at hand. */
export interface Run {
  readonly seed: number;
  readonly threads: number;
  readonly read: ReadChoice;
  readonly harper: HarperProcess;
  readonly load: Load;
  readonly faults: FaultMaker;
  readonly signal: AbortSignal;
  /** A line for people, on stderr. */
  readonly say: (line: string) => void;
}
