import { availableParallelism } from 'node:os';
import { BqsyncError } from '@bqsync/errors';
import { AccessBook, type AccessSettings } from './access/access-book.ts';
import type { ApiContext } from './api/context.ts';
import { datasetRoutes } from './api/datasets.ts';
import { faultRoutes } from './api/faults.ts';
import { insertAllRoutes } from './api/insert-all.ts';
import { jobRoutes } from './api/jobs.ts';
import { queryRoutes } from './api/queries.ts';
import { rowAccessPolicyRoutes } from './api/row-access-policies.ts';
import { settingsRoutes } from './api/settings.ts';
import { tabledataRoutes } from './api/tabledata.ts';
import { tableRoutes } from './api/tables.ts';
import { uploadRoutes } from './api/uploads.ts';
import { type Behaviour, changedBehaviour, DEFAULT_BEHAVIOUR } from './behaviour.ts';
import { CatalogStore } from './catalog/catalog-store.ts';
import { expireAll } from './catalog/expiry.ts';
import { FaultBook, type FaultReport } from './faults/fault-book.ts';
import type { FaultSpec } from './faults/fault-spec.ts';
import { ApiError } from './http/api-error.ts';
import { Router } from './http/router.ts';
import { type Interceptor, serve } from './http/server.ts';
import { JobStore } from './jobs/job-store.ts';
import { QueryRunner } from './jobs/query-runner.ts';
import type { UsageReport } from './jobs/usage.ts';
import { LoadRunner } from './load/load-runner.ts';
import { serveReads } from './read-api/read-server.ts';
import { registerFunctions } from './sql/functions.ts';
import { CommitClock, wallMicros } from './storage/clock.ts';
import { Commits } from './storage/commits.ts';
import { Database } from './storage/database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface LocalBigQueryOptions {
  /** Where all data lies; absent: in memory, gone after close(). One process per file. */
  readonly file?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Of the Storage Read API (gRPC). Default 0: a free one. */
  readonly storagePort?: number;
  /** Default `127.0.0.1`. There is no authentication: another address lets anyone who reaches it read and write. */
  readonly host?: string;
  /** The location of datasets that name none. Default `US`. */
  readonly location?: string;
  /** What DuckDB may hold in memory before it spills to disk, as DuckDB writes it. Default `1GB`. */
  readonly memoryLimit?: string;
  /** DuckDB's threads. Default 2, or 1 on a machine with one core. */
  readonly threads?: number;
  /** How long rows of insertAll count as in the streaming buffer. Default 0. */
  readonly streamingBufferMs?: number;
  /** Whether read sessions see rows that are in the streaming buffer; BigQuery promises neither. Default `missing`. */
  readonly streamingBufferReads?: 'missing' | 'readable';
  /** How long a read session can be read. Default 6 hours. */
  readonly sessionExpiryMs?: number;
  /** How long insertAll remembers an insertId. Default 60,000. */
  readonly insertIdTtlMs?: number;
  /** How long a finished query's rows can be read. Default one day. */
  readonly resultExpiryMs?: number;
  /** How long a finished job is remembered. Default 7 days. */
  readonly jobExpiryMs?: number;
  /** How far back `FOR SYSTEM_TIME AS OF` reaches. Default 7 days. */
  readonly timeTravelMs?: number;
  /** Bytes at which a page of a query's result ends. Default 20,000,000. */
  readonly resultPageBytes?: number;
  /** Bytes at which a page of `tabledata.list` ends. Default 10,000,000. */
  readonly tablePageBytes?: number;
  /** Bytes at which a record batch of the Storage Read API ends. Default 1,000,000. */
  readonly readBatchBytes?: number;
  /** Queries that run at the same time. Default 4. */
  readonly concurrency?: number;
  /** Ways of the real BigQuery to begin with; `streamingBufferMs` and `streamingBufferReads` above are two of them. */
  readonly behaviour?: Partial<Behaviour>;
  /** Who may see what. Default: everyone is `local@bqsync.invalid`. */
  readonly access?: AccessSettings;
  /** Look at each call before it is handled; the first reply ends it. */
  readonly interceptors?: readonly Interceptor[];
  /** Where faults of the server itself go; the caller gets 500. Default: nowhere. */
  readonly onFault?: (error: unknown, call: string) => void;
}

/** Faults that the server is to make; the same as `/local/faults`. */
export interface Faults {
  /**
   * Makes a fault hit calls from now on, after those that are there. Calls to `/local/` are never hit.
   *
   * @throws BqsyncError `BQS_USAGE` when the fault is not one, naming the key.
   * @example
   * server.faults.add({ kind: 'error', status: 503, method: 'GET', path: '/projects/p/queries/*', count: 2 });
   */
  add(spec: FaultSpec): FaultReport;
  /** All that are there, in their order, with how often each has met a call and hit one. */
  list(): FaultReport[];
  /** Takes back one, or all. @throws BqsyncError `BQS_USAGE` when there is none with that id. */
  clear(id?: string): void;
}

