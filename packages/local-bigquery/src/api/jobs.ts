import { invalid, notImplemented } from '../http/api-error.ts';
import { readObject } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import { type Job, jobResource } from '../jobs/job.ts';
import { parseQueryRequest } from '../jobs/query-request.ts';
import type { Admitted } from '../jobs/query-runner.ts';
import type { ApiContext } from './context.ts';
import { dryRun, newJobRecord, parseConfiguration, parseJobReference, startQuery } from './job-requests.ts';
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
  const request = parseQueryRequest(configuration.body, project);
  if (configuration.dryRun) {
    return { status: 200, body: dryRunResource(await dryRun(context, project, request, reference.location), project, configuration.body) };
  }
  const record = newJobRecord(project, reference, 'QUERY', configuration.body, configuration.labels, context.defaultLocation);
  const { job } = await startQuery(context, record, request, reference.location, configuration.jobTimeoutMs);
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
export function findJob({ jobs }: ApiContext, call: Call): Promise<Job> {
  return jobs.get(parameter(call, 'project'), parameter(call, 'job'), call.query.get('location'));
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
  return { status: 204 };
}
