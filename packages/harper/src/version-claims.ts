/** Claims kept: 256 ms of the finest versions, or 200,000 writes per second. */
const SLOTS = 2 ** 20;
export const CLAIMS_BYTES = SLOTS * BigInt64Array.BYTES_PER_ELEMENT;
/** Doubles between 2004 and 2039, in milliseconds, are this far apart. */
const FINEST_MS = 2 ** -12;
/** A version may not be used again this soon after its write: Harper's log could have the two side by side. */
const KEPT_SECONDS = 5;
/** A write that has not ended by then was one of a thread that is gone. */
const LOST_SECONDS = 600;
const SECOND_BITS = 26n;
const SECONDS = 2 ** Number(SECOND_BITS);

/**
 * Versions in use on this node, shared by all of its threads, so that no two transactions of one record have the same.
 *
 * A replica receives neighbours of one version in the log as **one** transaction, whatever tables they are of, and one of fewer than 100 writes can be
 * dropped as a whole (see `EXCLUSIVE_WRITES`). Two tables read at one snapshot would share versions: a row of one and the progress of the other were
 * lost that way. Moving a version by a quarter of a microsecond is enough to keep them apart.
 */
export class VersionClaims {
  readonly #slots: BigInt64Array;
  readonly #nowMs: () => number;

  /** `memory` of {@link CLAIMS_BYTES}, zeroed at first; all threads of the process are to give the same. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(CLAIMS_BYTES), nowMs: () => number = Date.now) {
    this.#slots = new BigInt64Array(memory);
    this.#nowMs = nowMs;
  }

  /** The nearest version that is free, from `wanted` milliseconds upwards, or downwards. It is taken until {@link release}, and a few seconds longer. */
  claim(wanted: number, direction: 1 | -1 = 1): number {
    let version = wanted;
    for (let tries = 0; tries < SLOTS; tries++) {
      if (this.#take(version)) return version;
      version = next(version, direction);
    }
    throw new RangeError(`all ${String(SLOTS)} versions near ${String(wanted)} are in use`);
  }

  /** To be called once the write with a claimed version has ended, well or not. */
  release(version: number): void {
    const { index, high } = placeOf(version);
    const taken = Atomics.load(this.#slots, index);
    if (highOf(taken) === high) Atomics.store(this.#slots, index, entryOf(high, this.#second(), false));
  }

  #take(version: number): boolean {
    const { index, high } = placeOf(version);
    const found = Atomics.load(this.#slots, index);
    const second = this.#second();
    if (found !== 0n) {
      const age = (second - Number((found >> 1n) & BigInt(SECONDS - 1)) + SECONDS) % SECONDS;
      if (age < ((found & 1n) === 1n ? LOST_SECONDS : KEPT_SECONDS)) return false;
    }
    return Atomics.compareExchange(this.#slots, index, found, entryOf(high, second, true)) === found;
  }

  #second(): number {
    return Math.floor(this.#nowMs() / 1000) % SECONDS;
  }
}

function next(version: number, direction: 1 | -1): number {
  const moved = version + direction * FINEST_MS;
  return moved === version ? version * (1 + direction * Number.EPSILON) : moved;
}

/** Each version has one slot, and shares it with those that are a multiple of 256 ms away. */
function placeOf(version: number): { readonly index: number; readonly high: bigint } {
  const count = Math.floor(Math.abs(version) / FINEST_MS);
  return { index: count % SLOTS, high: BigInt(Math.floor(count / SLOTS)) };
}

function entryOf(high: bigint, second: number, inUse: boolean): bigint {
  return (high << (SECOND_BITS + 1n)) | (BigInt(second) << 1n) | (inUse ? 1n : 0n);
}

function highOf(entry: bigint): bigint {
  return entry >> (SECOND_BITS + 1n);
}
