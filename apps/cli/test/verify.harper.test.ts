import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HarperFixture, startHarperFixture } from './harper-fixture.ts';
import { type JsonDocument, runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

const SYNCED = { _syncedAt: '2026-01-02T00:00:00.000000Z' };
const SCHEMA = `
type Events @table { id: ID @primaryKey }
type AllTypes @table { id: ID @primaryKey  b: Bytes }
type Altered @table { id: ID @primaryKey  b: Bytes }
type Lossy @table { id: ID @primaryKey  at: Date  price: Float  code: String  blob: String  small: Int }
type Pairs @table { id: ID @primaryKey }
type Bare @table { id: ID @primaryKey }
type Kept @table { id: ID @primaryKey }
type Sealed @table @sealed { id: ID @primaryKey }
type Started @table { id: ID @primaryKey }
type Odd @table { id: ID @primaryKey }
type Twins @table { id: ID @primaryKey }
type SyncAudit @table { id: ID @primaryKey  tableId: String @indexed  status: String  reason: String }
`;

let source: SourceFixture;
let target: HarperFixture;

beforeAll(async () => {
  [source, target] = await Promise.all([startSource(), startHarperFixture(SCHEMA)]);
});
afterAll(async () => {
  await target.end();
  await source.end();
});

const spec = (table: string, targetTable: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id: table,
  dataset: 'maritime',
  table,
  timestampColumn: 'ts',
  targetTable,
  ...more,
});

async function verify(
  tables: readonly Readonly<Record<string, unknown>>[],
  args: readonly string[] = [],
): Promise<{ code: number | null; verdict: JsonDocument; verdicts: readonly JsonDocument[]; stderr: string }> {
  const config = source.config(tables);
  const run = await runCli(['verify', '--json', '--config', config, ...target.args, ...args], { env: target.env });
  const verdicts = (run.documents[0]?.['tables'] ?? []) as unknown as readonly JsonDocument[];
  return { code: run.code, verdict: verdicts[0]!, verdicts, stderr: run.stderr };
}

const COUNTS = { missing: 0, extra: 0, different: 0, quarantined: 0, duplicates: 0, excluded: 0, pending: 0, newer: 0 };

