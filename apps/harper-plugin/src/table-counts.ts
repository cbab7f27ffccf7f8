import type { TableSpec } from '@bqsync/core';
import type { QuarantineCount } from '@bqsync/harper';

/** What is in Harper of a table, as counted by this thread. */
export interface TableCount {
  /** Undefined: there is no target yet. */
  readonly rows: number | undefined;
  readonly quarantine: QuarantineCount;
}

export interface KnownCount extends TableCount {
  /** When counting began, in monotonic milliseconds: what changed later may not be in it. */
  readonly begunAtMs: number;
}

interface Entry {
  last: (KnownCount & { readonly tookMs: number }) | undefined;
  /** A count that has not begun yet, and so will know of everything that is stored now. */
  waiting: Promise<void> | undefined;
  running: Promise<void> | undefined;
}

/** What takes longer to count is not counted at each look. */
const SMALL_MS = 100;
/** A large table's count is good for so many times as long as it took: counting takes at most 2 % of the time. */
const GOOD_FOR = 50;
/** How long a look waits, at most: for a small table or a first count, and for a newer count of a large one. */
const WAIT_MS = 3_000;
const RENEWAL_WAIT_MS = 250;

/** Rows of tables and of their quarantine, counted one table at a time when somebody looks. */
export class TableCounts {
  readonly #count: (table: TableSpec) => Promise<TableCount>;
  readonly #onFault: (error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  #queue: Promise<void> = Promise.resolve();

  constructor(count: (table: TableSpec) => Promise<TableCount>, onFault: (error: unknown) => void) {
    this.#count = count;
    this.#onFault = onFault;
  }

  /**
   * The counts by table id, as of now. A large table's may be some time old; one that takes long to count for the first time is left out until it
   * has been.
   */
  async of(tables: readonly TableSpec[]): Promise<ReadonlyMap<string, KnownCount>> {
    const entries = tables.map((table) => [table, this.#entryOf(table)] as const);
    const isQuick = entries.some(([, { last }]) => last === undefined || last.tookMs <= SMALL_MS);
    const pending = entries.map(([table, entry]) => this.#renew(table, entry)).filter((counting) => counting !== undefined);
    if (pending.length > 0) await within(isQuick ? WAIT_MS : RENEWAL_WAIT_MS, Promise.all(pending));
    return new Map(entries.flatMap(([{ id }, { last }]) => (last === undefined ? [] : [[id, last] as const])));
  }

  #entryOf({ id }: TableSpec): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = { last: undefined, waiting: undefined, running: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  #renew(table: TableSpec, entry: Entry): Promise<void> | undefined {
    const { last } = entry;
    if (last === undefined && entry.running !== undefined) return entry.running;
    const isLarge = last !== undefined && last.tookMs > SMALL_MS;
    if (isLarge && (entry.running !== undefined || performance.now() - last.begunAtMs < last.tookMs * GOOD_FOR)) return entry.running;
    return (entry.waiting ??= this.#next(async () => {
      entry.running = entry.waiting;
      entry.waiting = undefined;
      try {
        const begunAtMs = performance.now();
        const count = await this.#count(table);
        entry.last = { ...count, begunAtMs, tookMs: performance.now() - begunAtMs };
      } catch (error) {
        this.#onFault(error);
      } finally {
        entry.running = undefined;
      }
    }));
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work);
    return this.#queue;
  }
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, limitMs).unref()))]);
  clearTimeout(timer);
}
