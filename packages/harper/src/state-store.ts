import type { StateStore, TableProgress } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { readerOf, readPage, type StoredEntry } from './harper-internals.ts';
import { DEFAULT_DATABASE, type HarperRecord, type HarperRuntime, type HarperTable } from './harper-runtime.ts';
import { messageOf } from './map-error.ts';
import { DamagedRecord, intentRecord, parseIntent, parseProgress, parseUnit, recordId, unitId } from './state-records.ts';
import { stateTable } from './state-tables.ts';
import { versionOfNow } from './version.ts';
import { writeAlone } from './writes.ts';

const PAGE_RECORDS = 64;

export interface HarperStateStoreOptions {
  readonly runtime: HarperRuntime;
  /** Where the state tables are; `data` by default. */
  readonly stateDatabase?: string | undefined;
  /** This node's durable name, where several nodes share the targets: each keeps records of its own, and sees the others'. */
  readonly node?: string | undefined;
  /** Told of each record that cannot be understood and therefore counts as absent; an error in Harper's log by default. */
  readonly onDamaged?: ((error: BqsyncError) => void) | undefined;
}

/**
 * Progress and window intents as Harper records, one a table and node. Progress is written by the sink only, inside its data transactions.
 *
 * A record that cannot be understood is reported as `BQS_STATE_DAMAGED` and counts as absent, so its windows are read again. Throws
 * `BQS_TARGET_MISSING` if the state tables do not exist, `BQS_TARGET_COMMIT_FAILED` if an intent cannot be stored.
 *
 * @example
 * const state = createHarperStateStore({ runtime: harperRuntime() });
 */
export function createHarperStateStore(options: HarperStateStoreOptions): StateStore {
  const { runtime } = options;
  const { node } = options;
  const database = options.stateDatabase ?? DEFAULT_DATABASE;
  const onDamaged = options.onDamaged ?? ((error) => runtime.logger.error?.(`${error.code} ${error.message}`));

  async function load<T>(
    role: 'progress' | 'window' | 'unit',
    id: string,
    parse: (record: HarperRecord) => T,
    tableId: string,
  ): Promise<T | undefined> {
    const table = stateTable(runtime, database, role);
    const record = (await readState(table, id))?.record;
    if (record === undefined || record === null) return undefined;
    try {
      return parse(record);
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error;
      onDamaged(
        new BqsyncError('BQS_STATE_DAMAGED', `${table.tableName} of table "${tableId}": ${error.message}; it counts as absent`, {
          hint: 'nothing needs to be done: the rows are read again',
          context: { table: tableId, record: table.tableName },
          cause: error,
        }),
      );
      return undefined;
    }
  }

  /** Ids of the other nodes' records of a table, which begin with its own and `@`. */
  function idsElsewhere(role: 'progress' | 'unit', tableId: string): string[] {
    const table = stateTable(runtime, database, role);
    const prefix = recordId(tableId, '');
    const own = recordId(tableId, node);
    const ids: string[] = [];
    let after: string | undefined = prefix;
    while (after !== undefined) {
      const page = readPage(table, after, PAGE_RECORDS);
      const found = page.rows.map(({ key }) => key).filter((key) => key.startsWith(prefix));
      ids.push(...found.filter((key) => key !== own && !key.startsWith(`${own}/`)));
      after = page.last?.startsWith(prefix) === true ? page.last : undefined;
    }
    return ids;
  }

  async function loadElsewhere(tableId: string): Promise<ReadonlyMap<string, TableProgress>> {
    const found = new Map<string, TableProgress>();
    for (const id of idsElsewhere('progress', tableId)) {
      const progress = await load('progress', id, parseProgress, tableId);
      // The id of another table may begin with this one's and `@`.
      if (progress?.tableId === tableId) found.set(id.slice(recordId(tableId, '').length), progress);
    }
    return found;
  }

  async function arrivals(tableId: string, nodes: readonly string[]): Promise<string> {
    const versions: string[] = [];
    const writers = nodes.map((each) => recordId(tableId, each));
    for (const role of ['progress', 'unit'] as const) {
      const table = stateTable(runtime, database, role);
      for (const id of idsElsewhere(role, tableId)) {
        if (writers.some((writer) => id === writer || id.startsWith(`${writer}/`))) {
          versions.push(`${id}:${(await readState(table, id))?.version ?? 0}`);
        }
      }
    }
    return versions.join();
  }

  return {
    loadProgress: (tableId) => load('progress', recordId(tableId, node), parseProgress, tableId),
    ...(node === undefined ? {} : { loadElsewhere, arrivals }),
    loadIntent: (tableId) => load('window', recordId(tableId, node), parseIntent, tableId),
    loadUnits: async (tableId, windowId, units) => {
      const ids = Array.from({ length: units }, (_, index) => unitId(tableId, node, index));
      const loaded = await Promise.all(ids.map((id) => load('unit', id, parseUnit, tableId)));
      return loaded.filter((unit) => unit?.windowId === windowId).filter((unit) => unit !== undefined);
    },
    saveIntent: async (intent) => {
      const table = stateTable(runtime, database, 'window');
      const id = recordId(intent.tableId, node);
      const stored = await readState(table, id);
      try {
        // The wall clock may have stepped back since the stored record: its version must not decide.
        const version = { wanted: versionOfNow(), stored: stored?.version ?? 0 };
        await writeAlone(runtime, version, (transaction) => table.put(intentRecord(intent, node), transaction));
      } catch (cause) {
        throw notSaved(intent.tableId, cause);
      }
      const now = (await readState(table, id))?.record;
      const request = now?.request as { windowId?: unknown } | undefined;
      if (request?.windowId !== intent.request.windowId || now?.bootId !== intent.bootId) throw notSaved(intent.tableId, undefined);
    },
  };
}

async function readState(table: HarperTable, id: string): Promise<StoredEntry | undefined> {
  return (await readerOf(table, [id]))(id);
}

function notSaved(tableId: string, cause: unknown): BqsyncError {
  const why = cause === undefined ? 'another one was stored instead' : messageOf(cause);
  return new BqsyncError('BQS_TARGET_COMMIT_FAILED', `the next window of table "${tableId}" could not be stored: ${why}`, {
    context: { table: tableId },
    cause,
  });
}
