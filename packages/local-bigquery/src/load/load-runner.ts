import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { tableKey } from '../catalog/records.ts';
import { publicSchema, toField } from '../catalog/schema.ts';
import { totalOf } from '../catalog/streaming-buffer.ts';
import type { Table } from '../catalog/table.ts';
import { newTableRecord } from '../catalog/table-resource.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import type { Job, JobRecord } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { queryError } from '../jobs/query-error.ts';
import { DefaultStage } from '../rows/default-stage.ts';
import { RowError } from '../rows/row-encoder.ts';
import type { Database } from '../storage/database.ts';
import { deleteRows } from '../storage/versioned-table.ts';
import type { LoadRequest } from './load-request.ts';
import { ParquetFile } from './parquet-file.ts';
import { members } from './parquet-types.ts';
import { readRecords } from './record-reader.ts';

/** Bad rows that are named in the job's error. */
const NAMED_BAD_ROWS = 5;

/** Loads files: rows are checked and staged while they arrive, then committed at once or not at all. */
export class LoadRunner {
  readonly #database: Database;
  readonly #catalog: CatalogStore;
  readonly #jobs: JobStore;

  constructor(database: Database, catalog: CatalogStore, jobs: JobStore) {
    this.#database = database;
    this.#catalog = catalog;
    this.#jobs = jobs;
  }

  /** Runs a load to the end of its job; a fault of the file or the table is the job's error. */
  async run(job: Job, request: LoadRequest, bytes: AsyncIterable<Buffer>): Promise<void> {
    job.update({ startedMs: Math.max(Date.now(), job.record.createdMs) });
    let change: Partial<JobRecord>;
    try {
      change = await this.#load(job, request, bytes);
    } catch (error) {
      change = { error: queryError(error, job) };
    }
    await this.#jobs.finish(job, change);
  }

  async #load(job: Job, request: LoadRequest, bytes: AsyncIterable<Buffer>): Promise<Partial<JobRecord>> {
    let inputFileBytes = 0;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of bytes) {
        inputFileBytes += chunk.length;
        job.throwIfStopped();
        yield chunk;
      }
    }
    if (request.format === 'PARQUET') {
      const done = await this.#loadParquet(request, counted());
      return { load: { inputFileBytes, ...done, badRecords: 0 } };
    }
    const table = await this.#target(request);
    return this.#database.use((connection) =>
      DefaultStage.use(connection, table.fields, async (stage) => {
        const bad: string[] = [];
        let badRecords = 0;
        await readRecords(counted(), request, table.fields, {
          row: (values, given) => stage.add(values, given),
          bad: (rowNumber, error) => {
            badRecords += 1;
            if (bad.length < NAMED_BAD_ROWS) bad.push(badRow(rowNumber, error));
          },
        });
        if (badRecords > request.maxBadRecords) {
          throw invalid(`Error while reading data, ${badRecords} bad rows (maxBadRecords ${request.maxBadRecords}): ${bad.join('; ')}`);
        }
        stage.flush();
        const { inserted } = await this.#commit(connection, table, request, stage);
        const { rows, bytes: outputBytes } = totalOf(inserted);
        return { load: { inputFileBytes, outputRows: rows, outputBytes, badRecords }, ...(bad.length > 0 ? { warnings: bad } : {}) };
      }),
    );
  }

  #loadParquet(request: LoadRequest, bytes: AsyncIterable<Buffer>): Promise<{ outputRows: number; outputBytes: number }> {
    return this.#database.use(async (connection) => {
      const file = await ParquetFile.receive(bytes, connection);
      try {
        const table = await this.#target({ ...request, schema: request.schema ?? file.schema() });
        return await DefaultStage.use(connection, table.fields, async (stage) => {
          await stage.fill(connection, file.relation, members(table.fields, file.columns, '', ''));
          const { rows, bytes: outputBytes } = totalOf((await this.#commit(connection, table, request, stage)).inserted);
          return { outputRows: rows, outputBytes };
        });
      } finally {
        await file.remove();
      }
    });
  }

  #commit(connection: DuckDBConnection, table: Table, request: LoadRequest, stage: DefaultStage): ReturnType<CatalogStore['changeRows']> {
    const names = table.fields.map((field) => field.name);
    return this.#catalog.changeRows(
      () => {
        if (this.#catalog.table(request.project, request.dataset, request.table) === table) return table;
        throw invalid(`Table ${table.key} was replaced while the load ran`);
      },
      async (_connection, _table, micros) => {
        if (request.write === 'WRITE_EMPTY' && table.stats.rows > 0) throw new ApiError('duplicate', `Already Exists: Table ${table.key}`);
        if (table.fields.length !== names.length) throw invalid(`The schema of ${table.key} changed while the load ran`);
        if (request.write === 'WRITE_TRUNCATE') await deleteRows(connection, table.shape, 'true', micros);
        return stage.insert(connection, table.shape, micros);
      },
      connection,
    );
  }

  async #target(request: LoadRequest): Promise<Table> {
    const { project, dataset, table: name } = request;
    this.#catalog.dataset(project, dataset);
    const table = this.#catalog.findTable(project, dataset, name);
    if (table) {
      table.requireRows();
      checkSchema(table, request);
      return table;
    }
    const key = tableKey(project, dataset, name);
    if (!request.create) throw new ApiError('notFound', `Not found: Table ${key}`);
    if (!request.schema) throw invalid(`No schema specified on job or table ${key}.`);
    const { schema, tableOptions } = request;
    return this.#catalog.createTable((number, micros) =>
      newTableRecord(
        {
          ...tableOptions,
          tableReference: { projectId: project, datasetId: dataset, tableId: name },
          schema: { fields: publicSchema(schema) },
        },
        { project, dataset, number, micros },
      ),
    );
  }
}

function badRow(rowNumber: number, error: Error): string {
  const place = error instanceof RowError && error.location !== '' ? `, field ${error.location}` : '';
  return `row ${rowNumber}${place}: ${error.message}`;
}

/** A schema in the request must say what the table already has: a load does not change a table here. */
function checkSchema(table: Table, request: LoadRequest): void {
  for (const wire of request.schema ?? []) {
    const field = toField(wire);
    const column = table.fields.find((candidate) => candidate.name.toLowerCase() === field.name.toLowerCase());
    if (!column) throw invalid(`Provided Schema does not match Table ${table.key}. Cannot add fields (field: ${field.name})`);
    if (column.type !== field.type || (column.mode === 'REPEATED') !== (field.mode === 'REPEATED')) {
      throw invalid(
        `Provided Schema does not match Table ${table.key}. Field ${field.name} has changed type from ${column.type} to ${field.type}`,
      );
    }
  }
}
