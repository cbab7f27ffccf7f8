import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocalBigQuery } from '../src/index.ts';
import { connect, type Fixture, loadRows, PROJECT, startFixture } from './support.ts';
import { connectReads, decode, NO_RETRIES, openSession, readAll, readStream, resultTable, schemaOf } from './storage-read.ts';

let fixture: Fixture;
let reads: ReturnType<typeof connectReads>;
beforeAll(async () => {
  fixture = await startFixture();
  reads = connectReads(fixture.server);
});
afterAll(async () => {
  await reads.close();
  await fixture.server.close();
});

const rowsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({ n, s: n % 3 === 0 ? null : `text number ${n}`, t: '2026-01-01T00:00:00.000001Z' }));

test('a table', async () => {
  const { dataset } = fixture;
  await dataset.createTable('plain', { schema: 'n:integer, s:string, t:timestamp' });
  await loadRows(dataset, 'plain', rowsOf(5000));
  const session = await openSession(reads, { table: 'plain' });
  expect(session.rows).toBe(5000);
  const rows = await readAll(reads, { table: 'plain' });
  expect(rows).toHaveLength(5000);
  expect(rows[4999]).toEqual({ n: 4999n, s: 'text number 4999', t: 1767225600000001n });
  expect(rows[3]?.['s']).toBeNull();
});

test.each([3, 2000])('the result of a query with %i rows', async (count) => {
  const { client, dataset } = fixture;
  const name = `source${count}`;
  await dataset.createTable(name, { schema: 'n:integer, s:string, t:timestamp' });
  await loadRows(dataset, name, rowsOf(count));
  const [job] = await client.createQueryJob(`SELECT n, s, t FROM ds.${name} WHERE n > 0 ORDER BY n DESC`);
  await job.getQueryResults();
  const { datasetId, tableId } = await resultTable(job);
  const rows = await readAll(reads, { dataset: datasetId, table: tableId });
  expect(rows.map((row) => row['n'])).toEqual(Array.from({ length: count - 1 }, (_, n) => BigInt(count - 1 - n)));
  expect(rows[0]).toMatchObject({ s: (count - 1) % 3 === 0 ? null : `text number ${count - 1}`, t: 1767225600000001n });
});

/** BigQuery's own time now, after every commit so far, as a protobuf timestamp. */
async function now(): Promise<{ seconds: number; nanos: number }> {
  const [[row]] = await fixture.client.query('SELECT UNIX_MICROS(CURRENT_TIMESTAMP()) AS t', {});
  const micros = Number(row.t);
  return { seconds: Math.floor(micros / 1e6), nanos: (micros % 1e6) * 1000 };
}

const numbers = (rows: readonly Record<string, unknown>[]): number[] => rows.map((row) => Number(row['n']));

test('a session is a snapshot: of its opening, or of a time that is asked for', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('moving', { schema: 'n:integer' });
  await client.query('INSERT INTO ds.moving VALUES (1), (2)');
  const snapshot = await now();
  await client.query('INSERT INTO ds.moving VALUES (3)');
  await client.query('DELETE FROM ds.moving WHERE n = 1');
  const session = await openSession(reads, { table: 'moving' });
  await client.query('UPDATE ds.moving SET n = 9 WHERE n = 2');
  await client.query('INSERT INTO ds.moving VALUES (4)');
  const deliveries = [];
  for (const stream of session.streams) deliveries.push(await readStream(reads, stream));
  expect(numbers(decode(session, deliveries))).toEqual([2, 3]);
  expect(numbers(await readAll(reads, { table: 'moving', snapshot }))).toEqual([1, 2]);
  await expect(openSession(reads, { table: 'moving', snapshot: { seconds: 1, nanos: 0 } })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining('cannot read before'),
  });
});

