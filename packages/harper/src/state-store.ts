import type { StateStore } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { readerOf, type StoredEntry } from './harper-internals.ts';
import { DEFAULT_DATABASE, type HarperRecord, type HarperRuntime, type HarperTable } from './harper-runtime.ts';
import { messageOf } from './map-error.ts';
import { DamagedRecord, intentRecord, parseIntent, parseProgress, parseUnit, unitId } from './state-records.ts';
import { stateTable } from './state-tables.ts';
import { versionAbove } from './version.ts';

export interface HarperStateStoreOptions {
  readonly runtime: HarperRuntime;
  /** Where the state tables are; `data` by default. */
  readonly stateDatabase?: string | undefined;
  /** Told of each record that cannot be understood and therefore counts as absent; an error in Harper's log by default. */
  readonly onDamaged?: ((error: BqsyncError) => void) | undefined;
}

/**
 * Progress and window intents as Harper records, one a table. Progress is written by the sink only, inside its data transactions.
 *
 * A record that cannot be understood is reported as `BQS_STATE_DAMAGED` and counts as absent, so its windows are read again. Throws
 * `BQS_TARGET_MISSING` if the state tables do not exist, `BQS_TARGET_COMMIT_FAILED` if an intent cannot be stored.
 *
 * @example
 * const state = createHarperStateStore({ runtime: harperRuntime() });
 */
export function createHarperStateStore(options: HarperStateStoreOptions): StateStore {
  const { runtime } = options;
  const database = options.stateDatabase ?? DEFAULT_DATABASE;
  const onDamaged = options.onDamaged ?? ((error) => runtime.logger.error?.(`${error.code} ${error.message}`));

  async function load<T>(
    role: 'progress' | 'window' | 'unit',
    id: string,
    parse: (record: HarperRecord) => T,
    tableId = id,
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

  return {
    loadProgress: (tableId) => load('progress', tableId, parseProgress),
    loadIntent: (tableId) => load('window', tableId, parseIntent),
    loadUnits: async (tableId, windowId, units) => {
      const ids = Array.from({ length: units }, (_, index) => unitId(tableId, index));
      const loaded = await Promise.all(ids.map((id) => load('unit', id, parseUnit, tableId)));
      return loaded.filter((unit) => unit?.windowId === windowId).filter((unit) => unit !== undefined);
    },
    saveIntent: async (intent) => {
      const table = stateTable(runtime, database, 'window');
      const stored = await readState(table, intent.tableId);
      // The wall clock may have stepped back since the stored record: its version must not decide.
      const timestamp = versionAbove(Date.now(), stored?.version ?? 0);
      try {
        await runtime.transaction({ timestamp }, (transaction) => table.put(intentRecord(intent), transaction));
      } catch (cause) {
        throw notSaved(intent.tableId, cause);
      }
      const now = (await readState(table, intent.tableId))?.record;
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
