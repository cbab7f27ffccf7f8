import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, cells, connect, type Fixture, loadRows, PROJECT, startFixture } from './support.ts';

const ROWS = 3000;
/** Runs until it is stopped. */
const ENDLESS =
  'SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS a CROSS JOIN UNNEST(GENERATE_ARRAY(1, 100000)) AS b CROSS JOIN UNNEST(GENERATE_ARRAY(1, 1000)) AS c WHERE MOD(a * b + c, 7) = 3';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ resultPageBytes: 20_000, concurrency: 2 });
  await fixture.dataset.createTable('t', { schema: 'a:integer, s:string' });
  await loadRows(
    fixture.dataset,
    't',
    Array.from({ length: ROWS }, (_, a) => ({ a, s: `text ${a}` })),
  );
});
afterAll(() => fixture.server.close());

const query = (body: object) => call(fixture.server, 'POST', '/queries', { useLegacySql: false, ...body });
const results = (jobId: string, parameters = '') => call(fixture.server, 'GET', `/queries/${jobId}?${parameters}`);

test('a result is read in pages that are cut by bytes, by token and by row index alike', async () => {
  const first = await query({ query: 'SELECT a, s FROM ds.t ORDER BY a' });
  const { jobId } = first.body.jobReference;
  expect(first.body).toMatchObject({ jobComplete: true, totalRows: String(ROWS), cacheHit: false });
  expect(first.body.rows.length).toBeLessThan(ROWS);
  const byToken = [...first.body.rows];
  let token = first.body.pageToken;
  while (token !== undefined) {
    const { body } = await results(jobId, `pageToken=${token}`);
    byToken.push(...body.rows);
    token = body.pageToken;
  }
  const byIndex = [];
  while (byIndex.length < ROWS) byIndex.push(...(await results(jobId, `startIndex=${byIndex.length}&maxResults=170`)).body.rows);
  expect(byToken.map((row) => row.f[0]?.v)).toEqual(Array.from({ length: ROWS }, (_, a) => String(a)));
  expect(byIndex).toEqual(byToken);
  expect((await results(jobId, `startIndex=${ROWS}`)).body).not.toHaveProperty('rows');
  expect((await results(jobId, 'pageToken=nonsense')).status).toBe(400);
});

test('a row that is larger than a page comes alone', async () => {
  const { body } = await query({ query: "SELECT REPEAT('x', 50000) AS s FROM ds.t LIMIT 3" });
  expect(body.rows).toHaveLength(1);
  expect(body.totalRows).toBe('3');
});

test('the official client pages through all of it', async () => {
  const [rows] = await fixture.client.query('SELECT a, s FROM ds.t ORDER BY a DESC');
  expect(rows).toHaveLength(ROWS);
  expect(rows[0]).toEqual({ a: ROWS - 1, s: `text ${ROWS - 1}` });
  const streamed: unknown[] = [];
  for await (const row of fixture.client.createQueryStream('SELECT a FROM ds.t')) streamed.push(row);
  expect(streamed).toHaveLength(ROWS);
});

test('a result does not change with its table', async () => {
  const { dataset } = fixture;
  await dataset.createTable('changing', { schema: 'a:integer' });
  await dataset.table('changing').insert([{ a: 1 }, { a: 2 }]);
  const { body } = await query({ query: 'SELECT a FROM ds.changing ORDER BY a', maxResults: 0 });
  expect(body.rows).toBeUndefined();
  await dataset.table('changing').insert([{ a: 0 }]);
  await query({ query: 'DELETE FROM ds.changing WHERE a = 1' });
  await dataset.table('changing').delete();
  expect(cells((await results(body.jobReference.jobId)).body.rows)).toEqual([['1'], ['2']]);
});

test('a repeated requestId is answered from the first request', async () => {
  const { dataset, client } = fixture;
  await dataset.createTable('once', { schema: 'a:integer' });
  const body = { query: 'INSERT INTO ds.once (a) VALUES (1)', requestId: 'r-1' };
  const answers = await Promise.all([query(body), query(body), query(body)]);
  expect(new Set(answers.map((answer) => answer.body.jobReference.jobId)).size).toBe(1);
  expect(answers[0].body.numDmlAffectedRows).toBe('1');
  expect((await client.query('SELECT COUNT(*) AS n FROM ds.once'))[0]).toEqual([{ n: 1 }]);
});

