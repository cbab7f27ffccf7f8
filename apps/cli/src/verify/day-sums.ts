import { hash } from 'node:crypto';
import type { DayChecksum } from '@bqsync/bigquery';
import type { StoredContent } from './stored-content.ts';

interface Sum {
  rows: number;
  high: bigint;
  low: bigint;
  xor: bigint;
  /** Rows that no source row can be stored like. */
  odd: number;
}

/** Adds up stored records day by day, as BigQuery adds up source rows. */
export class DaySums {
  readonly #days = new Map<string | null, Sum>();
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add({ day, text }: StoredContent): void {
    this.#rows++;
    const sum = this.#sumOf(day);
    sum.rows++;
    if (text === undefined) {
      sum.odd++;
      return;
    }
    const digest = hash('sha256', text, 'hex');
    sum.high += BigInt(Number.parseInt(digest.slice(0, 8), 16));
    sum.low += BigInt(Number.parseInt(digest.slice(8, 16), 16));
    sum.xor ^= BigInt(`0x${digest.slice(0, 15)}`);
  }

  /**
   * The days whose rows are not the same on both sides, in order; null first: rows without a day. Where identical rows are kept apart, a day with such
   * rows is among them: the sums do not tell how many are stored.
   */
  differing(source: readonly DayChecksum[], options: { readonly keepsCopies: boolean }): (string | null)[] {
    const days = new Set<string | null>(this.#days.keys());
    const differ: (string | null)[] = [];
    for (const day of source) {
      days.delete(day.day);
      const own = this.#days.get(day.day);
      const isSame =
        own !== undefined &&
        own.odd === 0 &&
        !(options.keepsCopies && day.rows !== day.distinct) &&
        own.rows === day.distinct &&
        own.high === day.high &&
        own.low === day.low &&
        own.xor === day.xor;
      if (!isSame) differ.push(day.day);
    }
    // Left over: days that only the target has.
    return [...differ, ...days].sort((a, b) => (a === null ? -1 : b === null ? 1 : a < b ? -1 : 1));
  }

  #sumOf(day: string | null): Sum {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const sum: Sum = { rows: 0, high: 0n, low: 0n, xor: 0n, odd: 0 };
    this.#days.set(day, sum);
    return sum;
  }
}
