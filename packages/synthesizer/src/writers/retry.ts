import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError, toBqsyncError } from '@bqsync/errors';

export interface RetryOptions {
  /** How often a call is repeated after a retryable error. Default 5. */
  readonly maxRetries?: number | undefined;
  /** Milliseconds before the first repetition; it doubles up to 32 s. Default 1000. */
  readonly initialRetryDelayMs?: number | undefined;
  /** Told before each wait. */
  readonly onRetry?: ((error: BqsyncError, attempt: number, delayMs: number) => void) | undefined;
}

const LONGEST_DELAY_MS = 32_000;

/** Repeats `call` while it fails with a retryable error; reads `retryable` and nothing else. */
export async function withRetry<T>(call: () => Promise<T>, options: RetryOptions, signal?: AbortSignal): Promise<T> {
  const { maxRetries = 5, initialRetryDelayMs = 1000, onRetry } = options;
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted === true) throw new BqsyncError('BQS_ABORTED', 'stopped on request');
    try {
      return await call();
    } catch (cause) {
      const error = toBqsyncError(cause);
      if (!error.retryable || attempt >= maxRetries) throw error;
      // Jitter, so that several writers do not come back at the same moment.
      const delay = Math.min(initialRetryDelayMs * 2 ** attempt * (1 + Math.random() / 4), LONGEST_DELAY_MS);
      onRetry?.(error, attempt + 1, delay);
      try {
        await sleep(Math.max(delay, error.retryAfterMs ?? 0), undefined, { signal });
      } catch (aborted) {
        throw toBqsyncError(aborted);
      }
    }
  }
}
