import {
  formatInstant,
  type Micros,
  micros,
  type Row,
  type SyncEvent,
  type SyncOptions,
  type TableSpec,
  TableSyncEngine,
} from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Local, never, spec, startLocal } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.server.close());

const HOUR_MS = 3_600_000;
/** A row every 2 s, and a poll with each. */
const STEP_MS = 2000;

/** A table, its sync step by step, and a clock of its own: sweeps come by it, snapshots by BigQuery's. */
function synced(table: TableSpec, more: Partial<SyncOptions> = {}) {
  const events: SyncEvent[] = [];
  const target = new MemoryTarget();
  let nowMs = 0;
  const engine = new TableSyncEngine({
    table: { ...table, primaryKey: ['id'], sync: { ...table.sync, ...more } },
    source: local.source(),
    sink: target,
    state: target,
    worker: { workerId: 'w', nodeId: 1, bootId: 'b' },
    clock: {
      now: (): Micros => micros(BigInt(Date.now()) * 1000n),
      monotonic: () => nowMs,
      random: () => 0,
      sleep: () => Promise.resolve(),
    },
    telemetry: { event: (event) => events.push(event) },
  });
  const until = async (holds: (did: string) => boolean): Promise<void> => {
    for (let i = 0; i < 500; i++) if (holds((await engine.step(never)).did)) return;
    throw new Error('it does not come to that');
  };
  return {
    engine,
    events,
    until,
    poll: () => until((did) => did === 'completed-tail' || did === 'skipped'),
    pass: (ms: number) => (nowMs += ms),
    rows: () => [...target.rowsOf('Target')].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1)),
    rowsRead: () => events.reduce((sum, event) => sum + (event.type === 'window-completed' ? event.rows : 0), 0),
  };
}

async function inserted(name: string, rows: readonly Row[]): Promise<void> {
  const values = rows.map(({ id, ts }) => `('${String(id)}', DATETIME '${String(ts)}')`);
  if (values.length > 0) await local.query(`INSERT INTO \`fleet.${name}\` (id, ts) VALUES ${values.join(', ')}`);
}

describe('a cursor DATETIME in ships’ local time', () => {
  const schema = [
    { name: 'id', type: 'STRING', mode: 'REQUIRED' },
    { name: 'ts', type: 'DATETIME' },
  ];
  /** As a ship's clock so far from BigQuery's shows it. */
  const local_ = (ms: number): string => formatInstant(micros(BigInt(ms) * 1000n)).slice(0, -1);

  /** 90 rows, one every 2 s, eight of them 20 s late. */
  async function stream(name: string, offsetMs: number, before: number) {
    const table = await local.table(name, { schema });
    const begin = Date.now() + offsetMs;
    const row = (second: number): Row => ({ id: String(second).padStart(4, '0'), ts: local_(begin + second * 1000) });
    await inserted(
      name,
      Array.from({ length: before }, (_, i) => row(-2 * (i + 1))),
    );
    const sync = synced(table, { latenessSeconds: 60 });
    const isLate = (second: number): boolean => second >= 60 && second < 76;
    let rows = before;
    for (let second = 0; second < 180; second += STEP_MS / 1000) {
      const due = [...(isLate(second) ? [] : [row(second)]), ...(isLate(second - 20) ? [row(second - 20)] : [])];
      rows += due.length;
      await inserted(name, due);
      await sync.poll();
      sync.pass(STEP_MS);
    }
    sync.pass(60_000);
    await sync.poll();
    return { ...sync, expected: rows };
  }

  it('8 hours behind BigQuery’s clock, lateness: 60, a row every 2 s, eight of them 20 s late: they arrive (R5, INV-1)', async () => {
    const { rows, expected, engine } = await stream('behind', -8 * HOUR_MS, 0);
    expect(expected).toBe(90);
    expect(rows()).toHaveLength(90);
    expect(engine.getStatus().counters).toMatchObject({ late: 8 });
  }, 120_000);

  it('9 hours ahead of it has no 18,000 rows read again in three minutes, and the late ones arrive (R5, INV-1)', async () => {
    const { rows, expected, engine, rowsRead } = await stream('ahead', 9 * HOUR_MS, 150);
    expect(expected).toBe(240);
    expect(rows()).toHaveLength(240);
    expect(engine.getStatus().counters).toMatchObject({ late: 8 });
    expect(rowsRead()).toBeLessThan(3000);
  }, 120_000);
});

