import { createRequire } from 'node:module';
import type { OpenWindow, TableSpec } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ALL,
  bodyOf,
  failure,
  type Local,
  never,
  numbers,
  passOn,
  POSITION,
  readAll,
  request,
  startLocal,
  upTo,
} from './local.test-kit.ts';
import type { BigQuerySource } from './source.ts';
import type { SourceNotice } from './storage/availability.ts';
import { type SourceWait, STORAGE_TIMEOUTS } from './storage/timeouts.ts';

const ROWS = 1000;
const TIB = 2 ** 40;
let local: Local;
let huge: TableSpec;
let other: TableSpec;
beforeAll(async () => {
  local = await startLocal();
  huge = await stored('huge');
  other = await stored('other');
});
afterEach(() => {
  local.server.faults.clear();
  local.intercept = undefined;
});
afterAll(() => local.server.close());

async function stored(name: string): Promise<TableSpec> {
  const table = await local.table(name, { schema: POSITION });
  await local.query(
    `INSERT INTO \`fleet.${name}\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x SECOND), 'm', x FROM UNNEST(GENERATE_ARRAY(0, ${ROWS - 1})) AS x`,
  );
  return table;
}

const isSession = (window: OpenWindow): boolean => window.handle?.includes('streams') === true;
const by = (table: TableSpec, api: 'auto' | 'rest' | 'storage'): TableSpec => ({ ...table, read: { api } });

async function backfill(source: BigQuerySource, table: TableSpec): Promise<OpenWindow> {
  return source.open(table, await source.describe(table, never), request(ALL, 'backfill'), never);
}

/** Shows `fleet.huge` as that large, in `tables.get` and in dry runs; returns the statements that are sent for real. */
function pretend(bytes: number, more: object = {}): string[] {
  const statements: string[] = [];
  local.intercept = async (call) => {
    if (call.method === 'GET' && call.path.endsWith('/tables/huge')) {
      const { status, body } = await passOn(call);
      return { status, body: { ...body, numBytes: String(bytes), numTotalLogicalBytes: String(bytes), ...more } };
    }
    if (call.method !== 'POST' || !call.path.endsWith('/jobs')) return undefined;
    const body = await bodyOf(call);
    const { dryRun, query } = body['configuration'] as { dryRun?: boolean; query: { query: string } };
    if (dryRun !== true) statements.push(query.query);
    else if (query.query.includes('fleet.huge') && !query.query.includes('COUNT(*)')) {
      return { status: 200, body: { statistics: { query: { totalBytesProcessed: String(bytes) } } } };
    }
    return passOn(call, body);
  };
  return statements;
}

const rowsAskedFor = (statements: readonly string[]): readonly string[] => statements.filter((sql) => !sql.includes('COUNT(*)'));

describe('the time that the Storage Read API may take', () => {
  it('is what the official client allows', () => {
    const config = createRequire(import.meta.url)('@google-cloud/bigquery-storage/build/src/v1/big_query_read_client_config.json') as {
      interfaces: Record<string, { methods: Record<string, { timeout_millis: number }> }>;
    };
    const { methods } = config.interfaces['google.cloud.bigquery.storage.v1.BigQueryRead']!;
    expect(STORAGE_TIMEOUTS).toMatchObject({
      sessionMs: methods['CreateReadSession']!.timeout_millis,
      streamMs: methods['ReadRows']!.timeout_millis,
    });
  });

  it('is waited for, with progress shown: CreateReadSession that takes long, and ReadRows that is silent', async () => {
    const waits: SourceWait[] = [];
    const source = local.source({ waitNoticeMs: 100, onWait: (wait) => waits.push(wait) });
    local.server.faults.add({ rpc: 'CreateReadSession', kind: 'latency', ms: 450 });
    local.server.faults.add({ rpc: 'ReadRows', kind: 'latency', ms: 450 });
    const { window, rows } = await readAll(source, by(huge, 'storage'));
    expect(isSession(window)).toBe(true);
    expect(numbers(rows)).toEqual(upTo(ROWS));
    for (const [doing, limitMs] of [
      ['open a read session', 600_000],
      ['read rows', 86_400_000],
    ] as const) {
      const own = waits.filter((wait) => wait.doing === doing);
      expect(own.length).toBeGreaterThan(1);
      expect(own[0]).toMatchObject({ tableId: 'huge', limitMs });
      expect(own[1]!.waitedMs).toBeGreaterThan(own[0]!.waitedMs);
    }
    const before = waits.length;
    await readAll(source, by(other, 'storage'));
    expect(waits).toHaveLength(before);
  });

  it('has DEADLINE_EXCEEDED tried again, as the official client does, and a server that is away for a moment', async () => {
    const notices: SourceNotice[] = [];
    const source = local.source({ storageRows: 10, onNotice: (notice) => notices.push(notice) });
    for (const [code, count] of [
      ['DEADLINE_EXCEEDED', 4],
      ['UNAVAILABLE', 2],
    ] as const) {
      local.server.faults.clear();
      local.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code, count });
      expect(isSession(await backfill(source, huge))).toBe(true);
      expect(local.server.faults.list()).toMatchObject([{ fired: count }]);
    }
    expect(notices).toEqual([]);
  });

  it('ends a session that is waited for when its reader stops', async () => {
    local.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code: 'DEADLINE_EXCEEDED', count: 1000 });
    const stop = new AbortController();
    const source = local.source({ storageRows: 10 });
    const opening = source.open(huge, await source.describe(huge, never), request(ALL, 'backfill'), stop.signal);
    setTimeout(() => stop.abort(), 100);
    expect(await failure(opening)).toMatchObject({ code: 'BQS_ABORTED' });
  });
});

