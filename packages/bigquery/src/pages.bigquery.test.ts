import type { Row } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ALL,
  at,
  byDay,
  failure,
  type Local,
  never,
  POSITION,
  numbers,
  readAll,
  request,
  spec,
  startLocal,
  upTo,
} from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterEach(() => {
  local.intercept = undefined;
  local.calls.length = 0;
});
afterAll(() => local.server.close());

describe('read', () => {
  it('lesson 1: rows that tie on the boundary arrive, however small the pages', async () => {
    const rows = upTo(300).map((n) => ({ ts: '2026-01-01T00:00:00.123456Z', mmsi: 'a', n }));
    const table = await local.table('ties', byDay, rows);
    for (const readAhead of [true, false]) {
      const { pages, rows: read } = await readAll(local.source({ pageBytes: 700, readAhead }), table);
      expect(pages.length).toBeGreaterThan(10);
      expect(numbers(read)).toEqual(upTo(300));
      let next = 0;
      for (const page of pages) {
        expect(page.firstRow).toBe(next);
        next += page.rows.length;
      }
    }
    const from = await readAll(local.source(), table, { from: at('2026-01-01T00:00:00.123456Z'), to: undefined, nulls: 'exclude' });
    expect(from.rows).toHaveLength(300);
  });

  it('resumes at any row (R12)', async () => {
    const table = await local.table(
      'resumed',
      byDay,
      upTo(50).map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n })),
    );
    const source = local.source({ pageBytes: 500 });
    const { description, window, rows } = await readAll(source, table);
    const unit = window.units[0]!;
    for (const fromRow of [0, 1, 17, 49, 50]) {
      const rest: (Row | undefined)[] = [];
      for await (const page of source.read(table, description, window, unit, fromRow, never)) rest.push(...page.rows);
      expect(rest).toEqual(rows.slice(fromRow));
    }
    expect(() => source.read(table, description, window, unit, 51, never)).toThrow('outside the unit');
  });

  it('lesson 2: windows that meet within a millisecond hold each row once', async () => {
    const rows = upTo(100).map((n) => ({ ts: `2026-01-01T00:00:00.000${String(n).padStart(3, '0')}Z`, mmsi: 'a', n }));
    const table = await local.table('micros', byDay, rows);
    const edge = at('2026-01-01T00:00:00.000037Z');
    const below = await readAll(local.source(), table, { from: undefined, to: edge, nulls: 'exclude' });
    const above = await readAll(local.source(), table, { from: edge, to: undefined, nulls: 'exclude' });
    expect(numbers(below.rows)).toEqual(upTo(37));
    expect(numbers(above.rows)).toEqual(upTo(100).slice(37));
    expect(above.rows.find((row) => row?.n === 37)?.ts).toBe('2026-01-01T00:00:00.000037Z');
  });

  it.each([
    [
      'TIMESTAMP',
      ['0001-01-01T00:00:00.000000Z', '1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00.000000Z', '2099-12-31T23:59:59.999999Z', null],
    ],
    [
      'DATETIME',
      ['0001-01-01T00:00:00.000000', '1969-12-31T23:59:59.999999', '1970-01-01T00:00:00.000000', '2099-12-31T23:59:59.999999', null],
    ],
    ['DATE', ['0001-01-01', '1969-12-31', '1970-01-01', '2099-12-31', null]],
  ] as const)('lesson 5: %s cursors that are NULL, before 1970 or in the future are read', async (type, cursors) => {
    const schema = [{ name: 'ts', type }, ...POSITION.slice(1)];
    const rows = cursors.map((ts, n) => ({ ts, mmsi: 'a', n }));
    const table = await local.table(`cursor_${type.toLowerCase()}`, { schema, timePartitioning: { type: 'YEAR', field: 'ts' } }, rows);
    const source = local.source();
    const all = await readAll(source, table);
    expect(all.rows.map((row) => row?.ts).toSorted()).toEqual([...cursors].toSorted());
    expect(all.description.cursorType).toBe(type);
    const epoch = at('1970-01-01');
    const held = async (range: typeof ALL) => numbers((await readAll(source, table, range)).rows);
    expect(await held({ from: undefined, to: epoch, nulls: 'exclude' })).toEqual([0, 1]);
    expect(await held({ from: epoch, to: undefined, nulls: 'exclude' })).toEqual([2, 3]);
    expect(await held({ from: epoch, to: undefined, nulls: 'include' })).toEqual([2, 3, 4]);
    expect(await held({ ...ALL, nulls: 'only' })).toEqual([4]);
    expect(await held({ ...ALL, nulls: 'exclude' })).toEqual([0, 1, 2, 3]);
  });

  it('lesson 6: 100,000 rows on one timestamp come in units, exactly', async () => {
    const table = await local.table('heap', byDay);
    await local.query(
      "INSERT INTO `fleet.heap` (ts, mmsi, n) SELECT TIMESTAMP '2026-01-01 00:00:00.000001+00', 'a', x FROM UNNEST(GENERATE_ARRAY(0, 99999)) AS x",
    );
    const { window, rows, pages } = await readAll(local.source(), { ...table, read: { api: 'rest' } });
    expect(window.units).toEqual([
      { index: 0, startRow: 0, endRow: 50_000 },
      { index: 1, startRow: 50_000, endRow: 100_000 },
    ]);
    expect(new Set(rows.map((row) => row?.n)).size).toBe(100_000);
    expect(Math.max(...pages.map((page) => page.rows.length))).toBeLessThanOrEqual(10_000);
    expect(rows[0]?.ts).toBe('2026-01-01T00:00:00.000001Z');
  });

  it('tells identical rows apart where they are to be kept (R7)', async () => {
    const rows = [1, 2, 1, 1].map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n, extra: Math.random() }));
    await local.table('twins', { schema: [...POSITION, { name: 'extra', type: 'FLOAT64' }] }, rows);
    const { pages } = await readAll(local.source(), spec('twins', { duplicates: 'keep', columns: ['ts', 'mmsi', 'n'] }));
    const pairs = pages.flatMap((page) => page.rows.map((row, index) => `${Number(row?.n)}#${page.ordinals?.[index] ?? 0}`));
    expect(pairs.toSorted()).toEqual(['1#1', '1#2', '1#3', '2#1']);
    const keyed = await readAll(local.source(), spec('twins', { duplicates: 'keep', primaryKey: ['mmsi'] }));
    expect(keyed.pages[0]?.ordinals).toBeUndefined();
  });

  it('lesson 22: names that are words of SQL are only names', async () => {
    const schema = [
      { name: 'ts', type: 'TIMESTAMP' },
      { name: 'select', type: 'STRING' },
      { name: 'from', type: 'INT64' },
      { name: 'order', type: 'STRING' },
    ];
    const table = await local.table('group', { schema }, [{ ts: '2026-01-01T00:00:00Z', select: "a`b'c", from: 1, order: '"' }]);
    const { rows } = await readAll(local.source(), table);
    expect(rows).toEqual([{ ts: '2026-01-01T00:00:00.000000Z', select: "a`b'c", from: 1, order: '"' }]);
  });

  it('reads a table that demands a partition filter, whole', async () => {
    const table = await local.table('demanding', { ...byDay, requirePartitionFilter: true }, [
      { ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 },
      { mmsi: 'a', n: 2 },
    ]);
    expect(numbers((await readAll(local.source(), table)).rows)).toEqual([1, 2]);
  });
});

