import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';

const POLL_MS = 250;

/**
 * Asks until the answer is true; any other answer, or what it throws, says why not yet.
 *
 * @throws BqsyncError `BQS_TARGET_UNAVAILABLE` after `patienceMs`, with the last answer.
 */
export async function waitUntil(
  what: string,
  patienceMs: number,
  signal: AbortSignal,
  ask: () => Promise<true | string>,
  pollMs = POLL_MS,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (answer === true) return;
    if (performance.now() > deadline)
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `not within ${patienceMs / 1000} s: ${what}; ${answer}`);
    await sleep(pollMs, undefined, { signal });
  }
}
