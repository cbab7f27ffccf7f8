import { BqsyncError } from '@bqsync/errors';
import type { BigQuery } from '@google-cloud/bigquery';
import type { VesselMetadataRow } from '../data/rows.ts';
import type { TableDefinition } from '../tables/definitions.ts';
import { isoMicros, type Micros, toMicros } from '../time/micros.ts';
import type { BigQueryConfig } from './bigquery-connection.ts';
import { alreadyExists, fromBigQuery, isNotFound } from './bigquery-errors.ts';
import { withRetry } from './retry.ts';
import { keyOf, type Row } from './row-writer.ts';

interface TableMetadata {
  readonly numRows?: string;
  readonly numBytes?: string;
  readonly schema?: { readonly fields?: readonly { readonly name?: string; readonly type?: string }[] };
  readonly streamingBuffer?: { readonly estimatedRows?: string };
}

export interface TableStats {
  readonly exists: boolean;
  readonly rows: number;
  readonly bytes: number;
  /** The least and greatest value of the time column; undefined without rows. */
  readonly from?: string;
  readonly to?: string;
}

const LEGACY_TYPES: Readonly<Record<string, string>> = { INTEGER: 'INT64', FLOAT: 'FLOAT64' };

/** What is done to whole tables: create, check, count, clear, drop, trim. All of it can be repeated. */
export class BigQueryTables {
  readonly #client: BigQuery;
  readonly #config: BigQueryConfig;

  constructor(client: BigQuery, config: BigQueryConfig) {
    this.#client = client;
    this.#config = config;
  }

