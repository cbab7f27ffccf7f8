/** Commit times in microseconds: from the wall clock, strictly increasing, never backwards when that clock steps. */
export class CommitClock {
  readonly #wall: () => bigint;
  #last: bigint;

  constructor(wall: () => bigint, last = 0n) {
    this.#wall = wall;
    this.#last = last;
  }

  next(): bigint {
    const wall = this.#wall();
    this.#last = wall > this.#last ? wall : this.#last + 1n;
    return this.#last;
  }

  /** Never hands out a time at or below `micros` again. */
  raise(micros: bigint): void {
    if (micros > this.#last) this.#last = micros;
  }

  /** The present, without being a new commit time: never below the last one. */
  now(): bigint {
    const wall = this.#wall();
    return wall > this.#last ? wall : this.#last;
  }
}

/** What performance.now() is ahead of, so that it tells the parts of the host's millisecond. */
let offsetMs = performance.timeOrigin;

/** The host's clock in microseconds; it follows a step of that clock. */
export function wallMicros(): bigint {
  const ms = Date.now();
  const within = Math.floor((performance.now() + offsetMs - ms) * 1000);
  const part = Math.min(Math.max(within, 0), 999);
  // The clock was set, or runs at another speed: the next microseconds count from here.
  if (within < -1000 || within > 2000) offsetMs = ms - performance.now();
  return BigInt(ms) * 1000n + BigInt(part);
}
