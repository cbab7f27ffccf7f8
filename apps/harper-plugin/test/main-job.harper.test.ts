import { type RangeData, TABLE_NAMES } from '@bqsync/synthesizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, Fixture, pluginSection } from './harness.ts';
import { dump, INSPECT_RESOURCES, post } from './inspect.ts';
import { COUNTS, keyOf, maritimeTables, TARGETS, writeFleet } from './maritime.ts';

const steady = { initialBatchSize: 500, catchupBatchSize: 500, steadyBatchSize: 500 };
const small = { initialBatchSize: 100, catchupBatchSize: 100, steadyBatchSize: 100 };

describe('three tables of one fleet', () => {
  let fixture: Fixture;
  let data: RangeData;

  beforeAll(async () => {
    fixture = await Fixture.start({
      tables: maritimeTables({ vessel_positions: steady, port_events: small, vessel_metadata: small }),
      // Sweeps of a changing table come every ten seconds then.
      sync: { lateness: 40 },
      resources: INSPECT_RESOURCES,
      seed: async (_bigquery, local) => {
        data = await writeFleet(local);
      },
    });
    await fixture.waitUntilSynced();
  });
  afterAll(() => fixture.close());

  it.each(TABLE_NAMES)('1: every field of every row of %s equals what was generated', async (name) => {
    const generated = [...data.rows(name)];
    expect(generated).toHaveLength(COUNTS[name]);
    const stored = new Map((await dump(fixture.harper, TARGETS[name])).map(({ key, row }) => [key, row]));
    expect(stored.size).toBe(COUNTS[name]);
    const isComposite = name === 'vessel_positions';
    for (const row of generated) {
      const key = keyOf(name, row);
      expect(stored.get(key)).toEqual(isComposite ? { ...row, id: key } : row);
    }
  });

  it('2: each table has a checkpoint of its own, with its own timestamp', async () => {
    const checkpoints = await fixture.rows('SyncCheckpoint');
    for (const name of TABLE_NAMES) {
      const times = [...data.rows(name)].map((row) =>
        String((row as unknown as Record<string, unknown>)[maritimeTables().find(({ id }) => id === name)!.timestampColumn]),
      );
      expect(checkpoints.find(({ tableId }) => tableId === name)).toMatchObject({
        lastTimestamp: times.sort().at(-1),
        recordsIngested: COUNTS[name],
        phase: 'steady',
      });
    }
    expect(new Set(checkpoints.map(({ lastTimestamp }) => lastTimestamp)).size).toBe(3);
  });

  it('4: batch sizes per table show in the checkpoints and no commit exceeds them', async () => {
    const checkpoints = await fixture.rows('SyncCheckpoint');
    const sizes = Object.fromEntries(checkpoints.map(({ tableId, batchSize }) => [tableId, batchSize]));
    expect(sizes).toEqual({ vessel_positions: 500, port_events: 100, vessel_metadata: 100 });
    const { tables } = await fixture.status();
    for (const { tableId, counters } of tables) {
      const limit = sizes[tableId] as number;
      const read = counters!.inserted + counters!.updated + counters!.unchanged + counters!.superseded;
      expect(counters!.commits * limit).toBeGreaterThanOrEqual(read);
      expect(counters!.commits).toBeGreaterThanOrEqual(Math.ceil(COUNTS[tableId as keyof typeof COUNTS] / limit));
    }
  });

  it('6: rows added while syncing arrive, 5,000 ties on one microsecond and rows late within lateness too (R5, INV-1)', async () => {
    const events = clientOf(fixture.local).dataset('maritime').table('port_events');
    const base = [...data.rows('port_events')][0]!;
    const tie = '2026-06-01T07:00:00.123456Z';
    const ties = Array.from({ length: 5000 }, (_, i) => ({ ...base, event_id: `tie-${i}`, event_time: tie }));
    for (let at = 0; at < ties.length; at += 1000) await events.insert(ties.slice(at, at + 1000));
    await fixture.waitFor('the ties', ({ tables }) => tables.find(({ tableId }) => tableId === 'port_events')?.counters?.inserted === 5050);
    const nowMs = Date.now();
    const iso = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z');
    await events.insert([{ ...base, event_id: 'now', event_time: iso(nowMs) }]);
    await fixture.waitFor('now', ({ tables }) => tables.find(({ tableId }) => tableId === 'port_events')?.counters?.inserted === 5051);
    await events.insert([{ ...base, event_id: 'late', event_time: iso(nowMs - 10_000) }]);
    const status = await fixture.waitFor(
      'the late row',
      ({ tables }) => tables.find(({ tableId }) => tableId === 'port_events')?.counters?.inserted === 5052,
    );
    expect(status.tables.find(({ tableId }) => tableId === 'port_events')?.counters).toMatchObject({ late: 1, quarantined: 0 });
    const stored = await dump(fixture.harper, 'PortEvents');
    expect(stored).toHaveLength(5052);
    expect(stored.filter(({ row }) => row['event_time'] === tie)).toHaveLength(5000);
  }, 180_000);
});

describe('syncAll in a user’s own code', () => {
  let fixture: Fixture;
  let data: RangeData;

  beforeAll(async () => {
    // The plugin brings the state tables; its own table is none of those synced here.
    fixture = await Fixture.start({
      tables: [{ id: 'other', dataset: 'maritime', table: 'vessel_metadata', timestampColumn: 'last_updated', targetTable: 'Other' }],
      resources: INSPECT_RESOURCES,
      seed: async (_bigquery, local) => {
        data = await writeFleet(local);
      },
    });
  });
  afterAll(() => fixture.close());

  it('3: a table deleted in BigQuery fails by name, the others arrive whole (INV-6)', async () => {
    await fixture.bigquery.dataset('maritime').table('port_events').delete();
    const results = await post<Record<string, { status: string; rows: number; error?: { code: string; message: string } }>>(
      fixture.harper,
      '/SyncAll',
      pluginSection(fixture.local, { tables: maritimeTables() }),
    );
    expect(results['port_events']).toMatchObject({ status: 'failed', rows: 0, error: { code: 'BQS_SOURCE_NOT_FOUND' } });
    expect(results['port_events']?.error?.message).toContain('maritime.port_events');
    for (const name of ['vessel_positions', 'vessel_metadata'] as const) {
      expect(results[name]).toMatchObject({ status: 'success', rows: COUNTS[name] });
      expect(await dump(fixture.harper, TARGETS[name])).toHaveLength(COUNTS[name]);
    }
  });

  it('5: the legacy configuration parses and syncs', async () => {
    const results = await post<Record<string, unknown>>(fixture.harper, '/SyncAll', {
      bigquery: {
        projectId: 'local-project',
        credentials: 'none',
        apiEndpoint: fixture.local.url,
        dataset: 'maritime',
        table: 'vessel_positions',
        timestampColumn: 'timestamp',
        columns: ['*'],
      },
    });
    expect(results).toMatchObject({ default: { status: 'success', rows: COUNTS.vessel_positions } });
    const stored = await dump(fixture.harper, 'BigQueryData');
    expect(new Set(stored.map(({ row }) => row['timestamp']))).toEqual(
      new Set([...data.rows('vessel_positions')].map((row) => row.timestamp)),
    );
    expect(stored).toHaveLength(COUNTS.vessel_positions);
  });
});