  /**
   * Creates dataset and table where they are missing, else checks the table's columns.
   *
   * @throws BqsyncError `BQS_CONFIG_INVALID` if the table is there with other columns.
   */
  async prepare(table: TableDefinition, signal?: AbortSignal): Promise<'created' | 'checked'> {
    const { dataset, location } = this.#config;
    await this.#call(`cannot create the dataset ${dataset}`, signal, async () => {
      const [exists] = await this.#client.dataset(dataset).exists();
      if (!exists) await this.#client.createDataset(dataset, location === undefined ? {} : { location }).catch(unlessThere);
    });
    const found = await this.#metadata(table, signal);
    if (found !== undefined) {
      checkColumns(table, found, dataset);
      return 'checked';
    }
    await this.#call(`cannot create the table ${table.name}`, signal, async () => {
      await this.#client.dataset(dataset).createTable(table.name, creation(table)).catch(unlessThere);
    });
    return 'created';
  }

  async stats(table: TableDefinition, signal?: AbortSignal): Promise<TableStats> {
    const metadata = await this.#metadata(table, signal);
    if (metadata === undefined) return { exists: false, rows: 0, bytes: 0 };
    const column = `\`${table.timeColumn}\``;
    const [row] = await this.#query(
      `SELECT COUNT(*) AS n, UNIX_MICROS(MIN(${column})) AS low, UNIX_MICROS(MAX(${column})) AS high FROM ${this.#path(table)}`,
      `cannot count ${table.name}`,
      signal,
    );
    const { n, low, high } = row as { n: number; low: number | null; high: number | null };
    return {
      exists: true,
      rows: n,
      bytes: Number(metadata.numBytes ?? 0),
      ...(low === null || high === null ? {} : { from: isoMicros(low), to: isoMicros(high) }),
    };
  }

  /** Deletes all rows; a table that is not there has none. */
  async clear(table: TableDefinition, signal?: AbortSignal): Promise<void> {
    if ((await this.#metadata(table, signal)) === undefined) return;
    await this.#query(`DELETE FROM ${this.#path(table)} WHERE TRUE`, `cannot clear ${table.name}`, signal);
  }

  async drop(table: TableDefinition, signal?: AbortSignal): Promise<void> {
    await this.#call(`cannot drop ${table.name}`, signal, async () => {
      await this.#client
        .dataset(this.#config.dataset)
        .table(table.name)
        .delete()
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    });
  }

  /** Deletes the rows from before an instant. With an instant at midnight BigQuery drops whole partitions, which is free. */
  async deleteBefore(table: TableDefinition, cutoff: Micros, signal?: AbortSignal): Promise<void> {
    await this.#query(
      `DELETE FROM ${this.#path(table)} WHERE \`${table.timeColumn}\` < TIMESTAMP '${isoMicros(cutoff)}'`,
      `cannot delete old rows of ${table.name}`,
      signal,
    );
  }

  /** How often the table has each key among the rows of the time that these rows span. */
  async findWritten(table: TableDefinition, rows: readonly Row[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const times = rows.map((row) => (row as Record<string, unknown>)[table.timeColumn]).filter((time) => typeof time === 'string');
    const [first, ...rest] = times;
    if (first === undefined) return new Map();
    const low = rest.reduce((least, time) => (time < least ? time : least), first);
    const high = rest.reduce((most, time) => (time > most ? time : most), first);
    const column = `\`${table.timeColumn}\``;
    const keys = table.primaryKey.map((name) => (name === table.timeColumn ? `UNIX_MICROS(${column}) AS ${column}` : `\`${name}\``));
    const found = await this.#query(
      `SELECT ${keys.join(', ')} FROM ${this.#path(table)} WHERE ${column} >= TIMESTAMP '${isoMicros(toMicros(low))}' AND ${column} <= TIMESTAMP '${isoMicros(toMicros(high))}'`,
      `cannot read the keys of ${table.name}`,
      signal,
    );
    const counts = new Map<string, number>();
    for (const row of found) {
      const fields = row as Record<string, unknown>;
      const time = fields[table.timeColumn];
      const key = keyOf(table, typeof time === 'number' ? { ...fields, [table.timeColumn]: isoMicros(time) } : fields);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  /** Brings the row of each vessel up to date; an older or equal update changes nothing. */
  async update(table: TableDefinition, rows: readonly VesselMetadataRow[], signal?: AbortSignal): Promise<void> {
    for (const row of rows)
      await this.#query(
        `UPDATE ${this.#path(table)} SET last_updated = TIMESTAMP '${row.last_updated}', owner = @owner, status = @status WHERE mmsi = @mmsi AND last_updated < TIMESTAMP '${row.last_updated}'`,
        `cannot update ${table.name}`,
        signal,
        { owner: row.owner, status: row.status, mmsi: row.mmsi },
      );
  }

  #path(table: TableDefinition): string {
    return `\`${this.#config.projectId}.${this.#config.dataset}.${table.name}\``;
  }

  async #metadata(table: TableDefinition, signal?: AbortSignal): Promise<TableMetadata | undefined> {
    return this.#call(`cannot look up ${table.name}`, signal, async () => {
      try {
        const answer = await this.#client.dataset(this.#config.dataset).table(table.name).getMetadata();
        return answer[0] as TableMetadata;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    });
  }

  async #query(
    query: string,
    doing: string,
    signal: AbortSignal | undefined,
    params: Record<string, string | null> = {},
  ): Promise<readonly unknown[]> {
    return this.#call(doing, signal, async () => {
      const types = Object.fromEntries(Object.keys(params).map((name) => [name, 'STRING']));
      const [rows]: readonly unknown[] = await this.#client.query({ query, params, types });
      return rows as readonly unknown[];
    });
  }

  #call<T>(doing: string, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    return withRetry(
      async () => {
        try {
          return await call();
        } catch (error) {
          throw fromBigQuery(error, doing, { dataset: this.#config.dataset });
        }
      },
      this.#config,
      signal,
    );
  }
}

function unlessThere(error: unknown): void {
  if (!alreadyExists(error)) throw error;
}

function creation(table: TableDefinition): Record<string, unknown> {
  return {
    description: table.description,
    schema: {
      fields: table.columns.map(({ name, type, description }) => ({ name, type, ...(description === undefined ? {} : { description }) })),
    },
    ...(table.partitionColumn === undefined ? {} : { timePartitioning: { type: 'DAY', field: table.partitionColumn } }),
    ...(table.clustering === undefined ? {} : { clustering: { fields: table.clustering } }),
    tableConstraints: { primaryKey: { columns: table.primaryKey } },
  };
}

function checkColumns(table: TableDefinition, found: TableMetadata, dataset: string): void {
  const types = new Map(found.schema?.fields?.map(({ name = '', type = '' }) => [name, LEGACY_TYPES[type] ?? type]));
  const wrong = table.columns.filter(({ name, type }) => types.get(name) !== type);
  if (wrong.length === 0) return;
  throw new BqsyncError(
    'BQS_CONFIG_INVALID',
    `the table ${dataset}.${table.name} is there with other columns: ${wrong.map(({ name, type }) => `${name} is ${types.get(name) ?? 'missing'}, not ${type}`).join('; ')}`,
    { hint: 'choose another dataset, or drop the table with clean', context: { table: table.name } },
  );
}
