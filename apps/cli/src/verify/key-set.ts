import { hash } from 'node:crypto';

const START_CAPACITY = 1 << 12;
const MAX_LOAD = 0.6;

/**
 * What is known of each key, in 9 bytes a slot: keys themselves are not kept, only 64 bits of their SHA-256. Two of a hundred million keys
 * share them with a chance of 1 in 3,700.
 */
export class KeySet {
  #capacity = START_CAPACITY;
  #low = new Uint32Array(START_CAPACITY);
  #high = new Uint32Array(START_CAPACITY);
  #flags = new Uint8Array(START_CAPACITY);
  #size = 0;

  /** Distinct keys. */
  get size(): number {
    return this.#size;
  }

  /** The flags of a key; 0 for one that was never marked. */
  flags(key: string): number {
    const [low, high] = fingerprint(key);
    return this.#flags[this.#slot(low, high)] ?? 0;
  }

  /** Adds flags, not 0, to those of a key and returns those it had. */
  mark(key: string, flags: number): number {
    const [low, high] = fingerprint(key);
    const slot = this.#slot(low, high);
    const before = this.#flags[slot] ?? 0;
    this.#flags[slot] = before | flags;
    if (before !== 0) return before;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#size++;
    if (this.#size > this.#capacity * MAX_LOAD) this.#grow();
    return 0;
  }

  /** How many keys have each combination of flags. */
  counts(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const flags of this.#flags) if (flags !== 0) counts.set(flags, (counts.get(flags) ?? 0) + 1);
    return counts;
  }

  /** The slot that holds a fingerprint, or the free one where it belongs. */
  #slot(low: number, high: number): number {
    const mask = this.#capacity - 1;
    let slot = low & mask;
    while (this.#flags[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [low, high, flags] = [this.#low, this.#high, this.#flags];
    this.#capacity *= 2;
    this.#low = new Uint32Array(this.#capacity);
    this.#high = new Uint32Array(this.#capacity);
    this.#flags = new Uint8Array(this.#capacity);
    for (let at = 0; at < flags.length; at++) {
      const flag = flags[at] ?? 0;
      if (flag === 0) continue;
      const slot = this.#slot(low[at] ?? 0, high[at] ?? 0);
      this.#low[slot] = low[at] ?? 0;
      this.#high[slot] = high[at] ?? 0;
      this.#flags[slot] = flag;
    }
  }
}

function fingerprint(key: string): readonly [number, number] {
  const digest = hash('sha256', key, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
