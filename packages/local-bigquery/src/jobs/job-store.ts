import { ApiError, notFound } from '../http/api-error.ts';
import type { Database } from '../storage/database.ts';
import { quoteText } from '../storage/sql-text.ts';
import { Job, type JobRecord } from './job.ts';
import { ResultStore } from './result-store.ts';
import { resultTableOf } from './result-table.ts';
import { Usage } from './usage.ts';

interface JobStoreOptions {
  /** How long the rows of a finished query can be read. */
  readonly resultExpiryMs: number;
  /** How long a finished job is remembered. */
  readonly jobExpiryMs: number;
  nowMs(): number;
}

/** All jobs: an id is taken once; what is finished is kept in DuckDB, with its result. */
export class JobStore {
  readonly usage = new Usage();
  readonly results: ResultStore;
  readonly #database: Database;
  readonly #options: JobStoreOptions;
  readonly #jobs = new Map<string, Job>();
  /** By the id of the table that holds the job's result. */
  readonly #byResult = new Map<string, Job>();

  private constructor(database: Database, options: JobStoreOptions) {
    this.#database = database;
    this.#options = options;
    this.results = new ResultStore(database);
  }

  static async open(database: Database, options: JobStoreOptions): Promise<JobStore> {
    const store = new JobStore(database, options);
    await database.use((connection) => connection.run('CREATE TABLE IF NOT EXISTS bq_catalog.jobs (key VARCHAR, record JSON)'));
    for (const { record } of await database.rows(
      "SELECT record::VARCHAR AS record FROM bq_catalog.jobs ORDER BY (record ->> 'createdMs')::BIGINT",
    )) {
      const job = new Job(JSON.parse(String(record)) as JobRecord);
      store.#add(job);
    }
    const kept = [...store.#jobs.values()].flatMap((job) => (job.record.result ? [job.record.result.number] : []));
    await store.results.open(new Set(kept));
    await store.#expire();
    return store;
  }

  /** Takes an id for a new job; 409 if it is taken. */
  create(record: JobRecord): Job {
    const key = keyOf(record);
    if (this.#jobs.has(key)) throw new ApiError('duplicate', `Already Exists: Job ${record.project}:${record.location}.${record.jobId}`);
    const job = new Job(record);
    this.#add(job);
    return job;
  }

  #add(job: Job): void {
    this.#jobs.set(keyOf(job.record), job);
    this.#byResult.set(resultTableOf(job.record).tableId, job);
  }

  /** The job whose result is that table, if it is the name of one. */
  async findByResultTable(project: string, dataset: string, table: string): Promise<Job | undefined> {
    const job = this.#byResult.get(table);
    if (!job || job.record.project !== project || resultTableOf(job.record).datasetId !== dataset) return undefined;
    await this.#expire();
    return job;
  }

  async get(project: string, jobId: string, location: string | null): Promise<Job> {
    await this.#expire();
    const job = this.#jobs.get(`${project}:${jobId}`);
    if (!job || (location !== null && location.toLowerCase() !== job.record.location.toLowerCase())) {
      throw notFound(`Not found: Job ${project}:${location === null ? '' : `${location}.`}${jobId}`);
    }
    return job;
  }

  /** Newest first. */
  list(project: string): Job[] {
    return [...this.#jobs.values()].filter((job) => job.record.project === project).reverse();
  }

  running(): Job[] {
    return [...this.#jobs.values()].filter((job) => !job.isDone);
  }

  /** Keeps a job that has ended, and counts its cost. */
  async finish(job: Job, change: Partial<JobRecord>): Promise<void> {
    await this.#expire();
    const ended = { ...change, endedMs: this.#options.nowMs() };
    const record = { ...job.record, ...ended };
    await this.#database.use((connection) =>
      connection.run(`INSERT INTO bq_catalog.jobs VALUES (${quoteText(keyOf(record))}, ${quoteText(JSON.stringify(record))})`),
    );
    this.usage.count(record);
    job.end(ended);
  }

  /** The job's result; 404 once it has expired. */
  requireResult(job: Job): NonNullable<JobRecord['result']> {
    const { result, endedMs = 0, project, location, jobId } = job.record;
    if (!result || endedMs + this.#options.resultExpiryMs <= this.#options.nowMs()) {
      throw notFound(`Not found: the result of job ${project}:${location}.${jobId} has expired`);
    }
    return result;
  }

  /** Forgets a job and drops its result. */
  async remove(job: Job): Promise<void> {
    const key = keyOf(job.record);
    this.#jobs.delete(key);
    this.#byResult.delete(resultTableOf(job.record).tableId);
    await this.#dropResult(job);
    await this.#database.use((connection) => connection.run(`DELETE FROM bq_catalog.jobs WHERE key = ${quoteText(key)}`));
  }

  /** Lets the rows of the job that a path names expire, or forgets the job; a path that names none changes nothing. */
  async expirePath(path: string, what: 'rows' | 'job'): Promise<void> {
    const [, project = '', id = ''] = /^\/projects\/([^/]+)\/(?:queries|jobs)\/([^/]+)$/.exec(path) ?? [];
    const job = this.#jobs.get(keyOf({ project: decodeURIComponent(project), jobId: decodeURIComponent(id) }));
    if (!job?.isDone) return;
    if (what === 'job') await this.remove(job);
    else await this.#dropResult(job);
  }

  async #dropResult(job: Job): Promise<void> {
    const { result } = job.record;
    if (!result) return;
    job.dropResult();
    await this.results.drop(result);
  }

  /** Jobs are in the order of their creation and live equally long, so the first that is young ends the search. */
  async #expire(): Promise<void> {
    const now = this.#options.nowMs();
    for (const job of [...this.#jobs.values()]) {
      const { createdMs, endedMs } = job.record;
      if (createdMs + Math.min(this.#options.resultExpiryMs, this.#options.jobExpiryMs) > now) return;
      if (endedMs === undefined) continue;
      if (endedMs + this.#options.jobExpiryMs <= now) await this.remove(job);
      else if (endedMs + this.#options.resultExpiryMs <= now) await this.#dropResult(job);
    }
  }
}

function keyOf({ project, jobId }: Pick<JobRecord, 'project' | 'jobId'>): string {
  return `${project}:${jobId}`;
}