test('a job id is taken once, and the job is read under it', async () => {
  const { client } = fixture;
  const [job] = await client.createQueryJob({ query: 'SELECT 1 AS one', jobId: 'mine', labels: { a: 'b' } });
  expect(job.id).toBe('mine');
  await expect(client.createQueryJob({ query: 'SELECT 2 AS two', jobId: 'mine' })).rejects.toMatchObject({
    code: 409,
    errors: [expect.objectContaining({ reason: 'duplicate' })],
  });
  expect((await client.job('mine').getQueryResults())[0]).toEqual([{ one: 1 }]);
  const [metadata] = await client.job('mine').getMetadata();
  expect(metadata.configuration).toMatchObject({ jobType: 'QUERY', labels: { a: 'b' } });
  expect(Number(metadata.statistics.endTime)).toBeGreaterThanOrEqual(Number(metadata.statistics.startTime));
  const [jobs] = await client.getJobs({ maxResults: 1, autoPaginate: false });
  expect(jobs.map(({ id }) => id)).toEqual(['mine']);
  expect((await call(fixture.server, 'GET', '/jobs/mine?location=EU')).status).toBe(404);
  expect((await call(fixture.server, 'GET', '/jobs/mine?location=us')).status).toBe(200);
});

test('a job that is deleted is gone with its result', async () => {
  const [job] = await fixture.client.createQueryJob({ query: 'SELECT 1 AS one', jobId: 'short-lived' });
  await job.promise();
  await job.delete();
  expect((await results('short-lived')).status).toBe(404);
  expect((await call(fixture.server, 'GET', '/jobs/short-lived')).status).toBe(404);
});

test('a dry run tells price and schema and leaves no job', async () => {
  const before = (await call(fixture.server, 'GET', '/jobs')).body.jobs.length;
  const [job] = await fixture.client.createQueryJob({ query: 'SELECT a FROM ds.t', dryRun: true });
  expect(job.metadata.statistics.totalBytesProcessed).toBe(String(8 * ROWS));
  expect(job.metadata.statistics.query).toMatchObject({
    totalBytesBilled: '0',
    statementType: 'SELECT',
    schema: { fields: [{ name: 'a', type: 'INTEGER' }] },
  });
  expect((await query({ query: 'SELECT s FROM ds.t', dryRun: true })).body).toMatchObject({
    jobComplete: true,
    schema: { fields: [{ name: 's' }] },
  });
  expect((await call(fixture.server, 'GET', '/jobs')).body.jobs).toHaveLength(before);
  await expect(fixture.client.createQueryJob({ query: 'SELECT zzz FROM ds.t', dryRun: true })).rejects.toMatchObject({ code: 400 });
});

test('a query over maximumBytesBilled fails and costs nothing', async () => {
  const { client, server } = fixture;
  const before = server.usage();
  await expect(client.query({ query: 'SELECT a FROM ds.t', maximumBytesBilled: '1000' })).rejects.toMatchObject({
    code: 400,
    errors: [expect.objectContaining({ reason: 'bytesBilledLimitExceeded' })],
    message: 'Query exceeded limit for bytes billed: 1000. 10485760 or higher required.',
  });
  expect(server.usage().bytesBilled).toBe(before.bytesBilled);
  await client.query({ query: 'SELECT a FROM ds.t', maximumBytesBilled: '10485760' });
});

test.each([
  ['SELECT FROM', 400, 'invalidQuery', ''],
  ['SELECT zzz FROM ds.t', 400, 'invalidQuery', 'zzz'],
  ['SELECT * FROM ds.nothing', 404, 'notFound', 'Not found: Table proj-x:ds.nothing'],
  ['SELECT * FROM nowhere.t', 404, 'notFound', 'Not found: Dataset proj-x:nowhere'],
  ['SELECT * FROM ds.INFORMATION_SCHEMA.SESSIONS', 400, 'notImplemented', 'INFORMATION_SCHEMA.SESSIONS'],
  ['SELECT 1 / (a - a) AS x FROM ds.t', 400, 'invalidQuery', ''],
])('%s: %i %s', async (text, status, reason, message) => {
  const answer = await query({ query: text });
  expect([answer.status, answer.body.error.errors[0]?.reason]).toEqual([status, reason]);
  expect(answer.body.error.message).toContain(message);
  // The same as a job: sent well, failed later.
  const jobId = `failing-${Math.random().toString(36).slice(2)}`;
  const inserted = await call(fixture.server, 'POST', '/jobs', {
    jobReference: { jobId },
    configuration: { query: { query: text, useLegacySql: false } },
  });
  expect(inserted.status).toBe(200);
  const fetched = await results(jobId);
  expect(fetched.status).toBe(status);
  expect((await call(fixture.server, 'GET', `/jobs/${jobId}`)).body.status).toMatchObject({ state: 'DONE', errorResult: { reason } });
});

