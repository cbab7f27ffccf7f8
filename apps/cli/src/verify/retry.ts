import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionConfig } from '@bqsync/config';
import { BqsyncError, toBqsyncError } from '@bqsync/errors';

const MAX_DELAY_MS = 30_000;

export type Retry = <T>(work: () => Promise<T>) => Promise<T>;

/** Does something that may be repeated, again after errors that may pass, as often as the configuration says. */
export function retrying(
  { maxRetries, initialRetryDelayMs }: Pick<ConnectionConfig, 'maxRetries' | 'initialRetryDelayMs'>,
  signal: AbortSignal,
): Retry {
  return async (work) => {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        const known = toBqsyncError(error);
        // A damaged record is put right by the plugin's next commit, which may be long in coming.
        if (!known.retryable || known.code === 'BQS_STATE_DAMAGED' || tries >= maxRetries) throw known;
        await pause(Math.min(MAX_DELAY_MS, Math.max(known.retryAfterMs ?? 0, initialRetryDelayMs * 2 ** tries)), signal);
      }
    }
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw new BqsyncError('BQS_ABORTED', 'interrupted', { cause });
  }
}
