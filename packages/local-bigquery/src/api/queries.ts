import { readObject } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import { countParameter, isSet, parseCount, parseLabels } from '../http/values.ts';
import { dmlStatistics, type Job } from '../jobs/job.ts';
import { parseQueryRequest } from '../jobs/query-request.ts';
import { toField } from '../catalog/schema.ts';
import type { WireFormat } from '../rows/wire-sql.ts';
import type { ApiContext } from './context.ts';
import { dryRun, newJobRecord, parseJobReference, type StartedQuery, startQuery, throwIfFailed } from './job-requests.ts';
import { findJob } from './jobs.ts';
import { decodeToken, encodeToken } from './paging.ts';
import { parameter } from './parameters.ts';
import { RequestIds } from './request-ids.ts';
import { joinRows } from './row-body.ts';
import { formatOfBody, formatOfQuery } from './wire-options.ts';

const DEFAULT_WAIT_MS = 10_000;
const MAX_WAIT_MS = 200_000;

/** Keys of a `jobs.query` body that are not the query's configuration. */
const REQUEST_KEYS = [
  'kind',
  'maxResults',
  'timeoutMs',
  'jobTimeoutMs',
  'dryRun',
  'location',
  'formatOptions',
  'labels',
  'requestId',
  'jobCreationMode',
];

export function queryRoutes(router: Router, context: ApiContext): void {
  const requests = new RequestIds<StartedQuery>();
  router.on('POST', '/projects/:project/queries', (call) => query(context, requests, call));
  router.on('GET', '/projects/:project/queries/:job', (call) => getResults(context, call));
}

/** Runs a query and answers its first page, or that it is not yet complete. */
async function query(context: ApiContext, requests: RequestIds<StartedQuery>, call: Call): Promise<Reply> {
  const project = parameter(call, 'project');
  const body = await readObject(call.request);
  const access = context.access.of(call.headers.authorization);
  const request = { ...parseQueryRequest(body, project, REQUEST_KEYS), access };
  const reference = parseJobReference({ location: body['location'] });
  const format = formatOfBody(body['formatOptions']);
  if (body['dryRun'] === true) {
    const { schema, charge, location } = await dryRun(context, project, request, reference.location);
    return {
      status: 200,
      body: {
        kind: 'bigquery#queryResponse',
        jobReference: { projectId: project, location },
        schema: { fields: schema },
        totalRows: '0',
        totalBytesProcessed: String(charge.bytesProcessed),
        jobComplete: true,
        cacheHit: false,
      },
    };
  }
  const timeout = isSet(body['jobTimeoutMs']) ? parseCount(body['jobTimeoutMs'], 'jobTimeoutMs') : undefined;
  const start = (): Promise<StartedQuery> =>
    startQuery(
      context,
      newJobRecord(
        project,
        reference,
        'QUERY',
        queryConfiguration(body),
        parseLabels(body['labels']),
        context.defaultLocation,
        access.principal.email,
      ),
      request,
      reference.location,
      timeout,
    );
  const requestId = body['requestId'];
  const { job } = await (typeof requestId === 'string' && requestId !== ''
    ? requests.once(`${project}/${requestId}`, Date.now(), start)
    : start());
  const wait = isSet(body['timeoutMs']) ? parseCount(body['timeoutMs'], 'timeoutMs') : DEFAULT_WAIT_MS;
  await waitFor(job, wait);
  const maxRows = isSet(body['maxResults']) ? parseCount(body['maxResults'], 'maxResults') : undefined;
  return page(context, job, { kind: 'bigquery#queryResponse', start: 0, maxRows, format });
}

/** What `configuration.query` of the job shows. */
function queryConfiguration(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !REQUEST_KEYS.includes(key)));
}

async function getResults(context: ApiContext, call: Call): Promise<Reply> {
  const job = await findJob(context, call);
  await waitFor(job, countParameter(call.query, 'timeoutMs') ?? DEFAULT_WAIT_MS);
  const token = call.query.get('pageToken');
  const [start] = token ? decodeToken(token, 1) : [];
  return page(context, job, {
    kind: 'bigquery#getQueryResultsResponse',
    start: start === undefined ? (countParameter(call.query, 'startIndex') ?? 0) : Number(start),
    maxRows: countParameter(call.query, 'maxResults'),
    format: formatOfQuery(call.query),
  });
}

async function waitFor(job: Job, ms: number): Promise<void> {
  if (job.isDone || ms === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, MAX_WAIT_MS));
  });
  await Promise.race([job.done, timeout]);
  clearTimeout(timer);
}

interface PageOptions {
  readonly kind: string;
  readonly start: number;
  readonly maxRows: number | undefined;
  readonly format: WireFormat;
}

async function page(context: ApiContext, job: Job, { kind, start, maxRows, format }: PageOptions): Promise<Reply> {
  const { project, jobId, location, bytesProcessed, statementType } = job.record;
  const jobReference = { projectId: project, jobId, location };
  if (!job.isDone) return { status: 200, body: { kind, jobReference, jobComplete: false } };
  throwIfFailed(job);
  const queryId = kind === 'bigquery#queryResponse' ? { queryId: jobId } : {};
  const head = { kind, jobReference, ...queryId, jobComplete: true, cacheHit: false, totalBytesProcessed: String(bytesProcessed) };
  if (job.record.result === undefined && statementType !== 'SELECT')
    return { status: 200, body: { ...head, totalRows: '0', ...dmlStatistics(job.record) } };
  const result = context.jobs.requireResult(job);
  const { rows, next } = await context.jobs.results.page(result, result.schema.map(toField), {
    start,
    maxRows: maxRows ?? result.totalRows,
    maxBytes: context.resultPageBytes,
    format,
  });
  context.jobs.usage.countRows('rest', job.record.references ?? [], rows.length);
  const body = {
    ...head,
    schema: { fields: result.schema },
    totalRows: String(result.totalRows),
    ...(next === undefined ? {} : { pageToken: encodeToken(next) }),
  };
  return { status: 200, body: joinRows(body, rows) };
}
