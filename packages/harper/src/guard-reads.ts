import type { HarperRuntime } from './harper-runtime.ts';

/** The part of an LMDB store of Harper's that decides what becomes of the thread's read transaction when a table is opened. */
interface Store {
  _commitReadTxn?: (this: Store) => void;
  useReadTransaction?: () => { done(): void };
  resetReadTxn?: () => void;
}

type Guarded = Store & { [GUARDED]?: true };

/** Shared by all copies of this module in a thread: the plugin and an application may each have their own. */
const GUARDED = Symbol.for('bqsync.guard-reads');

/**
 * Keeps the reads of this thread valid while it opens a table or an index. Returns whether all databases are guarded: false on a Harper whose
 * store works in another way, where nothing is changed. Call it again when there may be a new database; more than one call does nothing.
 *
 * Without it Harper 4.7.29 dies by SIGSEGV. `openDB` of lmdb 3.5.4 frees the read transaction that all iterations of a thread share, and the
 * next step of an iteration that was waiting closes its cursor in freed memory (`mdb_cursor_close`). Harper's replication is such an
 * iteration: it reads the audit log and waits for the network. So a node dies when it opens a table, made by whichever node or thread, while
 * it sends rows. Guarded, a transaction that is in use is left to its last user to close, by the same two calls with which lmdb does that
 * for a transaction whose time is over.
 */
export function guardReads(databases: HarperRuntime['databases']): boolean {
  // `system` is not enumerable, and replicates too.
  const all = [...Object.values(databases), databases['system']];
  const stores = all.flatMap((tables) => Object.values(tables ?? {}).map((table) => table?.primaryStore as Store | undefined));
  // Not `every` alone: it would stop at the first that cannot be guarded.
  return stores.map(guard).every(Boolean);
}

/** Each database has a class of stores of its own, which all its tables and indexes share. */
function guard(store: Store | undefined): boolean {
  const shared = prototypeOf(store);
  if (shared === undefined) return false;
  const { _commitReadTxn: free, useReadTransaction, resetReadTxn } = shared;
  if (typeof free !== 'function' || typeof useReadTransaction !== 'function' || typeof resetReadTxn !== 'function') return false;
  if (shared[GUARDED] === true) return true;
  shared[GUARDED] = true;
  shared._commitReadTxn = function (this: Store): void {
    const transaction = useReadTransaction.call(this);
    try {
      // Being in use, it is given up here and not freed; then there is none left for `free` to free.
      resetReadTxn.call(this);
      free.call(this);
    } finally {
      transaction.done();
    }
  };
  return true;
}

function prototypeOf(store: Store | undefined): Guarded | undefined {
  let object: unknown = store;
  while (typeof object === 'object' && object !== null) {
    if (Object.hasOwn(object, '_commitReadTxn')) return object;
    object = Object.getPrototypeOf(object);
  }
  return undefined;
}
