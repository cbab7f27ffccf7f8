import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, threadId } from 'node:worker_threads';
import { BqsyncError } from '@bqsync/errors';
import { guardReads } from './guard-reads.ts';
import type { HarperContext, HarperRecord, HarperRuntime, HarperTable, HarperTransaction } from './harper-runtime.ts';
import { isStorageFailure, plainMessage } from './storage-failure.ts';

// Everything of Harper that its documentation and typings do not promise is used in this file and in guard-reads.ts only;
// test/suites/internals.ts and test/two-threads.harper.test.ts pin it.

/** A stored row: `record` is null where a deleted row left its version behind. */
export interface StoredEntry {
  readonly record: HarperRecord | null;
  /** Milliseconds with a fraction: the timestamp of the transaction that wrote it. */
  readonly version: number;
}

interface PrimaryStore {
  getEntry?: (key: string) => { readonly value: HarperRecord | null; readonly version: number } | undefined;
  getRange?: (options: { start?: unknown; exclusiveStart?: boolean; limit: number; versions: true; lazy?: true }) => Iterable<{
    readonly key: unknown;
    readonly value: HarperRecord | null;
    readonly version: number;
  }>;
  resetReadTxn?: () => void;
}

export type EntryReader = (id: string) => StoredEntry | undefined;

/**
 * A synchronous reader of the newest committed rows. Reads the store directly, about five times faster than `get`; where this Harper does
 * not let it, the given ids are fetched first in the documented way, which hides the versions of deleted rows.
 */
export async function readerOf(table: HarperTable, ids: Iterable<string>): Promise<EntryReader> {
  const store = table.primaryStore as PrimaryStore | undefined;
  if (typeof store?.getEntry !== 'function') return fetchEntries(table, ids);
  // Reads share a snapshot within a turn of the event loop: begin with a fresh one.
  store.resetReadTxn?.();
  return (id) => {
    const entry = store.getEntry?.(id);
    return entry === undefined ? undefined : { record: entry.value, version: entry.version };
  };
}

interface FetchedRow {
  getRecord(): HarperRecord;
  getUpdatedTime(): number;
}

async function fetchEntries(table: HarperTable, ids: Iterable<string>): Promise<EntryReader> {
  const entries = new Map<string, StoredEntry>();
  for (const id of ids) {
    // A context of its own: the ambient one may read an older snapshot.
    const row = (await table.get(id, {})) as FetchedRow | undefined | null;
    if (row !== undefined && row !== null) entries.set(id, { record: row.getRecord(), version: row.getUpdatedTime() });
  }
  return (id) => entries.get(id);
}

/** Up to `limit` rows behind the key `after`, in key order, deleted ones left out. */
export function readPage(
  table: HarperTable,
  after: string | undefined,
  limit: number,
): { readonly rows: readonly { readonly key: string; readonly record: HarperRecord }[]; readonly last: string | undefined } {
  const store = table.primaryStore as PrimaryStore | undefined;
  if (typeof store?.getRange !== 'function') throw notReadable(table);
  store.resetReadTxn?.();
  const rows: { key: string; record: HarperRecord }[] = [];
  let last: string | undefined;
  // No string sorts before the empty one; other kinds of keys are not bqsync's.
  for (const { key, value } of store.getRange({ start: after ?? '', exclusiveStart: after !== undefined, limit, versions: true })) {
    if (typeof key !== 'string') continue;
    last = key;
    if (value !== null) rows.push({ key, record: value });
  }
  return { rows, last };
}

/** How many rows there are among the next `limit` keys of any kind, deleted ones left out. `last` is undefined where there are no more keys. */
export function countPage(table: HarperTable, after: unknown, limit: number): { readonly rows: number; readonly last: unknown } {
  const store = table.primaryStore as PrimaryStore | undefined;
  if (typeof store?.getRange !== 'function') throw notReadable(table);
  store.resetReadTxn?.();
  let rows = 0;
  let last: unknown;
  // `true` sorts before every key of a row.
  const range = { start: after ?? true, exclusiveStart: after !== undefined, limit, versions: true, lazy: true } as const;
  for (const { key, value } of store.getRange(range)) {
    last = key;
    if (value !== null) rows++;
  }
  return { rows, last };
}

function notReadable(table: HarperTable): BqsyncError {
  return new BqsyncError('BQS_INTERNAL', `table "${table.databaseName}.${table.tableName}" cannot be read in key order`, {
    hint: 'this Harper version is not supported; see the supported versions in the README',
  });
}

