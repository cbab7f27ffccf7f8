import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

let source: SourceFixture;
const events = {
  id: 'events',
  dataset: 'maritime',
  table: 'port_events',
  timestampColumn: 'event_time',
  primaryKey: ['event_id'],
  targetTable: 'Events',
};

beforeAll(async () => {
  source = await startSource();
  await source.table(
    'port_events',
    {
      schema: [
        { name: 'event_time', type: 'TIMESTAMP' },
        { name: 'event_id', type: 'STRING' },
        { name: 'weight', type: 'NUMERIC' },
      ],
      timePartitioning: { type: 'DAY', field: 'event_time' },
    },
    Array.from({ length: 50 }, (_, i) => ({ event_time: `2026-01-0${1 + (i % 5)}T00:00:00.123456Z`, event_id: `e${i}`, weight: '1.5' })),
  );
  await source.table('keyless', { schema: [{ name: 'ts', type: 'TIMESTAMP' }] }, [{ ts: '2026-01-01T00:00:00Z' }]);
});
afterAll(() => source.end());

const check = async (tables: readonly Record<string, unknown>[], more: Record<string, unknown> = {}, args: readonly string[] = []) => {
  const run = await runCli(['check', '--json', '--config', source.config(tables, more), ...args]);
  const document = run.documents.at(-1)!;
  const findings = (document['findings'] ?? []) as unknown as readonly { level: string }[];
  return { ...run, document, errors: findings.filter(({ level }) => level === 'error') };
};

