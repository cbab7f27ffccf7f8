import { Worker } from 'node:worker_threads';
import type { Found, Report, Search } from '../schedules/serve.ts';

/** One schedule takes milliseconds, a large one seconds; one that takes this long has no end. */
const ENDLESS_MS = 60_000;

/**
 * Runs the schedules of a bundle on a thread of its own until one is violated or takes for ever; `undefined` if all hold. A thread that dies of an
 * error of the code under test found something, too.
 */
export async function search(bundle: string, wanted: Search): Promise<Found | undefined> {
  const worker = new Worker(bundle, { workerData: wanted, stderr: true });
  try {
    return await new Promise<Found | undefined>((resolve, reject) => {
      let at: number | undefined;
      let timer: NodeJS.Timeout | undefined;
      const wind = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (at === undefined) reject(new Error('the program did not begin'));
          else resolve({ seed: at, violation: `the schedule did not end within ${String(ENDLESS_MS / 1000)} s` });
        }, ENDLESS_MS);
      };
      wind();
      worker.on('message', (report: Report) => {
        if ('found' in report) resolve(report.found);
        else at = report.at;
        wind();
      });
      worker.on('error', (error) => {
        if (at === undefined) reject(error);
        else resolve({ seed: at, violation: `an error that nobody caught: ${String(error)}` });
      });
      worker.on('exit', () => {
        clearTimeout(timer);
        if (at === wanted.to) resolve(undefined);
        else reject(new Error(`the program ended at schedule ${String(at)}`));
      });
    });
  } finally {
    await worker.terminate();
  }
}
