import { randomUUID } from 'node:crypto';
import { datasetKey } from '../catalog/records.ts';
import { ApiError, invalid, notFound, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { isSet, parseCount, parseLabels } from '../http/values.ts';
import type { Job, JobRecord } from '../jobs/job.ts';
import type { Admitted, AskedQuery } from '../jobs/query-runner.ts';
import type { ApiContext } from './context.ts';

interface JobReference {
  readonly jobId: string;
  readonly location: string | undefined;
}

/** A query that became a job; `finished` resolves at its end. */
export interface StartedQuery {
  readonly job: Job;
  readonly finished: Promise<void>;
}

export function parseJobReference(value: unknown): JobReference {
  const reference = isObject(value) ? value : {};
  const { jobId, location } = reference;
  if (isSet(jobId) && (typeof jobId !== 'string' || !/^[A-Za-z0-9_-]{1,1024}$/.test(jobId))) {
    throw invalid(`Invalid job ID "${String(jobId)}"`, 'jobReference.jobId');
  }
  return {
    jobId: typeof jobId === 'string' ? jobId : `job_${randomUUID().replaceAll('-', '')}`,
    location: typeof location === 'string' && location !== '' ? location : undefined,
  };
}

/** Where a job runs that names its tables: where their datasets are. Another place that was asked for has none of them. */
export function locationOf(
  { catalog }: ApiContext,
  asked: string | undefined,
  tables: readonly { readonly project: string; readonly dataset: string }[],
): string | undefined {
  let location = asked;
  for (const { project, dataset } of tables) {
    const found = catalog.findDataset(project, dataset)?.location;
    location ??= found;
    if (found !== undefined && location !== undefined && found.toLowerCase() !== location.toLowerCase())
      throw notFound(`Not found: Dataset ${datasetKey(project, dataset)} was not found in location ${location}`);
  }
  return location;
}

export function newJobRecord(
  project: string,
  { jobId, location }: JobReference,
  kind: JobRecord['kind'],
  configuration: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
  defaultLocation: string,
  userEmail: string,
): JobRecord {
  return {
    project,
    jobId,
    location: location ?? defaultLocation,
    kind,
    configuration,
    labels,
    userEmail,
    createdMs: Date.now(),
    bytesProcessed: 0,
    bytesBilled: 0,
  };
}

/** Takes the job's id, then understands the statement and begins to run it. A statement that is not understood is the job's error. */
export async function startQuery(
  context: ApiContext,
  record: JobRecord,
  request: AskedQuery,
  askedLocation: string | undefined,
  jobTimeoutMs: number | undefined,
): Promise<StartedQuery> {
  const job = context.jobs.create(record);
  let admitted: Admitted;
  try {
    admitted = await context.queries.admit(request, record.project, askedLocation);
  } catch (error) {
    const finished = context.queries.fail(job, error);
    await finished;
    return { job, finished };
  }
  job.update({ location: admitted.location });
  const finished = context.queries.run(job, request, admitted);
  if (jobTimeoutMs !== undefined && jobTimeoutMs > 0) {
    const timer = setTimeout(() => job.stop(`Job timed out after ${jobTimeoutMs} ms (jobTimeoutMs)`), jobTimeoutMs);
    void finished.finally(() => clearTimeout(timer));
  }
  return { job, finished };
}

/** What a dry run of a query answers: price and schema, no job. */
export async function dryRun(context: ApiContext, project: string, request: AskedQuery, location: string | undefined): Promise<Admitted> {
  try {
    return await context.queries.admit(request, project, location);
  } catch (error) {
    throw context.queries.requestError(error);
  }
}

interface JobConfiguration {
  readonly kind: 'QUERY' | 'LOAD' | 'COPY';
  readonly body: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly jobTimeoutMs: number | undefined;
}

const KNOWN = new Set(['jobType', 'query', 'load', 'copy', 'labels', 'dryRun', 'jobTimeoutMs']);

/** Reads `configuration` of a job. */
export function parseConfiguration(configuration: unknown): JobConfiguration {
  if (!isObject(configuration)) throw invalid('Required parameter is missing: configuration', 'configuration');
  for (const [key, value] of Object.entries(configuration))
    if (!KNOWN.has(key) && isSet(value)) throw notImplemented(`job configuration ${key}`);
  const { query, load, copy } = configuration;
  const kind = isObject(query) ? 'QUERY' : isObject(copy) ? 'COPY' : 'LOAD';
  const body = { QUERY: query, COPY: copy, LOAD: load }[kind];
  if (!isObject(body)) throw invalid('Required parameter is missing: configuration.query or configuration.load', 'configuration');
  const timeout = configuration['jobTimeoutMs'];
  return {
    kind,
    body,
    labels: parseLabels(configuration['labels']),
    dryRun: configuration['dryRun'] === true,
    jobTimeoutMs: isSet(timeout) ? parseCount(timeout, 'jobTimeoutMs') : undefined,
  };
}

/** A job's error as the error of a request that wants its result. */
export function throwIfFailed(job: Job): void {
  const { error } = job.record;
  if (error) throw new ApiError(error.reason, error.message, error.location);
}
