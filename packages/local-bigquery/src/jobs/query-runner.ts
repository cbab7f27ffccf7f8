import type { Access } from '../access/access-book.ts';
import type { Behaviour } from '../behaviour.ts';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { datasetKey } from '../catalog/records.ts';
import { SnapshotCatalog } from '../catalog/snapshot-catalog.ts';
import { SnapshotTable } from '../catalog/snapshot-table.ts';
import { toWireField, type WireField } from '../catalog/schema.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { compile } from '../sql/compile.ts';
import type { Compiled, Ddl, ReferencedTable } from '../sql/contract.ts';
import { parseScript, type ScriptStep } from '../sql/parse-statement.ts';
import type { Commits } from '../storage/commits.ts';
import type { Database } from '../storage/database.ts';
import { Semaphore } from '../storage/mutex.ts';
import { chargeOf, checkLimit, type Charge } from './billing.ts';
import { datasetOf, type DdlScope, runDdl, tableNameOf } from './ddl.ts';
import { type Destination, writeDestination } from './destination.ts';
import { runStatement } from './dml.ts';
import type { Job, JobRecord } from './job.ts';
import type { JobStore } from './job-store.ts';
import { queryError } from './query-error.ts';
import type { QueryRequest } from './query-request.ts';
import { runScript } from './script.ts';

interface QueryRunnerOptions {
  readonly defaultLocation: string;
  readonly behaviour: () => Behaviour;
  /** Queries that run at the same time; the others wait in PENDING. */
  readonly concurrency: number;
}

/** A query and who asks for it. */
export interface AskedQuery extends QueryRequest {
  readonly access: Access;
}

/** A statement, or a script, that has been understood: what it will cost, where it runs and what it will answer. */
export interface Admitted {
  readonly work: Compiled | { readonly kind: 'script'; readonly steps: readonly ScriptStep[] };
  readonly charge: Charge;
  readonly location: string;
  readonly schema: readonly WireField[];
  readonly statementType: string;
}

const STATEMENT_TYPES = { select: 'SELECT', insert: 'INSERT', update: 'UPDATE', delete: 'DELETE', truncate: 'TRUNCATE_TABLE' } as const;

