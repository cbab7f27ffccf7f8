/** Returned by an entry that has set no promise going, so that the next may run at once. */
export const NOTHING_FOLLOWS = Symbol('nothing follows');

type Task = () => unknown;

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: Task;
}

/**
 * Virtual time: what is due runs in order of time, then of entry, one at a time. Before the next runs, everything that follows from the last by
 * promises alone has run, so that a run depends on nothing but its entries. No timer of the machine is used.
 */
export class Timeline {
  #nowMs = 0;
  #entries = 0;
  readonly #heap: Entry[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: Task): void {
    const heap = this.#heap;
    const entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#entries++, run };
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up] as Entry;
      if (isBefore(parent, entry)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = entry;
  }

  after(ms: number, run: Task): void {
    this.at(this.#nowMs + ms, run);
  }

  /**
   * Lets time pass until `done`, which is asked after each entry, or until `limitMs` or nothing is left. Says whether it was done. Each turn
   * finds all settled that the one before set going.
   */
  runUntil(limitMs: number, done: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        try {
          for (let follows = false; !follows; ) {
            if (done()) {
              resolve(true);
              return;
            }
            const next = this.#heap[0];
            if (next === undefined || next.atMs > limitMs) {
              resolve(false);
              return;
            }
            this.#pop();
            this.#nowMs = next.atMs;
            follows = next.run() !== NOTHING_FOLLOWS;
          }
          queueMicrotask(later);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      // Node goes from tick to tick before it looks at microtasks, but from these only once none is left.
      const later = () => process.nextTick(turn);
      later();
    });
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && isBefore(right, left)) {
        least = right;
        child += 1;
      }
      if (isBefore(last, least)) break;
      heap[i] = least;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
