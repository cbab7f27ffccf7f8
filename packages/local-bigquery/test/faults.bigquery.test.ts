import { tableFromIPC } from '@uwdata/flechette';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FaultSpec } from '../src/index.ts';
import { connectReads, type Delivery, decode, NO_RETRIES, openSession, readStream, type Session } from './storage-read.ts';
import { type Fixture, loadRows, PROJECT, startFixture } from './support.ts';

let fixture: Fixture;
let reads: ReturnType<typeof connectReads>;
beforeAll(async () => {
  fixture = await startFixture();
  reads = connectReads(fixture.server);
  await fixture.dataset.createTable('t', { schema: 'n:integer, s:string' });
  await loadRows(
    fixture.dataset,
    't',
    Array.from({ length: 30_000 }, (_, n) => ({ n, s: `row number ${n} of some length` })),
  );
});
afterEach(() => fixture.server.faults.clear());
afterAll(async () => {
  await reads.close();
  await fixture.server.close();
});

const DATASET = `/projects/${PROJECT}/datasets/ds`;
const get = (path = DATASET): Promise<Response> => fetch(`${fixture.server.url}/bigquery/v2${path}`);

async function post(body: unknown): Promise<{ status: number; body: Record<string, unknown> & { error?: { message: string } } }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${fixture.server.url}/local/faults`, { method: 'POST', body: text });
  return { status: response.status, body: (await response.json()) as never };
}

const fired = (): (number | undefined)[] => fixture.server.faults.list().map((fault) => fault.fired);

test.each([
  [429, undefined, 'rateLimitExceeded'],
  [403, undefined, 'rateLimitExceeded'],
  [403, 'quotaExceeded', 'quotaExceeded'],
  [500, undefined, 'internalError'],
  [502, undefined, 'backendError'],
  [503, undefined, 'backendError'],
  [504, undefined, 'backendError'],
])('the client sees %i %s', async (code, reason, expected) => {
  fixture.server.faults.add({ kind: 'error', status: code, ...(reason === undefined ? {} : { reason }), method: 'get', path: DATASET });
  await expect(fixture.dataset.getMetadata()).rejects.toMatchObject({ code, errors: [{ reason: expected, domain: 'global' }] });
  await expect(fixture.dataset.getMetadata()).resolves.toBeDefined();
  expect(fired()).toEqual([1]);
});

test('faults by HTTP: made, listed with what they did, and cleared one by one or all', async () => {
  const { server } = fixture;
  const spec = { kind: 'error', status: 503, path: '/bigquery/v2/projects/*/datasets/*', method: 'GET', count: 2, message: 'soon' };
  const made = await post(spec);
  expect(made).toMatchObject({ status: 200, body: { ...spec, matched: 0, fired: 0 } });
  await post({ kind: 'latency', ms: 1, path: '/projects/**' });
  expect((await get()).status).toBe(503);
  expect((await get(`${DATASET}/tables/t`)).status).toBe(200);
  expect(((await (await get()).json()) as { error: unknown }).error).toMatchObject({ code: 503, message: 'soon', status: 'UNAVAILABLE' });
  expect((await get()).status).toBe(200);
  const listed = (await (await fetch(`${server.url}/local/faults`)).json()) as { faults: { id: string }[] };
  expect(listed.faults).toEqual(server.faults.list());
  expect(listed.faults).toMatchObject([
    { matched: 3, fired: 2 },
    { matched: 2, fired: 1 },
  ]);
  const remove = (path: string): Promise<Response> => fetch(`${server.url}/local/faults${path}`, { method: 'DELETE' });
  expect((await remove(`/${listed.faults[0]?.id ?? ''}`)).status).toBe(204);
  expect(server.faults.list()).toHaveLength(1);
  expect((await remove('/nope')).status).toBe(404);
  expect((await remove('')).status).toBe(204);
  expect(server.faults.list()).toEqual([]);
  expect((await get()).status).toBe(200);
});

test('a share of the calls is hit, the same ones by the same seed, up to a count', async () => {
  const { faults } = fixture.server;
  const run = async (spec: FaultSpec): Promise<string> => {
    faults.add(spec);
    const seen = [];
    for (let call = 0; call < 60; call += 1) seen.push((await get()).status === 500 ? 'x' : '.');
    faults.clear();
    return seen.join('');
  };
  const fault = { kind: 'error', status: 500, share: 0.3, path: DATASET } as const;
  const first = await run(fault);
  expect(first.replaceAll('.', '').length).toBeGreaterThan(6);
  expect(first.replaceAll('.', '').length).toBeLessThan(36);
  expect(await run({ ...fault, seed: 1 })).toBe(first);
  expect(await run({ ...fault, seed: 2 })).not.toBe(first);
  expect((await run({ ...fault, count: 3 })).replaceAll('.', '')).toBe('xxx');
  expect(await run({ ...fault, share: 1 })).toBe('x'.repeat(60));
});

test('latency comes before what follows, and does not hold up a stop', async () => {
  const own = await startFixture();
  own.server.faults.add({ kind: 'latency', ms: 5, path: DATASET });
  own.server.faults.add({ kind: 'error', status: 429, path: DATASET });
  expect((await fetch(`${own.server.url}${DATASET}`)).status).toBe(429);
  expect(own.server.faults.list().map((fault) => fault.fired)).toEqual([1, 1]);
  own.server.faults.add({ kind: 'latency', ms: 3_600_000, path: DATASET });
  own.server.faults.add({ kind: 'latency', ms: 3_600_000, rpc: 'CreateReadSession' });
  const client = connectReads(own.server);
  const waiting = [fetch(`${own.server.url}${DATASET}`), openSession(client, { table: 't' })].map((call) => call.catch(() => 'broken off'));
  while (
    own.server.faults
      .list()
      .slice(2)
      .some((fault) => fault.fired === 0)
  )
    await new Promise((resolve) => setTimeout(resolve, 5));
  await own.server.close();
  expect(await Promise.all(waiting)).toEqual(['broken off', 'broken off']);
  await client.close();
});

test('a connection that is reset before the call is handled, in the middle of the answer, or after it', async () => {
  const { server, client } = fixture;
  const body = (jobId: string): string =>
    JSON.stringify({ jobReference: { jobId }, configuration: { query: { query: 'SELECT n, s FROM ds.t', useLegacySql: false } } });
  const insert = (id: string): Promise<unknown> =>
    fetch(`${server.url}/bigquery/v2/projects/${PROJECT}/jobs`, { method: 'POST', body: body(id) }).then((response) => response.json());
  const path = '/projects/*/jobs';
  server.faults.add({ kind: 'reset', path, when: 'before' });
  await expect(insert('before')).rejects.toThrow();
  await expect(client.job('before').getMetadata()).rejects.toMatchObject({ code: 404 });
  server.faults.add({ kind: 'reset', path, when: 'after' });
  await expect(insert('after')).rejects.toThrow();
  expect((await client.job('after').getMetadata())[0]).toMatchObject({ jobReference: { jobId: 'after' } });
  server.faults.add({ kind: 'reset', path: '/projects/*/queries/*', when: 'body' });
  const response = await fetch(`${server.url}/bigquery/v2/projects/${PROJECT}/queries/after`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  expect(fired()).toEqual([1, 1, 1]);
  expect((await client.job('after').getQueryResults({ maxResults: 10 }))[0]).toHaveLength(10);
});

test('JSON that ends in the middle', async () => {
  fixture.server.faults.add({ kind: 'truncate', path: DATASET });
  const response = await get();
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect((await (await get()).text()).startsWith(text)).toBe(true);
});

test('a result that has expired, and a job that is forgotten', async () => {
  const { server, client } = fixture;
  const [job] = await client.createQueryJob('SELECT n FROM ds.t WHERE n < 3');
  await job.getQueryResults();
  server.faults.add({ kind: 'expire', path: '/projects/*/queries/*' });
  await client.query('SELECT 1');
  await expect(job.getQueryResults()).rejects.toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
  await expect(job.getQueryResults()).rejects.toMatchObject({ code: 404 });
  expect((await job.getMetadata())[0]).toMatchObject({ status: { state: 'DONE' } });
  server.faults.add({ kind: 'expire', what: 'job' });
  await expect(job.getMetadata()).rejects.toMatchObject({ code: 404, message: expect.stringContaining('Not found: Job') });
  expect(fired()).toEqual([1, 1]);
});

const session = (): Promise<Session> => openSession(reads, { table: 't', maxStreams: 1 });

/** The rows that a read delivers before it fails, and its error. */
async function readUntilError(stream: string): Promise<{ rows: number; error: { code?: number } | undefined; batches: Uint8Array[] }> {
  let rows = 0;
  const batches: Uint8Array[] = [];
  try {
    for await (const response of reads.readRows({ readStream: stream, offset: 0 }, NO_RETRIES)) {
      rows += Number(response.rowCount);
      batches.push(new Uint8Array(response.arrowRecordBatch.serializedRecordBatch as Uint8Array));
    }
  } catch (error) {
    return { rows, batches, error: error as { code?: number } };
  }
  return { rows, batches, error: undefined };
}

test('a read that fails, at once or after some batches, resumes exactly where it was', async () => {
  const { server } = fixture;
  const opened = await session();
  const [stream = ''] = opened.streams;
  const lines = (deliveries: readonly Delivery[]): string =>
    decode(opened, deliveries)
      .map(({ n, s }) => `${String(n)} ${String(s)}`)
      .join('\n');
  const whole = lines([await readStream(reads, stream)]);
  for (const fault of [
    { kind: 'status', code: 'UNAVAILABLE' },
    { kind: 'status', code: 'RESOURCE_EXHAUSTED', message: 'slow down', afterBatches: 1 },
    { kind: 'reset', afterBatches: 2 },
    { kind: 'status', code: 'INTERNAL', afterBatches: 1000 },
  ] as const) {
    server.faults.add({ rpc: 'ReadRows', ...fault });
    const { rows, batches, error } = await readUntilError(stream);
    expect(error?.code).toBe(status[fault.kind === 'status' ? fault.code : 'UNAVAILABLE']);
    if (!('afterBatches' in fault)) expect(rows).toBe(0);
    if (fault.kind === 'status' && fault.code === 'RESOURCE_EXHAUSTED') expect(rows).toBeGreaterThan(0);
    const rest = await readStream(reads, stream, rows);
    expect(lines([{ batches, rows }, rest]) === whole).toBe(true);
  }
  expect(fired()).toEqual([1, 1, 1, 1]);
});

test('a session that expires in the middle of a read', async () => {
  fixture.server.faults.add({ kind: 'expire', rpc: 'ReadRows', afterBatches: 1 });
  const opened = await session();
  const { rows, error } = await readUntilError(opened.streams[0] ?? '');
  expect(rows).toBeGreaterThan(0);
  expect(error?.code).toBe(status.FAILED_PRECONDITION);
  expect((await readUntilError(opened.streams[0] ?? '')).error?.code).toBe(status.FAILED_PRECONDITION);
});

test('a batch that is corrupt once', async () => {
  fixture.server.faults.add({ kind: 'corrupt', rpc: 'ReadRows', afterBatches: 1 });
  const opened = await session();
  const [stream = ''] = opened.streams;
  const { batches, error } = await readUntilError(stream);
  expect(error).toBeUndefined();
  const sound = batches.map((batch) => {
    try {
      return tableFromIPC([opened.schema, batch]).toColumns()['s'] !== undefined;
    } catch {
      return false;
    }
  });
  expect(sound.filter((is) => !is)).toHaveLength(1);
  expect(sound[1]).toBe(false);
  expect(decode(opened, [await readStream(reads, stream)])).toHaveLength(30_000);
});

test('opening a session: refused, slow, or done with the answer lost', async () => {
  const { server } = fixture;
  server.faults.add({ kind: 'latency', ms: 1, rpc: 'CreateReadSession' });
  server.faults.add({ kind: 'status', code: 'PERMISSION_DENIED', rpc: 'CreateReadSession' });
  await expect(session()).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  const { sessions } = server.usage().storageRead;
  server.faults.add({ kind: 'reset', when: 'after', rpc: 'CreateReadSession' });
  // The client opens another one by itself.
  expect((await session()).streams).toHaveLength(1);
  expect(server.usage().storageRead.sessions).toBe(sessions + 2);
  server.faults.add({ kind: 'latency', ms: 1, rpc: 'ReadRows', afterBatches: 1 });
  expect((await readStream(reads, (await session()).streams[0] ?? '')).rows).toBe(30_000);
});

test.each([
  ['no JSON', '{', 'The request body is not JSON'],
  ['no object', '[]', 'must be a JSON object'],
  ['no kind', {}, 'kind of a fault: it must be one of error, truncate, transfer, expire, reset, latency'],
  ['unknown kind', { kind: 'fire' }, 'kind of a fault'],
  ['unknown key', { kind: 'truncate', status: 500 }, 'has no "status"; it may have kind, count'],
  ['no status', { kind: 'error' }, 'status of a fault: it must be a whole number of at least 400 and at most 599'],
  ['status of success', { kind: 'error', status: 200 }, 'status'],
  ['count 0', { kind: 'truncate', count: 0 }, 'count'],
  ['half a count', { kind: 'truncate', count: 1.5 }, 'count'],
  ['share 0', { kind: 'truncate', share: 0 }, 'above 0'],
  ['share over 1', { kind: 'truncate', share: 1.1 }, 'share'],
  ['seed', { kind: 'truncate', seed: -1 }, 'seed'],
  ['path', { kind: 'truncate', path: 'datasets' }, 'path of a fault: it must begin with /'],
  ['method', { kind: 'truncate', method: 5 }, 'method of a fault: it must be text'],
  ['ms', { kind: 'latency' }, 'ms of a fault'],
  ['when', { kind: 'reset', when: 'never' }, 'when of a fault: it must be one of before, body, after'],
  ['what', { kind: 'expire', what: 'all' }, 'what of a fault'],
  ['unknown rpc', { kind: 'status', rpc: 'Write', code: 'INTERNAL' }, 'rpc of a fault: it must be one of CreateReadSession'],
  ['rpc and path', { kind: 'status', rpc: 'ReadRows', code: 'INTERNAL', path: '/x' }, 'has no "path"'],
  ['no code', { kind: 'status', rpc: 'ReadRows' }, 'code of a fault: it must be one of CANCELLED'],
  ['code OK', { kind: 'status', rpc: 'ReadRows', code: 'OK' }, 'code'],
  ['HTTP kind of rpc', { kind: 'error', status: 500, rpc: 'ReadRows' }, 'kind'],
  ['batches of a unary call', { kind: 'latency', ms: 1, rpc: 'CreateReadSession', afterBatches: 1 }, 'afterBatches'],
  ['corrupt session', { kind: 'corrupt', rpc: 'CreateReadSession' }, 'needs rpc ReadRows'],
])('%s is refused', async (_, body, message) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(answer.body.error?.message).toContain(message);
  if (typeof body !== 'string') {
    expect(() => fixture.server.faults.add(body as never)).toThrow(
      expect.objectContaining({ code: 'BQS_USAGE', message: answer.body.error?.message }),
    );
  }
  expect(fixture.server.faults.list()).toEqual([]);
});