export interface LocalBigQuery {
  /** The `apiEndpoint` for a client, for example `http://127.0.0.1:9050`. */
  readonly url: string;
  readonly port: number;
  /** Where the Storage Read API is, as `host:port`; its client takes the two apart (`apiEndpoint`, `port`). */
  readonly storageUrl: string;
  readonly storagePort: number;
  readonly faults: Faults;
  /** Changes ways of the server that last; the same as `PATCH /local/behaviour`. @throws BqsyncError `BQS_USAGE` for what is none. */
  behave(change: Partial<Behaviour>): Behaviour;
  /** Replaces who may see what; the same as `PUT /local/access`. @throws BqsyncError `BQS_USAGE` for what it cannot be. */
  setAccess(settings: AccessSettings): AccessSettings;
  /** Ends the rows of partitions and the tables that have expired by the server's clock. It also happens before each query. */
  expire(): Promise<void>;
  /** What the queries and read sessions since the start cost; the same as `GET /local/usage`. */
  usage(): UsageReport;
  /** Stops what runs, waits for it, and closes the file. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts BigQuery's REST protocol and its Storage Read API over an embedded DuckDB.
 *
 * Commits are atomic and strictly ordered; a query sees one snapshot; a finished result never changes. With a file, everything
 * but running jobs survives a restart.
 *
 * @throws BqsyncError `BQS_USAGE` when the port is taken, or the file is in use or cannot be opened.
 * @example
 * const server = await startLocalBigQuery({ file: './bigquery.duckdb' });
 * const client = new BigQuery({ projectId: 'local', apiEndpoint: server.url, authClient: new PassThroughClient() });
 */
export async function startLocalBigQuery(options: LocalBigQueryOptions = {}): Promise<LocalBigQuery> {
  const database = await Database.open({
    file: options.file,
    memoryLimit: options.memoryLimit ?? '1GB',
    threads: options.threads ?? Math.min(2, availableParallelism()),
  });
  try {
    return await startOn(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

async function startOn(database: Database, options: LocalBigQueryOptions): Promise<LocalBigQuery> {
  const context = await openContext(database, options);
  const router = new Router();
  const all = [
    datasetRoutes,
    tableRoutes,
    rowAccessPolicyRoutes,
    insertAllRoutes,
    tabledataRoutes,
    jobRoutes,
    queryRoutes,
    uploadRoutes,
    settingsRoutes,
  ];
  for (const routes of all) routes(router, context);
  const faults = new FaultBook();
  faultRoutes(router, faults);
  router.on('GET', '/local/usage', () => ({ status: 200, body: context.jobs.usage }));
  const host = options.host ?? '127.0.0.1';
  const onFault = (error: unknown, call: string): void => options.onFault?.(error, call);
  const server = await serve(router, {
    host,
    port: options.port ?? 0,
    interceptors: options.interceptors ?? [],
    faults,
    expire: (path, what) => context.jobs.expirePath(path, what),
    before: () => expireAll(context),
    onFault,
  });
  const reads = await serveReads(context, {
    host,
    port: options.storagePort ?? 0,
    faults,
    before: () => expireAll(context),
    onFault,
  }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const running = context.jobs.running();
    faults.close();
    for (const job of running) job.stop('The local BigQuery was stopped');
    await Promise.all([server.close(), reads.close()]);
    await Promise.all(running.map((job) => job.done));
    await context.commits.snapshot();
    database.close();
  };
  return {
    url: server.url,
    port: server.port,
    storageUrl: `${host.includes(':') ? `[${host}]` : host}:${reads.port}`,
    storagePort: reads.port,
    faults: { add: (spec) => refusing(() => faults.add(spec)), list: () => faults.list(), clear: (id) => refusing(() => faults.clear(id)) },
    behave: (change) => refusing(() => (context.behaviour.current = changedBehaviour(context.behaviour.current, change))),
    setAccess: (settings) => refusing(() => context.access.set(settings)),
    expire: () => expireAll(context),
    usage: () => context.jobs.usage.toJSON(),
    close: () => (closing ??= close()),
  };
}

/** What the API refuses with 400 or 404, as an error of the library. */
function refusing<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new BqsyncError('BQS_USAGE', error.message, { hint: 'see "Faults" in the README of @bqsync/local-bigquery', cause: error });
  }
}

function startBehaviour({ streamingBufferMs, streamingBufferReads, behaviour = {} }: LocalBigQueryOptions): Behaviour {
  return refusing(() =>
    changedBehaviour(DEFAULT_BEHAVIOUR, {
      ...(streamingBufferMs === undefined ? {} : { streamingBufferMs }),
      ...(streamingBufferReads === undefined ? {} : { streamingBufferReads }),
      ...behaviour,
    }),
  );
}

async function openContext(database: Database, options: LocalBigQueryOptions): Promise<ApiContext> {
  // They belong to the whole database, whichever connection registers them.
  await database.use((connection) => {
    registerFunctions(connection);
    return Promise.resolve();
  });
  const clock = new CommitClock(wallMicros);
  const commits = new Commits(database, clock);
  const behaviour = { current: startBehaviour(options) };
  const access = new AccessBook();
  if (options.access) refusing(() => access.set(options.access));
  const catalog = await CatalogStore.open(database, commits, clock, {
    behaviour: () => behaviour.current,
    timeTravelMicros: BigInt(options.timeTravelMs ?? 7 * DAY_MS) * 1000n,
  });
  const jobs = await JobStore.open(database, {
    resultExpiryMs: options.resultExpiryMs ?? DAY_MS,
    jobExpiryMs: options.jobExpiryMs ?? 7 * DAY_MS,
    nowMs: Date.now,
  });
  const defaultLocation = options.location ?? 'US';
  const queries = new QueryRunner(database, commits, catalog, jobs, {
    defaultLocation,
    behaviour: () => behaviour.current,
    concurrency: options.concurrency ?? 4,
  });
  return {
    database,
    clock,
    commits,
    catalog,
    jobs,
    queries,
    loads: new LoadRunner(database, catalog, jobs),
    defaultLocation,
    resultPageBytes: options.resultPageBytes ?? 20_000_000,
    tablePageBytes: options.tablePageBytes ?? 10_000_000,
    insertIdTtlMs: options.insertIdTtlMs ?? 60_000,
    access,
    behaviour,
    sessionExpiryMs: options.sessionExpiryMs ?? 6 * HOUR_MS,
    readBatchBytes: options.readBatchBytes ?? 1_000_000,
  };
}
