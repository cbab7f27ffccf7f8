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
  counting: Promise<void> | undefined;
}

/** A count is good for so many times as long as it took: counting takes at most 2 % of the time, and small tables are counted at each look. */
const GOOD_FOR = 50;
/** How long a look waits, at most: for a first count, and for a newer one. */
const FIRST_WAIT_MS = 3_000;
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

  /** The counts by table id. A large table's may be some time old; one that takes long to count for the first time is left out until it has been. */
  async of(tables: readonly TableSpec[]): Promise<ReadonlyMap<string, KnownCount>> {
    const entries = tables.map((table) => [table.id, this.#entryOf(table)] as const);
    const pending = tables.map((table) => this.#renew(table)).filter((counting) => counting !== undefined);
    if (pending.length > 0) {
      const isFirst = entries.some(([, { last }]) => last === undefined);
      await within(isFirst ? FIRST_WAIT_MS : RENEWAL_WAIT_MS, Promise.all(pending));
    }
    return new Map(entries.flatMap(([id, { last }]) => (last === undefined ? [] : [[id, last] as const])));
  }

  #entryOf({ id }: TableSpec): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = { last: undefined, counting: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  #renew(table: TableSpec): Promise<void> | undefined {
    const entry = this.#entryOf(table);
    const { last } = entry;
    if (last !== undefined && performance.now() - last.begunAtMs - last.tookMs < last.tookMs * GOOD_FOR) return entry.counting;
    entry.counting ??= this.#next(async () => {
      try {
        const begunAtMs = performance.now();
        const count = await this.#count(table);
        entry.last = { ...count, begunAtMs, tookMs: performance.now() - begunAtMs };
      } catch (error) {
        this.#onFault(error);
      } finally {
        entry.counting = undefined;
      }
    });
    return entry.counting;
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
