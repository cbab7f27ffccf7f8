import type { DuckDBConnection } from '@duckdb/node-api';
import { ApiError, notFound } from '../http/api-error.ts';
import type { CommitClock } from '../storage/clock.ts';
import type { Commits } from '../storage/commits.ts';
import { type Database, inTransaction } from '../storage/database.ts';
import {
  changesOf,
  createStatement,
  DELETED,
  INSERTED,
  LIVE,
  lastChanges,
  type PartitionChange,
  partitionsAt,
  upgradeStatements,
} from '../storage/versioned-table.ts';
import { put, records, remove } from './catalog-rows.ts';
import { type DatasetRecord, datasetKey, type TableRecord, tableKey } from './records.ts';
import type { Behaviour } from '../behaviour.ts';
import { StreamingBuffer } from './streaming-buffer.ts';
import { Table } from './table.ts';

interface CatalogOptions {
  readonly behaviour: () => Behaviour;
  /** How far back a deleted row can be read, in microseconds, where its dataset does not say so. */
  readonly timeTravelMicros: bigint;
}

/** What is to be done to a table in one commit. */
export interface TableChange {
  readonly record: TableRecord;
  /** What to do to the DuckDB table. */
  readonly statements: readonly string[];
}

interface CreateOptions {
  /** Whether a table of that name makes way. */
  readonly replace?: boolean;
  /** Adds the first rows, in the same commit. */
  readonly fill?: (connection: DuckDBConnection, table: Table, micros: bigint) => Promise<unknown>;
}

interface RowsCommit<T> {
  readonly result: T;
  readonly table: Table;
  readonly micros: bigint;
  readonly inserted: readonly PartitionChange[];
}

/** All datasets and tables: in memory to be read, in DuckDB to be kept; changed only through {@link Commits}. */
export class CatalogStore {
  readonly #database: Database;
  readonly #commits: Commits;
  readonly #options: CatalogOptions;
  readonly #datasets = new Map<string, DatasetRecord>();
  readonly #tables = new Map<string, Table>();
  #nextNumber = 1;

  private constructor(database: Database, commits: Commits, options: CatalogOptions) {
    this.#database = database;
    this.#commits = commits;
    this.#options = options;
  }

  /** Reads what the database holds, drops rows beyond time travel, and raises `clock` above every commit in it. */
  static async open(database: Database, commits: Commits, clock: CommitClock, options: CatalogOptions): Promise<CatalogStore> {
    const store = new CatalogStore(database, commits, options);
    await database.use(async (connection) => {
      await connection.run('CREATE SCHEMA IF NOT EXISTS bq_catalog');
      await connection.run('CREATE SCHEMA IF NOT EXISTS bq_data');
      await connection.run('CREATE TABLE IF NOT EXISTS bq_catalog.datasets (key VARCHAR, record JSON)');
      await connection.run('CREATE TABLE IF NOT EXISTS bq_catalog.tables (key VARCHAR, record JSON)');
      for (const record of await records<DatasetRecord>(connection, 'datasets'))
        store.#datasets.set(datasetKey(record.project, record.dataset), record);
      for (const record of await records<TableRecord>(connection, 'tables')) await store.#restore(connection, record, clock);
    });
    return store;
  }

