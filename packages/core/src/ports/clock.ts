import type { Micros } from './time.ts';

/** Local time, for waiting and for the day of a budget: what is read and stored goes by the source's time. */
export interface Clock {
  /** The wall clock, which may step. */
  now(): Micros;
  /** Milliseconds that never step back, from an arbitrary start. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with an AbortError as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Uniform in [0, 1), for jitter. */
  random(): number;
}
