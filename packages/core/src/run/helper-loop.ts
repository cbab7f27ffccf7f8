import { toBqsyncError } from '@bqsync/errors';
import type { Clock } from '../ports/clock.ts';
import { systemClock } from './system-clock.ts';
import { type HelperOptions, UnitHelper } from './unit-helper.ts';

/** Pause between two looks for a window to help with: two small reads of local state each. */
const LOOK_MS = 1000;

/** Keeps a {@link UnitHelper} at work in the background. Its errors only make it wait: the owner of the window meets them too, and reports them. */
export class HelperLoop {
  readonly #options: HelperOptions;
  readonly #clock: Clock;
  #run: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: HelperOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  start(): void {
    if (this.#run !== undefined && !this.#run.controller.signal.aborted) return;
    const before = this.#run?.done ?? Promise.resolve();
    const controller = new AbortController();
    this.#run = { controller, done: before.then(() => this.#loop(controller.signal)) };
  }

  /** Resolves when nothing is running any more. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.controller.abort(new DOMException('stopped', 'AbortError'));
    await run.done;
    if (this.#run === run) this.#run = undefined;
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const helper = new UnitHelper(this.#options);
    while (!signal.aborted) {
      try {
        if ((await helper.step(signal)).did === 'nothing') await this.#clock.sleep(LOOK_MS, signal);
      } catch (cause) {
        if (isAborted(signal)) break;
        const error = toBqsyncError(cause);
        this.#options.telemetry?.event({ type: 'retrying', tableId: this.#options.table.id, error, attempt: 1, delayMs: LOOK_MS });
        await this.#clock.sleep(LOOK_MS, signal).catch((reason: unknown) => {
          if (!isAborted(signal)) throw reason;
        });
      }
    }
    await helper.close();
  }
}

/** Asked anew after each await, which the compiler cannot know. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