test.each([
  [{ useLegacySql: true }, 'legacy SQL'],
  [{ tableDefinitions: { x: {} } }, 'tableDefinitions'],
  [{ somethingNew: 1 }, 'somethingNew'],
  [{ formatOptions: { timestampOutputFormat: 'ISO8601_STRING' } }, 'ISO8601_STRING'],
])('%j is refused by name', async (options, name) => {
  const { status, body } = await query({ query: 'SELECT 1', ...options });
  expect([status, body.error.errors[0]?.reason]).toEqual([400, 'notImplemented']);
  expect(body.error.message).toContain(name);
});

test('a query that takes longer than timeoutMs is answered as incomplete, and can be cancelled', async () => {
  const { body } = await query({ query: ENDLESS, timeoutMs: 1 });
  expect(body.jobComplete).toBe(false);
  const { jobId } = body.jobReference;
  expect((await results(jobId, 'timeoutMs=1')).body).toMatchObject({ jobComplete: false, jobReference: { jobId } });
  await fixture.client.job(jobId).cancel();
  const answer = await results(jobId);
  expect(answer.body.error.errors[0]?.reason).toBe('stopped');
  expect((await call(fixture.server, 'GET', `/jobs/${jobId}`)).body.status.errorResult?.message).toContain('cancelled');
});

test('a job that is waiting for others can be cancelled too, and jobTimeoutMs ends a job', async () => {
  const running = await Promise.all([1, 2].map(() => query({ query: ENDLESS, timeoutMs: 1, jobTimeoutMs: 600_000 })));
  const waiting = await query({ query: 'SELECT 1 AS one', timeoutMs: 1 });
  expect(waiting.body.jobComplete).toBe(false);
  expect((await call(fixture.server, 'GET', `/jobs/${waiting.body.jobReference.jobId}`)).body.status.state).toBe('PENDING');
  await fixture.client.job(waiting.body.jobReference.jobId).cancel();
  for (const { body } of running) await fixture.client.job(body.jobReference.jobId).cancel();
  for (const { body } of [...running, waiting])
    expect((await results(body.jobReference.jobId)).body.error.errors[0]?.reason).toBe('stopped');
  const timed = await query({ query: ENDLESS, jobTimeoutMs: 1 });
  expect(timed.body.error.message).toContain('jobTimeoutMs');
});

test('a result that has expired is not found', async () => {
  const { server, client } = await startFixture({ resultExpiryMs: 0 });
  const [job] = await client.createQueryJob('SELECT 1 AS one');
  await job.promise();
  expect((await call(server, 'GET', `/queries/${job.id}`)).body.error).toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
  expect((await call(server, 'GET', `/jobs/${job.id}`)).body.status).toEqual({ state: 'DONE' });
  await server.close();
});

test('a dataset in another location is not found there', async () => {
  const { client } = fixture;
  await client.createDataset('eu', { location: 'EU' });
  await client.dataset('eu').createTable('t', { schema: 'a:integer' });
  const [job] = await client.createQueryJob('SELECT a FROM eu.t');
  expect(job.metadata.jobReference.location).toBe('EU');
  await expect(client.query({ query: 'SELECT a FROM eu.t', location: 'US' })).rejects.toThrow(
    'Dataset proj-x:eu was not found in location US',
  );
});

test('both path prefixes answer, and an interceptor can answer first', async () => {
  const { server } = fixture;
  for (const prefix of ['', '/bigquery/v2'])
    expect((await fetch(`${server.url}${prefix}/projects/${PROJECT}/datasets/ds`)).status).toBe(200);
  const faulty = await startFixture({
    interceptors: [
      ({ path }) => (path.endsWith('/queries') ? { status: 503, body: { error: { code: 503, message: 'try later' } } } : undefined),
    ],
  });
  await expect(connect(faulty.server).query('SELECT 1')).rejects.toMatchObject({ code: 503 });
  await faulty.server.close();
});