describe('bqsync verify', () => {
  const rows = Array.from({ length: 2_500 }, (_, i) => ({
    id: `e${i}`,
    ts: `2026-01-01T00:00:00.${String(i).padStart(6, '0')}Z`,
    n: i,
    note: i % 7 === 0 ? null : `note ${i} 🚢`,
  }));
  const events = spec('events', 'Events', { primaryKey: ['id'] });

  beforeAll(async () => {
    const columns = [
      { name: 'id', type: 'STRING' },
      { name: 'ts', type: 'TIMESTAMP' },
      { name: 'n', type: 'INTEGER' },
      { name: 'note', type: 'STRING' },
    ];
    await source.table('events', { schema: columns }, rows);
    for (let at = 0; at < rows.length; at += 500)
      await target.upsert(
        'Events',
        rows.slice(at, at + 500).map((row) => ({ ...row, ...SYNCED })),
      );
  });

  it('finds nothing where everything is equal (INV-12)', async () => {
    const { code, verdict } = await verify([events]);
    expect(verdict).toMatchObject({ ...COUNTS, exact: true, source: 2_500, target: 2_500, applied: 2_500, examples: [] });
    expect(verdict['bytesScanned']).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  it('finds one row missing, one extra and one different, each exactly, and exits with 6 (INV-12)', async () => {
    await target.delete('Events', ['e17']);
    await target.upsert('Events', [
      { ...rows[18], n: 19, ...SYNCED },
      { ...rows[0], id: 'alien', ...SYNCED },
    ]);
    const { code, verdict } = await verify([events]);
    expect(verdict).toMatchObject({
      ...COUNTS,
      exact: false,
      source: 2_500,
      target: 2_500,
      applied: 2_498,
      missing: 1,
      extra: 1,
      different: 1,
    });
    expect(verdict['examples']).toEqual([
      { kind: 'missing', key: 'e17' },
      { kind: 'extra', key: 'alien', reason: 'synced at 2026-01-02T00:00:00.000000Z' },
      { kind: 'different', key: 'e18', fields: [{ name: 'n', source: '18', target: '19' }] },
    ]);
    expect(code).toBe(6);

    await target.delete('Events', ['alien', 'e18']);
    await target.upsert('Events', [rows[17]!, rows[18]!]);
    expect((await verify([events])).verdict).toMatchObject({ ...COUNTS, exact: true });
  });

  it.each([
    ['a microsecond', { ts: '2026-01-01T00:00:00.000019Z' }],
    ['a number as text', { n: '18' }],
    ['an empty text for NULL', { id: 'e7', note: '', n: 7, ts: rows[7]!.ts }],
    ['a field that the source does not have', { surprise: false }],
  ])('sees %s', async (_, change) => {
    const changed = { ...rows[18]!, ...change };
    await target.upsert('Events', [changed]);
    const { code, verdict } = await verify([events]);
    expect({ code, different: verdict['different'], missing: verdict['missing'] }).toEqual({ code: 6, different: 1, missing: 0 });
    await target.delete('Events', [changed.id]);
    await target.upsert('Events', [rows.find(({ id }) => id === changed.id)!]);
  });

  it('shows the account to people', async () => {
    const run = await runCli(['verify', 'events', '--config', source.config([events]), ...target.args], { env: target.env });
    expect(run.stdout).toContain(
      'events  exact\n  applied 2,500 + quarantined 0 + duplicates 0 + excluded 0 + pending 0 = source 2,500\n  target 2,500 rows',
    );
    expect(run.stdout).toContain('1 of 1 exact');
    expect(run.code).toBe(0);
  });

  it('holds every type to its exact value (INV-12)', async () => {
    await source.table(
      'all_types',
      { schema: ALL_TYPES },
      `${allTypesRow('1', LOW)}\n${allTypesRow('2', HIGH)}\n{"id":"3","ts":"2026-01-01T00:00:00Z","arr":[]}`,
    );
    const stored = [
      { id: '1', ...STORED_LOW, ...SYNCED },
      { id: '2', ...STORED_HIGH, ...SYNCED },
      { id: '3', ...STORED_NULL, ...SYNCED },
    ];
    await target.upsert('AllTypes', stored);
    const table = spec('all_types', 'AllTypes', { primaryKey: ['id'] });
    const { code, verdict } = await verify([table]);
    expect(verdict['examples']).toEqual([]);
    expect({ code, verdict }).toMatchObject({ code: 0, verdict: { ...COUNTS, applied: 3 } });

    // One tiny change of each column must show, in that column.
    const names = Object.keys(ALTERED);
    const columns = { ...HIGH, s: 'x' };
    await source.table('altered', { schema: ALL_TYPES }, names.map((name) => allTypesRow(name, columns)).join('\n'));
    await target.upsert(
      'Altered',
      names.map((name) => ({ id: name, ...STORED_HIGH, s: 'x', [name]: ALTERED[name as keyof typeof ALTERED] })),
    );
    const { verdict: altered } = await verify([spec('altered', 'Altered', { primaryKey: ['id'] })], ['--examples', '50']);
    expect(altered['different']).toBe(names.length);
    const examples = altered['examples'] as unknown as readonly { key: string; fields: readonly { name: string }[] }[];
    expect(examples.map(({ key, fields }) => [key, ...fields.map(({ name }) => name)])).toEqual(names.map((name) => [name, name]));
  });

  it('compares lossily declared attributes in their lossy form, and says so', async () => {
    await source.table(
      'lossy',
      {
        schema: [
          { name: 'id', type: 'STRING' },
          { name: 'ts', type: 'TIMESTAMP' },
          { name: 'at', type: 'TIMESTAMP' },
          { name: 'price', type: 'NUMERIC' },
          { name: 'code', type: 'INTEGER' },
          { name: 'blob', type: 'BYTES' },
          { name: 'small', type: 'INTEGER' },
        ],
      },
      [
        {
          id: 'a',
          ts: '2026-01-01T00:00:00Z',
          at: '2026-01-01T00:00:00.123456Z',
          price: '1.10',
          code: '9007199254740993',
          blob: 'AQI=',
          small: 5,
        },
        { id: 'b', ts: '2026-01-01T00:00:00Z', small: 3_000_000_000 },
      ],
    );
    const ts = '2026-01-01T00:00:00.000000Z';
    await target.upsert('Lossy', [
      { id: 'a', ts, at: new Date('2026-01-01T00:00:00.123Z'), price: 1.1, code: '9007199254740993', blob: 'AQI=', small: 5, ...SYNCED },
    ]);
    const { code, verdict } = await verify([spec('lossy', 'Lossy', { primaryKey: ['id'] })]);
    expect(verdict).toMatchObject({ ...COUNTS, source: 2, applied: 1, quarantined: 1 });
    expect(verdict['examples']).toMatchObject([{ kind: 'quarantined', key: 'b', reason: expect.stringContaining('int-overflow') }]);
    expect(verdict['notices']).toHaveLength(2);
    expect(code).toBe(0);
  });

  it('joins composite keys, and quarantines rows without a key', async () => {
    await source.table(
      'pairs',
      {
        schema: [
          { name: 'a', type: 'STRING' },
          { name: 'b', type: 'INTEGER' },
          { name: 'ts', type: 'TIMESTAMP' },
        ],
      },
      [
        { a: 'x|y', b: 1, ts: '2026-01-01T00:00:00Z' },
        { a: '100%', b: 2, ts: '2026-01-01T00:00:00Z' },
        { b: 3, ts: '2026-01-01T00:00:00Z' },
      ],
    );
    const ts = '2026-01-01T00:00:00.000000Z';
    await target.upsert('Pairs', [
      { id: 'x%7Cy|1', a: 'x|y', b: 1, ts },
      { id: '100%25|2', a: '100%', b: 2, ts },
    ]);
    const { code, verdict } = await verify([spec('pairs', 'Pairs', { primaryKey: ['a', 'b'] })]);
    expect(verdict).toMatchObject({ ...COUNTS, source: 3, applied: 2, quarantined: 1 });
    expect(code).toBe(0);
  });

  it('identifies keyless rows by content: identical ones collapse, or are kept apart (R7)', async () => {
    const schema = [
      { name: 'ts', type: 'TIMESTAMP' },
      { name: 'v', type: 'INTEGER' },
    ];
    const twice = { ts: '2026-01-01T00:00:00Z', v: 1 };
    await source.table('bare', { schema }, [twice, twice, { ts: '2026-01-01T00:00:00Z', v: 2 }]);
    // SHA-256 of the canonical content, computed apart: "ts":"2026-01-01T00:00:00.000000Z","v":1, and …2,
    const ts = '2026-01-01T00:00:00.000000Z';
    const [one, two] = await Promise.all([contentKey(`"ts":"${ts}","v":1,`), contentKey(`"ts":"${ts}","v":2,`)]);
    await target.upsert('Bare', [
      { id: one, ts, v: 1 },
      { id: two, ts, v: 2 },
    ]);
    expect((await verify([spec('bare', 'Bare')])).verdict).toMatchObject({ ...COUNTS, exact: true, source: 3, applied: 2, duplicates: 1 });

    await target.upsert('Kept', [
      { id: one, ts, v: 1 },
      { id: `${one}#2`, ts, v: 1 },
      { id: two, ts, v: 2 },
    ]);
    const kept = spec('bare', 'Kept', { duplicates: 'keep' });
    expect((await verify([kept])).verdict).toMatchObject({ ...COUNTS, exact: true, source: 3, applied: 3 });
    await target.delete('Kept', [`${one}#2`]);
    expect((await verify([kept])).verdict).toMatchObject({ ...COUNTS, exact: false, missing: 1 });
  });

  it('wants the greatest of the rows that share a key (INV-12)', async () => {
    await source.table(
      'twins',
      {
        schema: [
          { name: 'id', type: 'STRING' },
          { name: 'ts', type: 'TIMESTAMP' },
        ],
      },
      [
        { id: 'a', ts: '2026-01-01T00:00:00Z' },
        { id: 'a', ts: '2026-01-03T00:00:00Z' },
        { id: 'a', ts: '2026-01-02T00:00:00Z' },
      ],
    );
    const twins = spec('twins', 'Twins', { primaryKey: ['id'] });
    await target.upsert('Twins', [{ id: 'a', ts: '2026-01-03T00:00:00.000000Z' }]);
    expect((await verify([twins])).verdict).toMatchObject({ ...COUNTS, exact: true, source: 3, applied: 1, duplicates: 2 });
    await target.upsert('Twins', [{ id: 'a', ts: '2026-01-02T00:00:00.000000Z' }]);
    const { code, verdict } = await verify([twins]);
    expect({ code, verdict }).toMatchObject({
      code: 6,
      verdict: { different: 1, duplicates: 2, examples: [{ kind: 'different', key: 'a' }] },
    });
  });

  it('finds keys that look like something else', async () => {
    const ids = ['null', 'undefined', 'true', '007', '1e3', '2026-01-01T00:00:00.000000Z', '*', '%', '"', ' ', 'é 🚢'];
    const ts = '2026-01-01T00:00:00.000000Z';
    await source.table(
      'odd',
      {
        schema: [
          { name: 'id', type: 'STRING' },
          { name: 'ts', type: 'TIMESTAMP' },
        ],
      },
      ids.map((id) => ({ id, ts })),
    );
    for (const id of ids) await target.put('Odd', { id, ts });
    const odd = spec('odd', 'Odd', { primaryKey: ['id'] });
    const { code, verdict } = await verify([odd]);
    expect(verdict).toMatchObject({ ...COUNTS, source: ids.length, target: ids.length, applied: ids.length });
    expect(code).toBe(0);
  });

  it('leaves rows below the start out and counts them, and reads rows without a cursor (R6, INV-10)', async () => {
    await source.table(
      'started',
      {
        schema: [
          { name: 'id', type: 'STRING' },
          { name: 'ts', type: 'TIMESTAMP' },
        ],
        timePartitioning: { type: 'DAY', field: 'ts' },
      },
      [{ id: 'old', ts: '2025-12-31T00:00:00Z' }, { id: 'new', ts: '2026-01-01T00:00:00Z' }, { id: 'timeless' }, { id: 'gone' }],
    );
    await target.upsert('Started', [
      { id: 'new', ts: '2026-01-01T00:00:00.000000Z' },
      { id: 'timeless', ts: null },
    ]);
    const { code, verdict } = await verify([spec('started', 'Started', { primaryKey: ['id'], sync: { startTimestamp: '2026-01-01' } })]);
    expect(verdict).toMatchObject({
      ...COUNTS,
      source: 4,
      excluded: 1,
      applied: 2,
      missing: 1,
      examples: [{ kind: 'missing', key: 'gone' }],
    });
    expect(code).toBe(6);
  });

  it('goes on after a table that cannot be compared, and exits with its code', async () => {
    const { code, verdicts } = await verify([
      spec('events', 'Nowhere', { id: 'a', primaryKey: ['id'] }),
      spec('events', 'Sealed', { id: 'b', primaryKey: ['id'] }),
      spec('events', 'Events', { id: 'c', primaryKey: ['id'] }),
    ]);
    expect(verdicts).toMatchObject([
      { table: 'a', exact: false, error: { code: 'BQS_TARGET_MISSING' } },
      { table: 'b', exact: false, error: { code: 'BQS_TARGET_INCOMPATIBLE' } },
      { table: 'c', exact: true },
    ]);
    expect(code).toBe(5);
  });

  it('exits with 5 for a wrong password and never shows it', async () => {
    const run = await runCli(['verify', '--config', source.config([events]), ...target.args], {
      env: { ...target.env, BQSYNC_HARPER_PASSWORD: 'wrong-secret' },
    });
    expect(run.code).toBe(5);
    expect(run.stdout + run.stderr).toMatch(/refuses the user admin/);
    expect(run.stdout + run.stderr).not.toContain('wrong-secret');
  });

  it('asks for a login', async () => {
    const { code, stderr } = await runCli(['verify', '--config', source.config([events])]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: Harper needs a super user to log in as\nhint: set BQSYNC_HARPER_USER/);
  });
});

describe('bqsync check with Harper', () => {
  const check = async (table: Readonly<Record<string, unknown>>) => {
    const run = await runCli(['check', '--json', '--config', source.config([table]), ...target.args], { env: target.env });
    const findings = run.documents[0]!['findings'] as unknown as readonly {
      level: string;
      check: string;
      message: string;
      fix?: string;
      code?: string;
    }[];
    return { code: run.code, findings: findings.filter(({ check }) => check === 'target' || check === 'types') };
  };

  it('names what a declared type loses', async () => {
    const { code, findings } = await check(spec('lossy', 'Lossy', { primaryKey: ['id'] }));
    expect(code).toBe(0);
    expect(findings).toEqual([
      { level: 'ok', table: 'lossy', check: 'target', message: 'data.Lossy holds every column' },
      { level: 'warning', table: 'lossy', check: 'types', message: expect.stringContaining('"at" (TIMESTAMP) becomes a Date') },
      { level: 'warning', table: 'lossy', check: 'types', message: expect.stringContaining('"price" (NUMERIC) becomes a double') },
    ]);
  });

  it('names what a target cannot hold, and a schema that can', async () => {
    const { code, findings } = await check(spec('events', 'Sealed', { primaryKey: ['id'] }));
    expect(code).toBe(5);
    expect(findings[0]).toMatchObject({
      level: 'error',
      code: 'BQS_TARGET_INCOMPATIBLE',
      message: expect.stringContaining('sealed'),
      fix: expect.stringContaining('type Sealed @table @export { id: ID @primaryKey, ts: String @indexed'),
    });
  });

  it('wants a missing target only where it may not be created', async () => {
    expect(await check(spec('events', 'Nowhere', { primaryKey: ['id'] }))).toMatchObject({ code: 0, findings: [{ level: 'ok' }] });
    const refused = await check(spec('events', 'Nowhere', { primaryKey: ['id'], createTables: false }));
    expect(refused).toMatchObject({
      code: 5,
      findings: [{ level: 'error', code: 'BQS_TARGET_MISSING', fix: expect.stringContaining('createTables: true') }],
    });
  });
});

describe('Ctrl-C', () => {
  it('ends verify with 130, in one line, and leaves nothing running', async () => {
    const rows = Array.from({ length: 30_000 }, (_, id) => ({ id: `r${id}`, ts: '2026-01-01T00:00:00Z' }));
    await source.table(
      'many',
      {
        schema: [
          { name: 'id', type: 'STRING' },
          { name: 'ts', type: 'TIMESTAMP' },
        ],
      },
      rows,
    );
    // Not a thing of the table is in Harper: looking for it takes a while.
    const gate = await gateway(target.harper.operationsUrl);
    const run = runCli(['verify', '--config', source.config([spec('many', 'Bare', { primaryKey: ['id'] })]), '--operations', gate.url], {
      env: target.env,
      onStart: (kill) => void gate.held.then(() => kill('SIGINT')),
    });
    const { code, stdout, stderr } = await run;
    await gate.close();
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^error: .*\n$/);
  });
});

/** Passes calls on to Harper but never answers a look-up, so that a command is surely in the middle of its work. */
async function gateway(operationsUrl: string): Promise<{ url: string; held: Promise<void>; close(): Promise<void> }> {
  let onHeld: () => void;
  const held = new Promise<void>((resolve) => {
    onHeld = resolve;
  });
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      if ((JSON.parse(body.toString()) as { table?: string; ids?: unknown[] }).ids !== undefined && body.includes('Bare')) {
        onHeld();
        return;
      }
      const headers = {
        'content-type': 'application/json',
        accept: 'application/cbor',
        authorization: request.headers.authorization ?? '',
      };
      const answer = await fetch(operationsUrl, { method: 'POST', headers, body });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    held,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function contentKey(canonical: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical));
  return Buffer.from(digest).subarray(0, 16).toString('base64url');
}

