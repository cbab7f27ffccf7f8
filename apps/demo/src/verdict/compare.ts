import type { Column } from '@bqsync/synthesizer';
import { type CanonicalRow, differingColumns } from './canonical.ts';

/** How one side differs from another. All zero: every row is there, once, with every field equal. */
export interface Difference {
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** Some of them, in words. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

export function isExact({ missing, extra, different }: Difference): boolean {
  return missing === 0 && extra === 0 && different === 0;
}

/** Rows of one side by key, with those whose key came before. */
export class RowSet {
  readonly #rows = new Map<string, string>();
  readonly #repeated: CanonicalRow[] = [];
  #count = 0;

  add(row: CanonicalRow): void {
    this.#count++;
    if (this.#rows.has(row.key)) this.#repeated.push(row);
    else this.#rows.set(row.key, row.text);
  }

  /** Rows added, repeated ones too. */
  get count(): number {
    return this.#count;
  }
  get rows(): ReadonlyMap<string, string> {
    return this.#rows;
  }
  /** Rows whose key was there already: each is one too many. */
  get repeated(): readonly CanonicalRow[] {
    return this.#repeated;
  }
}

/**
 * Compares every row of `actual` with `expected`: a key that is only in `expected` is missing, one only in `actual` or there again is extra, the same
 * key with another field is different.
 */
export function compareRows(columns: readonly Column[], expected: RowSet, actual: RowSet): Difference {
  let [missing, different] = [0, 0];
  const examples: string[] = [];
  const note = (text: string) => {
    if (examples.length < EXAMPLES) examples.push(text);
  };
  for (const [key, text] of expected.rows) {
    const found = actual.rows.get(key);
    if (found === undefined) {
      missing++;
      note(`missing ${show(key)}`);
    } else if (found !== text) {
      different++;
      note(`different ${show(key)} in ${differingColumns(columns, text, found).join(', ')}`);
    }
  }
  let extra = 0;
  for (const key of actual.rows.keys()) {
    if (expected.rows.has(key)) continue;
    extra++;
    note(`extra ${show(key)}`);
  }
  // A key that the expected side repeats must be repeated as often.
  const spare = new Map<string, number>();
  for (const { key, text } of expected.repeated) spare.set(key + text, (spare.get(key + text) ?? 0) + 1);
  for (const { key, text } of actual.repeated) {
    const left = spare.get(key + text) ?? 0;
    if (left > 0) spare.set(key + text, left - 1);
    else {
      extra++;
      note(`extra, a second row of ${show(key)}`);
    }
  }
  for (const left of spare.values()) missing += left;
  return { missing, extra, different, examples };
}

function show(key: string): string {
  return key.replaceAll('\u001f', ' ').replaceAll('"', '');
}
