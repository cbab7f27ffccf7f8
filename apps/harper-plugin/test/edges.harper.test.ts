import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture } from './harness.ts';
import { dump, INSPECT_RESOURCES } from './inspect.ts';

const SCHEMA = [
  { name: 'id', type: 'STRING' },
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'n', type: 'INT64' },
];
const TABLE = { dataset: 'd', timestampColumn: 'ts' };
const TABLES = [
  { ...TABLE, id: 'odd', table: 'odd', primaryKey: ['id'], targetTable: 'Odd' },
  { ...TABLE, id: 'started', table: 'odd', primaryKey: ['id'], targetTable: 'Started', sync: { startTimestamp: '2026-01-01T00:00:00Z' } },
  { ...TABLE, id: 'again', table: 'again', primaryKey: ['id'], targetTable: 'Again' },
  { ...TABLE, id: 'keyless', table: 'keyless', targetTable: 'Keyless' },
  { ...TABLE, id: 'kept', table: 'keyless', targetTable: 'Kept', duplicates: 'keep' },
  { ...TABLE, id: 'ships', table: 'ships', primaryKey: ['id'], targetTable: 'Ships' },
  { ...TABLE, id: 'narrow', table: 'odd', primaryKey: ['id'], targetTable: 'Narrow' },
];
const ODD = [
  { id: 'null-1', ts: null, n: 1 },
  { id: 'null-2', ts: null, n: 2 },
  { id: 'old', ts: '1931-05-06T07:08:09.000001Z', n: 3 },
  { id: 'future', ts: '2099-12-31T23:59:59.999999Z', n: 4 },
  { id: 'before-gap', ts: '2026-01-10T00:00:00.000000Z', n: 5 },
  { id: 'after-gap', ts: '2026-02-20T00:00:00.000000Z', n: 6 },
  // Two rows of one key: the later one stays.
  { id: 'twice', ts: '2026-02-21T00:00:00.000000Z', n: 7 },
  { id: 'twice', ts: '2026-02-22T00:00:00.000000Z', n: 8 },
  // More than an Int of Harper holds.
  { id: 'wide', ts: '2026-02-23T00:00:00.000000Z', n: 3_000_000_000 },
  // No key at all.
  { id: null, ts: '2026-02-24T00:00:00.000000Z', n: 9 },
];
const SAME = { id: 'x', ts: '2026-01-01T00:00:00.000000Z', n: 1 };

let fixture: Fixture;

async function create(bigquery: BigQuery, name: string, rows: readonly object[], partitioned: boolean): Promise<void> {
  const [table] = await bigquery.dataset('d').createTable(name, {
    schema: SCHEMA,
    ...(partitioned ? { timePartitioning: { type: 'DAY', field: 'ts' } } : {}),
  });
  await table.insert(
    rows.map((json, i) => ({ json, insertId: `${name}-${String(i)}` })),
    { raw: true },
  );
}

const counters = async (id: string) => (await fixture.status()).tables.find(({ tableId }) => tableId === id)!.counters!;

beforeAll(async () => {
  fixture = await Fixture.start({
    tables: TABLES,
    resources: INSPECT_RESOURCES,
    graphql: 'type Narrow @table { id: ID @primaryKey\n ts: String @indexed\n n: Int }',
    seed: async (bigquery) => {
      await bigquery.createDataset('d');
      await create(bigquery, 'odd', ODD, true);
      await create(
        bigquery,
        'again',
        [
          { ...SAME, id: 'a' },
          { ...SAME, id: 'b' },
          { ...SAME, id: null },
        ],
        false,
      );
      await bigquery.query('CREATE TABLE d.ships (id STRING, ts TIMESTAMP, speed INT64, place STRUCT<lat FLOAT64, lon FLOAT64>)');
      await bigquery.query(
        "INSERT INTO d.ships SELECT CONCAT('s', CAST(x AS STRING)), TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x DAY), x, STRUCT(1.5, CAST(x AS FLOAT64)) FROM UNNEST(GENERATE_ARRAY(1, 60)) AS x",
      );
      await create(bigquery, 'keyless', [SAME, SAME, { ...SAME, n: 2 }], false);
    },
  });
  await fixture.waitUntilSynced();
}, 180_000);
afterAll(() => fixture.close());

