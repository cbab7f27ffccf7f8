import { randomUUID } from 'node:crypto';
import { invalid, notFound, notImplemented } from '../http/api-error.ts';
import { bodyStream, parseObject, readObject } from '../http/body.ts';
import { readRelated } from '../http/multipart.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import { type Job, jobResource } from '../jobs/job.ts';
import { type LoadRequest, parseLoadRequest } from '../load/load-request.ts';
import type { ApiContext } from './context.ts';
import { locationOf, newJobRecord, parseConfiguration, parseJobReference } from './job-requests.ts';
import { parameter } from './parameters.ts';

/** A resumable upload that is still being sent. */
interface Session {
  readonly metadata: Record<string, unknown>;
  readonly chunks: Buffer[];
  received: number;
}

export function uploadRoutes(router: Router, context: ApiContext): void {
  const sessions = new Map<string, Session>();
  router.on('POST', '/upload/projects/:project/jobs', (call) => beginUpload(context, sessions, call));
  router.on('PUT', '/upload/projects/:project/jobs', (call) => continueUpload(context, sessions, call));
}

async function beginUpload(context: ApiContext, sessions: Map<string, Session>, call: Call): Promise<Reply> {
  const type = call.query.get('uploadType');
  if (type === 'resumable') return beginResumable(sessions, call);
  if (type !== 'multipart') throw notImplemented(`uploadType ${String(type)}`);
  const body = bodyStream(call.request);
  const { metadata, media } = await readRelated(call.headers['content-type'] ?? '', body);
  return load(context, call, parseObject(metadata, 'The first part of the upload'), media);
}

async function beginResumable(sessions: Map<string, Session>, call: Call): Promise<Reply> {
  const id = randomUUID();
  sessions.set(id, { metadata: await readObject(call.request), chunks: [], received: 0 });
  const location = `${call.origin}/upload/bigquery/v2/projects/${parameter(call, 'project')}/jobs?uploadType=resumable&upload_id=${id}`;
  return { status: 200, headers: { location } };
}

/** A chunk of a resumable upload (`Content-Range: bytes 0-99/200`), or the question how far it is (`bytes *\/200`). */
async function continueUpload(context: ApiContext, sessions: Map<string, Session>, call: Call): Promise<Reply> {
  const id = call.query.get('upload_id') ?? '';
  const session = sessions.get(id);
  if (!session) throw notFound(`Not found: upload ${id}`);
  const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(call.headers['content-range'] ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of bodyStream(call.request)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > 0) {
    const first = Number(range?.[1] ?? 0);
    if (first !== session.received) throw invalid(`The upload continues at byte ${session.received}, not at ${first}`);
    session.chunks.push(bytes);
    session.received += bytes.length;
  }
  const total = range?.[3];
  if (range && (total === '*' || Number(total) > session.received)) {
    return { status: 308, headers: session.received > 0 ? { range: `bytes=0-${session.received - 1}` } : {} };
  }
  sessions.delete(id);
  return load(context, call, session.metadata, pieces(session.chunks));
}

async function* pieces(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function load(context: ApiContext, call: Call, metadata: Record<string, unknown>, media: AsyncIterable<Buffer>): Promise<Reply> {
  const { job, request } = createJob(context, call, metadata);
  await context.loads.run(job, request, media);
  return { status: 200, body: jobResource(job, call.origin) };
}

function createJob(context: ApiContext, call: Call, metadata: Record<string, unknown>): { job: Job; request: LoadRequest } {
  const project = parameter(call, 'project');
  const reference = parseJobReference(metadata['jobReference']);
  const configuration = parseConfiguration(metadata['configuration']);
  if (configuration.kind !== 'LOAD') throw invalid('An upload needs configuration.load', 'configuration.load');
  if (configuration.dryRun) throw notImplemented('a dry run of a load');
  const request = parseLoadRequest(configuration.body, project);
  const own = configuration.body['location'];
  const asked = reference.location ?? (typeof own === 'string' && own !== '' ? own : undefined);
  const location = locationOf(context, asked, [request]);
  const record = newJobRecord(
    project,
    { ...reference, location },
    'LOAD',
    configuration.body,
    configuration.labels,
    context.defaultLocation,
    context.access.of(call.headers.authorization).principal.email,
  );
  return { job: context.jobs.create(record), request };
}
