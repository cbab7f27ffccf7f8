import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Body, call, cells, type Fixture, loadRows, PROJECT, startFixture } from './support.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());

async function rows(table: string): Promise<unknown[]> {
  const { body } = await call(fixture.server, 'GET', `/datasets/ds/tables/${table}/data`);
  return cells(body.rows);
}

/** An upload without the client: its job as the answer. */
async function upload(load: object, text: string, jobReference: object = {}): Promise<{ status: number; body: Body }> {
  const metadata = {
    jobReference,
    configuration: { load: { destinationTable: { projectId: PROJECT, datasetId: 'ds', tableId: 't' }, ...load } },
  };
  const response = await fetch(`${fixture.server.url}/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=multipart`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/related; boundary=cut' },
    body: `--cut\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(metadata)}\r\n--cut\r\ncontent-type: text/plain\r\n\r\n${text}\r\n--cut--`,
  });
  return { status: response.status, body: (await response.json()) as Body };
}

test('a load makes the table it needs and appends', async () => {
  const { dataset } = fixture;
  const schema = {
    fields: [
      { name: 'a', type: 'INT64' },
      { name: 'd', type: 'DATE' },
    ],
  };
  await loadRows(dataset, 'made', [{ a: 1, d: '2026-01-01' }], { schema, timePartitioning: { type: 'MONTH', field: 'd' } });
  await loadRows(dataset, 'made', '{"a":2}\r\n\n{"a":3}', {});
  expect(await rows('made')).toEqual([
    ['1', '2026-01-01'],
    ['2', null],
    ['3', null],
  ]);
  const [metadata] = await dataset.table('made').getMetadata();
  expect(metadata.timePartitioning).toEqual({ type: 'MONTH', field: 'd' });
  await expect(loadRows(dataset, 'unmade', [{ a: 1 }])).rejects.toThrow('No schema specified on job or table proj-x:ds.unmade');
  await expect(loadRows(dataset, 'unmade', [{ a: 1 }], { schema, createDisposition: 'CREATE_NEVER' })).rejects.toThrow('Not found: Table');
});

test('WRITE_TRUNCATE replaces, WRITE_EMPTY refuses a table with rows', async () => {
  const { dataset } = fixture;
  await dataset.createTable('modes', { schema: 'a:integer' });
  await loadRows(dataset, 'modes', [{ a: 1 }], { writeDisposition: 'WRITE_EMPTY' });
  await expect(loadRows(dataset, 'modes', [{ a: 2 }], { writeDisposition: 'WRITE_EMPTY' })).rejects.toThrow('Already Exists');
  await loadRows(dataset, 'modes', [{ a: 3 }], { writeDisposition: 'WRITE_TRUNCATE' });
  expect(await rows('modes')).toEqual([['3']]);
  const [metadata] = await dataset.table('modes').getMetadata();
  expect(metadata.numRows).toBe('1');
});

test('a load with a bad row stores nothing and names the row and the field', async () => {
  const { dataset } = fixture;
  await dataset.createTable('strict', { schema: 'a:integer, t:timestamp' });
  const text = Array.from({ length: 5000 }, (_, a) => JSON.stringify({ a, t: a === 4321 ? 'noon' : '2026-01-01T00:00:00Z' })).join('\n');
  await expect(loadRows(dataset, 'strict', text)).rejects.toThrow(
    'row 4322, field t: Cannot convert value to TIMESTAMP (bad value): "noon"',
  );
  expect(await rows('strict')).toEqual([]);
  await expect(loadRows(dataset, 'strict', '{"a":1}\n{"a":')).rejects.toThrow('row 2');
  await loadRows(dataset, 'strict', '{"a":1}\nnot json\n{"a":2}', { maxBadRecords: 1 });
  expect(await rows('strict')).toHaveLength(2);
});

