import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { scheduleOf, type ScheduleOptions } from './generate.ts';
import { type SimResult, simulate } from './simulation.ts';

/** What a worker is given: seeds from `from` on, every `step`th. */
export interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly schedule: ScheduleOptions;
  readonly strict: boolean;
}

/** What is kept of a schedule that was run, which many may be. */
export type SimOutcome = Omit<SimResult, 'trace'>;

export interface ManyOptions {
  readonly from: number;
  readonly schedules: number;
  readonly schedule: ScheduleOptions;
  readonly strict: boolean;
  /** Threads (one a core), and the module that {@link runShare}s in each; without it everything runs here. */
  readonly workers?: number;
  readonly workerUrl?: URL;
  readonly signal?: AbortSignal;
}

/** Results go in lots, for one message each would cost as much as a schedule. */
const LOT = 50;

/**
 * Runs the schedules of many seeds on every core; `each` gets the outcomes in lots, in no order over the workers. Ends early when aborted.
 * Resolves to the first seed of which there was no outcome: where to go on.
 */
export async function simulateMany(options: ManyOptions, each: (outcomes: readonly SimOutcome[]) => void): Promise<number> {
  const { from, schedules, schedule, strict, signal, workerUrl } = options;
  const to = from + schedules;
  const count = Math.min(options.workers ?? availableParallelism(), Math.ceil(schedules / LOT));
  if (count <= 1 || workerUrl === undefined) {
    let next = from;
    const note = (outcomes: readonly SimOutcome[]) => {
      next += outcomes.length;
      each(outcomes);
    };
    await runShare({ from, to, step: 1, schedule, strict }, note, () => signal?.aborted === true);
    return next;
  }
  const next = Array.from({ length: count }, (_, i) => from + i);
  await Promise.all(
    next.map((first, i) => {
      const note = (outcomes: readonly SimOutcome[]) => {
        next[i] = (next[i] ?? first) + outcomes.length * count;
        each(outcomes);
      };
      return runWorker(workerUrl, { from: first, to, step: count, schedule, strict }, note, signal);
    }),
  );
  return Math.min(...next);
}

function runWorker(
  workerUrl: URL,
  share: Share,
  each: (outcomes: readonly SimOutcome[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData: share });
    const stop = () => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', each);
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      if (code === 0 || signal?.aborted === true) resolve();
      else reject(new Error(`a worker of the simulator ended with ${String(code)}`));
    });
  });
}

export async function runShare(
  share: Share,
  each: (outcomes: readonly SimOutcome[]) => void,
  isAborted: () => boolean = () => false,
): Promise<void> {
  let lot: SimOutcome[] = [];
  for (let seed = share.from; seed < share.to && !isAborted(); seed += share.step) {
    const { trace: _, ...outcome } = await simulate(scheduleOf(seed, share.schedule), { strict: share.strict });
    lot.push(outcome);
    if (lot.length < LOT) continue;
    each(lot);
    lot = [];
    // Lets signals and messages in.
    await new Promise(setImmediate);
  }
  if (lot.length > 0) each(lot);
}
