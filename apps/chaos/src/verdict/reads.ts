import type { UsageReport } from '@bqsync/local-bigquery';
import type { ReadChoice, ReadWay } from '../options.ts';
import { type ChaosTable, DATASET, PROJECT, readOf } from '../source/tables.ts';

/** How a table was to be read, and the rows that BigQuery has handed over of it by each of its APIs, rows that were read again included. */
export interface TableReads {
  readonly read: ReadWay;
  readonly restRows: number;
  readonly storageRows: number;
  /** How often the plugin has said that a batch was corrupt, and again when read again, and that the table is read by REST for a while. */
  readonly distrusted: number;
}

/** A batch and the batch that was sent in its place. */
const CORRUPT_BATCHES_PER_DISTRUST = 2;
const DISTRUST = /\bbqsync (\S+): rows are read by REST instead of the Storage Read API\b.* is corrupt, read again too\b/g;

/** How often the plugin has said in Harper's log that it distrusts the Storage Read API with a table: batches were corrupt twice. */
export function distrustsIn(log: string): Readonly<Record<string, number>> {
  const byTable: Record<string, number> = {};
  for (const [, tableId = ''] of log.matchAll(DISTRUST)) byTable[tableId] = (byTable[tableId] ?? 0) + 1;
  return byTable;
}

/** What the sync has read, by table; to be asked before anything else reads. */
export function readsOf(
  tables: readonly ChaosTable[],
  { rowsRead }: Pick<UsageReport, 'rowsRead'>,
  choice: ReadChoice,
  distrusts: Readonly<Record<string, number>>,
): Readonly<Record<string, TableReads>> {
  return Object.fromEntries(
    tables.map((table) => {
      const { rest, storage } = rowsRead[`${PROJECT}.${DATASET}.${table.id}`] ?? { rest: 0, storage: 0 };
      return [table.id, { read: readOf(table, choice), restRows: rest, storageRows: storage, distrusted: distrusts[table.id] ?? 0 }];
    }),
  );
}

/**
 * Tables that were not read as the configuration says. A table to be read by the Storage Read API has a window read by a query where rows were written
 * while it was opened, since a session may miss them: so most of its rows, not all, come by that API. Only of a table that the plugin distrusts it with
 * may more come by REST, and only if that many batches (`corruptBatches`) were corrupt.
 */
export function misreadings(reads: Readonly<Record<string, TableReads>>, corruptBatches: number): string[] {
  const byTable = Object.entries(reads).flatMap(([id, { read, restRows, storageRows, distrusted }]) => {
    const account = `${restRows} rows came by REST, ${storageRows} by the Storage Read API`;
    const isAsAsked =
      read === 'auto'
        ? restRows + storageRows > 0
        : read === 'rest'
          ? restRows > 0 && storageRows === 0
          : storageRows > 0 && (restRows < storageRows || distrusted > 0);
    return isAsAsked ? [] : [`${id}: to be read by ${read}, but ${account}`];
  });
  const distrusts = Object.values(reads).reduce((sum, { distrusted }) => sum + distrusted, 0);
  if (distrusts * CORRUPT_BATCHES_PER_DISTRUST <= corruptBatches) return byTable;
  return [...byTable, `batches were found corrupt twice ${distrusts} times, but ${corruptBatches} were`];
}
