import { micros, type Row } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL, at, byDay, failure, type Local, never, numbers, PROJECT, request, startLocal, upTo } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterEach(() => {
  local.intercept = undefined;
  local.calls.length = 0;
});
afterAll(() => local.server.close());

describe('open', () => {
  it('scans once under one id, and its rows stay what they were (R3, INV-13)', async () => {
    const table = await local.table(
      'opened',
      byDay,
      upTo(10).map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n })),
    );
    const source = local.source();
    const description = await source.describe(table, never);
    const asked = request();
    const jobs = local.server.usage().jobs;
    const first = await source.open(table, description, asked, never);
    expect(first).toMatchObject({
      windowId: asked.windowId,
      totalRows: 10,
      resumed: false,
      units: [{ index: 0, startRow: 0, endRow: 10 }],
    });
    expect(first.bytesScanned).toBeGreaterThan(0);
    expect(first.bytesBilled).toBe(10 * 1024 * 1024);
    await local.query('DELETE FROM `fleet.opened` WHERE n < 5');
    const again = await source.open(table, description, asked, never);
    expect(again).toEqual({ ...first, resumed: true });
    // One for the window, one for the DELETE.
    expect(local.server.usage().jobs).toBe(jobs + 2);
    const rows: (Row | undefined)[] = [];
    for await (const page of source.read(table, description, again, again.units[0]!, 0, never)) rows.push(...page.rows);
    expect(numbers(rows)).toEqual(upTo(10));
    expect((await source.open(table, description, request(), never)).totalRows).toBe(5);
  });

  it('lesson 4: every row committed before the snapshot is in the window (R4, INV-1)', async () => {
    const table = await local.table('snapshots', byDay);
    const source = local.source();
    const description = await source.describe(table, never);
    let last = micros(0n);
    for (const n of upTo(5)) {
      await local.client.dataset('fleet').table('snapshots').insert({ mmsi: 'a', n });
      const { probe } = await source.describe(table, never);
      const window = await source.open(table, description, request(), never);
      expect(window.totalRows).toBe(n + 1);
      expect(window.snapshot).toBeGreaterThan(last);
      expect(window.snapshot).toBeGreaterThanOrEqual(probe.modifiedAt);
      last = window.snapshot;
    }
  });

  it('goes on after an answer was lost: the job is there (R3)', async () => {
    const table = await local.table('lost', byDay, [{ mmsi: 'a', n: 1 }]);
    const source = local.source();
    const description = await source.describe(table, never);
    const asked = request();
    let lost = 0;
    local.intercept = async (call) => {
      if (call.method !== 'POST' || lost > 0) return undefined;
      lost += 1;
      // Delivered, but the answer never reaches the caller.
      const chunks: Buffer[] = [];
      for await (const chunk of call.request) chunks.push(chunk as Buffer);
      await fetch(`${call.origin}${call.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(chunks),
      });
      return { status: 503, body: { error: { code: 503, message: 'lost', errors: [{ reason: 'backendError', message: 'lost' }] } } };
    };
    const error = await failure(source.open(table, description, asked, never));
    expect(error).toMatchObject({ code: 'BQS_SOURCE_UNAVAILABLE', retryable: true });
    expect(await source.open(table, description, asked, never)).toMatchObject({ totalRows: 1, resumed: true });
    expect(lost).toBe(1);
  });

  it('asks for a new id where the old one can never answer (R3)', async () => {
    const table = await local.table('ids', byDay, [{ mmsi: 'a', n: 1 }]);
    const source = local.source();
    const description = await source.describe(table, never);
    const asked = request();
    await source.open(table, description, asked, never);
    const other = { ...asked, range: { ...ALL, nulls: 'only' as const } };
    expect((await failure(source.open(table, description, other, never))).code).toBe('BQS_SOURCE_WINDOW_EXPIRED');
    const failing = { ...table, cost: { maxBytesBilledPerQuery: 1 } };
    const limited = request();
    expect(await failure(source.open(failing, description, limited, never))).toMatchObject({
      code: 'BQS_SOURCE_BYTES_LIMIT',
      retryable: false,
    });
    const later = await source.open(table, description, limited, never).catch((error: unknown) => error);
    // Either the refusal made no job, or the job is remembered as failed.
    if (later instanceof Error) expect(later).toMatchObject({ code: 'BQS_SOURCE_JOB_FAILED', retryable: true });
    else expect(later).toMatchObject({ totalRows: 1 });
    expect((await failure(source.open(table, description, { ...asked, windowId: 'a/b' }, never))).code).toBe('BQS_USAGE');
  });

  it('names a table that is gone', async () => {
    const table = await local.table('dropped', byDay);
    const source = local.source();
    const description = await source.describe(table, never);
    await local.client.dataset('fleet').table('dropped').delete();
    const error = await failure(source.open(table, description, request(), never));
    expect(error).toMatchObject({ code: 'BQS_SOURCE_NOT_FOUND', retryable: false });
    expect(error.message).toContain(`${PROJECT}.fleet.dropped`);
  });
});

describe('cost', () => {
  it('lesson 20: every option is used', async () => {
    const table = await local.table(
      'options',
      byDay,
      upTo(10).map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n })),
    );
    const source = local.source({ labels: { team: 'fleet' }, timeoutMs: 5000, pageBytes: 100, readAhead: false });
    const description = await source.describe(table, never);
    const asked = request();
    await source.open({ ...table, cost: { maxBytesBilledPerQuery: 20_000_000 } }, description, asked, never);
    const [metadata] = await local.client.job(asked.windowId, { location: 'US' }).getMetadata();
    expect(metadata.configuration).toMatchObject({
      labels: { team: 'fleet', bqsync_table: 'options', bqsync_kind: 'tail' },
      query: { maximumBytesBilled: '20000000', useQueryCache: false, useLegacySql: false },
    });
    for (const wrong of [{ pageBytes: 0 }, { timeoutMs: -1 }, { pageBytes: Number.NaN }])
      expect(() => local.source(wrong)).toThrow('positive');
  });

  it('estimates for free what opening scans, and windows scan only their partitions', async () => {
    const rows = upTo(100).map((n) => ({ ts: `2026-01-0${1 + (n % 5)}T00:00:00Z`, mmsi: 'a', n }));
    const table = await local.table('priced', byDay, rows);
    const source = local.source();
    const description = await source.describe(table, never);
    const billed = local.server.usage().bytesBilled;
    const day = { from: at('2026-01-02'), to: at('2026-01-03'), nulls: 'exclude' as const };
    const whole = await source.estimate(table, description, { kind: 'backfill', range: ALL }, never);
    const estimate = await source.estimate(table, description, { kind: 'tail', range: day }, never);
    expect(local.server.usage().bytesBilled).toBe(billed);
    expect(estimate.bytes * 5).toBe(whole.bytes);
    expect(estimate.sql).toContain("TIMESTAMP '2026-01-02T00:00:00.000000Z'");
    expect((await source.open(table, description, request(day), never)).bytesScanned).toBe(estimate.bytes);
  });

  it('counts rows at a snapshot', async () => {
    const rows = [{ ts: '2026-01-01T00:00:00.000001Z', mmsi: 'a' }, { ts: '2026-01-03T00:00:00Z', mmsi: 'a' }, { mmsi: 'a' }];
    const table = await local.table('counted', byDay, rows);
    const source = local.source();
    const description = await source.describe(table, never);
    expect(await source.count(table, description, ALL, never)).toMatchObject({
      rows: 3,
      nulls: 1,
      minCursor: '2026-01-01T00:00:00.000001Z',
      maxCursor: '2026-01-03T00:00:00.000000Z',
    });
    expect(await source.count(table, description, { ...ALL, from: at('2026-01-02'), nulls: 'exclude' }, never)).toMatchObject({
      rows: 1,
      nulls: 0,
    });
  });
});
