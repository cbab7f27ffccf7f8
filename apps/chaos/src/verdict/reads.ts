import type { UsageReport } from '@bqsync/local-bigquery';
import type { ReadChoice, ReadWay } from '../options.ts';
import { DATASET, PROJECT, readOf, TABLES } from '../source/tables.ts';

/** How a table was to be read, and the rows that BigQuery has handed over of it by each of its APIs, rows that were read again included. */
export interface TableReads {
  readonly read: ReadWay;
  readonly restRows: number;
  readonly storageRows: number;
}

/** What the sync has read, by table; to be asked before anything else reads. */
export function readsOf({ rowsRead }: Pick<UsageReport, 'rowsRead'>, choice: ReadChoice): Readonly<Record<string, TableReads>> {
  return Object.fromEntries(
    TABLES.map((table) => {
      const { rest, storage } = rowsRead[`${PROJECT}.${DATASET}.${table.id}`] ?? { rest: 0, storage: 0 };
      return [table.id, { read: readOf(table, choice), restRows: rest, storageRows: storage }];
    }),
  );
}

/** Tables that were not read as the configuration says: at all, and in no other way. */
export function misreadings(reads: Readonly<Record<string, TableReads>>): string[] {
  return Object.entries(reads).flatMap(([id, { read, restRows, storageRows }]) => {
    const account = `${restRows} rows came by REST, ${storageRows} by the Storage Read API`;
    const isAsAsked =
      read === 'auto'
        ? restRows + storageRows > 0
        : read === 'rest'
          ? restRows > 0 && storageRows === 0
          : storageRows > 0 && restRows === 0;
    return isAsAsked ? [] : [`${id}: to be read by ${read}, but ${account}`];
  });
}
