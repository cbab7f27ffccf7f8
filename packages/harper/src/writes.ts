import { versionClaims } from './harper-internals.ts';
import type { HarperRecord, HarperRuntime, HarperTable, HarperTransaction } from './harper-runtime.ts';
import { versionAbove } from './version.ts';

/**
 * From this many writes on Harper takes the database for itself while it commits. A smaller transaction is committed optimistically, and 4.7.29 checks
 * the version of its last record only: if that of an earlier one has moved, nothing is stored, yet the commit counts as done. A replica applies
 * transactions side by side, so it loses them that way (`MAX_OPTIMISTIC_SIZE` in Harper's `DatabaseTransaction.ts`; a transaction of one record is
 * checked by that record and tried again). test/replica-writes.harper.test.ts shows both.
 */
export const EXCLUSIVE_WRITES = 100;

/** One record of one table: put, or deleted where `record` is absent. */
export interface Write {
  readonly table: HarperTable;
  readonly id: string;
  readonly record?: HarperRecord | undefined;
  /** Version of what is stored under the id; 0: nothing is. The write must be newer, or Harper drops it. */
  readonly storedVersion: number;
}

/** The versions of a group of writes: `first` milliseconds for the first one, `stepMs` more for each further one that is committed by itself. */
export interface Versions {
  readonly first: number;
  readonly stepMs: number;
}

/** Commits groups of writes so that no replica can drop one. */
export class Committer {
  readonly #runtime: HarperRuntime;
  readonly #exclusiveFrom: number;

  /** `exclusiveFrom`: 0 commits every group as one transaction, whatever its size: only for tests that show what replicas lose that way. */
  constructor(runtime: HarperRuntime, exclusiveFrom = EXCLUSIVE_WRITES) {
    this.#runtime = runtime;
    this.#exclusiveFrom = exclusiveFrom;
  }

  /** Whether a group of so many writes is committed as one transaction: atomic, and with one version. */
  isAtomic(writes: number): boolean {
    return writes >= this.#exclusiveFrom;
  }

  /**
   * Commits writes of **one database**: all in one transaction where they are enough, else each by itself, see {@link writeAlone}. Resolves once all are durable. Where it rejects, some of a small group may be stored.
   */
  async commit(writes: readonly Write[], versions: Versions): Promise<void> {
    if (writes.length === 0) return;
    if (this.isAtomic(writes.length)) {
      const timestamp = writes.reduce((version, { storedVersion }) => versionAbove(version, storedVersion), versions.first);
      await this.#runtime.transaction({ timestamp }, (transaction) => settled(writes.map((write) => apply(write, transaction))));
      return;
    }
    // All are handed over before the first is awaited: Harper writes them to disk together.
    const direction = versions.stepMs < 0 ? -1 : 1;
    const commits = writes.map((write, index) => {
      const version = { wanted: versions.first + index * versions.stepMs, stored: write.storedVersion, direction } as const;
      return writeAlone(this.#runtime, version, (transaction) => apply(write, transaction));
    });
    // None may still be running when this rejects: the caller may write the same records again.
    const failed = (await Promise.allSettled(commits)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

/** Where the version of a single write is to be: the nearest free one to `wanted`, but above `stored`. */
export interface WantedVersion {
  readonly wanted: number;
  readonly stored: number;
  /** -1: rather below than above `wanted`, as far as `stored` allows. */
  readonly direction?: 1 | -1 | undefined;
}

/**
 * Stores one record in a transaction of its own, at a version that no other such transaction of this node has: Harper sends neighbours of one version
 * as one transaction, of whatever tables. `write` is called with that version, once. Resolves to it once the record is durable.
 */
export async function writeAlone(
  runtime: HarperRuntime,
  { wanted, stored, direction = 1 }: WantedVersion,
  write: (transaction: HarperTransaction, version: number) => unknown,
): Promise<number> {
  const claims = versionClaims(runtime);
  let timestamp = claims.claim(versionAbove(wanted, stored), direction);
  if (timestamp <= stored) {
    claims.release(timestamp);
    timestamp = claims.claim(versionAbove(stored, stored));
  }
  try {
    await runtime.transaction({ timestamp }, (transaction) => write(transaction, timestamp));
    return timestamp;
  } finally {
    claims.release(timestamp);
  }
}

function apply({ table, id, record }: Write, transaction: HarperTransaction): unknown {
  return record === undefined ? table.delete(id, transaction) : table.put(record, transaction);
}

/** Awaits what Harper answers with a promise for; a transaction without any needs no turn of the event loop. */
function settled(results: readonly unknown[]): Promise<unknown> | undefined {
  const pending = results.filter(isPromise);
  return pending.length === 0 ? undefined : Promise.all(pending);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
