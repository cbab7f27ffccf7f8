import { micros, parseInstant, type Row } from '@bqsync/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL, failure, type Local, never, PROJECT, readAll, request, spec, startLocal } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterEach(() => {
  local.intercept = undefined;
  local.calls.length = 0;
});
afterAll(() => local.server.close());

const POSITION = [
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'mmsi', type: 'STRING', mode: 'REQUIRED' },
  { name: 'n', type: 'INT64' },
];
const byDay = { schema: POSITION, timePartitioning: { type: 'DAY', field: 'ts' } };
const at = (text: string) => parseInstant(text) ?? micros(0n);
const numbers = (rows: readonly (Row | undefined)[]) => rows.map((row) => Number(row?.n)).toSorted((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('describe', () => {
  it('says all of a table by one free call', async () => {
    const metadata = { ...byDay, clustering: { fields: ['mmsi'] }, tableConstraints: { primaryKey: { columns: ['mmsi', 'ts'] } } };
    const table = await local.table('described', metadata, [{ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 }]);
    local.calls.length = 0;
    const before = local.server.usage().jobs;
    const description = await local.source().describe(table, never);
    expect(description).toMatchObject({
      columns: [
        { name: 'ts', type: 'TIMESTAMP', repeated: false, required: false },
        { name: 'mmsi', type: 'STRING', repeated: false, required: true },
        { name: 'n', type: 'INT64', repeated: false, required: false },
      ],
      cursorType: 'TIMESTAMP',
      declaredKey: ['mmsi', 'ts'],
      prunable: true,
      layout: 'DAY partitions on ts, clustered by mmsi',
      location: 'US',
      probe: { rowCount: 1, streaming: false },
    });
    expect(description.probe.modifiedAt).toBeGreaterThanOrEqual(description.createdAt);
    expect(local.calls).toHaveLength(1);
    expect(local.server.usage().jobs).toBe(before);
  });

  it('gives a token that changes with the rows and not by itself', async () => {
    const table = await local.table('probed', byDay);
    const token = async () => (await local.source().describe(table, never)).probe.token;
    const first = await token();
    expect(await token()).toBe(first);
    await local.client.dataset('fleet').table('probed').insert({ mmsi: 'a' });
    const second = await token();
    expect(second).not.toBe(first);
    await local.query('DELETE FROM `fleet.probed` WHERE TRUE');
    expect(await token()).not.toBe(second);
  });

  it('selects columns in the order of the source', async () => {
    await local.table('selected', byDay);
    const { columns } = await local.source().describe(spec('selected', { columns: ['n', 'ts'] }), never);
    expect(columns.map(({ name }) => name)).toEqual(['ts', 'n']);
  });

  it('names what is missing and what was meant', async () => {
    await local.table('vessel_positions', byDay);
    const source = local.source();
    expect(await failure(source.describe(spec('vesel_positions'), never))).toMatchObject({
      code: 'BQS_SOURCE_NOT_FOUND',
      message: `the table of ${PROJECT}.fleet.vesel_positions does not exist`,
      hint: 'did you mean the table vessel_positions?',
    });
    const elsewhere = spec('vessel_positions', { source: { project: PROJECT, dataset: 'flet', table: 'vessel_positions' } });
    expect(await failure(source.describe(elsewhere, never))).toMatchObject({
      code: 'BQS_SOURCE_NOT_FOUND',
      hint: 'did you mean the dataset fleet?',
    });
    expect(await failure(source.describe(spec('vessel_positions', { cursorColumn: 'Ts' }), never))).toMatchObject({
      code: 'BQS_SOURCE_COLUMN_MISSING',
      message: `${PROJECT}.fleet.vessel_positions has no column Ts`,
      hint: 'did you mean ts?',
    });
    const wildcard = spec('events_*', {});
    expect(await failure(source.describe(wildcard, never))).toMatchObject({
      code: 'BQS_IDENTIFIER_INVALID',
      message: '"events_*" is not a BigQuery table name',
    });
    for (const more of [{ columns: ['ts', 'mmsy'] }, { primaryKey: ['mmsy'] }]) {
      expect(await failure(source.describe(spec('vessel_positions', more), never))).toMatchObject({
        code: 'BQS_SOURCE_COLUMN_MISSING',
        hint: 'did you mean mmsi?',
      });
    }
    expect((await failure(source.describe(spec('vessel_positions', { columns: ['mmsi'] }), never))).code).toBe('BQS_CONFIG_INVALID');
  });

  it('refuses a cursor that does not order rows in time, with the columns that do', async () => {
    await local.table('typed', {
      schema: [...POSITION, { name: 'list', type: 'TIMESTAMP', mode: 'REPEATED' }, { name: 'day', type: 'DATE' }],
    });
    for (const cursorColumn of ['n', 'list']) {
      const error = await failure(local.source().describe(spec('typed', { cursorColumn }), never));
      expect(error.code).toBe('BQS_SOURCE_UNSUPPORTED');
      expect(error.hint).toContain('ts, day');
    }
  });

  it('refuses views and their like by name', async () => {
    const table = await local.table('kinds', byDay);
    for (const [type, name] of [
      ['VIEW', 'a view'],
      ['EXTERNAL', 'an external table'],
      ['MATERIALIZED_VIEW', 'a materialized view'],
      ['SNAPSHOT', 'a table snapshot'],
    ] as const) {
      local.intercept = () => ({ status: 200, body: { type, location: 'US', schema: { fields: POSITION } } });
      const error = await failure(local.source().describe(table, never));
      expect(error.code).toBe('BQS_SOURCE_UNSUPPORTED');
      expect(error.message).toContain(`${PROJECT}.fleet.kinds is ${name}`);
    }
  });

  it('refuses a configured location that is not the table’s', async () => {
    const table = await local.table('placed', byDay);
    const connection = { ...local.connection, location: 'europe-west1' };
    expect(await failure(local.source({ connection }).describe(table, never))).toMatchObject({
      code: 'BQS_SOURCE_LOCATION',
      hint: 'remove bigquery.location, or set it to US',
    });
    const same = local.source({ connection: { ...local.connection, location: 'us' } });
    expect((await same.describe(table, never)).location).toBe('US');
  });
});

describe('outline', () => {
  it('gives the partitions with their rows, and whether a cursor may be NULL', async () => {
    const rows = ['1969-12-31T23:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T23:59:59.999999Z', '2026-02-01T00:00:00Z'].map((ts, n) => ({
      ts,
      mmsi: 'a',
      n,
    }));
    const table = await local.table('outlined', byDay, rows);
    const source = local.source();
    const outline = await source.outline(table, await source.describe(table, never), never);
    expect(outline.parts.map(({ from, to, rows: held }) => [from, to, held])).toEqual([
      [at('1969-12-31'), at('1970-01-01'), 1],
      [at('2026-01-01'), at('2026-01-02'), 2],
      [at('2026-02-01'), at('2026-02-02'), 1],
    ]);
    expect(outline.parts.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(outline.nulls).toBe(false);
    expect(outline.bytesBilled).toBe(10 * 1024 * 1024);
    await local.client.dataset('fleet').table('outlined').insert({ mmsi: 'b' });
    expect((await source.outline(table, await source.describe(table, never), never)).nulls).toBe(true);
  });

  it('is for tables partitioned on the cursor only', async () => {
    const table = await local.table('flat', { schema: POSITION });
    const source = local.source();
    const description = await source.describe(table, never);
    expect(description.prunable).toBe(false);
    expect((await failure(source.outline(table, description, never))).code).toBe('BQS_INTERNAL');
  });
});

describe('open', () => {
  it('scans once under one id, and its rows stay what they were', async () => {
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

  it('fault 4: every row committed before the snapshot is in the window', async () => {
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

  it('goes on after an answer was lost: the job is there', async () => {
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

  it('asks for a new id where the old one can never answer', async () => {
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

describe('read', () => {
  it('fault 1: rows that tie on the boundary arrive, however small the pages', async () => {
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

  it('resumes at any row', async () => {
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

  it('fault 2: windows that meet within a millisecond hold each row once', async () => {
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
  ] as const)('fault 5: %s cursors that are NULL, before 1970 or in the future are read', async (type, cursors) => {
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

  it('fault 6: 100,000 rows on one timestamp come in units, exactly', async () => {
    const table = await local.table('heap', byDay);
    await local.query(
      "INSERT INTO `fleet.heap` (ts, mmsi, n) SELECT TIMESTAMP '2026-01-01 00:00:00.000001+00', 'a', x FROM UNNEST(GENERATE_ARRAY(0, 99999)) AS x",
    );
    const { window, rows, pages } = await readAll(local.source(), table);
    expect(window.units).toEqual([
      { index: 0, startRow: 0, endRow: 50_000 },
      { index: 1, startRow: 50_000, endRow: 100_000 },
    ]);
    expect(new Set(rows.map((row) => row?.n)).size).toBe(100_000);
    expect(Math.max(...pages.map((page) => page.rows.length))).toBeLessThanOrEqual(10_000);
    expect(rows[0]?.ts).toBe('2026-01-01T00:00:00.000001Z');
  });

  it('tells identical rows apart where they are to be kept', async () => {
    const rows = [1, 2, 1, 1].map((n) => ({ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n, extra: Math.random() }));
    await local.table('twins', { schema: [...POSITION, { name: 'extra', type: 'FLOAT64' }] }, rows);
    const { pages } = await readAll(local.source(), spec('twins', { duplicates: 'keep', columns: ['ts', 'mmsi', 'n'] }));
    const pairs = pages.flatMap((page) => page.rows.map((row, index) => `${Number(row?.n)}#${page.ordinals?.[index] ?? 0}`));
    expect(pairs.toSorted()).toEqual(['1#1', '1#2', '1#3', '2#1']);
    const keyed = await readAll(local.source(), spec('twins', { duplicates: 'keep', primaryKey: ['mmsi'] }));
    expect(keyed.pages[0]?.ordinals).toBeUndefined();
  });

  it('fault 22: names that are words of SQL are only names', async () => {
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
  it('advances by rows received when the server cuts pages', async () => {
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
  ])('takes %s for a broken protocol', async (what, alter, message) => {
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

  it('quarantines a row that cannot be decoded and goes on', async () => {
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

describe('cost', () => {
  it('fault 20: every option is used', async () => {
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
    const whole = await source.estimate(table, description, ALL, never);
    const estimate = await source.estimate(table, description, day, never);
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