const MEGABYTE = '🚢é"\\'.repeat(140_000);
const TYPES = {
  i: 'INTEGER',
  f: 'FLOAT',
  num: 'NUMERIC',
  big: 'BIGNUMERIC',
  yes: 'BOOLEAN',
  s: 'STRING',
  b: 'BYTES',
  dt: 'DATETIME',
  d: 'DATE',
  t: 'TIME',
  j: 'JSON',
  g: 'GEOGRAPHY',
  iv: 'INTERVAL',
} as const;
const ALL_TYPES = [
  { name: 'id', type: 'STRING' },
  { name: 'ts', type: 'TIMESTAMP' },
  ...Object.entries(TYPES).map(([name, type]) => ({ name, type })),
  { name: 'r', type: 'RANGE', rangeElementType: { type: 'DATE' } },
  { name: 'arr', type: 'INTEGER', mode: 'REPEATED' },
  {
    name: 'st',
    type: 'RECORD',
    fields: [
      { name: 'x', type: 'INTEGER' },
      { name: 'deep', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'at', type: 'TIMESTAMP' }] },
    ],
  },
];

/** Values as a load takes them. */
const LOW = {
  ts: '1969-12-31T23:59:59.999999Z',
  i: '-9223372036854775808',
  f: 'NaN',
  num: '-99999999999999999999999999999.999999999',
  big: '0.00000000000000000000000000000000000001',
  yes: false,
  s: '',
  b: '',
  dt: '0001-01-01T00:00:00',
  d: '0001-01-01',
  t: '00:00:00',
  j: '{"b":[1,null,"x"],"n":{"a":null}}',
  g: 'POINT(103.8 1.2)',
  iv: '1-2 3 4:5:6',
  r: '[2026-01-01, 2026-02-01)',
  arr: [],
  st: { x: null, deep: [] },
};
const HIGH = {
  ts: '2099-12-31T23:59:59.123456Z',
  i: '9223372036854775807',
  f: 5e-324,
  num: '1.5',
  big: '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
  yes: true,
  s: MEGABYTE,
  b: 'AP+A',
  dt: '9999-12-31T23:59:59.999999',
  d: '9999-12-31',
  t: '23:59:59.999999',
  j: '[]',
  g: 'POINT(0 0)',
  iv: '0-0 0 0:0:1',
  r: '[2026-01-01, UNBOUNDED)',
  arr: ['9007199254740993', '1'],
  st: { x: '-9007199254740993', deep: [{ at: '2026-01-01T00:00:00Z' }] },
};

