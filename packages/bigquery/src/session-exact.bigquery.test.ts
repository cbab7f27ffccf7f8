import { type CursorRange, type OpenWindow, type TableSpec, TableSyncEngine, type WindowRequest } from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL, at, failure, type Local, never, numbers, POSITION, PROJECT, request, startLocal, upTo } from './local.test-kit.ts';
import type { BigQuerySource } from './source.ts';
import type { SourceNotice } from './storage/availability.ts';

// Streamed rows stay in the buffer, where a query sees them and a read session does not.
let local: Local;
beforeAll(async () => {
  local = await startLocal({ streamingBufferMs: 3_600_000 });
});
afterEach(() => {
  local.intercept = undefined;
});
afterAll(() => local.server.close());

const ROWS = 60_000;
const RANGE: CursorRange = { from: at('2026-01-01'), to: undefined, nulls: 'exclude' };
const isSession = (window: OpenWindow): boolean => window.handle?.includes('streams') === true;

/** A table of stored rows, one from each second of 2026 on. */
async function stored(name: string, rows: number): Promise<TableSpec> {
  const table = await local.table(name, { schema: POSITION });
  await insert(name, 0, rows);
  return table;
}

async function insert(name: string, from: number, to: number): Promise<void> {
  await local.query(
    `INSERT INTO \`fleet.${name}\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x SECOND), 'm', x FROM UNNEST(GENERATE_ARRAY(${from}, ${to - 1})) AS x`,
  );
}

/** Has `tables.get` show the table as it is now, however it changes. */
async function freezeMetadata(name: string): Promise<void> {
  const path = `/projects/${PROJECT}/datasets/fleet/tables/${name}`;
  const body = await (await fetch(`${local.server.url}/bigquery/v2${path}`)).json();
  local.intercept = (call) => (call.method === 'GET' && call.path.endsWith(path) ? { status: 200, body } : undefined);
}

const stream = (name: string, n: number, ts: string) =>
  local.client
    .dataset('fleet')
    .table(name)
    .insert([{ ts, mmsi: 'm', n }]);

async function open(source: BigQuerySource, table: TableSpec, asked: Partial<WindowRequest> = {}) {
  const description = await source.describe(table, never);
  const window = await source.open(table, description, { ...request(ALL, 'backfill'), ...asked }, never);
  const read = async (): Promise<number[]> => {
    const found = [];
    for (const unit of window.units)
      for await (const page of source.read(table, description, window, unit, 0, never)) found.push(...page.rows);
    return numbers(found);
  };
  return { window, read };
}

describe('60,000 rows in the table while tables.get does not show the streaming buffer yet, one more row streamed', () => {
  it.each([
    ['now', new Date().toISOString()],
    ['years before all others', '1999-12-31T23:59:59Z'],
    ['without a cursor', null],
  ])('arrives with the backfill, whatever its cursor: %s (INV-1)', async (what, ts) => {
    const name = `hidden_${what.replaceAll(' ', '_')}`;
    const table = { ...(await stored(name, ROWS)), primaryKey: ['n'] };
    await freezeMetadata(name);
    await stream(name, ROWS, ts as string);
    const target = new MemoryTarget();
    const engine = new TableSyncEngine({
      table,
      source: local.source(),
      sink: target,
      state: target,
      worker: { workerId: 'w', nodeId: 1, bootId: 'b' },
    });
    await engine.runUntilCaughtUp();
    expect(numbers(target.rowsOf('Target'))).toEqual(upTo(ROWS + 1));
  });
});

