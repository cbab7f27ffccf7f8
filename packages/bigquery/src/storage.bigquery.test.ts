import { type OpenWindow, type TableSpec, type Unit, type WindowRequest } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BigQueryDescription } from './describe.ts';
import { ALL, failure, type Local, never, numbers, POSITION, readAll, request, spec, startLocal, upTo } from './local.test-kit.ts';
import type { BigQuerySource, BigQuerySourceOptions } from './source.ts';
import type { SourceNotice } from './storage/availability.ts';

const ROWS = 60_000;
const SMALL = 1000;
let local: Local;
let large: TableSpec;
let small: TableSpec;

beforeAll(async () => {
  local = await startLocal();
  for (const [name, rows] of [
    ['large', ROWS],
    ['small', SMALL],
  ] as const) {
    await local.table(name, { schema: POSITION });
    await local.query(
      `INSERT INTO \`fleet.${name}\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x SECOND), 'm', x FROM UNNEST(GENERATE_ARRAY(0, ${rows - 1})) AS x`,
    );
  }
  large = spec('large');
  small = spec('small');
});
afterEach(() => {
  local.server.faults.clear();
  local.intercept = undefined;
});
afterAll(() => local.server.close());

const by = (table: TableSpec, api: 'auto' | 'rest' | 'storage'): TableSpec => ({ ...table, read: { api } });
const isSession = (window: OpenWindow): boolean => window.handle?.includes('streams') === true;
const spent = () => {
  const { bytesBilled, storageRead } = local.server.usage();
  return { bytesBilled, ...storageRead };
};

interface Opened {
  readonly source: BigQuerySource;
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
  readonly asked: WindowRequest;
  readonly window: OpenWindow;
  readonly read: (fromRow?: number, unit?: Unit) => Promise<number[]>;
}

async function open(table: TableSpec, asked: Partial<WindowRequest> = {}, options: Partial<BigQuerySourceOptions> = {}): Promise<Opened> {
  const source = local.source(options);
  const description = await source.describe(table, never);
  const full = { ...request(ALL, 'backfill'), ...asked };
  const window = await source.open(table, description, full, never);
  const read = async (fromRow = 0, unit = window.units[0]!): Promise<number[]> => {
    const found: number[] = [];
    for await (const page of source.read(table, description, window, unit, fromRow, never))
      found.push(...page.rows.map((row) => Number(row?.n)));
    return found;
  };
  return { source, table, description, asked: full, window, read };
}