describe('CreateReadSession that fails for one huge table', () => {
  it.each(['DEADLINE_EXCEEDED', 'UNAVAILABLE'] as const)('leaves other tables theirs, after %s', async (code) => {
    const source = local.source({ storageRows: 10, timeoutMs: 400 });
    local.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code, count: 1000 });
    expect(isSession(await backfill(source, huge))).toBe(false);
    local.server.faults.clear();
    expect(isSession(await backfill(source, huge))).toBe(false);
    expect(isSession(await backfill(source, other))).toBe(true);
  });

  it.each(['DEADLINE_EXCEEDED', 'PERMISSION_DENIED', 'UNIMPLEMENTED'] as const)(
    'has no query tried that cannot succeed, and goes on by itself once it can be made: %s',
    async (code) => {
      const statements = pretend(20 * 2 ** 30);
      const source = local.source({ timeoutMs: 400 });
      local.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code, message: 'not now', count: 1000 });
      const error = await failure(backfill(source, huge));
      expect(error.message).toContain('not now');
      expect(error.message).toContain(
        'a query is not tried instead: the result of a query holds at most 10 GB, compressed, and these rows are about 20.0 GB',
      );
      expect(error.retryable).toBe(code === 'DEADLINE_EXCEEDED');
      expect(await failure(backfill(source, huge))).toMatchObject({ code: error.code });
      local.server.faults.clear();
      // Not in ten minutes: a query is no way out.
      expect(isSession(await backfill(source, huge))).toBe(true);
      expect(rowsAskedFor(statements)).toEqual([]);
    },
  );
});

describe('a query whose result would be over 10 GB', () => {
  it.each([
    ['read.api is rest', {}, { api: 'rest' as const }, 'set read.api of the table to auto or storage', false],
    ['rows stream in', { streamingBuffer: { oldestEntryTime: '1' } }, { api: 'auto' as const }, 'wait until BigQuery has stored', true],
    ['the table has a maxStaleness', { maxStaleness: '0-0 0 0:15:0' }, { api: 'auto' as const }, 'partition the table on ts', false],
  ])('is refused with the way out where %s, by an estimate too', async (_, more, read, wayOut, retryable) => {
    const statements = pretend(TIB, more);
    const source = local.source();
    const table = { ...huge, read };
    const description = await source.describe(table, never);
    for (const refused of [
      source.open(table, description, request(ALL, 'backfill'), never),
      source.estimate(table, description, { kind: 'backfill', range: ALL }, never),
    ]) {
      expect(await failure(refused)).toMatchObject({
        code: 'BQS_SOURCE_RESULT_LIMIT',
        hint: expect.stringContaining(wayOut) as string,
        retryable,
      });
    }
    expect(statements).toEqual([]);
  });

  it('is told from one that compresses well, and from a small part of a large table', async () => {
    pretend(20 * 2 ** 30, { numTotalPhysicalBytes: String(6 * 2 ** 30), numTimeTravelPhysicalBytes: String(2 ** 30) });
    const source = local.source();
    expect((await backfill(source, by(huge, 'rest'))).totalRows).toBe(ROWS);
    pretend(TIB);
    const description = await source.describe(huge, never);
    const recent = { from: 1_767_226_000_000_000n, to: undefined, nulls: 'exclude' } as never;
    expect((await source.open(huge, description, request(recent, 'tail'), never)).totalRows).toBe(600);
  });

  it('has a session read the rows where it fails nevertheless, and is not sent again', async () => {
    local.server.faults.add({
      kind: 'error',
      status: 400,
      reason: 'responseTooLarge',
      message: 'Response too large to return',
      path: '/projects/*/queries/*',
      count: 1,
    });
    const source = local.source({ storageRows: 1e9 });
    // At once, and under its id again.
    const asked = request(ALL, 'backfill');
    const description = await source.describe(huge, never);
    const window = await source.open(huge, description, asked, never);
    expect(isSession(window)).toBe(true);
    expect(window.bytesByReadApi).toBeGreaterThan(0);
    expect(window.totalRows).toBe(ROWS);
    const statements = pretend(1000);
    expect(isSession(await backfill(source, huge))).toBe(true);
    expect(await failure(backfill(source, by(huge, 'rest')))).toMatchObject({ code: 'BQS_SOURCE_RESULT_LIMIT' });
    expect(rowsAskedFor(statements)).toEqual([]);
  });

  it('is no matter for a large table that a session reads, however few its rows', async () => {
    const statements = pretend(20 * 2 ** 30);
    expect(isSession(await backfill(local.source(), huge))).toBe(true);
    expect(rowsAskedFor(statements)).toEqual([]);
  });
});
