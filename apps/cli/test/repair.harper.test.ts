import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture, START_TIMEOUT_MS, waitUntil } from '../../harper-plugin/test/harness.ts';
import { type CliRun, type JsonDocument, runCli } from './run-cli.ts';

const DAYS = 6;
const ROWS_A_DAY = 50;
const table = {
  id: 'ports',
  dataset: 'maritime',
  table: 'port_events',
  timestampColumn: 'ts',
  targetTable: 'PortEvents',
  primaryKey: ['key'],
};
const typed = { ...table, id: 'typed', table: 'typed_events', targetTable: 'TypedEvents' };

let fixture: Fixture;
let config: string;
let env: Readonly<Record<string, string>>;

const keyOf = (day: number, n: number) => `d${day}-${String(n).padStart(3, '0')}`;
const tsOf = (day: number, n: number) => `2026-01-${String(day + 1).padStart(2, '0')}T00:00:${String(n).padStart(2, '0')}.000001Z`;
const rowOf = (day: number, n: number) => ({ key: keyOf(day, n), ts: tsOf(day, n), v: day * 1_000 + n, x: n / 7 });

function cli(args: readonly string[]): Promise<CliRun> {
  const urls = ['--operations', fixture.harper.operationsUrl];
  const rest = ['--harper', fixture.harper.httpUrl];
  const isRest = args[0] === 'stop' || args[0] === 'start';
  const given = isRest ? rest : args[0] === 'audit' && args[1] !== 'retry' ? urls : [...urls, ...rest];
  return runCli([...args, ...given, '--json', '--config', config], { env });
}

async function verify(...args: readonly string[]): Promise<{ code: number | null; verdict: JsonDocument; stderr: string }> {
  const { code, documents, stderr } = await cli(['verify', 'ports', ...args]);
  return { code, verdict: documents[0]?.['tables']?.[0] as JsonDocument, stderr };
}

const tamper = (operation: string, records: readonly unknown[]) =>
  fixture.harper.operation({ operation, table: 'PortEvents', ...(operation === 'delete' ? { ids: records } : { records }) });

beforeAll(async () => {
  fixture = await Fixture.start({
    tables: [table, typed],
    // A long pause between polls: what is put right is put right by the repair.
    sync: { lateness: 60 },
    graphql: 'type TypedEvents @table { key: ID @primaryKey  v: Int }',
    seed: async (bigquery) => {
      const [dataset] = await bigquery.createDataset('maritime');
      const schema = 'key:STRING,ts:TIMESTAMP,v:INTEGER,x:FLOAT';
      await dataset.createTable('port_events', { schema, timePartitioning: { type: 'DAY', field: 'ts' } });
      await dataset.createTable('typed_events', { schema });
      const rows = Array.from({ length: DAYS * ROWS_A_DAY }, (_, at) => rowOf(Math.floor(at / ROWS_A_DAY), at % ROWS_A_DAY));
      await dataset.table('port_events').insert([...rows, { key: 'timeless', ts: null, v: -1, x: null }]);
      await dataset.table('typed_events').insert([
        { key: 'small', ts: tsOf(0, 0), v: 1, x: 0.1 },
        { key: 'big', ts: tsOf(0, 1), v: 5_000_000_000, x: 0.2 },
        { key: null, ts: tsOf(0, 2), v: 2, x: 0.3 },
      ]);
    },
  });
  const { username, password } = fixture.harper.credentials;
  env = { BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password };
  config = join(fixture.dir, 'bqsync.yaml');
  const bigquery = { projectId: 'local-project', credentials: 'none', apiEndpoint: fixture.local.url, tables: [table, typed] };
  writeFileSync(config, JSON.stringify({ bigquery }));
  await waitUntil('every row applied', async () => (await verify()).verdict['applied'] === ((DAYS * ROWS_A_DAY + 1) as unknown));
}, START_TIMEOUT_MS);
afterAll(() => fixture.close());