describe('paging', () => {
  it('advances by rows received when the server cuts pages (R12)', async () => {
    const cutting = await startLocal({ resultPageBytes: 1000 });
    try {
      const table = await cutting.table(
        'cut',
        byDay,
        upTo(200).map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'x'.repeat(50), n })),
      );
      const { pages, rows } = await readAll(cutting.source(), table);
      expect(pages.length).toBeGreaterThan(10);
      expect(numbers(rows)).toEqual(upTo(200));
    } finally {
      await cutting.server.close();
    }
  });

  it.each<[string, (body: Record<string, unknown>) => Record<string, unknown>, string]>([
    ['an empty page', (body) => ({ ...body, rows: [] }), 'ends at row 0 instead of 20'],
    ['a page without rows', ({ rows: _, ...body }) => body, 'ends at row 0 instead of 20'],
    ['a job that is running again', (body) => ({ ...body, jobComplete: false }), 'not complete'],
    ['another number of rows', (body) => ({ ...body, totalRows: '21' }), '21 rows instead of 20'],
    ['no number of rows', ({ totalRows: _, ...body }) => body, 'does not say how many rows'],
    ['more rows than asked for', (body) => ({ ...body, rows: [...(body.rows as unknown[]), {}] }), '21 rows came where 20 were asked for'],
  ])('takes %s for a broken protocol (R12)', async (what, alter, message) => {
    const table = await local.table(
      `broken_${what.replaceAll(' ', '_')}`,
      byDay,
      upTo(20).map((n) => ({ mmsi: 'a', n })),
    );
    const source = local.source();
    const description = await source.describe(table, never);
    const window = await source.open(table, description, request(), never);
    local.intercept = async (call) => {
      if (call.query.get('startIndex') === null || call.headers['x-through'] !== undefined) return undefined;
      const answer = await fetch(`${call.origin}${call.path}?${call.query.toString()}`, { headers: { 'x-through': '1' } });
      return { status: 200, body: alter((await answer.json()) as Record<string, unknown>) };
    };
    const error = await failure(source.read(table, description, window, window.units[0]!, 0, never)[Symbol.asyncIterator]().next());
    expect(error).toMatchObject({ code: 'BQS_SOURCE_PROTOCOL', retryable: true });
    expect(error.message).toContain(message);
  });

  it('says that a result is gone', async () => {
    const table = await local.table('gone', byDay, [{ mmsi: 'a', n: 1 }]);
    const source = local.source();
    const description = await source.describe(table, never);
    const asked = request();
    const window = await source.open(table, description, asked, never);
    local.intercept = (call) =>
      call.path.includes('/queries/')
        ? {
            status: 404,
            body: { error: { code: 404, message: 'Not found: Table', errors: [{ reason: 'notFound', message: 'Not found: Table' }] } },
          }
        : undefined;
    const reading = source.read(table, description, window, window.units[0]!, 0, never)[Symbol.asyncIterator]().next();
    expect((await failure(reading)).code).toBe('BQS_SOURCE_WINDOW_EXPIRED');
    expect((await failure(source.open(table, description, asked, never))).code).toBe('BQS_SOURCE_WINDOW_EXPIRED');
  });

  it('notices that columns changed under a window', async () => {
    const table = await local.table('altered', byDay, [{ mmsi: 'a', n: 1 }]);
    const source = local.source();
    const description = await source.describe(table, never);
    const window = await source.open(table, description, request(), never);
    const changed = {
      ...description,
      columns: description.columns.map((column) => (column.name === 'n' ? { ...column, type: 'STRING' as const } : column)),
    };
    const error = await failure(source.read(table, changed, window, window.units[0]!, 0, never)[Symbol.asyncIterator]().next());
    expect(error.code).toBe('BQS_SOURCE_WINDOW_EXPIRED');
  });

  it('quarantines a row that cannot be decoded and goes on (INV-14)', async () => {
    const table = await local.table(
      'odd',
      byDay,
      upTo(3).map((n) => ({ mmsi: 'a', n })),
    );
    local.intercept = async (call) => {
      if (call.query.get('startIndex') === null || call.headers['x-through'] !== undefined) return undefined;
      const answer = await fetch(`${call.origin}${call.path}?${call.query.toString()}`, { headers: { 'x-through': '1' } });
      const body = (await answer.json()) as { rows: { f: { v: unknown }[] }[] };
      body.rows[1]!.f[2]!.v = 'one';
      return { status: 200, body };
    };
    const { pages } = await readAll(local.source(), table);
    expect(pages[0]?.rows.map((row) => row !== undefined)).toEqual([true, false, true]);
    expect(pages[0]?.rejected.get(1)).toMatchObject({ reason: 'decode', message: 'column n: "one" is not an INT64' });
  });

  it('stops at once when asked to, also while a page is on its way', async () => {
    const table = await local.table(
      'stopped',
      byDay,
      upTo(100).map((n) => ({ mmsi: 'a', n })),
    );
    const source = local.source({ pageBytes: 300 });
    const description = await source.describe(table, never);
    const window = await source.open(table, description, request(), never);
    const controller = new AbortController();
    const pages = source.read(table, description, window, window.units[0]!, 0, controller.signal)[Symbol.asyncIterator]();
    await pages.next();
    local.intercept = () => new Promise(() => undefined);
    const pending = [pages.next(), pages.next(), pages.next()];
    controller.abort();
    const ends = await Promise.allSettled(pending);
    expect(ends.filter(({ status }) => status === 'rejected').map((end): unknown => (end as PromiseRejectedResult).reason)).toMatchObject([
      { code: 'BQS_ABORTED' },
    ]);
    for (const work of [source.describe(table, controller.signal), source.open(table, description, request(), controller.signal)]) {
      expect((await failure(work)).code).toBe('BQS_ABORTED');
    }
  });
});
