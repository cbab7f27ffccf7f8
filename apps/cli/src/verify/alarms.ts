import type { Day } from './days.ts';
import type { KeySet } from './key-set.ts';
import { outcomeOf } from './key-states.ts';

/** Keys that are remembered; with more, whole days are, too many rather than too few. */
const MAX_KEYS = 100_000;

/** On which days rows lie that a repair would have to put right. */
export class Alarms {
  readonly #byKey = new Map<string, Set<Day>>();
  readonly #days = new Set<Day>();

  /** A source row that is missing or stored otherwise, unless another row of its key is the one that counts. */
  addRow(key: string, day: Day): void {
    const days = this.#byKey.get(key);
    if (days !== undefined) days.add(day);
    else if (this.#byKey.size < MAX_KEYS) this.#byKey.set(key, new Set([day]));
    else this.#days.add(day);
  }

  addExtra(day: Day): void {
    this.#days.add(day);
  }

  days(keys: KeySet): Day[] {
    const days = new Set(this.#days);
    for (const [key, held] of this.#byKey) {
      const outcome = outcomeOf(keys.flags(key));
      if (outcome === 'missing' || outcome === 'different') for (const day of held) days.add(day);
    }
    return [...days];
  }
}