function allTypesRow(id: string, { j, ...values }: typeof LOW | typeof HIGH): string {
  return `${JSON.stringify({ id, ...values }).slice(0, -1)},"j":${j}}`;
}

/** The same as bqsync must store them, by the table of types. */
const STORED_LOW = {
  ts: '1969-12-31T23:59:59.999999Z',
  i: -9223372036854775808n,
  f: NaN,
  num: '-99999999999999999999999999999.999999999',
  big: '0.00000000000000000000000000000000000001',
  yes: false,
  s: '',
  b: Buffer.alloc(0),
  dt: '0001-01-01T00:00:00.000000',
  d: '0001-01-01',
  t: '00:00:00.000000',
  j: { b: [1, null, 'x'], n: { a: null } },
  g: 'POINT(103.8 1.2)',
  iv: '1-2 3 4:5:6',
  r: { start: '2026-01-01', end: '2026-02-01' },
  arr: [],
  st: { x: null, deep: [] },
};
const STORED_HIGH = {
  ts: '2099-12-31T23:59:59.123456Z',
  i: 9223372036854775807n,
  f: 5e-324,
  num: '1.5',
  big: '578960446186580977117854925043439539266.34992332820282019728792003956564819967',
  yes: true,
  s: MEGABYTE,
  b: Buffer.from([0, 255, 128]),
  dt: '9999-12-31T23:59:59.999999',
  d: '9999-12-31',
  t: '23:59:59.999999',
  j: [],
  g: 'POINT(0 0)',
  iv: '0-0 0 0:0:1',
  r: { start: '2026-01-01', end: null },
  arr: [9007199254740993n, 1],
  st: { x: -9007199254740993n, deep: [{ at: '2026-01-01T00:00:00.000000Z' }] },
};
const STORED_NULL = {
  ts: '2026-01-01T00:00:00.000000Z',
  ...Object.fromEntries(Object.keys(TYPES).map((name) => [name, null])),
  r: null,
  arr: [],
  st: null,
};

/** Each of the values of STORED_HIGH, changed by as little as can be. */
const ALTERED = {
  ts: '2099-12-31T23:59:59.123457Z',
  i: 9223372036854775806n,
  f: 0,
  num: '1.50',
  big: '578960446186580977117854925043439539266.34992332820282019728792003956564819966',
  yes: false,
  s: 'X',
  b: Buffer.from([0, 255, 129]),
  dt: '9999-12-31T23:59:59.999998',
  d: null,
  t: '23:59:59.999990',
  j: {},
  g: 'POINT(0 1)',
  iv: '0-0 0 0:0:2',
  r: { start: '2026-01-01', end: '2026-02-01' },
  arr: [9007199254740992, 1],
  st: { x: -9007199254740993n, deep: [{ at: '2026-01-01T00:00:00.000001Z' }] },
};