test('selected fields come in the order of the table, and only they are paid for', async () => {
  const { dataset, server } = fixture;
  await dataset.createTable('narrow', { schema: 'n:integer, s:string, x:float' });
  await loadRows(dataset, 'narrow', [
    { n: 1, s: 'abc', x: 1 },
    { n: 2, s: 'defgh', x: 2 },
  ]);
  const before = server.usage().storageRead;
  const session = await openSession(reads, { table: 'narrow', fields: ['S', 'n'] });
  expect(schemaOf(session).map(({ name }) => name)).toEqual(['n', 's']);
  expect(session.bytes).toBe(2 * 8 + 2 * 2 + 8);
  expect(server.usage().storageRead).toEqual({ ...before, sessions: before.sessions + 1 });
  await readStream(reads, session.streams[0]!);
  expect(server.usage().storageRead.bytesRead - before.bytesRead).toBe(28);
  await readStream(reads, session.streams[0]!, 1);
  expect(server.usage().storageRead.bytesRead - before.bytesRead).toBe(28 + 14);
  const traced = await openSession(reads, { table: 'narrow', fields: ['n'], traceId: 'a report' });
  expect(server.usage().storageRead.traces).toEqual({});
  await readStream(reads, traced.streams[0]!);
  expect(server.usage().storageRead.traces).toEqual({ 'a report': 16 });
  await expect(openSession(reads, { table: 'narrow', fields: ['nope'] })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  await expect(openSession(reads, { table: 'narrow', fields: ['s.x'] })).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
});

test('a restriction filters, prunes partitions, and its columns are paid for too', async () => {
  const { dataset } = fixture;
  await dataset.createTable('days', {
    schema: 'n:integer, day:timestamp, k:string',
    timePartitioning: { type: 'DAY', field: 'day' },
    requirePartitionFilter: true,
  });
  const rows = Array.from({ length: 100 }, (_, n) => ({ n, day: `2026-01-0${1 + (n % 4)}T0${n % 10}:00:00Z`, k: n % 2 ? 'odd' : 'even' }));
  await loadRows(dataset, 'days', rows);
  const restriction = "day >= TIMESTAMP '2026-01-02' AND day < TIMESTAMP '2026-01-03' AND n < 50";
  const session = await openSession(reads, { table: 'days', fields: ['k'], restriction });
  // The 25 rows of one day: day, n and k of each.
  expect(session).toMatchObject({ rows: 25, bytes: 25 * (8 + 8 + 2 + 3) });
  const read = await readAll(reads, { table: 'days', fields: ['n'], restriction });
  expect(numbers(read)).toEqual(rows.filter(({ n }) => n % 4 === 1 && n < 50).map(({ n }) => n));
  await expect(openSession(reads, { table: 'days' })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining('partition elimination'),
  });
});

test.each([
  ['n >', 'Unexpected end'],
  ['n = 1 LIMIT 1', 'Unexpected keyword LIMIT'],
  ['n = 1) UNION ALL (SELECT 1', 'Unexpected ")"'],
  ['n', 'A row restriction has type INT64'],
  ['missing = 1', 'Unrecognized name: missing'],
  ['n = (SELECT 1)', 'Not supported by the local BigQuery: a subquery in a row restriction'],
  ['COUNT(*) > 1', 'Aggregate function COUNT not allowed in a row restriction'],
  ['n = @x', 'x'],
  ['CONTAINS_SUBSTR(s, "x")', 'CONTAINS_SUBSTR'],
])('the restriction %s is refused', async (restriction, message) => {
  await fixture.dataset.table('strict').get({ autoCreate: true, schema: 'n:integer, s:string' } as never);
  await expect(openSession(reads, { table: 'strict', restriction })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining(message),
  });
});

test('each row is in one stream, streams read at once, and a read resumes at any offset', async () => {
  const { client, dataset } = fixture;
  await dataset.createTable('many', { schema: 'n:integer, s:string' });
  await loadRows(
    dataset,
    'many',
    Array.from({ length: 30_000 }, (_, n) => ({ n, s: `row number ${n}` })),
  );
  await client.query('DELETE FROM ds.many WHERE MOD(n, 7) = 0');
  const restriction = 'MOD(n, 3) > 0';
  const expected = Array.from({ length: 30_000 }, (_, n) => n).filter((n) => n % 7 !== 0 && n % 3 > 0);
  const session = await openSession(reads, { table: 'many', restriction, maxStreams: 7 });
  expect(session.streams).toHaveLength(7);
  const whole = await Promise.all(session.streams.map((stream) => readStream(reads, stream)));
  expect(numbers(decode(session, whole)).sort((a, b) => a - b)).toEqual(expected);
  for (const [index, stream] of session.streams.entries()) {
    const rows = numbers(decode(session, [whole[index]!]));
    for (const offset of [1, 1000, rows.length - 1, rows.length]) {
      expect(numbers(decode(session, [await readStream(reads, stream, offset)]))).toEqual(rows.slice(offset));
    }
    await expect(readStream(reads, stream, rows.length + 1)).rejects.toMatchObject({ code: status.OUT_OF_RANGE });
  }
});