test('CSV: quotes, NULLs, order by the schema that is given', async () => {
  const { dataset } = fixture;
  await dataset.createTable('csv', { schema: 'a:integer, s:string, t:timestamp' });
  const text = 's,a,t\n"x, ""y""\nz",1,2026-01-01 00:00:00\n,2,\n"",3,1.5\n';
  await loadRows(dataset, 'csv', text, {
    sourceFormat: 'CSV',
    skipLeadingRows: 1,
    allowQuotedNewlines: true,
    schema: {
      fields: [
        { name: 's', type: 'STRING' },
        { name: 'a', type: 'INTEGER' },
        { name: 't', type: 'TIMESTAMP' },
      ],
    },
  });
  expect(await rows('csv')).toEqual([
    ['1', 'x, "y"\nz', '1.7672256E9'],
    ['2', null, null],
    ['3', '', '1.5'],
  ]);
  await expect(loadRows(dataset, 'csv', '1,2', { sourceFormat: 'CSV' })).rejects.toThrow('row 1: Missing values in row: 2 for 3 columns');
  await loadRows(dataset, 'csv', '7|N', { sourceFormat: 'CSV', fieldDelimiter: '|', nullMarker: 'N', allowJaggedRows: true });
  expect((await rows('csv')).at(-1)).toEqual(['7', null, null]);
});

test('a load that is sent twice under one job id is done once, and the job tells its statistics', async () => {
  const { dataset, client } = fixture;
  await dataset.createTable('t', { schema: 'a:string' });
  const first = await upload({ sourceFormat: 'NEWLINE_DELIMITED_JSON' }, '{"a":"é"}\n{"a":"b"}', { jobId: 'load-1' });
  expect(first.body.status).toEqual({ state: 'DONE' });
  const second = await upload({ sourceFormat: 'NEWLINE_DELIMITED_JSON' }, '{"a":"c"}', { jobId: 'load-1' });
  expect([second.status, second.body.error.errors[0]?.reason]).toEqual([409, 'duplicate']);
  expect(await rows('t')).toHaveLength(2);
  const [metadata] = await client.job('load-1').getMetadata();
  expect(metadata.statistics.load).toEqual({ inputFiles: '1', inputFileBytes: '20', outputRows: '2', outputBytes: '7', badRecords: '0' });
});

test.each([
  [{ sourceFormat: 'AVRO' }, 'sourceFormat "AVRO"'],
  [{ autodetect: true }, 'load option autodetect'],
  [{ sourceFormat: 'CSV', encoding: 'ISO-8859-1' }, 'load encoding ISO-8859-1'],
])('%j is refused by name', async (load, message) => {
  const { status, body } = await upload(load, 'x');
  expect(status).toBe(400);
  expect(body.error.errors[0]?.reason).toBe('notImplemented');
  expect(body.error.message).toContain(message);
});

test('a refused upload answers although its body is still being sent', async () => {
  const { status } = await upload({ sourceFormat: 'ORC' }, 'x'.repeat(20_000_000));
  expect(status).toBe(400);
});

test('a resumable upload in chunks', async () => {
  const { server, dataset } = fixture;
  await dataset.createTable('resumed', { schema: 'a:integer' });
  const metadata = {
    configuration: { load: { sourceFormat: 'NEWLINE_DELIMITED_JSON', destinationTable: { datasetId: 'ds', tableId: 'resumed' } } },
  };
  const begun = await fetch(`${server.url}/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=resumable`, {
    method: 'POST',
    body: JSON.stringify(metadata),
  });
  const location = begun.headers.get('location') ?? '';
  const text = '{"a":1}\n{"a":2}\n';
  const part = await fetch(location, { method: 'PUT', headers: { 'content-range': `bytes 0-4/${text.length}` }, body: text.slice(0, 5) });
  expect([part.status, part.headers.get('range')]).toEqual([308, 'bytes=0-4']);
  const done = await fetch(location, { method: 'PUT', headers: { 'content-range': `bytes 5-15/${text.length}` }, body: text.slice(5) });
  expect(((await done.json()) as Body).status.state).toBe('DONE');
  expect(await rows('resumed')).toEqual([['1'], ['2']]);
});

test('an upload that breaks off stores nothing and its job has failed', async () => {
  const { server, dataset, client } = fixture;
  await dataset.createTable('broken', { schema: 'a:integer' });
  const metadata = {
    jobReference: { jobId: 'cut' },
    configuration: { load: { sourceFormat: 'NEWLINE_DELIMITED_JSON', destinationTable: { datasetId: 'ds', tableId: 'broken' } } },
  };
  await fetch(`${server.url}/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=multipart`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/related; boundary=cut' },
    body: `--cut\r\n\r\n\r\n${JSON.stringify(metadata)}\r\n--cut\r\n\r\n\r\n{"a":1}\n{"a":2}\n`,
  });
  const [job] = await client.job('cut').getMetadata();
  expect(job.status.errorResult.message).toContain('ends before its closing boundary');
  expect(await rows('broken')).toEqual([]);
});
