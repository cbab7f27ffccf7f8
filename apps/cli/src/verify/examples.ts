import type { KeySet } from './key-set.ts';
import { outcomeOf } from './key-states.ts';
import type { Example } from './verdict.ts';

/** In the order shown: the worst first. */
const KINDS = ['missing', 'extra', 'different', 'quarantined', 'pending'] as const satisfies readonly Example['kind'][];

/** Kept beyond what is shown, since a later row of the same key may put a difference right. */
const SPARE = 200;

/** Collects examples, a limited number of each kind. */
export class Examples {
  readonly #limit: number;
  readonly #kept = new Map<Example['kind'], Example[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `make` is called only for one that is kept. */
  add(kind: Example['kind'], make: () => Example): void {
    if (this.#limit === 0) return;
    const kept = this.#kept.get(kind) ?? [];
    if (kept.length >= this.#limit + SPARE) return;
    kept.push(make());
    this.#kept.set(kind, kept);
  }

  /** Those whose key ended as they say, at most the limit of each kind and one of each key. */
  settled(keys: KeySet): readonly Example[] {
    const shown: Example[] = [];
    for (const kind of KINDS) {
      const byKey = new Map<string, Example>();
      for (const example of this.#kept.get(kind) ?? []) {
        if (kind === 'extra' || kind === 'quarantined' || outcomeOf(keys.flags(example.key)) === kind) byKey.set(example.key, example);
      }
      shown.push(...[...byKey.values()].slice(0, this.#limit));
    }
    return shown;
  }
}

const SHOWN_LENGTH = 120;

/** A value for people, cut. */
export function shownValue(value: unknown): string {
  const text = textOf(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH).replace(/[\uD800-\uDBFF]$/, '')}… (${text.length} characters)` : text;
}

function textOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  return JSON.stringify(value, (_name, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}
