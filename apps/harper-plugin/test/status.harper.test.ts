import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncStatus, TableView } from '../src/index.ts';
import { Fixture, START_TIMEOUT_MS, type TableConfig, waitUntil } from './harness.ts';

const SCHEMA = [
  { name: 'key', type: 'STRING' },
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'n', type: 'INTEGER' },
];
const table = (id: string, more: Record<string, unknown> = {}): TableConfig => ({
  id,
  dataset: 'maritime',
  table: id,
  timestampColumn: 'ts',
  targetTable: `Copy_${id}`,
  primaryKey: ['key'],
  ...more,
});
const tables = [table('bad'), table('few'), table('strict', { quarantine: { maxRows: 0 } }), table('live')];
let fixture: Fixture;

const rowsFrom = (first: number, count: number, key: (n: number) => string | null = (n) => `k${n}`, second = 0): object[] =>
  Array.from({ length: count }, (_, index) => ({
    key: key(first + index),
    ts: new Date(Date.UTC(2026, 0, 1) + (first + index + second) * 1000).toISOString(),
    n: first + index,
  }));

async function seed(bigquery: BigQuery): Promise<void> {
  const [dataset] = await bigquery.createDataset('maritime');
  const rows: Record<string, object[]> = {
    bad: rowsFrom(0, 508, () => null),
    few: [...rowsFrom(0, 300), ...rowsFrom(300, 1, () => null)],
    strict: [...rowsFrom(0, 300), ...rowsFrom(300, 1, () => null)],
    live: rowsFrom(0, 100),
  };
  for (const [id, given] of Object.entries(rows)) {
    const [made] = await dataset.createTable(id, { schema: SCHEMA });
    await made.insert(given);
  }
}

const viewIn = (status: SyncStatus, id: string): TableView => status.tables.find(({ tableId }) => tableId === id)!;
const view = async (id: string): Promise<TableView> => viewIn(await fixture.status(), id);
const logged = (text: string): string[] =>
  readFileSync(fixture.harper.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes(text));

beforeAll(async () => {
  fixture = await Fixture.start({ tables, seed });
  await fixture.waitFor(
    'all caught up',
    (status) => status.tables.length === tables.length && status.tables.every(({ engineState }) => engineState === 'caught-up'),
  );
}, START_TIMEOUT_MS);
afterAll(() => fixture.close());

describe('the status', { timeout: 60_000 }, () => {
  it('is degraded where more rows are in quarantine than allowed: all 508 were, and it said caught-up', async () => {
    const status = await fixture.status();
    expect(viewIn(status, 'bad')).toMatchObject({
      state: 'degraded',
      rows: 0,
      quarantined: 508,
      quarantine: { limit: 5, degraded: true, causes: [{ reason: 'key-null', column: 'key', rows: 508 }] },
    });
    expect(viewIn(status, 'few')).toMatchObject({ state: 'caught-up', rows: 300, quarantined: 1, quarantine: { limit: 3 } });
    expect(viewIn(status, 'strict')).toMatchObject({ state: 'degraded', rows: 300, quarantined: 1, quarantine: { limit: 0 } });
    expect(viewIn(status, 'live')).toMatchObject({ state: 'caught-up', rows: 100, quarantined: 0 });
  });

  it('is in the log once for each cause, never for each row', async () => {
    await waitUntil('the log', () =>
      Promise.resolve(logged('bqsync strict: degraded').length > 0 && logged('bqsync few: 1 of').length > 0),
    );
    expect(logged('bqsync bad: degraded')).toEqual([
      expect.stringContaining('508 of 508 rows are in quarantine (limit 5); 508 by key-null'),
    ]);
    expect(logged('bqsync few: 1 of')).toEqual([expect.stringContaining('1 of 301 rows is in quarantine (limit 3)')]);
  });

  it('counts a row once that is rejected at each of five reads', async () => {
    for (let read = 0; read < 4; read++) {
      const { counters } = await view('few');
      expect((await fixture.control({ action: 'resync', table: 'few' })).status).toBe(200);
      await fixture.waitFor(`read ${read} done`, (status) => {
        const now = viewIn(status, 'few');
        return now.state === 'caught-up' && now.stage === 'tail' && now.counters?.unchanged === 300 && now.snapshot !== null;
      });
      expect(counters?.quarantined).toBe(1);
    }
    expect(await view('few')).toMatchObject({ state: 'caught-up', rows: 300, quarantined: 1, counters: { quarantined: 1 } });
    expect(logged('bqsync few: 1 of')).toHaveLength(1);
  });

  it('shows the rows that are in Harper, not those that were written', async () => {
    await fixture.bigquery
      .dataset('maritime')
      .table('live')
      .insert(rowsFrom(0, 20, (n) => `k${n}`, 1000));
    await fixture.waitFor('20 rows again', (status) => viewIn(status, 'live').counters?.updated === 20);
    expect((await view('live')).rows).toBe(100);
    await fixture.harper.operation({ operation: 'delete', table: 'Copy_live', hash_values: ['k50', 'k51'] });
    expect((await view('live')).rows).toBe(98);
  });

  it('is no longer degraded when enough rows are stored', async () => {
    await fixture.bigquery.dataset('maritime').table('strict').insert(rowsFrom(301, 1));
    await fixture.waitFor('the row', (status) => viewIn(status, 'strict').rows === 301);
    expect((await view('strict')).state).toBe('degraded');
    fixture.configure({ tables: tables.map((each) => (each.id === 'strict' ? table('strict', { quarantine: { maxRows: 5 } }) : each)) });
    await fixture.waitFor('a higher limit', (status) => viewIn(status, 'strict').state === 'caught-up');
  });

  it('names the version of the plugin', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    expect((await fixture.status()).version).toBe(version);
  });

  it('names file and line of an error in a configuration that is changed while it runs, and in one that it starts with', async () => {
    const file = join(fixture.dir, 'app', 'config.yaml');
    const lineOf = (text: string): number =>
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((line) => line.includes(text)) + 1;
    fixture.configure({ tables: [...tables.slice(0, 3), table('live', { bogus: 1 })] });
    const at = `${file}:${lineOf('"bogus"')}:`;
    await fixture.waitFor('the place', ({ problem }) => problem?.message.includes(at) === true);
    const { problem } = await fixture.status();
    expect(problem).toMatchObject({
      code: 'BQS_CONFIG_INVALID',
      issues: [{ file, line: lineOf('"bogus"'), path: 'bigquery.tables[3].bogus' }],
    });
    await waitUntil('the log', () => Promise.resolve(logged(at).length > 0));
    // Lines above it, and nothing else, move it.
    fixture.configure({ tables: [...tables.slice(1, 3), table('live', { bogus: 1 })] });
    await fixture.waitFor('its new place', (status) => status.problem?.message.includes(`${file}:${lineOf('"bogus"')}:`) === true);
    await fixture.harper.restart();
    await fixture.waitFor(
      'its place after a start',
      (status) => status.problem?.message.includes(`${file}:${lineOf('"bogus"')}:`) === true,
    );
  });
});