describe('a read session over the table', () => {
  it('has as many rows as a query counts, which is known when it is opened', async () => {
    const table = await stored('counted', 1000);
    const source = local.source();
    for (const asked of [{}, { readers: 3 }, { range: RANGE }]) {
      const { window, read } = await open(source, { ...table, read: { api: 'storage' } }, asked);
      expect(isSession(window)).toBe(true);
      expect(window).toMatchObject({ totalRows: 1000 });
      expect(window.estimated).toBeUndefined();
      expect(await read()).toEqual(upTo(1000));
    }
  });

  it('costs what counting its rows costs beside what it reads, as estimated; counting all rows is free', async () => {
    const table: TableSpec = { ...(await stored('priced', 1000)), read: { api: 'storage' } };
    const source = local.source();
    const description = await source.describe(table, never);
    for (const [range, billed] of [
      [ALL, 0],
      [RANGE, 10 * 2 ** 20],
    ] as const) {
      const before = local.server.usage();
      const estimate = await source.estimate(table, description, { kind: 'backfill', range }, never);
      const { window, read } = await open(source, table, { range });
      await read();
      const after = local.server.usage();
      expect(after.bytesBilled - before.bytesBilled).toBe(billed);
      expect(after.storageRead.bytesRead - before.storageRead.bytesRead).toBe(window.bytesByReadApi);
      expect(window.bytesBilled).toBe(billed + window.bytesByReadApi!);
      expect(estimate).toMatchObject({ billedBytes: window.bytesBilled, bytesByReadApi: window.bytesByReadApi, byReadApi: true });
    }
  });

  it('that is short of rows streamed into a range is not believed: the window is opened again and read by a query, said once (INV-1)', async () => {
    const table: TableSpec = { ...(await stored('short', 1000)), read: { api: 'storage' } };
    await freezeMetadata('short');
    await stream('short', 1000, '2026-02-01T00:00:00Z');
    const notices: SourceNotice[] = [];
    const source = local.source({ onNotice: (notice) => notices.push(notice) });
    const first = await open(source, table, { range: RANGE });
    expect(first.window).toMatchObject({ totalRows: 1001 });
    expect(await failure(first.read())).toMatchObject({ code: 'BQS_SOURCE_PROTOCOL', retryable: true });
    const second = await open(source, table, { range: RANGE });
    expect(await second.read()).toEqual(upTo(1001));
    expect(await (await open(source, table, { range: RANGE })).read()).toEqual(upTo(1001));
    expect(notices).toEqual([{ tableId: 'short', message: expect.stringContaining('1000 of 1001 rows') as string }]);
  });

  it('whose streams together are short, which only their reader knows, is not tried again for the same rows (INV-1)', async () => {
    const table: TableSpec = { ...(await stored('shared', 1000)), read: { api: 'storage' } };
    await freezeMetadata('shared');
    await stream('shared', 1000, '2026-02-01T00:00:00Z');
    const source = local.source();
    const first = await open(source, table, { range: RANGE, readers: 3 });
    expect(first.window.units.length).toBeGreaterThan(1);
    expect(first.window.totalRows).toBe(1001);
    expect(await first.read()).toHaveLength(1000);
    const second = await open(source, table, { range: RANGE, readers: 3 });
    expect(await second.read()).toEqual(upTo(1001));
  });

  it('is left for a query where rows were written between its snapshot and the count (INV-1)', async () => {
    const table: TableSpec = { ...(await stored('written', 1000)), read: { api: 'storage' } };
    const source = local.source();
    const description = await source.describe(table, never);
    let isWritten = false;
    local.intercept = async ({ method, path }) => {
      if (isWritten || method !== 'GET' || !path.includes('/queries/')) return undefined;
      isWritten = true;
      await insert('written', 1000, 1001);
      return undefined;
    };
    const asked = request(ALL, 'backfill');
    const window = await source.open(table, description, asked, never);
    expect(isWritten).toBe(true);
    expect(window.totalRows).toBe(1001);
    // Under the same id the same rows, which a count found again could not tell.
    await local.query('DELETE FROM `fleet.written` WHERE n < 10');
    expect(await source.open(table, description, asked, never)).toMatchObject({
      snapshot: window.snapshot,
      totalRows: 1001,
      resumed: true,
    });
  });

  it('is not used for a table that may answer from long ago, by its maxStaleness', async () => {
    const table: TableSpec = { ...(await stored('stale', 100)), read: { api: 'storage' } };
    const path = `/projects/${PROJECT}/datasets/fleet/tables/stale`;
    const body = (await (await fetch(`${local.server.url}/bigquery/v2${path}`)).json()) as object;
    local.intercept = (call) => (call.path.endsWith(path) ? { status: 200, body: { ...body, maxStaleness: '0-0 0 0:15:0' } } : undefined);
    const sessions = local.server.usage().storageRead.sessions;
    const { window, read } = await open(local.source(), table);
    expect(await read()).toEqual(upTo(100));
    // One to learn that it may be used, one over the query's result.
    expect(local.server.usage().storageRead.sessions - sessions).toBe(2);
    expect(window.bytesByReadApi).toBeUndefined();
  });

  it.each([
    ['0-0 0 0:15:0', 15 * 60],
    ['0-0 1 2:0:0', 26 * 3600],
    ['0-0 0 0:0:0.5', 1],
    ['0-0 0 -1:0:0', 0],
    ['PT15M', 24 * 3600],
  ])('claims no more than a table shows for sure that may answer from as long ago as %s (INV-1)', async (maxStaleness, seconds) => {
    const name = `stale_${String(seconds)}`;
    const table = await stored(name, 10);
    const path = `/projects/${PROJECT}/datasets/fleet/tables/${name}`;
    const body = (await (await fetch(`${local.server.url}/bigquery/v2${path}`)).json()) as object;
    local.intercept = (call) => (call.path.endsWith(path) ? { status: 200, body: { ...body, maxStaleness } } : undefined);
    const source = local.source();
    const description = await source.describe(table, never);
    const asked = request(ALL, 'tail');
    const window = await source.open(table, description, asked, never);
    const [job] = await local.client.job(asked.windowId).get();
    const created = BigInt(String(job.metadata.statistics.creationTime)) * 1000n;
    expect(created - window.snapshot).toBe(BigInt(seconds) * 1_000_000n);
    expect((await source.count(table, description, ALL, never)).snapshot).toBeLessThanOrEqual(
      created + 60_000_000n - BigInt(seconds) * 1_000_000n,
    );
    const again = await source.open(table, description, { ...asked, handle: window.handle }, never);
    expect(again).toEqual({ ...window, resumed: true });
  });
});