/** What a text must have in it to be more than one statement. */
const MAYBE_SCRIPT = /;\s*\S|^\s*(BEGIN|COMMIT|ROLLBACK)\b/i;

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
  async admit(request: AskedQuery, project: string, location: string | undefined): Promise<Admitted> {
    const steps = MAYBE_SCRIPT.test(request.text) ? parseScript(request.text) : undefined;
    if (steps) {
      const charge = { bytesProcessed: 0, bytesBilled: 0 };
      return {
        work: { kind: 'script', steps },
        charge,
        location: location ?? this.#options.defaultLocation,
        schema: [],
        statementType: 'SCRIPT',
      };
    }
    const micros = await this.#commits.snapshot();
    const work = this.compile(request, project, micros);
    if (request.destination && work.kind !== 'select')
      throw new ApiError('invalid', 'Cannot set destination table in jobs with DML or DDL statements');
    const found = this.#location(work, request, project, location);
    const charge = await chargeOf(this.#database, work.references);
    checkLimit(charge, request.maximumBytesBilled);
    return {
      work,
      charge,
      location: found,
      schema: work.kind === 'select' ? work.fields.map(toWireField) : [],
      statementType: work.kind === 'ddl' || work.kind === 'merge' ? work.statementType : STATEMENT_TYPES[work.kind],
    };
  }

  /** Runs an admitted statement to the end of its job; never rejects. */
  async run(job: Job, request: AskedQuery, admitted: Admitted): Promise<void> {
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

  /** The statement as it reads the catalog at a commit time. */
  compile(request: AskedQuery, project: string, micros: bigint, inTransaction = false): Compiled {
    const catalog = new SnapshotCatalog(this.#catalog, {
      defaultProject: project,
      snapshotMicros: micros,
      timeTravelMicros: (owner, dataset) => this.#catalog.timeTravelMicros(owner, dataset),
      access: request.access,
      inTransaction,
    });
    return compile(request.text, catalog, {
      parameters: request.parameters,
      ...(request.defaultDataset ? { defaultDataset: request.defaultDataset } : {}),
      nowMicros: micros,
      sessionUser: request.access.principal.email,
    });
  }

  async #execute(job: Job, request: AskedQuery, admitted: Admitted): Promise<Partial<JobRecord>> {
    const { work } = admitted;
    if (work.kind === 'script') {
      return runScript(work.steps, job, {
        catalog: this.#catalog,
        compile: (text, micros, inTransaction) => this.compile({ ...request, text }, job.record.project, micros, inTransaction),
        run: async (text) => {
          const one = { ...request, text };
          const next = await this.admit(one, job.record.project, undefined);
          return { ...next.charge, ...describe(next), ...(await this.#execute(job, one, next)) };
        },
      });
    }
    if (work.kind === 'select') return this.#select(job, work, request.destination);
    if (work.kind === 'ddl') return { ddl: await this.#define(job, request, work.ddl) };
    return { dmlRows: await runStatement(this.#catalog, work, job, (micros) => this.compile(request, job.record.project, micros)) };
  }

  async #select(job: Job, work: Compiled & { kind: 'select' }, destination: Destination | undefined): Promise<Partial<JobRecord>> {
    const { resultMaxBytes } = this.#options.behaviour();
    const result = await this.#database.use((connection) =>
      job.interruptible(
        () => connection.interrupt(),
        () => this.#jobs.results.materialize(connection, work.sql, work.fields, destination ? Infinity : resultMaxBytes),
      ),
    );
    if (destination) await writeDestination(destination, result, this.#catalog, this.#jobs.results);
    return { result };
  }

  #define(job: Job, request: AskedQuery, ddl: Ddl): Promise<NonNullable<JobRecord['ddl']>> {
    const { project } = job.record;
    return runDdl(ddl, {
      ...this.#names(request, project),
      catalog: this.#catalog,
      defaultLocation: this.#options.defaultLocation,
      selectAt: (micros) => {
        const again = this.compile(request, project, micros);
        if (again.kind !== 'ddl' || again.ddl.kind !== 'createTable' || !again.ddl.select)
          throw new ApiError('invalidQuery', 'The tables of the query changed while it ran');
        return again.ddl.select.sql;
      },
    });
  }

  #names(request: AskedQuery, project: string): Pick<DdlScope, 'defaultProject' | 'defaultDataset'> {
    return { defaultProject: project, defaultDataset: request.defaultDataset };
  }

  /** The one location of all tables; another one that was asked for has none of them. */
  #location(work: Compiled, request: AskedQuery, project: string, asked: string | undefined): string {
    const targets: { project: string; dataset: string }[] = work.references.map(({ table }) => table);
    if (work.kind === 'ddl') targets.push(...this.#targetsOf(work.ddl, request, project));
    else if (work.kind !== 'select') targets.push(work.target);
    let location = asked;
    for (const table of targets) {
      const dataset = this.#catalog.dataset(table.project, table.dataset);
      location ??= dataset.location;
      if (location.toLowerCase() !== dataset.location.toLowerCase()) {
        throw notFound(`Not found: Dataset ${datasetKey(table.project, table.dataset)} was not found in location ${location}`);
      }
    }
    return location ?? this.#options.defaultLocation;
  }

  #targetsOf(ddl: Ddl, request: AskedQuery, project: string): { project: string; dataset: string }[] {
    const names = this.#names(request, project);
    if (ddl.kind === 'createSchema' || ddl.kind === 'alterSchema' || (ddl.kind === 'drop' && ddl.what === 'SCHEMA')) {
      const dataset = datasetOf(ddl.path, names);
      return this.#catalog.findDataset(dataset.project, dataset.dataset) ? [dataset] : [];
    }
    const table = tableNameOf(ddl.path, names);
    const mayBeMissing = 'ifExists' in ddl && ddl.ifExists;
    return mayBeMissing && !this.#catalog.findDataset(table.project, table.dataset) ? [] : [table];
  }
}

function describe({ work, charge, statementType }: Admitted): Partial<JobRecord> {
  if (work.kind === 'script') return { statementType };
  return { ...charge, statementType, references: tablesOf(work.references) };
}

function tablesOf(references: readonly ReferencedTable[]): NonNullable<JobRecord['references']> {
  const tables = new Map<string, { projectId: string; datasetId: string; tableId: string }>();
  for (const { table } of references) {
    const source = table instanceof SnapshotTable ? table : 'historyOf' in table ? (table.historyOf as SnapshotTable) : undefined;
    if (source) tables.set(source.source.key, { projectId: table.project, datasetId: table.dataset, tableId: table.table });
  }
  return [...tables.values()];
}
