import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture, START_TIMEOUT_MS, waitUntil } from '../../harper-plugin/test/harness.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliRun, runCli } from './run-cli.ts';

const table = {
  id: 'ports',
  dataset: 'maritime',
  table: 'port_events',
  timestampColumn: 'ts',
  targetTable: 'PortEvents',
  primaryKey: ['key'],
};

let fixture: Fixture;
let config: string;
let env: Readonly<Record<string, string>>;
let nextRow = 0;

async function insert(count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => {
    const at = nextRow++;
    return { key: `k${at}`, ts: new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString(), v: at };
  });
  await fixture.bigquery.dataset('maritime').table('port_events').insert(rows);
}

function cli(args: readonly string[]): Promise<CliRun> {
  const urls =
    args[0] === 'verify' || args[0] === 'plan' || args[0] === 'check'
      ? ['--operations', fixture.harper.operationsUrl]
      : ['--harper', fixture.harper.httpUrl];
  return runCli([...args, ...urls, '--json', '--config', config], { env });
}

beforeAll(async () => {
  fixture = await Fixture.start({
    tables: [table],
    seed: async (bigquery) => {
      const [dataset] = await bigquery.createDataset('maritime');
      await dataset.createTable('port_events', { schema: 'key:STRING,ts:TIMESTAMP,v:INTEGER' });
    },
  });
  const { username, password } = fixture.harper.credentials;
  env = { BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password };
  config = join(fixture.dir, 'bqsync.yaml');
  const bigquery = { projectId: 'local-project', credentials: 'none', apiEndpoint: fixture.local.url, tables: [table] };
  writeFileSync(config, JSON.stringify({ bigquery }));
  await insert(300);
}, START_TIMEOUT_MS);
afterAll(() => fixture.close());

const verdictOf = async (): Promise<{ code: number | null; verdict: Record<string, unknown> }> => {
  const { code, documents } = await cli(['verify']);
  return { code, verdict: documents[0]!['tables']![0]! };
};

/** Until the sync has reached what was inserted. */
const settled = () => waitUntil('every row applied', async () => (await verdictOf()).verdict['applied'] === nextRow);