describe('a keyed table, 60 rows synced', () => {
  const COLUMNS = 'id STRING NOT NULL, ts TIMESTAMP, speed INT64, flag STRING(2), place STRUCT<lat INT64, lon FLOAT64>, tags ARRAY<STRING>';
  let tables = 0;

  async function made() {
    const name = `ships_${String(++tables)}`;
    await local.query(`CREATE TABLE \`fleet.${name}\` (${COLUMNS})`);
    await local.query(
      `INSERT INTO \`fleet.${name}\` SELECT CAST(x AS STRING), TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x DAY), x, 'NO', STRUCT(1 AS lat, CAST(x AS FLOAT64) AS lon), ['a'] FROM UNNEST(GENERATE_ARRAY(10, 69)) AS x`,
    );
    const sync = synced(spec(name));
    await sync.poll();
    expect(sync.rows()).toHaveLength(60);
    const alter = (change: string) => local.query(`ALTER TABLE \`fleet.${name}\` ${change}`);
    return { ...sync, name, alter };
  }

  it('then ALTER TABLE … RENAME COLUMN speed TO speed_kn, one more row: none keeps speed or lacks speed_kn, said and priced before (R11, INV-1)', async () => {
    const { name, alter, until, rows, events, engine } = await made();
    await alter('RENAME COLUMN speed TO speed_kn');
    await local.query(`INSERT INTO \`fleet.${name}\` (id, ts, speed_kn) VALUES ('70', TIMESTAMP '2026-06-01', 70)`);
    await until((did) => did === 'opened');
    const reason = 'columns have changed (speed renamed to speed_kn): the whole table is read again, up to 10 MB, $0.00006';
    expect(engine.getStatus()).toMatchObject({
      state: 'syncing',
      stage: 'backfill',
      rescan: expect.stringContaining(reason.slice(0, 90)) as string,
    });
    await until((did) => did === 'deleted-stale');
    expect(rows()).toHaveLength(61);
    expect(rows().filter((row) => 'speed' in row || row['speed_kn'] !== Number(row['id']))).toEqual([]);
    expect(engine.getStatus().rescan).toBeUndefined();
    const opened = events.filter((event) => event.type === 'window-opened');
    expect(opened.map(({ request }) => request.kind)).toEqual(['backfill', 'backfill']);
  });

  it.each<[string, string[], (row: Row) => unknown, (id: number) => unknown]>([
    ['dropped', ['DROP COLUMN speed'], (row) => 'speed' in row, () => false],
    ['INT64 → NUMERIC', ['ALTER COLUMN speed SET DATA TYPE NUMERIC'], (row) => row['speed'], (id) => String(id)],
    [
      'INT64 → NUMERIC → BIGNUMERIC',
      ['ALTER COLUMN speed SET DATA TYPE NUMERIC', 'ALTER COLUMN speed SET DATA TYPE BIGNUMERIC'],
      (row) => row['speed'],
      (id) => String(id),
    ],
    [
      'INT64 → NUMERIC → FLOAT64',
      ['ALTER COLUMN speed SET DATA TYPE NUMERIC', 'ALTER COLUMN speed SET DATA TYPE FLOAT64'],
      (row) => row['speed'],
      (id) => id,
    ],
    [
      'in a STRUCT and widened there',
      ['ALTER COLUMN place SET DATA TYPE STRUCT<lat NUMERIC, lon FLOAT64>'],
      (row) => row['place'],
      (id) => ({ lat: '1', lon: id }),
    ],
    ['dropped and added again under another type', ['DROP COLUMN speed', 'ADD COLUMN speed STRING'], (row) => row['speed'], () => null],
    ['dropped and added again under its own', ['DROP COLUMN speed', 'ADD COLUMN speed INT64'], (row) => row['speed'], () => null],
    [
      'swapped with another by their names',
      ['RENAME COLUMN speed TO x, RENAME COLUMN flag TO speed, RENAME COLUMN x TO flag'],
      (row) => [row['speed'], row['flag']],
      (id) => ['NO', id],
    ],
  ])('whose column is %s has every row in the new form (R11, INV-1)', async (_, changes, seen, wanted) => {
    const { alter, until, rows } = await made();
    for (const change of changes) await alter(change);
    await until((did) => did === 'deleted-stale');
    expect(rows().map(seen)).toEqual(rows().map((row) => wanted(Number(row['id']))));
    expect(rows()).toHaveLength(60);
  });

  it('with one column added, REPEATED too, REQUIRED relaxed or a length widened, is not read again', async () => {
    const { name, alter, poll, rows, events } = await made();
    // Sees the same columns after the backfill: none of it can lack one.
    await poll();
    await alter('ALTER COLUMN flag SET DATA TYPE STRING(20)');
    await alter('ADD COLUMN note STRING, ADD COLUMN list ARRAY<INT64>');
    await alter('ALTER COLUMN id DROP NOT NULL');
    await local.query(`INSERT INTO \`fleet.${name}\` (id, ts, note, list) VALUES ('70', TIMESTAMP '2026-06-01', 'x', [1])`);
    await poll();
    expect(rows().find(({ id }) => id === '70')).toMatchObject({ note: 'x', list: [1] });
    expect(rows()).toHaveLength(61);
    expect(events.filter((event) => event.type === 'generation')).toHaveLength(1);
    expect(
      events
        .flatMap((event) => (event.type === 'window-opened' ? [event.totalRows] : []))
        .slice(1)
        .every((count) => count < 5),
    ).toBe(true);
  });

  it('whose column is renamed between the look at the columns and the window is read with those of now, without a fault', async () => {
    const { name, alter, until, rows, engine } = await made();
    await local.query(`INSERT INTO \`fleet.${name}\` (id, ts, speed) VALUES ('70', TIMESTAMP '2026-06-01', 70)`);
    let isRenamed = false;
    local.intercept = async (call) => {
      if (isRenamed || call.method !== 'POST' || !call.path.endsWith('/jobs')) return undefined;
      isRenamed = true;
      await alter('RENAME COLUMN speed TO speed_kn');
      return undefined;
    };
    const failed: string[] = [];
    for (let did = ''; did !== 'deleted-stale'; )
      did = await engine.step(never).then(
        (result) => result.did,
        (error: unknown) => String(failed.push(String((error as { code?: string }).code))),
      );
    local.intercept = undefined;
    expect(failed).toEqual(['BQS_SOURCE_WINDOW_EXPIRED']);
    expect(rows().map((row) => row['speed_kn'])).toEqual(rows().map(({ id }) => Number(id)));
    expect(rows()).toHaveLength(61);
    await until(() => true);
  });
});