test('without a wish a small table has one stream, an empty one none, and one where nothing passes an empty one', async () => {
  const { dataset } = fixture;
  await dataset.createTable('few', { schema: 'n:integer' });
  expect((await openSession(reads, { table: 'few' })).streams).toEqual([]);
  await loadRows(dataset, 'few', [{ n: 1 }, { n: 2 }]);
  expect((await openSession(reads, { table: 'few' })).streams).toHaveLength(1);
  expect((await openSession(reads, { table: 'few', maxStreams: 10 })).streams).toHaveLength(2);
  const before = fixture.server.usage().storageRead.bytesRead;
  const nothing = await openSession(reads, { table: 'few', restriction: 'n > 5' });
  expect(await readStream(reads, nothing.streams[0]!)).toEqual({ batches: [], rows: 0 });
  expect(fixture.server.usage().storageRead.bytesRead - before).toBe(16);
});

test('a client that stops in the middle pays for what it took, and leaves the server free', async () => {
  const { dataset, server } = fixture;
  await dataset.createTable('long', { schema: 'n:integer, s:string' });
  await loadRows(
    dataset,
    'long',
    Array.from({ length: 60_000 }, (_, n) => ({ n, s: 'x'.repeat(200) })),
  );
  const session = await openSession(reads, { table: 'long', maxStreams: 1 });
  const before = server.usage().storageRead.bytesRead;
  const call = reads.readRows({ readStream: session.streams[0]!, offset: 0 });
  await new Promise((resolve) => call.once('data', resolve));
  call.cancel();
  await new Promise((resolve) => call.once('error', resolve));
  const paid = server.usage().storageRead.bytesRead - before;
  expect(paid).toBeGreaterThan(0);
  expect(paid).toBeLessThan(session.bytes);
  expect((await readStream(reads, session.streams[0]!)).rows).toBe(60_000);
});

test('reading the result of a query is counted apart, and ends when the result expires', async () => {
  const server = await startLocalBigQuery({ resultExpiryMs: 400 });
  const own = connectReads(server);
  try {
    const [job] = await connect(server).createQueryJob('SELECT n FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS n');
    await job.getQueryResults();
    const { tableId: table, datasetId: dataset } = await resultTable(job);
    const session = await openSession(own, { table, dataset, maxStreams: 3, restriction: 'n > 100' });
    expect(session).toMatchObject({ rows: 1000, bytes: 8000 });
    for (const stream of session.streams) expect((await readStream(own, stream)).rows).toBe(300);
    expect(server.usage().storageRead).toEqual({ sessions: 1, bytesRead: 0, temporaryBytesRead: 8000, traces: {} });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(readStream(own, session.streams[0]!)).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(openSession(own, { table, dataset })).rejects.toMatchObject({ code: status.NOT_FOUND });
  } finally {
    await own.close();
    await server.close();
  }
});

test('rows handed over are counted by the table that they come of and the API that they go by', async () => {
  const server = await startLocalBigQuery({ readBatchBytes: 1000 });
  const own = connectReads(server);
  try {
    const client = connect(server);
    const [dataset] = await client.createDataset('ds');
    await dataset.createTable('counted', { schema: 'n:integer' });
    await loadRows(
      dataset,
      'counted',
      Array.from({ length: 1000 }, (_, n) => ({ n })),
    );
    expect(server.usage().rowsRead).toEqual({});
    await dataset.table('counted').getRows({ maxResults: 50, autoPaginate: false });
    const [job] = await client.createQueryJob('SELECT n FROM ds.counted WHERE n < 300');
    await job.getQueryResults();
    await job.getQueryResults({ maxResults: 0, autoPaginate: false });
    const name = `${PROJECT}.ds.counted`;
    expect(server.usage().rowsRead).toEqual({ [name]: { rest: 350, storage: 0 } });
    const direct = await openSession(own, { table: 'counted' });
    const { batches } = await readStream(own, direct.streams[0]!, 900);
    // A number takes eight bytes.
    expect(batches).toHaveLength(1);
    expect((await readStream(own, direct.streams[0]!)).batches).toHaveLength(8);
    const { datasetId, tableId } = await resultTable(job);
    const result = await openSession(own, { dataset: datasetId, table: tableId });
    await readStream(own, result.streams[0]!);
    expect(server.usage().rowsRead).toEqual({ [name]: { rest: 350, storage: 1400 } });
  } finally {
    await own.close();
    await server.close();
  }
});

test('a session that has expired', async () => {
  const server = await startLocalBigQuery({ sessionExpiryMs: 1 });
  const own = connectReads(server);
  try {
    const [dataset] = await connect(server).createDataset('ds');
    await dataset.createTable('t', { schema: 'n:integer' });
    await loadRows(dataset, 't', [{ n: 1 }]);
    const session = await openSession(own, { table: 't' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(readStream(own, session.streams[0]!)).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
      details: expect.stringContaining('session expired at'),
    });
  } finally {
    await own.close();
    await server.close();
  }
});

