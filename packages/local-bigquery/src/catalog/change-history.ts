import { ApiError } from '../http/api-error.ts';
import type { CatalogTable, Field, HistoryRange } from '../sql/contract.ts';
import { DELETED, FLAG, FLAGS, INSERTED, STAMP } from '../storage/versioned-table.ts';
import { quoteName } from '../storage/sql-text.ts';
import type { SnapshotTable } from './snapshot-table.ts';

const DAY_MICROS = 86_400_000_000n;

const APPEND_COLUMNS: readonly Field[] = [
  { name: '_CHANGE_TYPE', type: 'STRING', mode: 'NULLABLE' },
  { name: '_CHANGE_TIMESTAMP', type: 'TIMESTAMP', mode: 'NULLABLE' },
];
const CHANGE_COLUMNS: readonly Field[] = [...APPEND_COLUMNS, { name: '_CHANGE_IS_FOR_UPDATE', type: 'BOOL', mode: 'NULLABLE' }];

/** A table's change history: its rows are events. What it reads is what was written in its range, whatever the partitions. */
export interface HistoryTable extends CatalogTable {
  readonly historyOf: SnapshotTable;
  /** Predicate over the stored columns: the rows that were written in the range. */
  readonly written: string;
}

export const isHistory = (table: CatalogTable): table is HistoryTable => 'historyOf' in table;

/**
 * `APPENDS` and `CHANGES` of a table.
 *
 * @see https://cloud.google.com/bigquery/docs/change-history
 */
export function historyTable(table: SnapshotTable, range: HistoryRange): HistoryTable {
  const { from, to } = bounds(table, range);
  if (range.name === 'CHANGES') checkChanges(table, from, to);
  const shown = `coalesce(${STAMP}, ${INSERTED})`;
  const now = table.scope.snapshotMicros;
  const inserted = `${shown} >= ${from} AND ${shown} < ${to} AND ${INSERTED} <= ${now}`;
  const deleted = `${DELETED} >= ${from} AND ${DELETED} < ${to} AND ${DELETED} <= ${now}`;
  const columns = range.name === 'APPENDS' ? APPEND_COLUMNS : CHANGE_COLUMNS;
  return {
    project: table.project,
    dataset: table.dataset,
    table: table.table,
    fields: [...table.fields, ...columns],
    requirePartitionFilter: false,
    historyOf: table,
    written: range.name === 'APPENDS' ? `(${inserted})` : `(${inserted}) OR (${deleted})`,
    checkColumn: (name) => table.checkColumn(name),
    relation: () => {
      // Rows that a transaction wrote and took away again were never there.
      const lasting = `${INSERTED} <> ${DELETED}`;
      const names = table.fields.map((field) => quoteName(field.name)).join(', ');
      const events = (predicate: string, type: string, time: string, forUpdate: string): string => {
        const more = [
          `${type} AS "_CHANGE_TYPE"`,
          `make_timestamptz(${time}) AS "_CHANGE_TIMESTAMP"`,
          `${forUpdate} AS "_CHANGE_IS_FOR_UPDATE"`,
        ];
        const rows = table.visibleRows(`(${predicate}) AND ${lasting}`, more);
        return `SELECT ${[names, ...columns.map((c) => quoteName(c.name))].join(', ')} FROM ${rows}`;
      };
      if (range.name === 'APPENDS') {
        return `(${events(`${inserted} AND ${FLAG} & ${FLAGS.insertedByUpdate} = 0`, `'INSERT'`, shown, 'false')})`;
      }
      const added = events(inserted, `CASE WHEN ${FLAG} & ${FLAGS.insertedByUpdate} <> 0 THEN 'UPDATE' ELSE 'INSERT' END`, shown, 'false');
      const gone = events(
        `${deleted} AND ${FLAG} & ${FLAGS.deletedByExpiry} = 0`,
        `'DELETE'`,
        DELETED,
        `(${FLAG} & ${FLAGS.deletedByUpdate} <> 0)`,
      );
      return `(${added} UNION ALL ${gone})`;
    },
  };
}

function bounds(table: SnapshotTable, range: HistoryRange): { from: bigint; to: bigint } {
  const { key, record } = table.source;
  const { snapshotMicros } = table.scope;
  const { name, fromMicros, toMicros } = range;
  if (table.scope.inTransaction === true)
    throw new ApiError('invalidQuery', `${name} cannot be called within a multi-statement transaction`);
  if (toMicros !== undefined && toMicros > snapshotMicros)
    throw new ApiError('invalidQuery', `Invalid ${name} end_timestamp ${toMicros / 1000n} for table ${key}: it is in the future`);
  const created = BigInt(record.createdMicros);
  const horizon = table.horizonMicros;
  if ((fromMicros ?? created) < horizon) {
    throw new ApiError(
      'invalidQuery',
      `Invalid ${name} start_timestamp ${fromMicros === undefined ? 'NULL' : fromMicros / 1000n} for table ${key}: it is earlier than the time travel window allows (${horizon / 1000n})`,
    );
  }
  const from = fromMicros === undefined || fromMicros < created ? created : fromMicros;
  // Up to the start of the query: everything that it sees.
  const to = toMicros ?? snapshotMicros + 1n;
  if (toMicros !== undefined && fromMicros !== undefined && fromMicros > toMicros)
    throw new ApiError('invalidQuery', `Invalid ${name} range for table ${key}: start_timestamp is after end_timestamp`);
  return { from, to };
}

function checkChanges(table: SnapshotTable, from: bigint, to: bigint): void {
  const { key, record } = table.source;
  const refuse = (why: string): never => {
    throw new ApiError('invalidQuery', `CHANGES cannot be used on table ${key}: ${why}`);
  };
  if (record.cdc === true) refuse('it has change data capture enabled');
  if (record.changeHistory?.some((period) => period.toMicros === undefined) !== true)
    refuse('its option enable_change_history is not set to TRUE');
  if (to - from > DAY_MICROS) refuse('the time range between start_timestamp and end_timestamp is longer than one day');
  if (record.transactions?.some((micros) => BigInt(micros) >= from && BigInt(micros) < to) === true)
    refuse('a multi-statement transaction was committed to it within the requested time range');
}
