import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture } from './harness.ts';
import { dump, INSPECT_RESOURCES, STEPPING_CLOCK } from './inspect.ts';

const SCHEMA = [
  { name: 'id', type: 'STRING' },
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'n', type: 'INT64' },
];
const TABLE = { id: 'events', dataset: 'd', table: 'events', timestampColumn: 'ts', primaryKey: ['id'], targetTable: 'Events' };
const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${String(first + i)}`,
    ts: new Date(Date.UTC(2026, 0, 1) + first + i).toISOString().replace('Z', '001Z'),
    n: first + i,
  }));

async function load(bigquery: BigQuery, rows: readonly object[], create = false): Promise<void> {
  if (create) {
    const [dataset] = await bigquery.createDataset('d');
    await dataset.createTable('events', { schema: SCHEMA });
  }
  for (let at = 0; at < rows.length; at += 5000)
    await bigquery
      .dataset('d')
      .table('events')
      .insert(rows.slice(at, at + 5000));
}

async function expectExact(fixture: Fixture, rows: readonly { id: string; ts: string; n: number }[]): Promise<void> {
  const stored = new Map((await dump(fixture.harper, 'Events')).map(({ key, row }) => [key, row]));
  expect(stored.size).toBe(rows.length);
  for (const row of rows) expect(stored.get(row.id)).toEqual(row);
}

/** Recorded progress, and the rows of a moment after it: the sync goes on meanwhile. */
async function progressOf(fixture: Fixture): Promise<{ rowsDone: number | undefined; stored: number }> {
  const records = await fixture.rows('SyncTable');
  const stored = await fixture.rows('Events', ['id']);
  const window = records[0]?.['window'] as { rowsDone: number } | null | undefined;
  return { rowsDone: window?.rowsDone, stored: stored.length };
}

describe('a process that dies in the middle of a window', () => {
  const rows = rowsFrom(0, 20_000);
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await Fixture.start({
      tables: [TABLE],
      // Small commits make a window of many.
      sync: { initialBatchSize: 100, catchupBatchSize: 100, steadyBatchSize: 100 },
      resources: INSPECT_RESOURCES,
      seed: (bigquery) => load(bigquery, rows, true),
    });
  }, 180_000);
  afterAll(() => fixture.close());

  it('8: kill -9 three times in the middle, then exact, out of one query (INV-3, INV-13)', async () => {
    let before = 0;
    for (let kill = 0; kill < 3; kill++) {
      await fixture.waitFor('rows of the window', ({ tables }) => (tables[0]?.window?.rowsDone ?? 0) > before);
      await fixture.harper.kill();
      await fixture.harper.restart();
      const { rowsDone, stored } = await progressOf(fixture);
      // What is recorded is stored, and goes on from where it was.
      expect(stored).toBeGreaterThanOrEqual(rowsDone ?? rows.length);
      expect(stored).toBeGreaterThan(before);
      before = rowsDone ?? rows.length;
      if (rowsDone === undefined) break;
    }
    await fixture.waitUntilSynced();
    await expectExact(fixture, rows);
    expect(fixture.local.usage().labels['bqsync_kind']?.['backfill']).toMatchObject({ jobs: 1 });
  }, 240_000);

  it('8: stop and start through the endpoint in the middle, then exact', async () => {
    const more = rowsFrom(20_000, 10_000);
    await load(fixture.bigquery, more);
    await fixture.waitFor('a window of the new rows', ({ tables }) => (tables[0]?.window?.rowsDone ?? 0) > 0);
    expect((await fixture.control({ action: 'stop', table: 'events' })).status).toBe(200);
    await fixture.waitFor('stopped', ({ tables }) => tables[0]?.state === 'stopped');
    const { stored } = await progressOf(fixture);
    await sleep(1000);
    expect((await progressOf(fixture)).stored).toBe(stored);
    await fixture.control({ action: 'start', table: 'events' });
    await fixture.waitUntilSynced();
    await expectExact(fixture, [...rows, ...more]);
  }, 240_000);
});

describe('a wall clock that steps', () => {
  let fixture: Fixture;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bqsync-clock-'));
    writeFileSync(join(folder, 'clock.cjs'), STEPPING_CLOCK);
    writeFileSync(join(folder, 'offset'), '0');
    fixture = await Fixture.start({
      tables: [TABLE],
      resources: INSPECT_RESOURCES,
      nodeOptions: ['--require', join(folder, 'clock.cjs')],
      env: { CLOCK_OFFSET_FILE: join(folder, 'offset') },
      seed: (bigquery) => load(bigquery, rowsFrom(0, 2000), true),
    });
  }, 180_000);
  afterAll(async () => {
    await fixture.close();
    rmSync(folder, { recursive: true });
  });

  it('10: an hour back during a sync drops nothing, nor do five minutes ahead and back (R1, INV-5)', async () => {
    let rows = rowsFrom(0, 2000);
    await fixture.waitUntilSynced();
    for (const offsetMs of [-3_600_000, 300_000, -300_000, 0]) {
      writeFileSync(join(folder, 'offset'), String(offsetMs));
      await sleep(100);
      // Old rows change and new ones come while the clock is off.
      const changed = rows.slice(0, 500).map((row) => ({ ...row, n: row.n + 1_000_000 }));
      await fixture.bigquery.query({
        query: 'UPDATE d.events SET n = n + 1000000 WHERE id IN UNNEST(@ids)',
        params: { ids: changed.map(({ id }) => id) },
      });
      const added = rowsFrom(rows.length, 1000);
      await load(fixture.bigquery, added);
      rows = [...changed, ...rows.slice(500), ...added];
      await fixture.waitUntilSynced();
    }
    // Updates that leave the cursor are found by reading all again.
    expect((await fixture.control({ action: 'resync', table: 'events' })).status).toBe(200);
    await fixture.waitFor('the resync', ({ tables }) => {
      const { inserted = 0, updated = 0, unchanged = 0 } = tables[0]?.counters ?? {};
      // A new generation counts from zero, and finds what differed.
      return inserted < rows.length && inserted + updated + unchanged >= rows.length;
    });
    await fixture.waitUntilSynced();
    await expectExact(fixture, rows);
  }, 240_000);
});
