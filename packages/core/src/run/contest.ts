import type { CommitOutcome, KeyedRow } from '../ports/sink.ts';
import type { WindowReader } from './window-reader.ts';

/** Keys held at most: their rows are in memory together, in the end. */
const MAX_KEYS = 10_000;
const ROWS_AT_ONCE = 10_000;

/**
 * Keys of a window of which a stored row of an older snapshot is greater than one that was read (see {@link CommitOutcome.contested}). Which of a
 * key's rows is right is known once the whole window has been seen; until then the stored one stays, so that nobody sees an older one for a moment.
 */
export class Contest {
  readonly #keys = new Set<string>();
  #greatest: KeyedRow[] | undefined;

  /** Whether the contested rows of a commit are held; if not, the window must be written again. */
  hold({ contested, contestedKeys }: CommitOutcome): boolean {
    if (contested === 0) return true;
    if (contestedKeys === undefined || this.#keys.size + contestedKeys.length > MAX_KEYS) return false;
    for (const key of contestedKeys) this.#keys.add(key);
    return true;
  }

  get isOpen(): boolean {
    return this.#keys.size > 0;
  }

  /** Up to `limit` of the greatest rows of the keys, by a reader at the window's first row; `isLast`: none is left. */
  async next(read: () => WindowReader, totalRows: number | undefined, limit: number): Promise<{ rows: KeyedRow[]; isLast: boolean }> {
    this.#greatest ??= await this.#find(read(), totalRows);
    const rows = this.#greatest.splice(0, limit);
    return { rows, isLast: this.#greatest.length === 0 };
  }

  async #find(reader: WindowReader, totalRows: number | undefined): Promise<KeyedRow[]> {
    const found = new Map<string, KeyedRow>();
    try {
      for (let done = 0; done !== totalRows; ) {
        const batch = await reader.next(ROWS_AT_ONCE);
        if (batch.ended) break;
        done += batch.received;
        for (const row of batch.rows) {
          const other = found.get(row.key);
          if (this.#keys.has(row.key) && (other === undefined || reader.isGreater(row, other))) found.set(row.key, row);
        }
      }
    } finally {
      await reader.close();
    }
    return [...found.values()];
  }
}
