import type { BigQuery } from '@google-cloud/bigquery';
import type { TableDefinition } from '../tables/definitions.ts';
import type { BigQueryConfig } from './bigquery-connection.ts';
import { fromBigQuery } from './bigquery-errors.ts';
import { withRetry } from './retry.ts';
import { type Batch, keyOf, type Row, type RowWriter } from './row-writer.ts';

/** BigQuery takes up to 50,000 rows and 10 MB in one call and advises 500. */
const ROWS_PER_CALL = 500;

/** Finds which of some rows are in a table already: by key, how many of each. */
export type FindWritten = (table: TableDefinition, rows: readonly Row[], signal?: AbortSignal) => Promise<ReadonlyMap<string, number>>;

/**
 * Continuous writes as streaming inserts, readable within seconds. Each row's insertId is its key, so BigQuery drops what a retry
 * sends twice. It remembers insertIds for about a minute only: a replay, which may come hours later, first looks which rows are there.
 */
export class StreamWriter implements RowWriter {
  readonly #client: BigQuery;
  readonly #config: BigQueryConfig;
  readonly #findWritten: FindWritten;

  constructor(client: BigQuery, config: BigQueryConfig, findWritten: FindWritten) {
    this.#client = client;
    this.#config = config;
    this.#findWritten = findWritten;
  }

  async write(table: TableDefinition, rows: readonly Row[], batch: Batch, signal?: AbortSignal): Promise<void> {
    if (rows.length === 0) return;
    const written = batch.replay ? await this.#findWritten(table, rows, signal) : new Map<string, number>();
    const seen = new Map<string, number>();
    const entries = rows.flatMap((row) => {
      const key = keyOf(table, row);
      // A duplicate on purpose is a row of its own.
      const copy = seen.get(key) ?? 0;
      seen.set(key, copy + 1);
      return copy < (written.get(key) ?? 0) ? [] : [{ insertId: copy === 0 ? key : `${key}#${copy}`, json: row }];
    });
    for (let from = 0; from < entries.length; from += ROWS_PER_CALL)
      await withRetry(() => this.#insert(table, entries.slice(from, from + ROWS_PER_CALL)), this.#config, signal);
  }

  async #insert(table: TableDefinition, entries: readonly { insertId: string; json: Row }[]): Promise<void> {
    try {
      await this.#client
        .dataset(this.#config.dataset)
        .table(table.name)
        .insert([...entries], { raw: true });
    } catch (error) {
      throw fromBigQuery(error, `cannot insert into ${table.name}`, { table: table.name });
    }
  }
}
