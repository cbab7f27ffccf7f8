import { type Clock, micros } from '@bqsync/core';
import type { Random } from './random.ts';
import { NOTHING_FOLLOWS, type Timeline } from './timeline.ts';

/** Virtual time 0 on every right clock: 2027-01-15T08:00:00Z. */
export const EPOCH_MS = 1_800_000_000_000;

/** One life of one node's process. Once dead nothing in it goes on; while paused nothing does, and then all of it at once. */
export class SimProcess {
  readonly node: string;
  readonly bootId: string;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly #wallOffsetMs: () => number;
  readonly #bornMs: number;
  #alive = true;
  #pausedUntilMs = 0;

  constructor(node: string, bootId: string, timeline: Timeline, random: Random, wallOffsetMs: () => number) {
    this.node = node;
    this.bootId = bootId;
    this.timeline = timeline;
    this.random = random;
    this.#wallOffsetMs = wallOffsetMs;
    this.#bornMs = timeline.nowMs;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get running(): boolean {
    return this.#alive && this.#pausedUntilMs <= this.timeline.nowMs;
  }

  die(): void {
    this.#alive = false;
  }

  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.timeline.nowMs + ms);
  }

  /** Runs `task` after `ms`, later if the process is paused then, never if it is dead then. */
  run(ms: number, task: () => unknown): void {
    this.timeline.after(ms, () => {
      if (!this.#alive) return NOTHING_FOLLOWS;
      if (this.#pausedUntilMs <= this.timeline.nowMs) return task();
      this.run(this.#pausedUntilMs - this.timeline.nowMs, task);
      return NOTHING_FOLLOWS;
    });
  }

  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.run(ms, resolve));
  }

  /** The time that a call takes: mostly a few milliseconds, at times seconds. */
  latency(): Promise<void> {
    const long = this.random.chance(0.02);
    return this.pass(long ? this.random.between(200, 4000) : this.random.next() * 20);
  }

  wallMs(): number {
    return EPOCH_MS + this.timeline.nowMs + this.#wallOffsetMs();
  }

  readonly clock: Clock = {
    now: () => micros(BigInt(Math.round(this.wallMs() * 1000))),
    monotonic: () => this.timeline.nowMs - this.#bornMs,
    random: () => this.random.next(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason instanceof Error ? signal.reason : new DOMException('stopped', 'AbortError'));
        if (signal.aborted) {
          abort();
          return;
        }
        const sleepers = sleepersOf(signal);
        sleepers.add(abort);
        this.run(ms, () => {
          sleepers.delete(abort);
          resolve();
        });
      }),
  };
}

/** What is asleep under each signal: one listener for all, since adding and removing them costs more than a sleep. */
const asleep = new WeakMap<AbortSignal, Set<() => void>>();

function sleepersOf(signal: AbortSignal): Set<() => void> {
  const known = asleep.get(signal);
  if (known !== undefined) return known;
  const sleepers = new Set<() => void>();
  asleep.set(signal, sleepers);
  signal.addEventListener(
    'abort',
    () => {
      for (const wake of sleepers) wake();
    },
    { once: true },
  );
  return sleepers;
}