describe('9: rows at the edges', () => {
  it('with NULL, old and future timestamps and behind an empty month arrive, and the account closes (R6, INV-10)', async () => {
    const stored = new Map((await dump(fixture.harper, 'Odd')).map(({ key, row }) => [key, row]));
    const distinct = new Map(ODD.filter(({ id }) => id !== null).map((row) => [row.id, row]));
    expect(stored.size).toBe(distinct.size);
    for (const [id, row] of distinct) expect(stored.get(id!)).toEqual(row);
    const { inserted, updated, superseded, quarantined } = await counters('odd');
    const duplicates = superseded + updated;
    expect({ applied: inserted, quarantined, duplicates, sum: inserted + quarantined + duplicates }).toEqual({
      applied: 8,
      quarantined: 1,
      duplicates: 1,
      sum: ODD.length,
    });
  });

  it('before a configured start are left out, NULLs are not (R6)', async () => {
    const stored = (await dump(fixture.harper, 'Started')).map(({ key }) => key).sort();
    expect(stored).toEqual(['after-gap', 'before-gap', 'future', 'null-1', 'null-2', 'twice', 'wide']);
  });

  it('that cannot be keyed or stored are in SyncAudit with their reason, and block nothing (INV-14)', async () => {
    const stored = (await dump(fixture.harper, 'Narrow')).map(({ key }) => key);
    expect(stored).toContain('after-gap');
    expect(stored).not.toContain('wide');
    const audit = (await fixture.rows('SyncAudit')).filter(({ tableId }) => tableId === 'narrow');
    expect(audit.map(({ reason }) => String(reason).split(':')[0]).sort()).toEqual(['int-overflow', 'key-null']);
    for (const { status, recordSample } of audit) {
      expect(status).toBe('quarantined');
      expect(String(recordSample)).toMatch(/3000000000|2026-02-24/);
    }
    expect((await counters('narrow')).quarantined).toBe(2);
  });

  it('without a key collapse, or are kept apart by their number', async () => {
    expect(await dump(fixture.harper, 'Keyless')).toHaveLength(2);
    expect(await dump(fixture.harper, 'Kept')).toHaveLength(3);
    await fixture.bigquery
      .dataset('d')
      .table('keyless')
      .insert([{ json: SAME, insertId: 'once-more' }], { raw: true });
    await fixture.waitUntilSynced(['keyless', 'kept']);
    await fixture.waitFor('the fourth', ({ tables }) => tables.find(({ tableId }) => tableId === 'kept')?.counters?.inserted === 4);
    expect(await dump(fixture.harper, 'Keyless')).toHaveLength(2);
  });

  it('of a recreated table replace the old ones, which are deleted (R11, INV-11)', async () => {
    expect((await fixture.rows('SyncAudit')).filter(({ tableId }) => tableId === 'again')).toHaveLength(1);
    await fixture.bigquery.dataset('d').table('again').delete();
    await fixture.waitFor(
      'the loss',
      ({ tables }) => tables.find(({ tableId }) => tableId === 'again')?.lastError?.code === 'BQS_SOURCE_NOT_FOUND',
    );
    expect(await dump(fixture.harper, 'Again')).toHaveLength(2);
    const rows = [
      { ...SAME, id: 'b' },
      { ...SAME, id: 'c', ts: '2001-01-01T00:00:00.000000Z' },
    ];
    await create(fixture.bigquery, 'again', rows, false);
    // A missing table is asked for again slowly: a start does it at once.
    await fixture.control({ action: 'stop', table: 'again' });
    await fixture.waitFor('stopped', ({ tables }) => tables.find(({ tableId }) => tableId === 'again')?.state === 'stopped');
    await fixture.control({ action: 'start', table: 'again' });
    await fixture.waitFor('the old rows gone', ({ tables }) => tables.find(({ tableId }) => tableId === 'again')?.counters?.deleted === 1);
    expect((await dump(fixture.harper, 'Again')).map(({ row }) => row)).toEqual(rows);
    // The row that could not be stored is gone, too.
    await expect.poll(async () => (await fixture.rows('SyncAudit')).filter(({ tableId }) => tableId === 'again')).toEqual([]);
  });

  it('of which a column is renamed have no old attribute: all are read again, which the log says before, with the price (R11, INV-1)', async () => {
    const old = await dump(fixture.harper, 'Ships');
    expect(old).toHaveLength(60);
    await fixture.bigquery.query('ALTER TABLE d.ships RENAME COLUMN speed TO speed_kn');
    await fixture.bigquery.query("INSERT INTO d.ships (id, ts, speed_kn) VALUES ('s61', TIMESTAMP '2026-06-01', 61)");
    await fixture.waitFor('the new form', ({ tables }) => {
      const ships = tables.find(({ tableId }) => tableId === 'ships')!;
      return ships.counters?.updated === 60 && ships.counters.inserted === 1 && ships.state === 'caught-up' && ships.rescan === undefined;
    });
    const rows = (await dump(fixture.harper, 'Ships')).map(({ key, row }): unknown[] => [key, row['speed_kn'], row['speed']]);
    expect(rows).toHaveLength(61);
    expect(rows.filter(([key, now, before]) => key !== `s${String(now)}` || before !== undefined)).toEqual([]);
    expect(fixture.harper.logTail(1000)).toContain(
      'bqsync ships: columns have changed (speed renamed to speed_kn): the whole table is read again, up to 10 MB, $0.00006',
    );
  });
});