describe('the way rows are read', () => {
  it('is a session over the table for a backfill of many rows, paid by the bytes read', async () => {
    const before = spent();
    const { window, read } = await open(large);
    expect(isSession(window)).toBe(true);
    expect(spent().bytesBilled).toBe(before.bytesBilled);
    expect((await read()).toSorted((a, b) => a - b)).toEqual(upTo(ROWS));
    expect(spent().bytesRead - before.bytesRead).toBe(window.bytesBilled);
    expect((spent().traces['bqsync:large:backfill'] ?? 0) - (before.traces['bqsync:large:backfill'] ?? 0)).toBe(window.bytesBilled);
  });

  it('is what an estimate goes by, which is free', async () => {
    const source = local.source();
    const description = await source.describe(large, never);
    const before = spent();
    const estimate = (kind: WindowRequest['kind'], table = large) => source.estimate(table, description, { kind, range: ALL }, never);
    const [backfill, tail] = [await estimate('backfill'), await estimate('tail')];
    const rest = await estimate('backfill', by(large, 'rest'));
    expect(spent()).toMatchObject({ bytesBilled: before.bytesBilled, bytesRead: before.bytesRead });
    const { window } = await open(large);
    expect(backfill).toMatchObject({ byReadApi: true, bytes: window.bytesScanned, billedBytes: window.bytesBilled });
    expect(window.bytesByReadApi).toBe(window.bytesBilled);
    expect(tail).toMatchObject({ byReadApi: false, billedBytes: 10 * 2 ** 20, sql: backfill.sql });
    expect(rest).toEqual(tail);
    expect((await open(large, { kind: 'tail' })).window.bytesByReadApi).toBeUndefined();
  });

  it('is counted in calls of both APIs, table by table, failed ones among them', async () => {
    const { source, table, read } = await open(large);
    const opened = source.apiCalls!(table);
    // Two descriptions, the first of them with its row access policies, a job with its result in four calls, and a session.
    expect(opened).toBe(8);
    await read();
    expect(source.apiCalls!(table)).toBe(opened + 1);
    expect(source.apiCalls!(small)).toBe(0);
    await expect(source.describe({ ...small, source: { ...small.source, table: 'missing' } }, never)).rejects.toThrow('missing');
    expect(source.apiCalls!(small)).toBeGreaterThan(0);
  });

  it.each(['tail', 'sweep'] as const)('is a session over the result for a %s of many rows, its result not paid again', async (kind) => {
    const before = spent();
    const { window, read } = await open(large, { kind });
    expect(window).toMatchObject({ totalRows: ROWS, units: [{ index: 0, startRow: 0, endRow: ROWS }] });
    expect(isSession(window)).toBe(true);
    expect(await read()).toHaveLength(ROWS);
    expect(spent().bytesRead).toBe(before.bytesRead);
    expect(spent().temporaryBytesRead).toBeGreaterThan(before.temporaryBytesRead);
  });

  it.each([
    ['few rows', () => small, {}],
    ['a table that is to be read over REST', () => by(large, 'rest'), {}],
    ['a small part of a large table', () => large, { kind: 'tail', range: { ...ALL, from: undefined, nulls: 'only' } }],
  ] as const)('is REST for %s', async (_, table, asked) => {
    expect(isSession((await open(table(), asked as Partial<WindowRequest>)).window)).toBe(false);
  });

  it('is a session for few rows where it is asked for', async () => {
    const { window, read } = await open(by(small, 'storage'), { kind: 'tail' });
    expect(isSession(window)).toBe(true);
    expect(await read()).toHaveLength(SMALL);
  });

  it('is the result of a query where only a query tells identical rows apart', async () => {
    const { window } = await open({ ...by(small, 'storage'), duplicates: 'keep' });
    expect(window).toMatchObject({ totalRows: SMALL, units: [{ endRow: SMALL }] });
    expect(isSession(window)).toBe(true);
  });

  it.each(['day', 'ts'])('is a query where the table demands a filter on %s that takes more than one condition', async (field) => {
    const name = `filtered_${field}`;
    const metadata = {
      schema: [...POSITION, { name: 'day', type: 'DATE' }],
      timePartitioning: { type: 'DAY', field },
      requirePartitionFilter: true,
    };
    const rows = [
      { ts: '2026-01-01T00:00:00Z', mmsi: 'm', n: 0, day: '2026-01-01' },
      { ts: '2026-01-02T00:00:00Z', mmsi: 'm', n: 1, day: '2026-01-02' },
      { ts: null, mmsi: 'm', n: 2, day: null },
    ];
    const { window, read } = await open(by(await local.table(name, metadata, rows), 'storage'));
    expect(window.units).toEqual([{ index: 0, startRow: 0, endRow: 3 }]);
    expect(isSession(window)).toBe(true);
    expect((await read()).toSorted((x, y) => x - y)).toEqual(upTo(3));
  });

  it('is a query while rows stream in, which a session over the table may miss', async () => {
    const streaming = await startLocal({ streamingBufferMs: 60_000 });
    try {
      const table = await streaming.table(
        'streamed',
        { schema: POSITION },
        upTo(100).map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'm', n })),
      );
      const { rows, window } = await readAll(streaming.source(), by(table, 'storage'));
      expect(numbers(rows)).toEqual(upTo(100));
      expect(window.units).toEqual([{ index: 0, startRow: 0, endRow: 100 }]);
    } finally {
      await streaming.server.close();
    }
  });

  it('is a query where rows begin to stream in while the window is opened', async () => {
    const source = local.source();
    const table = by(small, 'storage');
    const description = await source.describe(table, never);
    const described = await (await fetch(`${local.server.url}/bigquery/v2/projects/my-project/datasets/fleet/tables/small`)).json();
    local.intercept = ({ method, path }) =>
      method === 'GET' && path.endsWith('/tables/small')
        ? { status: 200, body: { ...(described as object), streamingBuffer: { estimatedRows: '1', oldestEntryTime: '1' } } }
        : undefined;
    const window = await source.open(table, description, request(ALL, 'backfill'), never);
    expect(window).toMatchObject({ totalRows: SMALL, units: [{ endRow: SMALL }] });
  });

  it('keeps to a range, to the microsecond, and to the selected columns', async () => {
    const range = { from: 1_767_225_610_000_000n, to: 1_767_225_620_000_000n, nulls: 'exclude' } as never;
    const { rows } = await readAll(local.source(), { ...by(small, 'storage'), columns: ['n', 'ts'] }, range);
    expect(rows.map((row) => Object.keys(row ?? {})).every((names) => names.join() === 'ts,n')).toBe(true);
    expect(numbers(rows)).toEqual(upTo(10).map((n) => n + 10));
  });

  it('spreads the rows over streams for several threads, each row in one', async () => {
    const { window, read } = await open(large, { readers: 3 });
    expect(window.units.length).toBeGreaterThan(3);
    const parts = await Promise.all(window.units.map((unit) => read(0, unit)));
    expect(parts.flat().toSorted((a, b) => a - b)).toEqual(upTo(ROWS));
  });
});

