import type { BigQuery } from '@google-cloud/bigquery';
import type { VesselMetadataRow } from '../data/rows.ts';
import type { TableDefinition } from '../tables/definitions.ts';
import type { Micros } from '../time/micros.ts';
import { type BigQueryConfig, connect } from './bigquery-connection.ts';
import { BigQueryTables, type TableStats } from './bigquery-tables.ts';
import { LoadWriter } from './load-writer.ts';
import type { Batch, Row } from './row-writer.ts';
import { StreamWriter } from './stream-writer.ts';

/** `load`: load jobs, free and all at once; `stream`: streaming inserts, readable within seconds. */
export type WriteMode = 'load' | 'stream';

/** Where the three tables live. */
export interface DataTarget {
  prepare(table: TableDefinition, signal?: AbortSignal): Promise<'created' | 'checked'>;
  /** Appends a batch, once however often it is repeated. */
  append(table: TableDefinition, rows: readonly Row[], batch: Batch, mode: WriteMode, signal?: AbortSignal): Promise<void>;
  /** Brings rows of vessel_metadata up to date in place. */
  update(table: TableDefinition, rows: readonly VesselMetadataRow[], signal?: AbortSignal): Promise<void>;
  stats(table: TableDefinition, signal?: AbortSignal): Promise<TableStats>;
  /** Deletes the rows and keeps the table. */
  clear(table: TableDefinition, signal?: AbortSignal): Promise<void>;
  drop(table: TableDefinition, signal?: AbortSignal): Promise<void>;
  deleteBefore(table: TableDefinition, cutoff: Micros, signal?: AbortSignal): Promise<void>;
}

/**
 * The tables in BigQuery, by the official client.
 *
 * @throws BqsyncError as `connect`, from here; codes of the group `source` from the methods.
 */
export function bigQueryTarget(config: BigQueryConfig, client: BigQuery = connect(config)): DataTarget {
  const tables = new BigQueryTables(client, config);
  const load = new LoadWriter(client, config);
  const stream = new StreamWriter(client, config, (table, rows, signal) => tables.findWritten(table, rows, signal));
  return {
    prepare: (table, signal) => tables.prepare(table, signal),
    append: (table, rows, batch, mode, signal) => (mode === 'load' ? load : stream).write(table, rows, batch, signal),
    update: (table, rows, signal) => tables.update(table, rows, signal),
    stats: (table, signal) => tables.stats(table, signal),
    clear: (table, signal) => tables.clear(table, signal),
    drop: (table, signal) => tables.drop(table, signal),
    deleteBefore: (table, cutoff, signal) => tables.deleteBefore(table, cutoff, signal),
  };
}
