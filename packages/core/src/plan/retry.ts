/** How failed steps are repeated. */
export interface RetryPolicy {
  /** Failures in a row after which a run gives up, or goes over to slow tries. */
  readonly maxRetries: number;
  readonly initialDelayMs: number;
  /** Cap of one delay. */
  readonly maxDelayMs: number;
  /** Delay between tries once they are used up, at most. */
  readonly slowDelayMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxRetries: 5, initialDelayMs: 1000, maxDelayMs: 30_000, slowDelayMs: 300_000 };

/**
 * Delay before try number `attempt` (from 1): doubling from the initial delay up to the cap, of which the upper half is jitter, so that
 * workers that failed together do not come back together. `random` is uniform in [0, 1). The other side's own wish is a lower bound.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: number, retryAfterMs = 0): number {
  const full = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(retryAfterMs, Math.round(full / 2 + (full / 2) * random));
}

/** Delay of a slow try: grows with the failures beyond `maxRetries`, up to five minutes. */
export function slowRetryDelayMs(policy: RetryPolicy, failures: number, random: number, retryAfterMs = 0): number {
  const full = Math.min(policy.slowDelayMs, policy.maxDelayMs * 2 ** Math.min(Math.max(0, failures - policy.maxRetries), 10));
  return Math.max(retryAfterMs, Math.round(full * (0.9 + 0.1 * random)));
}