test.each(['missing', 'readable'] as const)('rows in the streaming buffer are %s', async (streamingBufferReads) => {
  const server = await startLocalBigQuery({ streamingBufferMs: 60_000, streamingBufferReads });
  const own = connectReads(server);
  try {
    const client = connect(server);
    const [dataset] = await client.createDataset('ds');
    await dataset.createTable('t', { schema: 'n:integer' });
    await dataset.table('t').insert([{ n: 1 }]);
    await loadRows(dataset, 't', [{ n: 2 }]);
    await dataset.table('t').insert([{ n: 3 }]);
    expect(numbers(await readAll(own, { table: 't' }))).toEqual(streamingBufferReads === 'missing' ? [2] : [1, 2, 3]);
    expect((await client.query('SELECT n FROM ds.t'))[0]).toHaveLength(3);
  } finally {
    await own.close();
    await server.close();
  }
});

test('what is not there, and what is not supported', async () => {
  const { dataset } = fixture;
  await expect(openSession(reads, { table: 'nowhere' })).rejects.toMatchObject({ code: status.NOT_FOUND });
  await expect(openSession(reads, { table: 't', dataset: 'nowhere' })).rejects.toMatchObject({ code: status.NOT_FOUND });
  await expect(readStream(reads, 'projects/p/locations/us/sessions/s/streams/0')).rejects.toMatchObject({ code: status.NOT_FOUND });
  await dataset.createTable('seen', { view: { query: 'SELECT 1 AS n', useLegacySql: false } } as never);
  await expect(openSession(reads, { table: 'seen' })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining('currently a VIEW'),
  });
  await dataset.createTable('gone', { schema: 'n:integer' });
  await loadRows(dataset, 'gone', [{ n: 1 }]);
  const session = await openSession(reads, { table: 'gone' });
  await expect(reads.splitReadStream({ name: session.streams[0]! })).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  await dataset.table('gone').delete();
  await expect(readStream(reads, session.streams[0]!)).rejects.toMatchObject({ code: status.NOT_FOUND });
  const table = `projects/${PROJECT}/datasets/ds/tables/plain`;
  const refused: [object, status, string][] = [
    [{ readSession: { table, dataFormat: 'AVRO' } }, status.UNIMPLEMENTED, 'AVRO'],
    [{ readSession: { table } }, status.INVALID_ARGUMENT, 'data_format'],
    [{ readSession: { table: 'ds.plain', dataFormat: 'ARROW' } }, status.INVALID_ARGUMENT, 'Invalid table'],
    [{ parent: 'p', readSession: { table, dataFormat: 'ARROW' } }, status.INVALID_ARGUMENT, 'Invalid parent'],
    [{ readSession: { table, dataFormat: 'ARROW', readOptions: { samplePercentage: 5 } } }, status.UNIMPLEMENTED, 'sample_percentage'],
    [{ readSession: { table, dataFormat: 'ARROW', readOptions: { responseCompressionCodec: 2 } } }, status.UNIMPLEMENTED, 'LZ4'],
    [{ readSession: { table, dataFormat: 'ARROW', traceId: 'x'.repeat(257) } }, status.INVALID_ARGUMENT, 'trace_id'],
    [{ readSession: { table, dataFormat: 'ARROW' }, maxStreamCount: 1, preferredMinStreamCount: 2 }, status.INVALID_ARGUMENT, 'preferred'],
  ];
  for (const [request, code, details] of refused) {
    await expect(reads.createReadSession({ parent: `projects/${PROJECT}`, ...request })).rejects.toMatchObject({
      code,
      details: expect.stringContaining(details),
    });
  }
});

test('the port is taken: said so, and nothing is left open', async () => {
  await expect(startLocalBigQuery({ storagePort: fixture.server.storagePort })).rejects.toMatchObject({ code: 'BQS_USAGE' });
});

test('a stop does not wait for a client that does not take its rows', async () => {
  const own = await startFixture();
  const client = connectReads(own.server);
  await own.dataset.createTable('t', { schema: 's:string' });
  await loadRows(
    own.dataset,
    't',
    Array.from({ length: 60_000 }, () => ({ s: 'x'.repeat(200) })),
  );
  const session = await openSession(client, { table: 't', maxStreams: 1 });
  const stalled = client.readRows({ readStream: session.streams[0]!, offset: 0 }, NO_RETRIES);
  const ended = new Promise((resolve) => stalled.once('error', resolve));
  await new Promise((resolve) => stalled.once('data', resolve));
  stalled.pause();
  await own.server.close();
  stalled.resume();
  expect(await ended).toMatchObject({ code: expect.any(Number) });
  await client.close();
});