describe('a window of a session', () => {
  it('is found again by its handle without any call, and goes on from any row, the end included', async () => {
    const { source, table, description, asked, window, read } = await open(by(small, 'storage'));
    const whole = await read();
    local.calls.length = 0;
    const again = await source.open(table, description, { ...asked, handle: window.handle }, never);
    expect(again).toEqual({ ...window, resumed: true });
    expect(local.calls).toEqual([]);
    for (const from of [1, 999, 1000]) expect(await read(from)).toEqual(whole.slice(from));
  });

  it('is fixed, and at one snapshot under one id, also by a new session', async () => {
    const table = await local.table('growing', { schema: POSITION }, [{ ts: '2026-01-01T00:00:00Z', mmsi: 'm', n: 1 }]);
    const first = await open(by(table, 'storage'));
    await local.query("INSERT INTO `fleet.growing` (ts, mmsi, n) VALUES (TIMESTAMP '2026-01-01 00:00:00+00', 'm', 2)");
    const second = await open(by(table, 'storage'), first.asked);
    expect(second.window).toMatchObject({ snapshot: first.window.snapshot, resumed: true });
    expect([await first.read(), await second.read()]).toEqual([[1], [1]]);
    expect((await (await open(by(table, 'storage'))).read()).length).toBe(2);
  });

  it('keeps to the way that a try before it took', async () => {
    const asked = request(ALL, 'backfill');
    const rest = await open(by(small, 'rest'), asked);
    const storage = await open(by(small, 'storage'), asked);
    expect(storage.window).toMatchObject({ snapshot: rest.window.snapshot, totalRows: SMALL, resumed: true });
    const other = request(ALL, 'backfill');
    await open(by(small, 'storage'), other);
    expect((await (await open(by(small, 'rest'), other)).read()).length).toBe(SMALL);
  });

  it('asks for a new id where its handle cannot be read or is of other rows', async () => {
    const { source, table, description, asked, window } = await open(by(small, 'storage'));
    const other = { ...asked, range: { ...ALL, nulls: 'only' as const }, handle: window.handle };
    for (const wrong of [other, { ...asked, handle: '{' }, { ...asked, handle: '{"digest":1}' }]) {
      expect((await failure(source.open(table, description, wrong, never))).code).toBe('BQS_SOURCE_WINDOW_EXPIRED');
    }
  });

  it('is refused before anything is read or billed where it would scan more than allowed', async () => {
    const before = spent();
    const limited = { ...by(large, 'storage'), cost: { maxBytesBilledPerQuery: 100_000 } };
    expect(await failure(open(limited))).toMatchObject({ code: 'BQS_SOURCE_BYTES_LIMIT', retryable: false });
    expect(await failure(open(large, { maxBytesBilled: 100_000 }))).toMatchObject({ code: 'BQS_SOURCE_BYTES_LIMIT' });
    expect(spent()).toMatchObject({ bytesBilled: before.bytesBilled, bytesRead: before.bytesRead });
  });
});

describe('without the Storage Read API', () => {
  it.each(['PERMISSION_DENIED', 'UNIMPLEMENTED', 'UNAVAILABLE', 'FAILED_PRECONDITION'])(
    'auto reads by a query after %s, and says so once',
    async (code) => {
      local.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code, message: 'not for you', count: 100 });
      const notices: SourceNotice[] = [];
      const source = local.source({ onNotice: (notice) => notices.push(notice) });
      for (let i = 0; i < 2; i++) {
        const description = await source.describe(large, never);
        const window = await source.open(large, description, request(ALL, 'backfill'), never);
        expect(isSession(window)).toBe(false);
        expect(window.totalRows).toBe(ROWS);
        // By its handle only this result is found.
        const asked = { ...request(ALL, 'backfill'), windowId: window.windowId, handle: window.handle };
        expect(await source.open(large, description, asked, never)).toEqual({ ...window, resumed: true });
      }
      expect(notices).toEqual([{ tableId: 'large', message: expect.stringContaining('not for you') as string }]);
    },
  );

  it.each(['PERMISSION_DENIED', 'UNIMPLEMENTED'])('storage fails with its fix after %s, before anything is billed', async (code) => {
    for (const table of [by(small, 'storage'), { ...by(small, 'storage'), duplicates: 'keep' as const }]) {
      local.server.faults.add({ rpc: 'CreateReadSession', kind: 'status', code });
      const before = spent().bytesBilled;
      const error = await failure(open(table));
      expect(error).toMatchObject({ code: code === 'UNIMPLEMENTED' ? 'BQS_SOURCE_UNSUPPORTED' : 'BQS_SOURCE_DENIED', retryable: false });
      expect(error.hint).toContain('read.api');
      expect(spent().bytesBilled).toBe(before);
    }
  });

  it('auto stays on REST and storage fails where another server does not say where it has one', async () => {
    const { storageEndpoint: _, ...connection } = local.connection;
    expect(isSession((await open(large, {}, { connection })).window)).toBe(false);
    expect(await failure(open(by(large, 'storage'), {}, { connection }))).toMatchObject({
      code: 'BQS_CONFIG_INVALID',
      hint: expect.stringContaining('storageEndpoint') as string,
    });
  });
});

