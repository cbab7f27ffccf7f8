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
  });

  it('refuses a table that is not configured', async () => {
    const { code, stderr } = await runCli(['plan', 'x', '--config', source.config([table])]);
    expect(code).toBe(2);
    expect(stderr).toBe('error: no table "x" is configured\nhint: the configured ids are t\n');
  });
});
