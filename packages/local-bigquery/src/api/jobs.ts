import { invalid, notFound, notImplemented } from '../http/api-error.ts';
import { readObject } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import { parseCopyRequest, runCopy } from '../jobs/copy-job.ts';
import { type Job, type JobRecord, jobResource } from '../jobs/job.ts';
import { queryError } from '../jobs/query-error.ts';
import { parseQueryRequest } from '../jobs/query-request.ts';
import type { Admitted } from '../jobs/query-runner.ts';
import type { ApiContext } from './context.ts';
import { dryRun, locationOf, newJobRecord, parseConfiguration, parseJobReference, startQuery } from './job-requests.ts';
import { pageOf } from './paging.ts';
import { parameter } from './parameters.ts';

export function jobRoutes(router: Router, context: ApiContext): void {
  router.on('POST', '/projects/:project/jobs', (call) => insertJob(context, call));
  router.on('GET', '/projects/:project/jobs', (call) => listJobs(context, call));
  router.on('GET', '/projects/:project/jobs/:job', (call) => getJob(context, call));
  router.on('DELETE', '/projects/:project/jobs/:job/delete', (call) => deleteJob(context, call));
  router.on('POST', '/projects/:project/jobs/:job/cancel', (call) => cancelJob(context, call));
}

async function insertJob(context: ApiContext, call: Call): Promise<Reply> {
  const project = parameter(call, 'project');
  const body = await readObject(call.request);
  const reference = parseJobReference(body['jobReference']);
  const configuration = parseConfiguration(body['configuration']);
  if (configuration.kind === 'LOAD') throw notImplemented('a load job from Cloud Storage (send the file with the request instead)');
  const access = context.access.of(call.headers.authorization);
  if (configuration.kind === 'COPY') return copy(context, call, reference, configuration);
  const request = { ...parseQueryRequest(configuration.body, project), access };
  if (configuration.dryRun) {
    return { status: 200, body: dryRunResource(await dryRun(context, project, request, reference.location), project, configuration.body) };
  }
  const record = newJobRecord(
    project,
    reference,
    'QUERY',
    configuration.body,
    configuration.labels,
    context.defaultLocation,
    access.principal.email,
  );
  const { job } = await startQuery(context, record, request, reference.location, configuration.jobTimeoutMs);
  return { status: 200, body: jobResource(job, call.origin) };
}

async function copy(
  context: ApiContext,
  call: Call,
  reference: ReturnType<typeof parseJobReference>,
  configuration: ReturnType<typeof parseConfiguration>,
): Promise<Reply> {
  const project = parameter(call, 'project');
  const request = parseCopyRequest(configuration.body, project);
  const { email } = context.access.of(call.headers.authorization).principal;
  const location = locationOf(context, reference.location, [...request.sources, request.destination]);
  const record = newJobRecord(
    project,
    { ...reference, location },
    'COPY',
    configuration.body,
    configuration.labels,
    context.defaultLocation,
    email,
  );
  const job = context.jobs.create(record);
  job.update({ startedMs: Math.max(Date.now(), record.createdMs) });
  let change: Partial<JobRecord>;
  try {
    change = await runCopy(request, context.catalog);
  } catch (error) {
    change = { error: queryError(error, job) };
  }
  await context.jobs.finish(job, change);
  return { status: 200, body: jobResource(job, call.origin) };
}

function dryRunResource(admitted: Admitted, project: string, query: Readonly<Record<string, unknown>>): unknown {
  const bytes = String(admitted.charge.bytesProcessed);
  return {
    kind: 'bigquery#job',
    configuration: { jobType: 'QUERY', dryRun: true, query },
    jobReference: { projectId: project, location: admitted.location },
    statistics: {
      creationTime: String(Date.now()),
      totalBytesProcessed: bytes,
      query: {
        totalBytesProcessed: bytes,
        totalBytesBilled: '0',
        totalBytesProcessedAccuracy: 'PRECISE',
        cacheHit: false,
        statementType: admitted.statementType,
        schema: { fields: admitted.schema },
      },
    },
    status: { state: 'DONE' },
  };
}

function listJobs({ jobs }: ApiContext, call: Call): Reply {
  const states = call.query.getAll('stateFilter').map((state) => state.toUpperCase());
  const from = Number(call.query.get('minCreationTime') ?? 0);
  const to = Number(call.query.get('maxCreationTime') ?? Infinity);
  const wanted = ({ record, state }: Job): boolean =>
    (states.length === 0 || states.includes(state)) && record.createdMs >= from && record.createdMs <= to;
  const { items, nextPageToken } = pageOf(jobs.list(parameter(call, 'project')).filter(wanted), call.query);
  return { status: 200, body: { kind: 'bigquery#jobList', jobs: items.map((job) => jobResource(job, call.origin)), ...nextPageToken } };
}

/** The job that a call names; 404 if there is none, or not at that location. */
export async function findJob({ jobs, behaviour }: ApiContext, call: Call): Promise<Job> {
  const asked = call.query.get('location');
  const job = await jobs.get(parameter(call, 'project'), parameter(call, 'job'), asked);
  // BigQuery finds a job outside of the two multi-regions only by its location.
  if (behaviour.current.jobLocationRequired && asked === null && !['US', 'EU'].includes(job.record.location.toUpperCase()))
    throw notFound(`Not found: Job ${job.record.project}:${job.record.jobId}`);
  return job;
}

async function getJob(context: ApiContext, call: Call): Promise<Reply> {
  return { status: 200, body: jobResource(await findJob(context, call), call.origin) };
}

async function cancelJob(context: ApiContext, call: Call): Promise<Reply> {
  const job = await findJob(context, call);
  job.stop('Job execution was cancelled: User requested cancellation');
  return { status: 200, body: { kind: 'bigquery#jobCancelResponse', job: jobResource(job, call.origin) } };
}

/** Forgets a job that is done, with its result. */
async function deleteJob(context: ApiContext, call: Call): Promise<Reply> {
  const job = await findJob(context, call);
  if (!job.isDone) throw invalid(`Job ${job.record.jobId} is still running: cancel it first`);
  await context.jobs.remove(job);
  return { status: 200, body: {} };
}
