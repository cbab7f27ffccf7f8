import { BqsyncError } from '@bqsync/errors';
import { harperRuntime, VERSION_STEP_MS, versionOfNow, writeError } from '@bqsync/harper';

/** A row as Harper hands it out: it may have no own keys, so read its properties. */
export type HarperRow = Readonly<Record<string, unknown>>;

/** The part of a Harper table class that the plugin uses for its own small rows. */
interface StateTable {
  get(id: string, context: object): Promise<HarperRow | undefined | null>;
  put(row: Record<string, unknown>, context: object): unknown;
  delete(id: string, context: object): Promise<unknown>;
  search(query: object, context: object): AsyncIterable<HarperRow>;
}

export interface HarperServer {
  /** Durable name of the node. */
  readonly hostname: string;
  /** From 0; absent where Harper runs without worker threads. */
  readonly workerIndex?: number | undefined;
  readonly workerCount?: number | undefined;
  /** The other nodes that this one knows, stopped ones included. */
  readonly nodes?: readonly { readonly name: string }[] | undefined;
}

type Log = (...parts: unknown[]) => void;

/** Absent methods are levels that are switched off. */
export interface HarperLogger {
  readonly error?: Log | undefined;
  readonly warn?: Log | undefined;
  readonly notify?: Log | undefined;
  readonly info?: Log | undefined;
  readonly debug?: Log | undefined;
}

/** What Harper gives to each worker thread as globals. */
export interface Harper {
  readonly tables: Readonly<Record<string, StateTable | undefined>>;
  readonly server: HarperServer;
  readonly logger: HarperLogger;
}

/** What Harper gives to `handleApplication`. */
export interface PluginScope {
  readonly options: {
    /** Undefined while the application's configuration has no section for the plugin. */
    getAll(): unknown;
    /** `ready` comes again when a section that was removed is back. */
    on(event: 'change' | 'ready' | 'remove', listener: () => void): unknown;
  };
  readonly logger?: HarperLogger | undefined;
  /** The name of the plugin's section in the configuration. */
  readonly pluginName: string;
  /** The application's folder. */
  readonly directory: string;
  /** The application's `config.yaml`. */
  readonly configFilePath: string;
  on(event: 'close', listener: () => void): unknown;
  /** The configuration cannot be read. Without a listener it would end the thread. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** Harper's globals. They are not imported: this module is also evaluated on Harper's main thread, which has none. */
export function harper(): Harper {
  return globalThis as unknown as Harper;
}

function stateTable(name: string): StateTable {
  const table = harper().tables[name];
  if (table === undefined) {
    throw new BqsyncError('BQS_TARGET_MISSING', `Harper has no table "${name}"`, {
      hint: "the plugin's schema was not loaded; install @bqsync/harper-plugin again and name it by its package in the application's config.yaml",
    });
  }
  return table;
}

// Each call has a context of its own: without one Harper takes that of the request it is made in, whose reads all see one moment.

export async function allRows(name: string): Promise<HarperRow[]> {
  const rows: HarperRow[] = [];
  for await (const row of stateTable(name).search({}, {})) rows.push(row);
  return rows;
}

export async function rowOf(name: string, id: string): Promise<HarperRow | undefined> {
  return (await stateTable(name).get(id, {})) ?? undefined;
}

export async function removeRow(name: string, id: string): Promise<void> {
  const table = stateTable(name);
  try {
    await harperRuntime().transaction({ timestamp: versionOfNow() }, (transaction) => table.delete(id, transaction));
  } catch (error) {
    throw writeError(`a row of the plugin's own in "${name}" could not be deleted`, error);
  }
}

/**
 * Puts rows of one table, newer than `after`: Harper drops a write that is older than what is stored without an error, and the clock may have stepped
 * back (rule R1). Every row has a transaction and a version of its own, since a replica may lose a small transaction of several records, and keeps
 * its version as `version`; the greatest is returned. Where it rejects, some may be stored.
 */
export async function putAbove(name: string, rows: readonly Record<string, unknown>[], after: number): Promise<number> {
  const table = stateTable(name);
  const first = Math.max(versionOfNow(), after + 1);
  const runtime = harperRuntime();
  const puts = rows.map((row, index) => {
    const version = first + index * VERSION_STEP_MS;
    return runtime.transaction({ timestamp: version }, (transaction) => table.put({ ...row, version }, transaction));
  });
  // None may still be running when this rejects: the caller may put the same rows again.
  const failed = (await Promise.allSettled(puts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw writeError(`rows of the plugin's own in "${name}" could not be stored`, failed.reason);
  return first + Math.max(0, rows.length - 1) * VERSION_STEP_MS;
}

export function numberOf(row: HarperRow | undefined | null, name: string): number {
  const value = row?.[name];
  return typeof value === 'number' ? value : 0;
}
