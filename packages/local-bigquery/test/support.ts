import { BigQuery, type Dataset } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import { type LocalBigQuery, type LocalBigQueryOptions, startLocalBigQuery } from '../src/index.ts';

export const PROJECT = 'proj-x';

export interface Fixture {
  readonly server: LocalBigQuery;
  readonly client: BigQuery;
  readonly dataset: Dataset;
}

/** A server in memory with the official client and an empty dataset `ds`. */
export async function startFixture(options: LocalBigQueryOptions = {}): Promise<Fixture> {
  const server = await startLocalBigQuery(options);
  const client = connect(server);
  const [dataset] = await client.dataset('ds').get({ autoCreate: true });
  return { server, client, dataset };
}

export function connect(server: LocalBigQuery): BigQuery {
  return new BigQuery({
    projectId: PROJECT,
    apiEndpoint: server.url,
    authClient: new PassThroughClient(),
    retryOptions: { autoRetry: false },
  });
}

/** What the tests read of any answer; an answer has the part that its call gives. */
export interface Body {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly errors: readonly { readonly reason: string; readonly location?: string }[];
  };
  readonly jobReference: { readonly jobId: string };
  readonly jobComplete: boolean;
  readonly rows: readonly Row[];
  readonly totalRows: string;
  readonly totalBytesProcessed: string;
  readonly pageToken?: string;
  readonly nextPageToken?: string;
  readonly numDmlAffectedRows: string;
  readonly numRows: string;
  readonly jobs: readonly unknown[];
  readonly tables: readonly { readonly tableReference: { readonly tableId: string } }[];
  readonly insertErrors: readonly {
    readonly index: number;
    readonly errors: readonly { reason: string; location: string; message: string }[];
  }[];
  readonly status: { readonly state: string; readonly errorResult?: { readonly reason: string; readonly message: string } };
  readonly etag: string;
  readonly selfLink: string;
}

export interface Row {
  readonly f: readonly { readonly v: unknown }[];
}

/** The values of rows as the wire has them. */
export function cells(rows: readonly Row[] | undefined): unknown[][] {
  return (rows ?? []).map((row) => row.f.map((cell) => cell.v));
}

/** A call without the client, for what the client hides. */
export async function call(server: LocalBigQuery, method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${server.url}/bigquery/v2/projects/${PROJECT}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text === '' ? '{}' : text) as Body };
}

/** Loads rows as newline-delimited JSON through the client. */
export async function loadRows(dataset: Dataset, table: string, rows: readonly object[] | string, metadata: object = {}): Promise<void> {
  const text = typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n');
  await new Promise<void>((resolve, reject) => {
    const stream = dataset.table(table).createWriteStream({ sourceFormat: 'NEWLINE_DELIMITED_JSON', ...metadata });
    stream.on('error', reject);
    stream.on('complete', (job: { metadata: { status?: { errorResult?: { message: string } } } }) => {
      const error = job.metadata.status?.errorResult;
      if (error) reject(new Error(error.message));
      else resolve();
    });
    stream.end(text);
  });
}

/** Runs a statement and gives its rows as the wire has them; a statement that fails rejects with its reason and message. */
export async function run(server: LocalBigQuery, query: string, token?: string): Promise<unknown[][]> {
  const response = await fetch(`${server.url}/bigquery/v2/projects/${PROJECT}/queries`, {
    method: 'POST',
    body: JSON.stringify({ query, useLegacySql: false, formatOptions: { useInt64Timestamp: true } }),
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  });
  const body = (await response.json()) as Body;
  if (response.status !== 200) throw new Error(`${body.error.errors[0]?.reason ?? ''}: ${body.error.message}`);
  return cells(body.rows);
}