describe('bqsync check', () => {
  it('finds a good configuration good and prices polls and backfill without billing anything', async () => {
    const before = source.server.usage().bytesBilled;
    const { code, document, errors } = await check([events]);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(document['tables']![0]!).toMatchObject({
      table: 'events',
      stage: 'new',
      backfill: [{ kind: 'backfill', rows: 50, billedBytes: 10 * 2 ** 20 }],
      poll: { billedBytes: 10 * 2 ** 20 },
      tail: { least: { polls: 0, sweeps: 24 }, most: { polls: 2784, sweeps: 96, billedBytesPerDay: 2880 * 10 * 2 ** 20 } },
    });
    expect(document['tables']![0]!['backfill']![0]!['bytes']).toBeGreaterThan(0);
    expect(document['tables']![0]!['poll']!['usd']).toBeCloseTo((6.25 * 10) / 2 ** 20, 12);
    expect(source.server.usage().bytesBilled).toBe(before);
  });

  it('names a missing table and the one that was meant, and goes on with the others', async () => {
    const { code, errors, document } = await check([
      { ...events, table: 'port_event' },
      { ...events, id: 'k', table: 'keyless', timestampColumn: 'ts', primaryKey: undefined, targetTable: 'K' },
    ]);
    expect(code).toBe(4);
    expect(errors).toMatchObject([
      {
        table: 'events',
        code: 'BQS_SOURCE_NOT_FOUND',
        message: expect.stringContaining('test-project.maritime.port_event'),
        fix: expect.stringContaining('port_events'),
      },
    ]);
    expect(document['findings']).toContainEqual(expect.objectContaining({ table: 'k', check: 'source', level: 'ok' }));
    expect(document['findings']).toContainEqual(
      expect.objectContaining({ table: 'k', check: 'key', level: 'warning', message: expect.stringContaining('no key') }),
    );
  });

  it('columns that leave out the declared key: it is read along, and said', async () => {
    await source.table('declared', {
      schema: [
        { name: 'event_time', type: 'TIMESTAMP' },
        { name: 'event_id', type: 'STRING' },
        { name: 'port_id', type: 'STRING' },
      ],
      tableConstraints: { primaryKey: { columns: ['event_id'] } },
    });
    const table = { ...events, table: 'declared', primaryKey: undefined, columns: ['event_time', 'port_id'] };
    const { code, document } = await check([table]);
    expect(code).toBe(0);
    expect(document['findings']).toContainEqual(
      expect.objectContaining({
        check: 'key',
        message: 'event_id (declared in BigQuery); event_id is read along, though columns leaves it out',
      }),
    );
  });

  it('says under which names columns and fields are stored that Harper uses itself, before there is a target', async () => {
    await source.table('harper_names', {
      schema: [
        { name: 'event_time', type: 'TIMESTAMP' },
        { name: 'event_id', type: 'STRING' },
        { name: '__createdtime__', type: 'INTEGER' },
        { name: 's', type: 'RECORD', fields: [{ name: 'then', type: 'STRING' }] },
      ],
    });
    const { code, document } = await check([{ ...events, table: 'harper_names' }]);
    expect(code).toBe(0);
    const types = ((document['findings'] ?? []) as unknown as { check: string; message: string }[]).filter(
      (each) => each.check === 'types',
    );
    expect(types.map(({ message }) => message)).toEqual([
      'Column "__createdtime__" is stored as "source___createdtime__": Harper uses that name itself.',
      'Field "s.then" is stored as "s.source_then": Harper uses that name itself.',
    ]);
  });

  it('names a missing column', async () => {
    const { code, errors } = await check([{ ...events, timestampColumn: 'event_tim' }]);
    expect(code).toBe(4);
    expect(errors).toMatchObject([
      { code: 'BQS_SOURCE_COLUMN_MISSING', message: expect.stringContaining('event_tim'), fix: expect.stringContaining('event_time') },
    ]);
  });

  it('refuses a view by name', async () => {
    await source.dataset.createTable('a_view', { view: { query: 'SELECT 1', useLegacySql: false } } as never);
    const { code, errors } = await check([{ ...events, table: 'a_view' }]);
    expect(code).toBe(4);
    expect(errors).toMatchObject([{ code: 'BQS_SOURCE_UNSUPPORTED', message: expect.stringContaining('a view') }]);
  });

  it.each([
    ['nowhere.json', undefined, 'cannot be read'],
    ['broken.json', '{', 'is not JSON'],
    ['typeless.json', '{}', 'has no known "type"'],
    ['half.json', '{"type":"service_account","client_email":"a@b"}', 'has no private_key'],
  ])('names what is wrong with the key file %s, once', async (file, text, message) => {
    if (text !== undefined) writeFileSync(join(source.dir, file), text);
    const { code, errors } = await check([events], { credentials: file });
    expect(code).toBe(4);
    expect(errors).toMatchObject([{ check: 'credentials', message: expect.stringContaining(message) }]);
  });

  it('exits with 3 and every place where the configuration is wrong', async () => {
    const { code, document, stderr } = await check([{ ...events, timestampColum: 'x', primaryKey: [] }]);
    expect(code).toBe(3);
    expect(document).toMatchObject({ ok: false, exitCode: 3, error: { code: 'BQS_CONFIG_INVALID' } });
    expect(document['error']!['issues']!['length']).toBeGreaterThan(1);
    expect(stderr).toMatch(/config-\d+\.yaml:\d+:\d+ bigquery\.tables\[0\]/);
  });

  it('takes limits that leave room for the next query', async () => {
    const { code, errors } = await check([{ ...events, cost: { maxBytesPerDay: '10 MB', maxBytesBilledPerQuery: '10 MB' } }]);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
  });

  it('says without a configuration how to get one', async () => {
    const { code, stderr } = await runCli(['check'], { cwd: source.dir });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: there is no bqsync.yaml and no config.yaml in this folder\nhint: bqsync init /);
  });

  it('exits with 4 when BigQuery cannot be reached', async () => {
    const { code, errors } = await check([events], { apiEndpoint: 'http://127.0.0.1:1' });
    expect(code).toBe(4);
    expect(errors).toMatchObject([{ code: 'BQS_SOURCE_UNREACHABLE' }]);
  });

  it('exits with 5 when Harper cannot be reached, and keeps what it found', async () => {
    const config = source.config([events]);
    const { code, documents } = await runCli(['check', '--json', '--config', config, '--operations', 'http://127.0.0.1:1'], {
      env: { BQSYNC_HARPER_USER: 'u', BQSYNC_HARPER_PASSWORD: 'p' },
    });
    expect(code).toBe(5);
    expect(documents[0]!['findings']).toContainEqual(expect.objectContaining({ level: 'error', code: 'BQS_TARGET_UNAVAILABLE' }));
  });
});