  datasets(project: string): DatasetRecord[] {
    return [...this.#datasets.values()].filter((record) => record.project === project).sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
  }

  findDataset(project: string, dataset: string): DatasetRecord | undefined {
    return this.#datasets.get(datasetKey(project, dataset));
  }

  dataset(project: string, dataset: string): DatasetRecord {
    const record = this.findDataset(project, dataset);
    if (!record) throw notFound(`Not found: Dataset ${datasetKey(project, dataset)}`);
    return record;
  }

  tables(project: string, dataset: string): Table[] {
    return [...this.#tables.values()]
      .filter(({ record }) => record.project === project && record.dataset === dataset)
      .sort((a, b) => (a.record.table < b.record.table ? -1 : 1));
  }

  allTables(): Table[] {
    return [...this.#tables.values()];
  }

  findTable(project: string, dataset: string, table: string): Table | undefined {
    return this.#tables.get(tableKey(project, dataset, table));
  }

  table(project: string, dataset: string, table: string): Table {
    this.dataset(project, dataset);
    const found = this.findTable(project, dataset, table);
    if (!found) throw notFound(`Not found: Table ${tableKey(project, dataset, table)}`);
    return found;
  }

  /** How far back the tables of a dataset can be read, in microseconds. */
  timeTravelMicros(project: string, dataset: string): bigint {
    const hours = this.findDataset(project, dataset)?.maxTimeTravelHours;
    return hours === undefined ? this.#options.timeTravelMicros : BigInt(hours) * 3_600_000_000n;
  }

  /** Adds or replaces a dataset; `make` gets the commit time and may refuse. */
  putDataset(make: (micros: bigint) => DatasetRecord): Promise<DatasetRecord> {
    return this.#commits.commit(
      async (connection, micros) => {
        const record = make(micros);
        await put(connection, 'datasets', datasetKey(record.project, record.dataset), record);
        return record;
      },
      (record) => void this.#datasets.set(datasetKey(record.project, record.dataset), record),
    );
  }

  async deleteDataset(project: string, dataset: string, deleteContents: boolean): Promise<void> {
    const key = datasetKey(project, dataset);
    await this.#commits.commit(
      async (connection) => {
        this.dataset(project, dataset);
        const tables = this.tables(project, dataset);
        if (tables.length > 0 && !deleteContents) throw new ApiError('resourceInUse', `Dataset ${key} is still in use`);
        for (const table of tables) await this.#drop(connection, table);
        await remove(connection, 'datasets', key);
        return tables;
      },
      (tables) => {
        for (const table of tables) this.#tables.delete(table.key);
        this.#datasets.delete(key);
      },
    );
  }

  /** Creates a table; `make` gets its number and the commit time. */
  createTable(make: (number: number, micros: bigint) => TableRecord, options: CreateOptions = {}): Promise<Table> {
    return this.#commits
      .commit(
        async (connection, micros) => {
          const record = make(this.#nextNumber, micros);
          this.dataset(record.project, record.dataset);
          const key = tableKey(record.project, record.dataset, record.table);
          const existing = this.#tables.get(key);
          if (existing && options.replace !== true) throw new ApiError('duplicate', `Already Exists: Table ${key}`);
          if (existing) {
            if ((existing.record.kind === 'TABLE') !== (record.kind === 'TABLE'))
              throw new ApiError('invalid', `${key} is not allowed for this operation because it is currently a ${existing.record.kind}.`);
            await this.#drop(connection, existing);
          }
          const table = this.#instantiate(record);
          if (record.kind === 'TABLE') await connection.run(createStatement(table.shape));
          await put(connection, 'tables', key, record);
          await options.fill?.(connection, table, micros);
          const inserted = options.fill ? await changesOf(connection, table.shape, 'inserted', micros) : [];
          return { table, inserted, micros };
        },
        ({ table, inserted, micros }) => {
          this.#nextNumber += 1;
          this.#tables.set(table.key, table);
          if (options.fill) table.applyCommit(inserted, [], micros);
        },
      )
      .then(({ table }) => table);
  }

  /** Changes a table's record; `alter` runs in the same transaction, before the record is stored. */
  patchTable(find: () => Table, change: (table: Table, micros: bigint) => TableChange): Promise<Table> {
    return this.#commits.exclusive(async (connection, micros) => {
      const table = find();
      const before = table.key;
      const { record, statements } = change(table, micros);
      const key = tableKey(record.project, record.dataset, record.table);
      if (key !== before && this.#tables.has(key)) throw new ApiError('duplicate', `Already Exists: Table ${key}`);
      // DuckDB takes one change of a table per transaction. A column that no record names yet changes nothing for anyone.
      for (const statement of statements) await connection.run(statement);
      // Columns came or went: what each partition weighs is counted again.
      const sizes = record.kind === 'TABLE' && (statements.length > 0 || record.schema.length !== table.record.schema.length);
      const shape = new Table(record, table.buffer).shape;
      const counted = sizes ? await partitionsAt(connection, shape, LIVE - 1n) : undefined;
      await inTransaction(connection, async () => {
        if (key !== before) await remove(connection, 'tables', before);
        await put(connection, 'tables', key, record);
      });
      table.replaceRecord(record);
      if (counted) table.stats.replace(counted);
      if (key !== before) {
        this.#tables.delete(before);
        this.#tables.set(key, table);
      }
      return table;
    });
  }

  /** Changes the rows of several tables in one commit; `change` tells which. */
  transact<T>(change: (connection: DuckDBConnection, micros: bigint, touch: (table: Table) => void) => Promise<T>): Promise<T> {
    return this.#commits
      .commit(
        async (connection, micros) => {
          const touched = new Set<Table>();
          const result = await change(connection, micros, (table) => touched.add(table));
          const changes: { table: Table; inserted: PartitionChange[]; deleted: PartitionChange[]; record: TableRecord }[] = [];
          for (const table of touched) {
            const inserted = await changesOf(connection, table.shape, 'inserted', micros);
            const deleted = await changesOf(connection, table.shape, 'deleted', micros);
            const record = { ...table.record, transactions: [...(table.record.transactions ?? []), String(micros)] };
            await put(connection, 'tables', table.key, record);
            changes.push({ table, inserted, deleted, record });
          }
          return { result, changes, micros };
        },
        ({ changes, micros }) => {
          for (const { table, inserted, deleted, record } of changes) {
            table.replaceRecord(record);
            table.applyCommit(inserted, deleted, micros);
          }
        },
      )
      .then(({ result }) => result);
  }

  async deleteTable(project: string, dataset: string, table: string): Promise<void> {
    await this.#commits.commit(
      async (connection) => {
        const found = this.table(project, dataset, table);
        await this.#drop(connection, found);
        return found;
      },
      (found) => void this.#tables.delete(found.key),
    );
  }

