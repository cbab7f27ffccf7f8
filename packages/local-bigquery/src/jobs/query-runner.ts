import { ApiError, type ErrorProto, notFound } from '../http/api-error.ts';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { datasetKey } from '../catalog/records.ts';
import { SnapshotCatalog, SnapshotTable } from '../catalog/snapshot-catalog.ts';
import { toWireField, type WireField } from '../catalog/schema.ts';
import { compile } from '../sql/compile.ts';
import { type Compiled, type ReferencedTable, SqlError } from '../sql/contract.ts';
import type { Commits } from '../storage/commits.ts';
import type { Database } from '../storage/database.ts';
import { Semaphore } from '../storage/mutex.ts';
import { chargeOf, checkLimit, type Charge } from './billing.ts';
import { runStatement } from './dml.ts';
import type { Job, JobRecord } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { QueryRequest } from './query-request.ts';

interface QueryRunnerOptions {
  readonly defaultLocation: string;
  readonly timeTravelMicros: bigint;
  /** Queries that run at the same time; the others wait in PENDING. */
  readonly concurrency: number;
}

/** A statement that has been understood: what it will cost, where it runs and what it will answer. */
export interface Admitted {
  readonly compiled: Compiled;
  readonly charge: Charge;
  readonly location: string;
  readonly schema: readonly WireField[];
  readonly statementType: string;
}

const STATEMENT_TYPES = { select: 'SELECT', insert: 'INSERT', update: 'UPDATE', delete: 'DELETE', truncate: 'TRUNCATE_TABLE' } as const;

/** Compiles, prices and runs queries. */
export class QueryRunner {
  readonly #database: Database;
  readonly #commits: Commits;
  readonly #catalog: CatalogStore;
  readonly #jobs: JobStore;
  readonly #options: QueryRunnerOptions;
  readonly #slots: Semaphore;

  constructor(database: Database, commits: Commits, catalog: CatalogStore, jobs: JobStore, options: QueryRunnerOptions) {
    this.#database = database;
    this.#commits = commits;
    this.#catalog = catalog;
    this.#jobs = jobs;
    this.#options = options;
    this.#slots = new Semaphore(options.concurrency);
  }

  /** Understands and prices a statement at a new snapshot, without running it. */
  async admit(request: QueryRequest, project: string, location: string | undefined): Promise<Admitted> {
    const micros = await this.#commits.snapshot();
    const compiled = this.#compile(request, project, micros);
    const found = this.#location(compiled.references, location);
    const charge = await chargeOf(this.#database, compiled.references);
    checkLimit(charge, request.maximumBytesBilled);
    return {
      compiled,
      charge,
      location: found,
      schema: compiled.kind === 'select' ? compiled.fields.map(toWireField) : [],
      statementType: STATEMENT_TYPES[compiled.kind],
    };
  }

  /** Runs an admitted statement to the end of its job; never rejects. */
  async run(job: Job, request: QueryRequest, admitted: Admitted): Promise<void> {
    try {
      await this.#slots.run(async () => {
        job.throwIfStopped();
        job.update({ startedMs: Math.max(Date.now(), job.record.createdMs), ...describe(admitted) });
        await this.#jobs.finish(job, await this.#execute(job, request, admitted));
      });
    } catch (error) {
      await this.fail(job, error);
    }
  }

  /** Ends a job with an error. */
  async fail(job: Job, error: unknown): Promise<void> {
    await this.#jobs.finish(job, { error: queryError(error, job), bytesBilled: 0 });
  }

  /** A fault of a statement as the error of the request itself. */
  requestError(error: unknown): ApiError {
    const { reason, message, location } = queryError(error);
    return new ApiError(reason, message, location);
  }

  #compile(request: QueryRequest, project: string, micros: bigint): Compiled {
    const catalog = new SnapshotCatalog(this.#catalog, {
      defaultProject: project,
      snapshotMicros: micros,
      timeTravelMicros: this.#options.timeTravelMicros,
    });
    return compile(request.text, catalog, {
      parameters: request.parameters,
      ...(request.defaultDataset ? { defaultDataset: request.defaultDataset } : {}),
      nowMicros: micros,
    });
  }

  async #execute(job: Job, request: QueryRequest, admitted: Admitted): Promise<Partial<JobRecord>> {
    const { compiled } = admitted;
    if (compiled.kind === 'select') {
      const result = await this.#database.use((connection) =>
        job.interruptible(
          () => connection.interrupt(),
          () => this.#jobs.results.materialize(connection, compiled.sql, compiled.fields),
        ),
      );
      return { result };
    }
    const dmlRows = await runStatement(this.#catalog, compiled, job, (micros) => this.#compile(request, job.record.project, micros));
    return { dmlRows };
  }

  /** The one location of all tables; another one that was asked for has none of them. */
  #location(references: readonly ReferencedTable[], asked: string | undefined): string {
    let location = asked;
    for (const { table } of references) {
      const dataset = this.#catalog.dataset(table.project, table.dataset);
      location ??= dataset.location;
      if (location.toLowerCase() !== dataset.location.toLowerCase()) {
        throw notFound(`Not found: Dataset ${datasetKey(table.project, table.dataset)} was not found in location ${location}`);
      }
    }
    return location ?? this.#options.defaultLocation;
  }
}

function describe({ compiled, charge, statementType }: Admitted): Partial<JobRecord> {
  const tables = new Map<string, { projectId: string; datasetId: string; tableId: string }>();
  for (const { table } of compiled.references) {
    if (!(table instanceof SnapshotTable)) continue;
    tables.set(table.source.key, { projectId: table.project, datasetId: table.dataset, tableId: table.table });
  }
  return { ...charge, statementType, references: [...tables.values()] };
}

/** Any fault of a query in the form of BigQuery's. */
export function queryError(error: unknown, job?: Job): ErrorProto {
  if (job?.stopReason !== undefined) return { reason: 'stopped', message: job.stopReason };
  if (error instanceof ApiError) return error.toProto();
  if (error instanceof SqlError) return { reason: 'invalidQuery', location: 'query', message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  const [line = text] = text.split('\n', 1);
  if (/^(Conversion|Out of Range|Invalid Input|Constraint|Mismatch Type) Error/.test(line)) {
    return { reason: 'invalidQuery', location: 'query', message: line };
  }
  if (/^Out of Memory Error/.test(line))
    return { reason: 'resourcesExceeded', message: `Resources exceeded during query execution: ${line}` };
  return { reason: 'invalidQuery', location: 'query', message: `The local BigQuery cannot run this statement: ${line}` };
}