describe('a running plugin', () => {
  it('shows its status, to people too', async () => {
    await settled();
    const { code, documents } = await cli(['status']);
    expect(code).toBe(0);
    expect(documents[0]).toMatchObject({ ok: true, status: { tables: [{ tableId: 'ports', desired: 'start' }] } });
    const text = await runCli(['status', '--harper', fixture.harper.httpUrl], { env });
    expect(text.stdout).toMatch(/^TABLE\s+STATE\s+PHASE\s+LAG\s+ROWS\s+QUARANTINED\s+BILLED TODAY\s+WATERMARK\nports\s/);
    expect(text.stdout).toContain('2026-01-01T00:04:59.000000Z');
  });

  it('stops and starts; rows that came meanwhile are pending, not missing', async () => {
    const stopped = await cli(['stop', 'ports']);
    expect({ code: stopped.code, document: stopped.documents[0] }).toMatchObject({
      code: 0,
      document: { ok: true, action: 'stop', table: 'ports' },
    });
    await waitUntil('the table has stopped', async () => {
      const { documents } = await cli(['status']);
      return (documents[0]!['status']!['tables']![0]!['state'] as unknown) === 'stopped';
    });
    await insert(20);
    const { code, verdict } = await verdictOf();
    expect(verdict).toMatchObject({ exact: true, source: 320, missing: 0, extra: 0, different: 0 });
    // The last row that was read lies at the frontier and so would be read again.
    expect(verdict['pending']).toBe(20);
    expect(code).toBe(0);

    expect((await cli(['start'])).code).toBe(0);
    await settled();
  });

  it('plans from its progress', async () => {
    const { code, documents } = await cli(['plan']);
    expect(code).toBe(0);
    expect(documents[0]!['tables']![0]!['stage']).toBe('tail');
  });

  it('puts right with resync what verify finds', async () => {
    await fixture.harper.operation({ operation: 'delete', table: 'PortEvents', ids: ['k3'] });
    await fixture.harper.operation({ operation: 'update', table: 'PortEvents', records: [{ key: 'k4', v: -1 }] });
    const { code, verdict } = await verdictOf();
    expect({ code, verdict }).toMatchObject({ code: 6, verdict: { exact: false, missing: 1, different: 1, extra: 0 } });

    const unasked = await cli(['resync', '--table', 'ports']);
    expect({ code: unasked.code, stderr: unasked.stderr }).toEqual({
      code: 2,
      stderr: 'error: there is no terminal to ask on\nhint: give --yes\n',
    });
    const asked = await cli(['resync', '--table', 'ports', '--from', '2026-01-01', '--yes']);
    expect({ code: asked.code, stderr: asked.stderr }).toEqual({ code: 0, stderr: '' });
    expect(asked.documents[0]).toMatchObject({ action: 'resync', table: 'ports', from: '2026-01-01T00:00:00.000000Z' });
    await waitUntil('the table is exact again', async () => (await verdictOf()).code === 0);
  });

  it('gets rid of extra rows by a resync of the whole table, but for rows of others', async () => {
    const _syncedAt = '2026-01-01T00:00:00.000000Z';
    await fixture.harper.operation({
      operation: 'insert',
      table: 'PortEvents',
      records: [{ key: 'stale', v: 1, _syncedAt }, { key: 'alien' }],
    });
    expect(await verdictOf()).toMatchObject({
      code: 6,
      verdict: {
        extra: 2,
        missing: 0,
        different: 0,
        examples: [
          { kind: 'extra', key: 'alien', reason: expect.stringContaining('never wrote') },
          { kind: 'extra', key: 'stale' },
        ],
      },
    });
    expect((await cli(['resync', '--table', 'ports', '--yes'])).code).toBe(0);
    await waitUntil('the stale row is gone', async () => (await verdictOf()).verdict['extra'] === 1);
    await fixture.harper.operation({ operation: 'delete', table: 'PortEvents', ids: ['alien'] });
    expect((await verdictOf()).code).toBe(0);
  }, 60_000);

  it('refuses what it does not know, and names what it does', async () => {
    const run = await cli(['stop', 'prots']);
    expect(run.code).toBe(2);
    expect(run.stderr).toBe('error: the plugin refuses: unknown table "prots"\nhint: its tables are ports\n');
    expect((await cli(['resync', '--table', 'ports', '--from', 'yesterday', '--yes'])).code).toBe(2);
  });

  it('is missed where it is not', async () => {
    const run = await runCli(['status', '--harper', fixture.harper.operationsUrl], { env });
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(/^error: .*SyncControl answered 4\d\d\nhint: |^error: .*something else than a status/);
  });

  it('is healthy or not by its exit code', async () => {
    const check = async (): Promise<{ code: number | null; unhealthy: unknown; ok: unknown }> => {
      const { code, documents } = await cli(['status', '--check']);
      return { code, unhealthy: documents[0]!['unhealthy'], ok: documents[0]!['ok'] };
    };
    expect(await check()).toEqual({ code: 0, ok: true, unhealthy: [] });
    const text = await runCli(['status', '--check', '--harper', fixture.harper.httpUrl], { env });
    expect(text.stdout).toMatch(/^healthy every table$/m);
    expect(text.stdout).toMatch(/^@bqsync\/harper-plugin \d+\.\d+\.\d+.* on localhost$/m);

    const at = new Date(Date.UTC(2026, 0, 2)).toISOString();
    await fixture.bigquery
      .dataset('maritime')
      .table('port_events')
      .insert(Array.from({ length: 4 }, (_, v) => ({ key: null, ts: at, v })));
    await fixture.waitFor('the rows in quarantine', ({ tables }) => tables[0]?.quarantined === 4);
    expect(await check()).toEqual({
      code: 6,
      ok: false,
      unhealthy: [{ table: 'ports', state: 'degraded', message: '4 rows are in quarantine' }],
    });
    expect((await cli(['status'])).code).toBe(0);
    fixture.configure({ tables: [{ ...table, quarantine: { maxPercent: 5 } }] });
    await waitUntil('it is healthy again', async () => (await check()).code === 0);
    fixture.configure({ tables: [{ ...table, bogus: 1 }] });
    await waitUntil('it is misconfigured', async () => (await check()).code === 3);
    fixture.configure({ tables: [{ ...table, quarantine: { maxPercent: 5 } }] });
    await waitUntil('it is healthy again', async () => (await check()).code === 0);
  });
});