  /**
   * Changes the rows of a table in one commit and keeps its statistics. `change` does it and returns what it wants; `find` is
   * called inside, so that a table that was deleted meanwhile is noticed.
   */
  changeRows<T>(
    find: () => Table,
    change: (connection: DuckDBConnection, table: Table, micros: bigint) => Promise<T>,
    on?: DuckDBConnection,
    streamed = false,
  ): Promise<RowsCommit<T>> {
    return this.#commits.commit(
      async (connection, micros) => {
        const table = find();
        const result = await change(connection, table, micros);
        const inserted = await changesOf(connection, table.shape, 'inserted', micros);
        const deleted = await changesOf(connection, table.shape, 'deleted', micros);
        return { table, result, inserted, deleted, micros };
      },
      ({ table, inserted, deleted }, micros) => table.applyCommit(inserted, deleted, micros, streamed),
      on,
    );
  }

  async #drop(connection: DuckDBConnection, table: Table): Promise<void> {
    if (table.record.kind === 'TABLE') await connection.run(`DROP TABLE ${table.shape.physical}`);
    await remove(connection, 'tables', table.key);
  }

  #instantiate(record: TableRecord): Table {
    return new Table(record, new StreamingBuffer(() => this.#options.behaviour().streamingBufferMs));
  }

  async #restore(connection: DuckDBConnection, record: TableRecord, clock: CommitClock): Promise<void> {
    const table = this.#instantiate(record);
    this.#tables.set(table.key, table);
    this.#nextNumber = Math.max(this.#nextNumber, record.number + 1);
    clock.raise(BigInt(record.modifiedMicros));
    if (record.kind !== 'TABLE') return;
    for (const statement of upgradeStatements(table.shape)) await connection.run(statement);
    // The statistics first: a deletion that is dropped below has still changed its partition.
    for (const { start, micros } of await lastChanges(connection, table.shape)) {
      table.stats.touch(start, micros);
      clock.raise(micros);
    }
    table.stats.apply(await partitionsAt(connection, table.shape, LIVE - 1n), 1, 0n);
    const horizon = clock.now() - this.timeTravelMicros(record.project, record.dataset);
    await connection.run(`DELETE FROM ${table.shape.physical} WHERE ${DELETED} <= ${horizon} AND ${INSERTED} <= ${horizon}`);
  }
}
