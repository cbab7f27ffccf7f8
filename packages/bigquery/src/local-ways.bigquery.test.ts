import { type TableSpec, TableSyncEngine } from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, failure, type Local, never, numbers, POSITION, PROJECT, startLocal, upTo } from './local.test-kit.ts';
import type { BigQuerySource } from './source.ts';
import type { SourceNotice } from './storage/availability.ts';

// Whole syncs against a BigQuery that lags, withholds and limits as the real one does.
const ROWS = 60_000;
let local: Local;
let notices: SourceNotice[];
beforeEach(async () => {
  local = await startLocal();
  notices = [];
});
afterEach(() => local.server.close());

const noticing = (): BigQuerySource => local.source({ onNotice: (notice) => notices.push(notice) });

async function stored(rows: number, schema: object[] = POSITION): Promise<TableSpec> {
  const table = await local.table('positions', { schema });
  await local.query(
    `INSERT INTO \`fleet.positions\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x SECOND), 'm', x FROM UNNEST(GENERATE_ARRAY(0, ${rows - 1})) AS x`,
  );
  return { ...table, primaryKey: ['n'] };
}

async function synced(table: TableSpec, source = noticing()): Promise<number[]> {
  const target = new MemoryTarget();
  const engine = new TableSyncEngine({
    table,
    source,
    sink: target,
    state: target,
    worker: { workerId: 'w', nodeId: 1, bootId: 'b' },
    retry: { initialDelayMs: 1, maxDelayMs: 2 },
  });
  await engine.runUntilCaughtUp();
  return numbers(target.rowsOf('Target'));
}

describe('metadata that is two minutes old', () => {
  it.each(['auto', 'storage', 'rest'] as const)(
    'hides no row that was streamed before a table was read whole, by %s (INV-1)',
    async (api) => {
      const table = { ...(await stored(ROWS)), read: { api } };
      local.server.behave({ metadataLagMs: 120_000, streamingBufferMs: 600_000 });
      await local.client
        .dataset('fleet')
        .table('positions')
        .insert([{ ts: '1999-01-01T00:00:00Z', mmsi: 'x', n: ROWS }]);
      expect(await synced(table)).toEqual(upTo(ROWS + 1));
    },
  );

  it('hides no row that was streamed before a range was read: the session ends short, and a query reads the range (INV-1)', async () => {
    const table = await stored(ROWS);
    const from = { ...table, sync: { ...table.sync, startTimestamp: at('2026-01-01') } };
    local.server.behave({ metadataLagMs: 120_000, streamingBufferMs: 600_000 });
    await local.client
      .dataset('fleet')
      .table('positions')
      .insert([{ ts: '2026-02-01T00:00:00Z', mmsi: 'x', n: ROWS }]);
    expect(await synced(from)).toEqual(upTo(ROWS + 1));
    expect(notices).toMatchObject([{ message: expect.stringContaining('60000 of 60001 rows') as string }]);
  });

  it('and etags that differ each time make no poll of an unchanged table cost anything (R4)', async () => {
    const table = await stored(10);
    local.server.behave({ etagChanges: true });
    const source = noticing();
    const tokens = new Set<string>();
    for (let poll = 0; poll < 5; poll++) tokens.add((await source.describe(table, never)).probe.token);
    expect(tokens.size).toBe(1);
  });
});

it.each(['auto', 'rest', 'storage'] as const)(
  'an ingestion-time partitioned table with require_partition_filter is read, by %s',
  async (api) => {
    const made = await local.table('ingested', { schema: POSITION, timePartitioning: { type: 'DAY' }, requirePartitionFilter: true });
    await local.client
      .dataset('fleet')
      .table('ingested')
      .insert(upTo(100).map((n) => ({ ts: n === 0 ? null : '2026-01-01T00:00:00Z', mmsi: 'm', n })));
    expect(await synced({ ...made, primaryKey: ['n'], read: { api } })).toEqual(upTo(100));
  },
);

it('row access policies leave the rows that this account may see, which the description and a notice say', async () => {
  const table = await stored(ROWS);
  const answer = await fetch(`${local.server.url}/bigquery/v2/projects/${PROJECT}/datasets/fleet/tables/positions/rowAccessPolicies`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rowAccessPolicyReference: { policyId: 'p' }, filterPredicate: 'n < 50500', grantees: ['allUsers'] }),
  });
  expect(answer.status).toBe(200);
  const source = noticing();
  expect(await synced(table, source)).toEqual(upTo(50_500));
  expect(await source.describe(table, never)).toMatchObject({ filtered: true });
  expect(notices).toMatchObject([{ message: expect.stringContaining('as this account may see it') as string }]);
});

it.each(['auto', 'rest', 'storage'] as const)(
  '403 "… policy tag … on column x" names the column by %s, and without it the table is read',
  async (api) => {
    const policyTags = { names: ['projects/p/locations/us/taxonomies/1/policyTags/2'] };
    const table = { ...(await stored(ROWS, [...POSITION, { name: 'secret', type: 'STRING', policyTags }])), read: { api } };
    local.server.setAccess({ principals: [{ email: 'reader@example.test', fineGrainedReader: false }] });
    expect(await failure(synced(table))).toMatchObject({
      code: 'BQS_SOURCE_DENIED',
      context: { column: 'secret' },
      hint: expect.stringContaining('without secret; or grant roles/datacatalog.categoryFineGrainedReader') as string,
    });
    expect(await synced({ ...table, columns: ['ts', 'n'] })).toEqual(upTo(ROWS));
  },
);

it('a query whose result is too large gives way to a session, and is not sent again where there may be none', async () => {
  const table = await stored(2000);
  local.server.behave({ resultMaxBytes: 10_000 });
  expect(await synced(table)).toEqual(upTo(2000));
  const source = noticing();
  const rest = { ...table, read: { api: 'rest' as const } };
  const windows = (): number => local.calls.filter((call) => call.startsWith('POST') && call.endsWith('/jobs')).length;
  expect(await failure(synced(rest, source))).toMatchObject({ code: 'BQS_SOURCE_RESULT_LIMIT', retryable: false });
  const sent = windows();
  for (let attempt = 0; attempt < 3; attempt++) expect((await failure(synced(rest, source))).code).toBe('BQS_SOURCE_RESULT_LIMIT');
  expect(windows()).toBe(sent);
});
