import type { Micros, TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { Selection, Statement } from '@bqsync/query';
import { tableName } from './describe.ts';
import { jobError, type Place } from './errors.ts';
import { microsOfMillis } from './probe.ts';
import { count, type JobResource, type ResultsResource } from './rest.ts';
import type { Transport } from './transport.ts';

/** One query to be run as a job under an id of our own. */
export interface QueryJob {
  readonly projectId: string;
  readonly location: string;
  readonly jobId: string;
  readonly statement: Statement;
  /** Of a window: which rows the statement selects. */
  readonly selection?: Selection | undefined;
  readonly table: TableSpec;
  readonly labels: Readonly<Record<string, string>>;
  /** The job fails rather than bill more; absent: the table's own limit. */
  readonly maxBytesBilled?: number | undefined;
  readonly doing: string;
}

export interface FinishedJob {
  readonly jobId: string;
  /** When BigQuery made the job. It fixes a query's snapshot when it starts it, so later: a lower bound of the snapshot. */
  readonly createdAt: Micros;
  readonly totalRows: number;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** The id was known already. */
  readonly resumed: boolean;
  /** What BigQuery says that it withheld from this account. */
  readonly withheld: Withheld;
  /** The table that holds the result, for as long as it is kept. */
  readonly result: TableSpec['source'] | undefined;
}

/** What was withheld from who asked, without an error. */
export interface Withheld {
  /** By row access policies. */
  readonly rows: boolean;
  /** By data masking. */
  readonly values: boolean;
}

const LONG_POLL_MS = 10_000;
const JOB_ID = /^[A-Za-z0-9_-]{1,1024}$/;

/** A job that was sent, now or before, and did not fail so far. */
export interface SentJob {
  readonly sql: string;
  /** See {@link FinishedJob.createdAt}. */
  readonly createdAt: Micros;
  /** The id was known already. */
  readonly resumed: boolean;
}

/** Sends a query, or finds it if its id was sent before, and waits until its result can be read. */
export async function runJob(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<FinishedJob> {
  return finishJob(transport, job, await sendJob(transport, job, signal), signal);
}

/** Sends a query, or finds what was sent before under its id, which may be another statement. */
export async function sendJob(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<SentJob> {
  checkJobId(job.jobId);
  const sent = await inserted(transport, job, signal);
  return sent === undefined ? findJob(transport, job, signal) : { sql: job.statement.sql, createdAt: createdAt(sent, job), resumed: false };
}

/** A job that may have been sent before; undefined: it was not. */
export async function lookUpJob(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<SentJob | undefined> {
  try {
    return await findJob(transport, job, signal);
  } catch (error) {
    if (error instanceof BqsyncError && error.code === 'BQS_SOURCE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A job that must have been sent before. */
export async function findJob(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<SentJob> {
  const found = await fetchJob(transport, job, signal);
  const failure = found.status?.errorResult;
  // What made it fail may have been put right since: only a new job tells.
  if (failure) throw jobError({ ...failure, reason: 'jobBackendError' }, { ...placeOf(job), doing: 'go on with a window' });
  return { sql: found.configuration?.query?.query ?? '', createdAt: createdAt(found, job), resumed: true };
}

/** Waits for the result of a job that was sent. */
export async function finishJob(transport: Transport, job: QueryJob, sent: SentJob, signal: AbortSignal): Promise<FinishedJob> {
  if (sent.sql !== job.statement.sql) throw otherStatement(job);
  const totalRows = await completed(transport, job, signal);
  const found = await getJob(transport, job, signal);
  const { statistics, configuration } = found;
  const { projectId, datasetId, tableId } = configuration?.query?.destinationTable ?? {};
  return {
    jobId: job.jobId,
    createdAt: createdAt(found, job),
    totalRows,
    bytesScanned: count(statistics?.query?.totalBytesProcessed ?? statistics?.totalBytesProcessed),
    bytesBilled: count(statistics?.query?.totalBytesBilled),
    resumed: sent.resumed,
    withheld: {
      rows: statistics?.rowLevelSecurityStatistics?.rowLevelSecurityApplied === true,
      values: statistics?.dataMaskingStatistics?.dataMaskingApplied === true,
    },
    result:
      projectId === undefined || datasetId === undefined || tableId === undefined
        ? undefined
        : { project: projectId, dataset: datasetId, table: tableId },
  };
}

/** The window was opened otherwise under its id: its rows are not those that are asked for now. */
export function otherStatement(job: QueryJob): BqsyncError {
  return new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `job ${job.jobId} of ${tableName(job.table)} was opened with another statement`, {
    hint: 'the window is opened anew',
    context: placeOf(job),
  });
}

function createdAt({ statistics }: JobResource, job: QueryJob): Micros {
  if (statistics?.creationTime !== undefined) return microsOfMillis(statistics.creationTime);
  throw new BqsyncError('BQS_SOURCE_PROTOCOL', `job ${job.jobId} has no creation time`, { context: placeOf(job) });
}

/** What a query would scan, without running it: free. */
export async function dryRun(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<number> {
  const configuration = { ...configurationOf(job), dryRun: true };
  const body = { jobReference: { projectId: job.projectId, location: job.location }, configuration };
  const answer = (await transport.post({ path: '/jobs', place: placeOf(job), signal }, body)).body as JobResource;
  return count(answer.statistics?.query?.totalBytesProcessed ?? answer.statistics?.totalBytesProcessed);
}

function checkJobId(jobId: string): void {
  if (JOB_ID.test(jobId)) return;
  throw new BqsyncError('BQS_USAGE', `${JSON.stringify(jobId.slice(0, 100))} cannot be the id of a job`, {
    hint: 'ids of windows have letters, digits, dashes and underscores',
  });
}

/** Undefined if the id is taken: a try before this one was accepted, whatever became of its answer. */
async function inserted(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<JobResource | undefined> {
  const body = {
    jobReference: { projectId: job.projectId, jobId: job.jobId, location: job.location },
    configuration: configurationOf(job),
  };
  try {
    return (await transport.post({ path: '/jobs', place: placeOf(job), signal }, body)).body as JobResource;
  } catch (error) {
    if (error instanceof BqsyncError && error.context.status === 409) return undefined;
    throw error;
  }
}

function configurationOf(job: QueryJob): Record<string, unknown> {
  const { sql, params, types } = job.statement;
  const limit = job.maxBytesBilled ?? job.table.cost.maxBytesBilledPerQuery;
  const names = Object.keys(params);
  return {
    jobType: 'QUERY',
    labels: job.labels,
    query: {
      query: sql,
      useLegacySql: false,
      // A cached result is free, but it shows the table as of its own, older query, and it is the older query's to expire.
      useQueryCache: false,
      priority: 'INTERACTIVE',
      ...(limit === undefined ? {} : { maximumBytesBilled: String(limit) }),
      ...(names.length === 0
        ? {}
        : { parameterMode: 'NAMED', queryParameters: names.map((name) => parameter(name, types[name] ?? 'STRING', params[name])) }),
    },
  };
}

function parameter(
  name: string,
  type: Statement['types'][string],
  value: Statement['params'][string] | undefined,
): Record<string, unknown> {
  if (typeof type === 'string') return { name, parameterType: { type }, parameterValue: { value: String(value) } };
  const values = Array.isArray(value) ? value : [value];
  return {
    name,
    parameterType: { type: 'ARRAY', arrayType: { type: type[0] } },
    parameterValue: { arrayValues: values.map((item) => ({ value: String(item) })) },
  };
}

async function getJob(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<JobResource> {
  const found = await fetchJob(transport, job, signal);
  const failure = found.status?.errorResult;
  if (failure) throw jobError(failure, placeOf(job));
  return found;
}

async function fetchJob(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<JobResource> {
  const call = { path: `/jobs/${job.jobId}`, query: { location: job.location }, place: placeOf(job), signal };
  return (await transport.get(call)).body as JobResource;
}

async function completed(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<number> {
  for (;;) {
    const results = await waited(transport, job, signal);
    if (results.jobComplete === true) return totalRowsOf(results, placeOf(job));
  }
}

async function waited(transport: Transport, job: QueryJob, signal: AbortSignal): Promise<ResultsResource> {
  const query = { location: job.location, maxResults: 0, timeoutMs: LONG_POLL_MS };
  try {
    return (await transport.get({ path: `/queries/${job.jobId}`, query, place: placeOf(job), signal })).body as ResultsResource;
  } catch (error) {
    if (!(error instanceof BqsyncError) || error.context.status === undefined) throw error;
    // A failed job answers here with its own error, which looks like one of this call: the job itself tells them apart.
    const { status } = await getJob(transport, job, signal);
    if (status?.state === 'DONE' && error.code === 'BQS_SOURCE_NOT_FOUND') throw expired(job.jobId, placeOf(job), error);
    throw error;
  }
}

/** @throws `BQS_SOURCE_PROTOCOL` if there is no count. */
export function totalRowsOf(results: ResultsResource, place: Place): number {
  const total = Number(results.totalRows);
  if (results.totalRows !== undefined && Number.isSafeInteger(total)) return total;
  throw new BqsyncError('BQS_SOURCE_PROTOCOL', `the finished job ${place.jobId ?? ''} does not say how many rows it has`, {
    context: { table: place.table, jobId: place.jobId },
  });
}

export function expired(jobId: string, place: Place, cause: unknown): BqsyncError {
  return new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `the result of job ${jobId} is gone; BigQuery keeps results for about 24 hours`, {
    hint: 'the window is opened anew',
    context: { table: place.table, jobId },
    cause,
  });
}

function placeOf(job: QueryJob): { readonly doing: string; readonly table: string; readonly jobId: string } {
  return { doing: job.doing, table: tableName(job.table), jobId: job.jobId };
}

/** A label's value: lower case letters, digits, dashes and underscores, at most 63. https://cloud.google.com/bigquery/docs/labels-intro */
export function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '_')
    .slice(0, 63);
}
