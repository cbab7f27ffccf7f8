import { readFileSync } from 'node:fs';
import { credentials } from '@grpc/grpc-js';
import { v1 } from '@google-cloud/bigquery-storage';
import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalBigQuery, startLocalBigQuery } from '../src/index.ts';

// What Google's Python client sends for test/python/client.py, kept by `node scripts/check-python-client.mjs --record`, and what it was answered.

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly base64?: string;
  readonly answer: Readonly<Record<string, unknown>> & { readonly status: number };
}

interface Answer {
  readonly pageToken?: string;
  readonly status?: { readonly errorResult?: { readonly reason: string } };
  readonly error?: { readonly errors: readonly { readonly reason: string }[] };
  readonly tables?: readonly { readonly tableReference: { readonly tableId: string } }[];
}

interface Job {
  readonly configuration: { readonly query: { readonly destinationTable: { projectId: string; datasetId: string; tableId: string } } };
}

const recorded = JSON.parse(readFileSync(new URL('python/recorded.json', import.meta.url), 'utf8')) as Recorded[];
let server: LocalBigQuery;
/** What only this run has: the place of an upload, and the token of a page. */
let uploadId = '';
let pageToken = '';

beforeAll(async () => {
  server = await startLocalBigQuery();
});
afterAll(() => server.close());

async function replay({ method, path, headers, text, base64 }: Recorded): Promise<Record<string, unknown>> {
  const own = path.replace(/upload_id=[^&]*/, `upload_id=${uploadId}`).replace(/pageToken=[^&]*/, `pageToken=${pageToken}`);
  const body = base64 === undefined ? text : Buffer.from(base64, 'base64');
  const response = await fetch(server.url + own, { method, headers, ...(body === undefined ? {} : { body }) });
  uploadId = /upload_id=([^&]*)/.exec(response.headers.get('location') ?? '')?.[1] ?? uploadId;
  const written = await response.text();
  const answer = (written === '' ? {} : JSON.parse(written)) as Answer;
  pageToken = answer.pageToken ?? pageToken;
  return {
    ...answer,
    status: response.status,
    ...(answer.status ? { failed: answer.status.errorResult?.reason ?? null } : {}),
    ...(answer.error ? { reason: answer.error.errors[0]?.reason } : {}),
    ...(answer.tables ? { tables: answer.tables.map((table) => table.tableReference.tableId) } : {}),
  };
}

describe("the Python client's requests", () => {
  it.each(recorded.slice(0, -1).map((one, i) => [i, one.method, one.path.replace(/\?.*/, ''), one] as const))(
    '%d: %s %s',
    async (_i, _method, _path, one) => {
      expect(await replay(one)).toMatchObject(one.answer);
    },
  );

  it('its session over the result of a query, and over a table, with compression asked for', async () => {
    const reads = new v1.BigQueryReadClient({
      projectId: 'p',
      apiEndpoint: '127.0.0.1',
      port: server.storagePort,
      sslCreds: credentials.createInsecure(),
      authClient: new PassThroughClient(),
    } as never);
    try {
      const job = (await (await fetch(`${server.url}/bigquery/v2/projects/p/jobs/job_many`)).json()) as Job;
      const { projectId, datasetId, tableId } = job.configuration.query.destinationTable;
      for (const [table, rows] of [
        [`projects/${projectId}/datasets/${datasetId}/tables/${tableId}`, 50_000],
        ['projects/p/datasets/py/tables/t', 2],
      ] as const) {
        const readOptions = { arrowSerializationOptions: { bufferCompression: 'LZ4_FRAME' as const } };
        const [session] = await reads.createReadSession({
          parent: 'projects/p',
          readSession: { table, dataFormat: 'ARROW', readOptions },
          maxStreamCount: 1,
        });
        let read = 0;
        for await (const { rowCount } of reads.readRows({ readStream: session.streams?.[0]?.name ?? '' })) read += Number(rowCount);
        expect(read).toBe(rows);
      }
    } finally {
      await reads.close();
    }
  });

  it('ends with a dataset deleted', async () => {
    const last = recorded.at(-1);
    expect(last?.method).toBe('DELETE');
    if (last) expect(await replay(last)).toMatchObject(last.answer);
  });
});