/** What the table's declaration says against a record, or undefined. Works on a copy: Harper coerces in place. */
export function validationError(table: HarperTable, record: HarperRecord): string | undefined {
  const validate = (table.prototype as { validate?: (record: HarperRecord, patch: boolean) => void } | undefined)?.validate;
  if (typeof validate !== 'function') return undefined;
  try {
    validate.call(undefined, { ...record }, false);
    return undefined;
  } catch (error) {
    return plainMessage(error);
  }
}

/** Harper's message to the other threads of its process that tables changed. */
const SCHEMA_MESSAGE = 'schema';
/** Behind every turn of the event loop that was under way, and one look for tables that are made together. */
const LOOK_AGAIN_MS = 100;

interface HarperThreads {
  onMessageByType?: (type: string, listener: (message: unknown) => void) => void;
}

let isWatching = false;

/**
 * From now on this thread knows every table that another thread makes or changes, within a moment. Harper alone does not see to it: a thread
 * reads the tables anew for each message that they changed, but by the snapshot of its turn of the event loop. A change that is announced
 * within a turn that has read before is not seen, and the thread answers requests for the new table with 404 until tables change once more.
 * So they are read once more in a later turn. Where this Harper does not tell of its messages, nothing is done about that.
 *
 * Opening a table is made safe as well: see {@link guardReads}. Call it on each thread; more than one call does nothing.
 */
export function watchTables(): void {
  const { threads, databases } = globalThis as { threads?: HarperThreads; databases?: HarperRuntime['databases'] };
  if (databases !== undefined) guardReads(databases);
  if (isWatching || parentPort === null || typeof threads?.onMessageByType !== 'function') return;
  isWatching = true;
  const port = parentPort;
  // Handled like one of another thread, by this thread only. It names no table, so nothing is written.
  const again = { type: SCHEMA_MESSAGE, message: { originator: threadId } };
  let waiting: NodeJS.Timeout | undefined;
  threads.onMessageByType(SCHEMA_MESSAGE, (message) => {
    if (message === again) return;
    // There may be a new database.
    if (databases !== undefined) guardReads(databases);
    clearTimeout(waiting);
    waiting = setTimeout(() => port.emit('message', again), LOOK_AGAIN_MS).unref();
  });
}

interface OpenTransaction {
  overloadChecked?: boolean;
  /** That of another database. */
  readonly next?: OpenTransaction | null | undefined;
}

/** A write of this thread failed in Harper's storage, or Harper says that it waits for one. */
let hasFailed = false;

/**
 * Lets bqsync write again after a write of this thread has failed, for want of disk space for one. Harper 4.7 takes a failed commit for one under way, for
 * ever: 45 s later it refuses all writes of the thread ("too long of queue") until it is restarted, though its storage takes them. So the check is
 * passed over, for transactions of bqsync alone, once a write has failed.
 */
export function passFailedCommits(transaction: HarperRuntime['transaction']): HarperRuntime['transaction'] {
  return async <T>(context: HarperContext, callback: (transaction: HarperTransaction) => T): Promise<Awaited<T>> => {
    const passed = (opened: HarperTransaction): unknown => {
      pass(opened);
      const result: unknown = callback(opened);
      if (!(result instanceof Promise)) {
        pass(opened);
        return result;
      }
      return result.then((value: unknown) => {
        pass(opened);
        return value;
      });
    };
    try {
      return (await transaction(context, passed)) as Awaited<T>;
    } catch (error) {
      hasFailed ||= isStorageFailure(error);
      throw error;
    }
  };
}

function pass(transaction: OpenTransaction): void {
  if (!hasFailed) return;
  for (let each: OpenTransaction | null | undefined = transaction; each; each = each.next) each.overloadChecked = true;
}

/** How much space is left where Harper keeps its databases; undefined outside Harper. */
export function freeStorage(): { readonly path: string; readonly bytes: number } | undefined {
  const { databases } = globalThis as { databases?: HarperRuntime['databases'] };
  for (const tables of Object.values(databases ?? {})) {
    for (const table of Object.values(tables ?? {})) {
      const path = (table?.primaryStore as { readonly path?: unknown } | undefined)?.path;
      if (typeof path !== 'string') continue;
      const { bavail, bsize } = statfsSync(dirname(path));
      return { path: dirname(path), bytes: bavail * bsize };
    }
  }
  return undefined;
}