describe('a stream', () => {
  const REST_OF = { rpc: 'ReadRows' } as const;

  it.each([
    [{ ...REST_OF, kind: 'status', code: 'UNAVAILABLE', afterBatches: 1 }, 'BQS_SOURCE_UNAVAILABLE'],
    [{ ...REST_OF, kind: 'status', code: 'INTERNAL' }, 'BQS_SOURCE_UNAVAILABLE'],
    [{ ...REST_OF, kind: 'status', code: 'RESOURCE_EXHAUSTED' }, 'BQS_SOURCE_RATE_LIMITED'],
    [{ ...REST_OF, kind: 'reset', afterBatches: 1 }, 'BQS_SOURCE_UNAVAILABLE'],
  ] as const)('that breaks is a retryable error, and goes on from the rows that were read: %j', async (fault, code) => {
    const { source, table, description, window, read } = await open(large, {}, { pageBytes: 10_000 });
    local.server.faults.add(fault);
    const found: number[] = [];
    const error = await failure(
      (async () => {
        for await (const page of source.read(table, description, window, window.units[0]!, 0, never))
          found.push(...page.rows.map((row) => Number(row?.n)));
      })(),
    );
    expect(error).toMatchObject({ code, retryable: true });
    found.push(...(await read(found.length)));
    expect(found.toSorted((a, b) => a - b)).toEqual(upTo(ROWS));
  });

  it('that has expired asks for a new window', async () => {
    const { read } = await open(by(small, 'storage'));
    local.server.faults.add({ rpc: 'ReadRows', kind: 'expire' });
    expect(await failure(read())).toMatchObject({ code: 'BQS_SOURCE_WINDOW_EXPIRED', retryable: true });
  });

  it('reads a corrupt batch again, and asks for a new window if it stays so', async () => {
    const { read } = await open(large);
    local.server.faults.add({ rpc: 'ReadRows', kind: 'corrupt', afterBatches: 1 });
    expect((await read()).toSorted((a, b) => a - b)).toEqual(upTo(ROWS));
    local.server.faults.add({ rpc: 'ReadRows', kind: 'corrupt', count: 2 });
    const error = await failure(read());
    expect(error).toMatchObject({ code: 'BQS_SOURCE_PROTOCOL', retryable: true });
    expect(error.message).toContain('corrupt');
  });

  it('that stays corrupt has its table read by REST for a while, whatever is configured, and says so once (INV-1)', async () => {
    const notices: SourceNotice[] = [];
    const { source, table, read } = await open(by(small, 'storage'), {}, { onNotice: (notice) => notices.push(notice) });
    local.server.faults.add({ rpc: 'ReadRows', kind: 'corrupt', count: 4 });
    await failure(read());
    await failure(read());
    const { window, rows } = await readAll(source, table);
    expect(isSession(window)).toBe(false);
    expect(rows).toHaveLength(SMALL);
    expect(notices).toEqual([{ tableId: table.id, message: expect.stringContaining('corrupt') as string }]);
  });

  it('that stays silent is given up, and so is a session', async () => {
    const { read } = await open(by(small, 'storage'), {}, { timeoutMs: 300 });
    local.server.faults.add({ rpc: 'ReadRows', kind: 'latency', ms: 3000 });
    expect(await failure(read())).toMatchObject({ code: 'BQS_SOURCE_UNREACHABLE', retryable: true });
    local.server.faults.add({ rpc: 'CreateReadSession', kind: 'latency', ms: 3000 });
    expect(await failure(open(by(small, 'storage'), {}, { timeoutMs: 300 }))).toMatchObject({
      code: 'BQS_SOURCE_UNREACHABLE',
      retryable: true,
    });
  });

  it('stops when its reader stops or leaves', async () => {
    const { source, table, description, window } = await open(large, {}, { pageBytes: 10_000 });
    const stop = new AbortController();
    const pages = source.read(table, description, window, window.units[0]!, 0, stop.signal)[Symbol.asyncIterator]();
    await pages.next();
    const pending = pages.next();
    stop.abort();
    expect((await failure(pending.then(() => pages.next()))).code).toBe('BQS_ABORTED');
    const before = spent().bytesRead;
    const left = source.read(table, description, window, window.units[0]!, 0, never)[Symbol.asyncIterator]();
    await left.next();
    await left.return?.();
    // What is read ahead of a reader is bounded: the server never sent the whole table.
    expect(spent().bytesRead - before).toBeLessThan(window.bytesScanned);
  });
});
