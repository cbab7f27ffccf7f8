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

/** The host's clock in microseconds; it follows a step of that clock. */
export function wallMicros(): bigint {
  return BigInt(Date.now()) * 1000n;
}
