import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplication, type HarperProcess, startHarper } from '@bqsync/harper-process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginRuns, START_TIMEOUT_MS, waitUntil } from '../../harper-plugin/test/harness.ts';
import { installPlugin } from '../../harper-plugin/test/install-plugin.ts';
import { type CliRun, runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

const tables = [
  {
    id: 'events',
    dataset: 'maritime',
    table: 'port_events',
    timestampColumn: 'event_time',
    primaryKey: ['event_id'],
    targetTable: 'PortEvents',
  },
  { id: 'elsewhere', dataset: 'maritime', table: 'odd', timestampColumn: 'day', targetDatabase: 'other', targetTable: 'PortEvents' },
  { id: 'dashed', dataset: 'maritime', table: 'odd', timestampColumn: 'day', primaryKey: ['größe'], targetTable: 'odd-ports' },
  { id: 'scalar', dataset: 'maritime', table: 'odd', timestampColumn: 'day', targetTable: 'String' },
  // The same names in another project.
  { id: 'held', dataset: 'public-holder.maritime', table: 'odd', timestampColumn: 'day', primaryKey: ['type'], targetTable: 'Held' },
];
// Not in the schema at first: one that the plugin makes, and one that somebody declared in part.
const undeclared = [
  { id: 'made', dataset: 'maritime', table: 'odd', timestampColumn: 'day', targetTable: 'Made' },
  { id: 'partial', dataset: 'maritime', table: 'odd', timestampColumn: 'day', primaryKey: ['type'], targetTable: 'Partial' },
];
const PARTIAL = 'type Partial @table { type: ID @primaryKey, day: String @indexed }\n';

let source: SourceFixture;
let dir: string;
let app: string;
let config: string;
let schema: CliRun;
let harper: HarperProcess;

const application = (graphql: string): string =>
  createApplication(app, {
    config: {
      rest: true,
      graphql: true,
      graphqlSchema: { files: '*.graphql' },
      '@bqsync/harper-plugin': {
        package: '@bqsync/harper-plugin',
        bigquery: { projectId: 'test-project', credentials: 'none', apiEndpoint: source.server.url, tables: [...tables, ...undeclared] },
        sync: { pollInterval: 200 },
      },
    },
    graphql,
  });

beforeAll(async () => {
  source = await startSource();
  await source.table(
    'port_events',
    {
      schema: [
        { name: 'event_id', type: 'STRING' },
        { name: 'event_time', type: 'TIMESTAMP' },
        { name: 'event_type', type: 'STRING' },
        { name: 'imo', type: 'STRING' },
        { name: 'mmsi', type: 'INT64' },
        { name: 'weight', type: 'NUMERIC' },
        { name: 'loaded', type: 'BOOL' },
      ],
    },
    Array.from({ length: 40 }, (_, i) => ({
      event_id: `e${String(i).padStart(2, '0')}`,
      event_time: `2026-01-01T00:00:${String(i).padStart(2, '0')}.000001Z`,
      event_type: i % 4 === 0 ? 'ARRIVAL' : 'DEPARTURE',
      // Digits that are text: a filter must find them as such.
      imo: `0${i}`,
      mmsi: i === 39 ? '9007199254740993' : i,
      weight: '1.5',
      loaded: i % 2 === 0,
    })),
  );
  await source.table(
    'odd',
    {
      schema: [
        { name: 'day', type: 'DATE' },
        { name: 'größe', type: 'NUMERIC' },
        { name: 'type', type: 'STRING' },
        { name: 'tags', type: 'STRING', mode: 'REPEATED' },
      ],
    },
    [{ day: '2026-01-01', größe: '2.25', type: 'quay', tags: ['a', 'b'] }],
  );
  await source.tableOf(
    'public-holder',
    'odd',
    {
      schema: [
        { name: 'day', type: 'DATE' },
        { name: 'type', type: 'STRING' },
        { name: 'depth', type: 'FLOAT64' },
      ],
    },
    [
      { day: '2026-02-01', type: 'pier', depth: 11.5 },
      { day: '2026-02-02', type: 'buoy', depth: 3 },
    ],
  );
  dir = mkdtempSync(join(tmpdir(), 'bqsync-schema-'));
  app = join(dir, 'app');
  config = source.config([...tables, ...undeclared]);
  [schema] = await Promise.all([runCli(['schema', '--config', config, ...tables.map(({ id }) => id)]), installPlugin(app)]);
  harper = await startHarper({
    rootDir: join(dir, 'harper'),
    appDir: application(schema.stdout + PARTIAL),
    threads: 2,
    ready: pluginRuns(2),
  });
  await synced();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await harper.stop();
  await source.end();
  rmSync(dir, { recursive: true, force: true });
});

async function synced(): Promise<void> {
  await waitUntil('every table caught up', async () => {
    const { tables: states } = (await json('/SyncControl')) as { tables: { state: string; counters: { inserted: number } }[] };
    return states.length === tables.length + undeclared.length && states.every(({ state }) => state === 'caught-up');
  });
}

async function json(path: string, body?: object): Promise<unknown> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const response = await harper.fetch(path, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return await response.json();
}

const graphql = (query: string): Promise<unknown> => json('/graphql', { query });

const rows = async (path: string): Promise<Record<string, unknown>[]> => (await json(path)) as Record<string, unknown>[];

/** What `check` says of a table's target. */
async function check(
  ...args: readonly string[]
): Promise<readonly { level: string; table?: string; check: string; message: string; fix?: string }[]> {
  const { username, password } = harper.credentials;
  const { documents } = await runCli(['check', '--json', '--config', config, '--operations', harper.operationsUrl, ...args], {
    env: { BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password },
  });
  const findings = documents[0]!['findings'] as unknown as { level: string; table?: string; check: string; message: string }[];
  return findings.filter(({ check: kind }) => kind === 'target' || kind === 'schema');
}

describe('an application with the schema that bqsync schema prints', () => {
  it('serves synced rows over REST, with filters, instead of 404', async () => {
    const arrivals = await rows('/PortEvents/?event_type=ARRIVAL');
    expect(arrivals).toHaveLength(10);
    expect(arrivals.find(({ event_id }) => event_id === 'e04')).toEqual({
      event_id: 'e04',
      event_time: '2026-01-01T00:00:04.000001Z',
      event_type: 'ARRIVAL',
      imo: '04',
      mmsi: 4,
      weight: '1.5',
      loaded: true,
      _syncedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect((await rows('/PortEvents/?imo=07')).map(({ event_id }) => event_id)).toEqual(['e07']);
    expect((await rows('/PortEvents/?mmsi=7')).map(({ event_id }) => event_id)).toEqual(['e07']);
    expect(await rows('/PortEvents/?loaded=true')).toHaveLength(20);
    // Harper takes a colon after a comparator for the end of a type's name.
    const after = encodeURIComponent('2026-01-01T00:00:37.000001Z');
    expect((await rows(`/PortEvents/?event_time=gt=${after}&sort(event_time)`)).map(({ event_id }) => event_id)).toEqual(['e38', 'e39']);
    expect(await json('/PortEvents/e03')).toMatchObject({ event_id: 'e03', event_type: 'DEPARTURE' });
  });

  it('answers GraphQL queries', async () => {
    expect(await graphql('{ PortEvents(event_type: "ARRIVAL", loaded: true) { event_id imo } }')).toEqual({
      data: {
        PortEvents: expect.arrayContaining([{ event_id: 'e00', imo: '00' }]),
      },
    });
    expect(await graphql('{ other_PortEvents { type tags } }')).toEqual({
      data: { other_PortEvents: [{ type: 'quay', tags: ['a', 'b'] }] },
    });
  });

  it('serves targets that GraphQL knows by another name, and columns that it has no name for', async () => {
    for (const path of ['/other_PortEvents/', '/data_odd_ports/', '/data_String/']) {
      expect(await rows(path), path).toEqual([
        expect.objectContaining({ day: '2026-01-01', größe: '2.25', type: 'quay', tags: ['a', 'b'] }),
      ]);
    }
    expect((await rows('/data_odd_ports/?type=quay')).map(({ id }) => id)).toEqual(['2.25']);
  });

  it('serves a table of another project, which is not the one of the same name beside it', async () => {
    expect(await rows('/Held/?depth=gt=5')).toEqual([{ type: 'pier', day: '2026-02-01', depth: 11.5, _syncedAt: expect.any(String) }]);
    expect(await json('/Held/buoy')).toMatchObject({ day: '2026-02-02', depth: 3 });
    expect((await harper.fetch('/Held/quay')).status).toBe(404);
  });

  it('stays exact', async () => {
    const { username, password } = harper.credentials;
    const { code, stdout } = await runCli(['verify', '--config', config, '--operations', harper.operationsUrl], {
      env: { BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password },
    });
    expect(code, stdout).toBe(0);
  });

  it('is found in order by check, which names targets that are not exported or lack attributes', async () => {
    const findings = await check();
    const declared = findings.filter(({ table }) => tables.some(({ id }) => id === table));
    expect(declared.map(({ level, table, check: kind }) => `${level} ${kind} ${table}`)).toEqual(tables.map(({ id }) => `ok target ${id}`));
    expect(findings.filter(({ check: kind }) => kind === 'schema')).toEqual([
      {
        level: 'warning',
        table: 'made',
        check: 'schema',
        message: 'data.Made is not exported: Harper answers GET /Made/ with 404',
        fix: "put what bqsync schema made prints into the application's schema",
      },
      {
        level: 'warning',
        table: 'partial',
        check: 'schema',
        message: 'data.Partial does not declare "tags": stored, but no query can filter or sort by it',
        fix: 'bqsync schema partial prints a declaration of every column',
      },
      expect.objectContaining({ table: 'partial', message: 'data.Partial is not exported: Harper answers GET /Partial/ with 404' }),
    ]);
    expect((await harper.fetch('/Made/')).status).toBe(404);
  });

  it('may come to declare targets that the plugin has made', async () => {
    const whole = await runCli(['schema', '--config', config]);
    application(whole.stdout);
    await harper.restart();
    await synced();
    for (const path of ['/Made/?type=quay', '/Partial/quay']) {
      expect([await json(path)].flat(), path).toEqual([expect.objectContaining({ day: '2026-01-01', größe: '2.25', tags: ['a', 'b'] })]);
    }
    expect((await check()).filter(({ check: kind, level }) => kind === 'schema' || level === 'error')).toEqual([]);
  });
});