describe('verify', () => {
  it('needs no row where every day adds up to the same', async () => {
    const { code, verdict } = await verify();
    expect(verdict).toMatchObject({ exact: true, source: 301, target: 301, applied: 301, missing: 0, extra: 0, different: 0 });
    expect(verdict['method']).toBe('by checksums of 7 days, 0 of which differ');
    expect(code).toBe(0);
  });
});

describe('verify --repair', () => {
  it('asks before anything is read where nobody gave --yes: one line, exit 2, nothing changed', async () => {
    const { code, stderr } = await verify('--repair');
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: there is no terminal to ask on\nhint: give --yes\n' });
    expect((await cli(['verify', '--yes'])).code).toBe(2);
  });

  it('makes the target equal: missing, changed, extra and deleted rows, each counted exactly', async () => {
    // In Harper: two gone, one changed by a microsecond, one of nobody.
    await tamper('delete', [keyOf(1, 7), keyOf(4, 9), 'timeless']);
    await tamper('update', [{ key: keyOf(1, 8), ts: tsOf(1, 8).replace('000001Z', '000002Z') }]);
    await tamper('insert', [{ key: 'alien', ts: tsOf(5, 1), v: 1 }]);
    // In BigQuery, long before what a sweep reads: one deleted, one changed, one that came years late, one moved to another day.
    await fixture.bigquery.query(`DELETE FROM maritime.port_events WHERE key = '${keyOf(2, 3)}'`);
    await fixture.bigquery.query(`UPDATE maritime.port_events SET v = -5 WHERE key = '${keyOf(2, 4)}'`);
    await fixture.bigquery.query(`INSERT INTO maritime.port_events (key, ts, v) VALUES ('late', TIMESTAMP '2020-02-02 00:00:00', 1)`);
    await fixture.bigquery.query(`UPDATE maritime.port_events SET ts = TIMESTAMP '2026-01-01 00:00:00' WHERE key = '${keyOf(3, 3)}'`);
    await waitUntil('the sync has seen the changes', async () => {
      const { verdict } = await verify();
      return Number(verdict['pending']) === 0;
    });

    const found = await verify('--examples', '20');
    expect(found.verdict).toMatchObject({ exact: false, source: 301, target: 299, missing: 4, extra: 2, different: 3, pending: 0 });
    expect(found.code).toBe(6);
    const examples = found.verdict['examples'] as unknown as readonly { kind: string; key: string }[];
    expect(examples.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual(
      [
        `missing ${keyOf(1, 7)}`,
        `missing ${keyOf(4, 9)}`,
        'missing late',
        'missing timeless',
        'extra alien',
        `extra ${keyOf(2, 3)}`,
        `different ${keyOf(1, 8)}`,
        `different ${keyOf(2, 4)}`,
        `different ${keyOf(3, 3)}`,
      ].sort(),
    );
    // The same by every row, whatever the sums say.
    expect((await verify('--every-row')).verdict).toMatchObject({ missing: 4, extra: 2, different: 3 });

    const { code, verdict, stderr } = await verify('--repair', '--yes');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(verdict).toMatchObject({
      exact: true,
      source: 301,
      target: 301,
      repair: { rounds: 1, inserted: 4, updated: 3, deleted: 2 },
    });
    expect((await verify('--every-row')).verdict).toMatchObject({ exact: true, missing: 0, extra: 0, different: 0 });
    // Again it finds nothing to do.
    const again = await verify('--repair', '--yes');
    expect(again.code).toBe(0);
    expect(again.verdict['repair']).toBeUndefined();
  }, 90_000);

  it('leaves the sync running: rows that come meanwhile and afterwards arrive', async () => {
    await tamper('delete', [keyOf(0, 1)]);
    const repairing = verify('--repair', '--yes');
    const late = Array.from({ length: 40 }, (_, n) => ({
      key: `new-${n}`,
      ts: `2026-02-01T00:00:${String(n).padStart(2, '0')}Z`,
      v: n,
      x: null,
    }));
    for (const row of late) await fixture.bigquery.dataset('maritime').table('port_events').insert([row]);
    expect((await repairing).code).toBe(0);
    await waitUntil('all arrived', async () => Number((await verify()).verdict['applied']) === 341);
    expect((await verify()).verdict).toMatchObject({ exact: true, source: 341, target: 341 });
  }, 60_000);

  it('does not delete more than a share of the rows without being told so', async () => {
    await fixture.bigquery.query(`DELETE FROM maritime.port_events WHERE ts >= TIMESTAMP '2026-01-05' AND ts < TIMESTAMP '2026-02-01'`);
    await waitUntil('found', async () => Number((await verify()).verdict['extra']) === 100);
    const refused = await cli(['verify', 'ports', '--repair', '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.documents[0]!['tables']![0]!['error']!['message']).toBe(
      'repairing ports would delete 100 of 341 rows (30 %), more than 10 %: nothing was done',
    );
    expect((await verify()).verdict).toMatchObject({ extra: 100, target: 341 });
    const { code, verdict } = await verify('--repair', '--yes', '--max-deletes', '30');
    expect({ code, verdict }).toMatchObject({ code: 0, verdict: { exact: true, target: 241, repair: { deleted: 100 } } });
  }, 60_000);

  it('says so where the table is stopped, and changes nothing', async () => {
    await tamper('delete', [keyOf(0, 2)]);
    await cli(['stop', 'ports']);
    await waitUntil('stopped', async () => (await fixture.status()).tables[0]?.state === 'stopped');
    const { documents, code } = await cli(['verify', 'ports', '--repair', '--yes']);
    expect(code).toBe(5);
    expect(documents[0]!['tables']![0]!['error']!['message']).toBe('the plugin refuses: table "ports" is stopped, so nothing repairs it');
    expect((await verify()).verdict).toMatchObject({ missing: 1 });
    await cli(['start', 'ports']);
    expect((await verify('--repair', '--yes')).code).toBe(0);
  });
});

describe('audit', () => {
  const records = async (...args: readonly string[]) => {
    const { code, documents } = await cli(['audit', ...args]);
    return {
      code,
      records: documents[0]?.['records'] as unknown as readonly { id: string; reason: string; key: string | null; count: number }[],
    };
  };

  it('lists rows that cannot be stored, by table and reason', async () => {
    await waitUntil('both are in quarantine', async () => (await records()).records.length === 2);
    const all = await records('--table', 'typed');
    expect(all.records.map(({ reason, key, count }) => ({ reason, key, count })).sort((a, b) => (a.reason < b.reason ? -1 : 1))).toEqual([
      { reason: 'int-overflow', key: 'big', count: 1 },
      { reason: 'key-null', key: null, count: 1 },
    ]);
    expect((await records('--reason', 'key-null')).records).toHaveLength(1);
    expect((await records('--table', 'ports')).records).toEqual([]);
    const limited = await cli(['audit', '--limit', '1']);
    expect(limited.documents[0]).toMatchObject({ more: true });
    const text = await runCli(['audit', '--operations', fixture.harper.operationsUrl], { env });
    expect(text.stdout).toMatch(/^ID\s+TABLE\s+REASON\s+KEY\s+COUNT\s+LAST\ntyped:/);
    expect(text.stdout).toContain('5000000000');
  });

  it.each([
    [['retry', 'typed:nothing', '--yes'], /^error: no record "typed:nothing" of a quarantined row: nothing was done\nhint: .*\n$/],
    [['retry', '--yes'], /^error: which records\? give ids, or --all\nhint: .*\n$/],
    [['retry', 'a', '--all', '--yes'], /^error: give either ids or --all\n$/],
    [['retry', '--all', '--table', 'prots', '--yes'], /^error: no table "prots" is configured\nhint: .*\n$/],
    [['retry', '--all'], /^error: there is no terminal to ask on\nhint: give --yes\n$/],
    [['--limit', '0'], /^error: .*--limit.*; see --help\n$/],
  ])('refuses %j with one line and exit 2, and changes nothing', async (args, line) => {
    const run = await cli(['audit', ...args]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(line);
    expect((await records()).records).toHaveLength(2);
  });

  it('retries after a fix: what can be stored now is, and its record goes; what still fails is counted up', async () => {
    const { records: before } = await records('--reason', 'int-overflow');
    const failing = await cli(['audit', 'retry', before[0]!.id, '--yes']);
    expect(failing.documents[0]).toMatchObject({ exitCode: 6, tables: [{ table: 'typed', records: 1, stillFailing: 1 }] });
    expect((await records('--reason', 'int-overflow')).records[0]).toMatchObject({ key: 'big', count: 2 });

    // The target's attribute is declared wider: Harper takes it over by itself, the sync at its next commit.
    fixture.configure({ graphql: 'type TypedEvents @table { key: ID @primaryKey  v: Long }' });
    await fixture.harper.restart();
    await waitUntil('the wider attribute', async () => {
      const { attributes } = await fixture.harper.operation<{ attributes: { attribute: string; type?: string }[] }>({
        operation: 'describe_table',
        table: 'TypedEvents',
      });
      return attributes.some(({ attribute, type }) => attribute === 'v' && type === 'Long');
    });
    const fixed = await cli(['audit', 'retry', '--all', '--table', 'typed', '--yes']);
    // A sweep after the restart may have read the row before the retry does.
    expect(fixed.documents[0]).toMatchObject({ exitCode: 6, tables: [{ table: 'typed', records: 2, stillFailing: 1, resolved: 1 }] });
    expect((await records()).records).toMatchObject([{ reason: 'key-null' }]);
    const stored = await fixture.rows('TypedEvents', ['key', 'v']);
    expect(stored.find(({ key }) => key === 'big')).toMatchObject({ v: 5_000_000_000 });

    // The other is corrected at the source.
    await fixture.bigquery.query(`UPDATE maritime.typed_events SET key = 'found' WHERE key IS NULL`);
    const last = await cli(['audit', 'retry', '--all', '--yes']);
    expect(last.documents[0]).toMatchObject({ exitCode: 0, tables: [{ stillFailing: 0 }] });
    expect((await records()).records).toEqual([]);
    expect((await fixture.rows('TypedEvents', ['key'])).map(({ key }) => key).sort()).toEqual(['big', 'found', 'small']);
  }, 120_000);
});

describe('a damaged progress record', () => {
  it('is said in one line, and makes its windows be read again, never skipped', async () => {
    await tamper('delete', [keyOf(0, 3)]);
    const ports = { search_attribute: 'tableId', search_value: 'ports', get_attributes: ['id'] };
    const stored = await fixture.harper.operation<{ id: string }[]>({ operation: 'search_by_value', table: 'SyncTable', ...ports });
    expect(stored).toHaveLength(1);
    await fixture.harper.operation({ operation: 'update', table: 'SyncTable', records: [{ id: stored[0]!.id, frontier: 'rubbish' }] });
    const { code, documents, stderr } = await cli(['verify', 'ports']);
    expect({ code, stderr }).toEqual({ code: 5, stderr: '' });
    expect(documents[0]!['tables']![0]!['error']).toMatchObject({
      code: 'BQS_STATE_DAMAGED',
      message: 'the stored progress of table "ports" cannot be read: field "frontier" is not an instant',
    });
    for (const command of ['plan', 'check']) {
      const run = await runCli([command, '--config', config, '--operations', fixture.harper.operationsUrl], { env });
      expect({ command, code: run.code, lines: (run.stdout + run.stderr).match(/cannot be read: field "frontier"/g) }).toEqual({
        command,
        code: 5,
        lines: [expect.any(String)],
      });
    }
    const status = await runCli(['status', '--harper', fixture.harper.httpUrl], { env });
    expect(status.code).toBe(0);

    // Read again from the first row on: the row that is missing far below the frontier comes back.
    await fixture.harper.restart();
    await waitUntil('exact again', async () => {
      const run = await cli(['verify', 'ports', '--every-row']);
      return run.code === 0 && Number((run.documents[0]!['tables']![0] as JsonDocument)['pending']) === 0;
    });
  }, 120_000);
});
