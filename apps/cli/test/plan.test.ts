import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

let source: SourceFixture;
const table = { id: 't', dataset: 'maritime', table: 'days', timestampColumn: 'ts', primaryKey: ['id'] };

beforeAll(async () => {
  source = await startSource();
  await source.table(
    'days',
    {
      schema: [
        { name: 'ts', type: 'TIMESTAMP' },
        { name: 'id', type: 'INTEGER' },
      ],
      timePartitioning: { type: 'DAY', field: 'ts' },
    },
    Array.from({ length: 40 }, (_, i) => ({ ts: `2026-01-0${1 + (i % 4)}T00:00:00Z`, id: i })),
  );
});
afterAll(() => source.end());

describe('bqsync plan', () => {
  it('shows what would be read, and reads nothing', async () => {
    const before = source.server.usage();
    const { code, documents } = await runCli(['plan', '--json', '--config', source.config([table])]);
    expect(code).toBe(0);
    expect(documents).toHaveLength(1);
    expect(documents[0]!['tables']).toMatchObject([
      {
        table: 't',
        rows: 40,
        stage: 'new',
        windows: 1,
        key: { kind: 'columns', columns: ['id'] },
        next: [{ kind: 'backfill', rows: 40, bytes: 40 * 16, billedBytes: 10 * 2 ** 20, from: null, to: null, nulls: 'include' }],
        sweep: { kind: 'sweep' },
      },
    ]);
    expect(documents[0]!['tables']![0]!['next']![0]!['sql']).toBe('SELECT `ts`, `id` FROM `test-project.maritime.days` AS _bqsync_row');
    expect(source.server.usage()).toEqual(before);
  });

  it('prunes behind a configured start and asks for NULLs apart', async () => {
    const late = { ...table, sync: { startTimestamp: '2026-01-04T00:00:00Z' } };
    const { documents } = await runCli(['plan', '--json', '--config', source.config([late])]);
    expect(documents[0]!['tables']![0]!['next']).toMatchObject([
      { nulls: 'only', bytes: 0 },
      { nulls: 'exclude', from: '2026-01-04T00:00:00.000000Z', bytes: 10 * 16 },
    ]);
  });

  it('shows the same to people, with prices', async () => {
    const { code, stdout } = await runCli(['plan', 't', '--config', source.config([table])]);
    expect(code).toBe(0);
    expect(stdout).toContain('next (backfill): 40 rows, scans 640 B, billed 10 MB, $0.000060');
    expect(stdout).toContain('Nothing was billed now.');
    expect(stdout).toContain('polls: every 30 s, up to every 2 min while no rows come, skipped for free while nothing changes');
    expect(stdout).toContain(
      'a table that never changes: 24 sweeps a day, $0.0014, $0.04 a month; one that always does: 2,784 polls and 96 sweeps a day',
    );
    expect(stdout).toContain('A month of polls, all tables: $0.04 if none ever changes, $5.15 if all always do.');
  });

  it('prices what the Storage Read API would read at its own price, without a minimum and without reading it', async () => {
    const config = source.config([{ ...table, read: { api: 'storage' } }], { storageEndpoint: `http://${source.server.storageUrl}` });
    const { bytesBilled, storageRead } = source.server.usage();
    const { documents } = await runCli(['plan', '--json', '--config', config]);
    const [backfill] = documents[0]!['tables']![0]!['next'] as unknown as { byReadApi: boolean; billedBytes: number; usd: number }[];
    expect(backfill).toMatchObject({ byReadApi: true, billedBytes: 40 * 16 });
    expect(backfill!.usd).toBeCloseTo((1.1 * 40 * 16) / 2 ** 40, 15);
    expect((await runCli(['plan', '--config', config])).stdout).toContain('next (backfill, by the Storage Read API): 40 rows, scans 640 B');
    const after = source.server.usage();
    expect([after.bytesBilled, after.storageRead.bytesRead]).toEqual([bytesBilled, storageRead.bytesRead]);
  });

  it('keeps a month of polls within the budget of a day', async () => {
    const { documents } = await runCli(['plan', '--json', '--config', source.config([{ ...table, cost: { maxBytesPerDay: '1 GB' } }])]);
    const { tail } = documents[0]!['tables']![0]! as unknown as { tail: { most: { billedBytesPerDay: number; usdPerMonth: number } } };
    expect(tail.most.billedBytesPerDay).toBe(2 ** 30);
    expect(tail.most.usdPerMonth).toBeCloseTo((30 * 6.25) / 1024, 9);
  });

  it('refuses a table that is not configured', async () => {
    const { code, stderr } = await runCli(['plan', 'x', '--config', source.config([table])]);
    expect(code).toBe(2);
    expect(stderr).toBe('error: no table "x" is configured\nhint: the configured ids are t\n');
  });
});
