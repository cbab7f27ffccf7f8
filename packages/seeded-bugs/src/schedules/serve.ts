import { parentPort, workerData } from 'node:worker_threads';

/** What a program is given, and what it answers with. */
export interface Search {
  readonly from: number;
  readonly to: number;
  /** What the program needs of its surroundings. */
  readonly context: Readonly<Record<string, string>>;
}

export interface Found {
  readonly seed: number;
  readonly violation: string;
}

/** Where the search is: told before each schedule, so that one that never ends is known. */
export type Report = { readonly at: number } | { readonly found: Found };

/** Runs schedules until one is violated. */
export async function serve(
  prepare: (
    context: Search['context'],
  ) => Promise<(seed: number) => Promise<string | undefined>> | ((seed: number) => Promise<string | undefined>),
): Promise<void> {
  // Errors are made by the thousand here, and their stacks read by nobody.
  Error.stackTraceLimit = 0;
  const { from, to, context } = workerData as Search;
  const run = await prepare(context);
  const tell = (report: Report) => parentPort?.postMessage(report);
  for (let seed = from; seed <= to; seed++) {
    tell({ at: seed });
    const violation = await run(seed).catch((error: unknown) => `the schedule threw ${String(error)}`);
    if (violation === undefined) continue;
    tell({ found: { seed, violation } });
    return;
  }
}
