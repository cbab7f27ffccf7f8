import {
  type CursorRange,
  type Micros,
  micros,
  type OpenWindow,
  type Page,
  parseInstant,
  type Row,
  type TableSpec,
  type WindowRequest,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { type Interceptor, type LocalBigQuery, type LocalBigQueryOptions, startLocalBigQuery } from '@bqsync/local-bigquery';
import type { BigQuery, TableMetadata } from '@google-cloud/bigquery';
import { type Connection, createBigQueryClient } from './connection.ts';
import type { BigQueryDescription } from './describe.ts';
import { type BigQuerySource, type BigQuerySourceOptions, createBigQuerySource } from './source.ts';

export const PROJECT = 'my-project';
export const ALL: CursorRange = { from: undefined, to: undefined, nulls: 'include' };
export const never = new AbortController().signal;

export const POSITION = [
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'mmsi', type: 'STRING', mode: 'REQUIRED' },
  { name: 'n', type: 'INT64' },
];
export const byDay = { schema: POSITION, timePartitioning: { type: 'DAY', field: 'ts' } };

export const at = (text: string): Micros => parseInstant(text) ?? micros(0n);
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
export const numbers = (rows: readonly (Row | undefined)[]): number[] => rows.map((row) => Number(row?.n)).toSorted((a, b) => a - b);

const PASSED_ON = 'x-passed-on';

/** The server's own answer to a call that a hook sees first, and the call's body. */
export async function passOn(
  call: Parameters<Interceptor>[0],
  body?: unknown,
): Promise<{ readonly status: number; readonly body: object }> {
  const sent = body ?? (call.method === 'POST' ? await bodyOf(call) : undefined);
  const answer = await fetch(`${local(call)}${call.request.url ?? ''}`, {
    method: call.method,
    headers: { 'content-type': 'application/json', [PASSED_ON]: 'yes' },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  return { status: answer.status, body: (await answer.json()) as object };
}

function local({ request }: Parameters<Interceptor>[0]): string {
  return `http://${request.headers.host ?? ''}`;
}

/** A call's JSON body, which can be read once. */
export async function bodyOf({ request: incoming }: Parameters<Interceptor>[0]): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
}

/** A local BigQuery with the official client on it, and a hook that may answer calls in its place. */
export interface Local {
  readonly server: LocalBigQuery;
  readonly client: BigQuery;
  readonly connection: Connection;
  /** Calls since it was last emptied, `METHOD /path`. */
  readonly calls: string[];
  intercept: Interceptor | undefined;
  source(options?: Partial<BigQuerySourceOptions>): BigQuerySource;
  /** Makes `fleet.name` and fills it by insertAll. */
  table(name: string, metadata: TableMetadata, rows?: readonly object[]): Promise<TableSpec>;
  query(sql: string): Promise<void>;
}

export async function startLocal(options: LocalBigQueryOptions = {}): Promise<Local> {
  const calls: string[] = [];
  const hook: { intercept: Interceptor | undefined } = { intercept: undefined };
  const server = await startLocalBigQuery({
    ...options,
    interceptors: [
      (call) => {
        if (call.request.headers[PASSED_ON] !== undefined) return undefined;
        calls.push(`${call.method} ${call.path}`);
        return hook.intercept?.(call);
      },
    ],
  });
  const connection: Connection = {
    projectId: PROJECT,
    credentials: { kind: 'anonymous' },
    apiEndpoint: server.url,
    storageEndpoint: `http://${server.storageUrl}`,
  };
  const client = createBigQueryClient(connection);
  await client.dataset('fleet').get({ autoCreate: true });
  return Object.assign(hook, {
    server,
    client,
    connection,
    calls,
    source: (more: Partial<BigQuerySourceOptions> = {}) => createBigQuerySource({ connection, ...more }),
    async table(name: string, metadata: TableMetadata, rows: readonly object[] = []): Promise<TableSpec> {
      const [table] = await client.dataset('fleet').createTable(name, metadata);
      for (let at = 0; at < rows.length; at += 5000) await table.insert(rows.slice(at, at + 5000));
      return spec(name);
    },
    async query(sql: string): Promise<void> {
      await client.query({ query: sql });
    },
  });
}

export function spec(table: string, more: Partial<TableSpec> = {}): TableSpec {
  return {
    id: table,
    source: { project: PROJECT, dataset: 'fleet', table },
    cursorColumn: 'ts',
    columns: 'all',
    target: { table: 'Target' },
    duplicates: 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: {
      initialBatchSize: 10_000,
      catchupBatchSize: 1000,
      steadyBatchSize: 500,
      pollIntervalMs: 30_000,
      catchupThresholdSeconds: 3600,
      steadyThresholdSeconds: 300,
      latenessSeconds: 3600,
    },
    cost: {},
    ...more,
  };
}

let windows = 0;
export function request(range: CursorRange = ALL, kind: WindowRequest['kind'] = 'tail'): WindowRequest {
  windows += 1;
  return { windowId: `bqsync_test_${windows}`, kind, range };
}

export interface Read {
  readonly description: BigQueryDescription;
  readonly window: OpenWindow;
  readonly pages: Page[];
  readonly rows: (Row | undefined)[];
}

/** Describes, opens and reads a whole window. */
export async function readAll(source: BigQuerySource, table: TableSpec, range: CursorRange = ALL): Promise<Read> {
  const description = await source.describe(table, never);
  const window = await source.open(table, description, request(range), never);
  const pages: Page[] = [];
  for (const unit of window.units) {
    for await (const page of source.read(table, description, window, unit, unit.startRow, never)) pages.push(page);
  }
  return { description, window, pages, rows: pages.flatMap((page) => page.rows) };
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<BqsyncError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BqsyncError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
