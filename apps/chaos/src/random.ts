import { createHash } from 'node:crypto';

/** Draws that a seed decides. Parts of a run have streams of their own, so that how often one draws does not move the others. */
export class Random {
  readonly #name: string;
  #drawn = 0;

  constructor(seed: number, part: string) {
    this.#name = `${seed}/${part}`;
  }

  /** Uniform in [0, 1). */
  next(): number {
    const digest = createHash('sha256')
      .update(`${this.#name}/${this.#drawn++}`)
      .digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }
}
