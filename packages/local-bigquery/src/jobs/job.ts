import { ApiError, type ErrorProto } from '../http/api-error.ts';
import type { WireField } from '../catalog/schema.ts';
import type { DdlResult } from './ddl.ts';
import { resultTableOf } from './result-table.ts';

/** The finished result of a SELECT: immutable rows in a table of their own. */
export interface ResultRecord {
  readonly number: number;
  /** Few rows lie together with those of other results, as JSON text; more have a DuckDB table of their own. */
  readonly packed: boolean;
  readonly schema: readonly WireField[];
  readonly totalRows: number;
}

interface LoadRecord {
  readonly inputFileBytes: number;
  readonly outputRows: number;
  readonly outputBytes: number;
  readonly badRecords: number;
}

/** What a job is known by for as long as it is remembered; times in milliseconds, bytes are logical. */
export interface JobRecord {
  readonly project: string;
  readonly jobId: string;
  readonly location: string;
  readonly kind: 'QUERY' | 'LOAD' | 'COPY';
  /** Who asked for it. */
  readonly userEmail?: string;
  /** `configuration.query` or `configuration.load` as it was sent. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdMs: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly error?: ErrorProto;
  /** Of a job that succeeded all the same: bad rows that the caller allowed. */
  readonly warnings?: readonly string[];
  readonly statementType?: string;
  readonly bytesProcessed: number;
  readonly bytesBilled: number;
  readonly dmlRows?: { readonly inserted: number; readonly updated: number; readonly deleted: number };
  readonly references?: readonly { readonly projectId: string; readonly datasetId: string; readonly tableId: string }[];
  readonly result?: ResultRecord;
  readonly ddl?: DdlResult;
  readonly load?: LoadRecord;
}

const INTERRUPT_EVERY_MS = 20;

/** A job from the moment its id is taken. */
export class Job {
  #record: JobRecord;
  #interrupt: (() => void) | undefined;
  #repeat: NodeJS.Timeout | undefined;
  #stopReason: string | undefined;
  #finish: () => void = () => undefined;
  /** Resolves when the job is done, well or not. */
  readonly done: Promise<void>;

  constructor(record: JobRecord) {
    this.#record = record;
    this.done =
      record.endedMs === undefined
        ? new Promise((resolve) => {
            this.#finish = resolve;
          })
        : Promise.resolve();
  }

  get record(): JobRecord {
    return this.#record;
  }

  get isDone(): boolean {
    return this.#record.endedMs !== undefined;
  }

  get state(): 'PENDING' | 'RUNNING' | 'DONE' {
    if (this.isDone) return 'DONE';
    return this.#record.startedMs === undefined ? 'PENDING' : 'RUNNING';
  }

  update(change: Partial<JobRecord>): void {
    this.#record = { ...this.#record, ...change };
  }

  end(change: Partial<JobRecord> & { endedMs: number }): void {
    this.update(change);
    this.#finish();
  }

  /** Forgets the result's rows; that there was one stays known by the statement type. */
  dropResult(): void {
    const { result: _dropped, ...rest } = this.#record;
    this.#record = rest;
  }

  /**
   * Runs work that `interrupt` breaks off. An interrupt only reaches a statement that is running, so a stop repeats it until the
   * work has ended; afterwards it is never called again.
   */
  async interruptible<T>(interrupt: () => void, work: () => Promise<T>): Promise<T> {
    this.throwIfStopped();
    const repeat = (): void => {
      interrupt();
      this.#repeat = setTimeout(repeat, INTERRUPT_EVERY_MS);
    };
    this.#interrupt = repeat;
    try {
      return await work();
    } finally {
      this.#interrupt = undefined;
      clearTimeout(this.#repeat);
    }
  }

  throwIfStopped(): void {
    if (this.#stopReason !== undefined) throw new ApiError('stopped', this.#stopReason);
  }

  stop(reason: string): void {
    if (this.isDone || this.#stopReason !== undefined) return;
    this.#stopReason = reason;
    this.#interrupt?.();
  }

  get stopReason(): string | undefined {
    return this.#stopReason;
  }
}

/** The job as `jobs.get` shows it. */
export function jobResource(job: Job, origin: string): Record<string, unknown> {
  const { record } = job;
  const { project, jobId, location } = record;
  return {
    kind: 'bigquery#job',
    id: `${project}:${location}.${jobId}`,
    selfLink: `${origin}/bigquery/v2/projects/${project}/jobs/${jobId}?location=${location}`,
    user_email: record.userEmail ?? 'local@bqsync.invalid',
    configuration: configurationResource(record),
    jobReference: { projectId: project, jobId, location },
    statistics: statistics(record),
    status: statusResource(job),
    state: job.state,
  };
}

function statusResource(job: Job): Record<string, unknown> {
  const { error, warnings } = job.record;
  if (error) return { state: job.state, errorResult: error, errors: [error] };
  return { state: job.state, ...(warnings ? { errors: warnings.map((message) => ({ reason: 'invalid', message })) } : {}) };
}

function configurationResource(record: JobRecord): Record<string, unknown> {
  const isAnonymous = record.result !== undefined || record.statementType === 'SELECT';
  const destination =
    isAnonymous && record.configuration['destinationTable'] === undefined ? { destinationTable: resultTableOf(record) } : {};
  return {
    jobType: record.kind,
    [record.kind.toLowerCase()]: { ...record.configuration, ...destination },
    ...(Object.keys(record.labels).length > 0 ? { labels: record.labels } : {}),
  };
}

function statistics(record: JobRecord): Record<string, unknown> {
  return {
    creationTime: String(record.createdMs),
    ...(record.startedMs === undefined ? {} : { startTime: String(record.startedMs) }),
    ...(record.endedMs === undefined ? {} : { endTime: String(record.endedMs) }),
    ...(record.kind === 'QUERY' ? queryStatistics(record) : record.kind === 'LOAD' ? loadStatistics(record) : {}),
  };
}

function queryStatistics(record: JobRecord): Record<string, unknown> {
  const bytes = String(record.bytesProcessed);
  return {
    totalBytesProcessed: bytes,
    query: {
      totalBytesProcessed: bytes,
      totalBytesBilled: String(record.bytesBilled),
      cacheHit: false,
      ...(record.statementType === undefined ? {} : { statementType: record.statementType }),
      ...(record.references ? { referencedTables: record.references } : {}),
      ...(record.result ? { schema: { fields: record.result.schema } } : {}),
      ...dmlStatistics(record),
      ...ddlStatistics(record),
    },
  };
}

export function dmlStatistics(record: JobRecord): Record<string, unknown> {
  if (!record.dmlRows) return {};
  const { inserted, updated, deleted } = record.dmlRows;
  return {
    numDmlAffectedRows: String(inserted + updated + deleted),
    dmlStats: { insertedRowCount: String(inserted), updatedRowCount: String(updated), deletedRowCount: String(deleted) },
  };
}

function ddlStatistics({ ddl }: JobRecord): Record<string, unknown> {
  if (!ddl) return {};
  return { ddlOperationPerformed: ddl.operation, ...(ddl.table ? { ddlTargetTable: ddl.table } : {}) };
}

function loadStatistics(record: JobRecord): Record<string, unknown> {
  if (!record.load) return {};
  const { inputFileBytes, outputRows, outputBytes, badRecords } = record.load;
  return {
    load: {
      inputFiles: '1',
      inputFileBytes: String(inputFileBytes),
      outputRows: String(outputRows),
      outputBytes: String(outputBytes),
      badRecords: String(badRecords),
    },
  };
}
