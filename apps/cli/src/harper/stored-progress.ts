import type { TableProgress } from '@bqsync/core';
import { DamagedRecord, parseProgress, STATE_TABLES } from '@bqsync/harper';
import { BqsyncError } from '@bqsync/errors';
import { type Operations, records } from './operations.ts';

/** Where the plugin keeps its state: Harper's default database. */
export const STATE_DATABASE = 'data';

/** How far the plugin says a table is; undefined if it has not begun, or has never run there. */
export async function readProgress(operations: Operations, tableId: string): Promise<TableProgress | undefined> {
  const answer = await operations.call({
    operation: 'search_by_value',
    database: STATE_DATABASE,
    table: STATE_TABLES.progress,
    search_attribute: 'tableId',
    search_value: tableId,
    get_attributes: ['*'],
  });
  if (answer === undefined) return undefined;
  // One of each node that ever ran the table: the last to have written speaks for it.
  const [record] = [...records(answer, 'search_by_value')].sort((a, b) => (String(a['touched']) < String(b['touched']) ? 1 : -1));
  if (record === undefined) return undefined;
  try {
    return parseProgress({ ...record });
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    throw new BqsyncError('BQS_STATE_DAMAGED', `the stored progress of table "${tableId}" cannot be read: ${error.message}`, {
      hint: 'is the plugin of another version than this command?',
      cause: error,
    });
  }
}
