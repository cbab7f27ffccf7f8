import { BqsyncError } from '@bqsync/errors';

/** A row as Harper hands it out: it may have no own keys, so read its properties. */
export type HarperRow = Readonly<Record<string, unknown>>;

/** The part of a Harper table class that the plugin uses for its own small rows. */
export interface StateTable {
  get(id: string): Promise<HarperRow | undefined | null>;
  put(row: Record<string, unknown>, context: object): unknown;
  search(query: object): AsyncIterable<HarperRow>;
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
  transaction<T>(context: { timestamp?: number }, callback: (transaction: object) => Promise<T>): Promise<T>;
}

/** What Harper gives to `handleApplication`. */
export interface PluginScope {
  readonly options: {
    getAll(): unknown;
    on(event: 'change' | 'remove', listener: () => void): unknown;
  };
  readonly logger?: HarperLogger | undefined;
  /** The application's folder. */
  readonly directory: string;
  on(event: 'close', listener: () => void): unknown;
}

/** Harper's globals. They are not imported: this module is also evaluated on Harper's main thread, which has none. */
export function harper(): Harper {
  return globalThis as unknown as Harper;
}

export function stateTable(name: string): StateTable {
  const table = harper().tables[name];
  if (table === undefined) {
    throw new BqsyncError('BQS_TARGET_MISSING', `Harper has no table "${name}"`, {
      hint: "the plugin's schema was not loaded; install @bqsync/harper-plugin again and name it by its package in the application's config.yaml",
    });
  }
  return table;
}

export async function allRows(name: string): Promise<HarperRow[]> {
  const rows: HarperRow[] = [];
  for await (const row of stateTable(name).search({})) rows.push(row);
  return rows;
}

/**
 * Puts rows of one table in one transaction, newer than `after`: Harper drops a write that is older than what is stored without an error,
 * and the clock may have stepped back (rule R1). Every row keeps its version as `version`, which is returned.
 */
export async function putAbove(name: string, rows: readonly Record<string, unknown>[], after: number): Promise<number> {
  const table = stateTable(name);
  const version = Math.max(Date.now(), after + 1);
  await harper().transaction({ timestamp: version }, async (transaction) => {
    for (const row of rows) await table.put({ ...row, version }, transaction);
  });
  return version;
}

export function numberOf(row: HarperRow | undefined | null, name: string): number {
  const value = row?.[name];
  return typeof value === 'number' ? value : 0;
}
