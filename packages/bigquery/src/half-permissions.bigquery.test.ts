import { type OpenWindow, type TableSpec, TableSyncEngine } from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL, failure, type Local, never, numbers, POSITION, readAll, request, spec, startLocal, upTo } from './local.test-kit.ts';
import type { BigQuerySource, BigQuerySourceOptions } from './source.ts';
import type { SourceNotice } from './storage/availability.ts';

const ROWS = 1000;
const DENIED = "the user does not have 'bigquery.readsessions.getData' permission for 'projects/my-project'";
let local: Local;
let table: TableSpec;
let other: TableSpec;
beforeAll(async () => {
  local = await startLocal();
  for (const name of ['positions', 'other']) {
    await local.table(name, { schema: POSITION });
    await local.query(
      `INSERT INTO \`fleet.${name}\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x SECOND), 'm', x FROM UNNEST(GENERATE_ARRAY(0, ${ROWS - 1})) AS x`,
    );
  }
  const described = (name: string) => ({ ...spec(name), primaryKey: ['n'] });
  table = described('positions');
  other = described('other');
});
afterEach(() => {
  local.server.faults.clear();
  local.intercept = undefined;
});
afterAll(() => local.server.close());

const isSession = (window: OpenWindow): boolean => window.handle?.includes('streams') === true;
const by = (of: TableSpec, api: 'auto' | 'rest' | 'storage'): TableSpec => ({ ...of, read: { api } });

function noticed(options: Partial<BigQuerySourceOptions> = {}): { source: BigQuerySource; notices: SourceNotice[] } {
  const notices: SourceNotice[] = [];
  return { source: local.source({ storageRows: 10, onNotice: (notice) => notices.push(notice), ...options }), notices };
}

async function synced(source: BigQuerySource, of: TableSpec): Promise<number[]> {
  const target = new MemoryTarget();
  const engine = new TableSyncEngine({
    table: of,
    source,
    sink: target,
    state: target,
    worker: { workerId: 'w', nodeId: 1, bootId: 'b' },
    retry: { initialDelayMs: 1, maxDelayMs: 2 },
  });
  await engine.runUntilCaughtUp();
  return numbers(target.rowsOf('Target'));
}

describe('session made, reading it denied (ReadRows PERMISSION_DENIED) with read.api auto', () => {
  it('is read by REST, said once, with the permission that lacks', async () => {
    local.server.faults.add({ rpc: 'ReadRows', kind: 'status', code: 'PERMISSION_DENIED', message: DENIED, count: 1000 });
    const { source, notices } = noticed();
    expect(await synced(source, table)).toEqual(upTo(ROWS));
    expect(await synced(source, other)).toEqual(upTo(ROWS));
    expect(notices).toEqual([{ tableId: 'positions', message: expect.stringContaining('bigquery.readsessions.getData') as string }]);
    // A permission of the project is tried once, not for each table.
    expect(local.server.faults.list()).toMatchObject([{ fired: 1 }]);
  });

  it('fails with its fix where read.api is storage', async () => {
    local.server.faults.add({ rpc: 'ReadRows', kind: 'status', code: 'PERMISSION_DENIED', message: DENIED, count: 1000 });
    const error = await failure(readAll(noticed().source, by(table, 'storage')));
    expect(error).toMatchObject({
      code: 'BQS_SOURCE_DENIED',
      retryable: false,
      hint: expect.stringContaining('readSessionUser') as string,
    });
  });

  it('stays with its table where the table itself is denied', async () => {
    local.server.faults.add({
      rpc: 'ReadRows',
      kind: 'status',
      code: 'PERMISSION_DENIED',
      message: 'Access Denied: Table positions',
      count: 1,
    });
    const { source } = noticed();
    expect(await synced(source, table)).toEqual(upTo(ROWS));
    expect(isSession(await source.open(other, await source.describe(other, never), request(ALL, 'backfill'), never))).toBe(true);
  });
});

describe('a column withheld by its policy tag', () => {
  const message = 'User does not have permission to access policy tag "PII : id" on column my-project.fleet.positions.mmsi.';

  it.each(['CreateReadSession', 'ReadRows'] as const)(
    'is named at %s, and no query is tried, which would be denied as well',
    async (rpc) => {
      local.server.faults.add({ rpc, kind: 'status', code: 'PERMISSION_DENIED', message, count: 1000 });
      const { source, notices } = noticed();
      const jobs = local.calls.filter((call) => call.startsWith('POST') && call.endsWith('/jobs')).length;
      for (let i = 0; i < 2; i++) {
        const reading = source
          .describe(table, never)
          .then(async (description) => ({ description, window: await source.open(table, description, request(ALL, 'backfill'), never) }))
          .then(async ({ description, window }) => {
            for await (const page of source.read(table, description, window, window.units[0]!, 0, never)) expect(page).toBeUndefined();
          });
        expect(await failure(reading)).toMatchObject({
          code: 'BQS_SOURCE_DENIED',
          context: { column: 'mmsi' },
          hint: expect.stringContaining('without mmsi') as string,
        });
      }
      expect(notices).toEqual([]);
      // Only the counts of rows.
      expect(local.calls.filter((call) => call.startsWith('POST') && call.endsWith('/jobs')).length - jobs).toBe(2);
    },
  );
});

describe('credentials that the Storage Read API refuses', () => {
  it.each(['CreateReadSession', 'ReadRows'] as const)('are read again once at %s, and the rows arrive by the session', async (rpc) => {
    local.server.faults.add({ rpc, kind: 'status', code: 'UNAUTHENTICATED', count: 1 });
    const { source, notices } = noticed();
    const { window, rows } = await readAll(source, by(table, 'storage'));
    expect(isSession(window)).toBe(true);
    expect(numbers(rows)).toEqual(upTo(ROWS));
    expect(notices).toEqual([]);
  });

  it.each(['CreateReadSession', 'ReadRows'] as const)(
    'have rows read by REST where they are refused again and again at %s',
    async (rpc) => {
      local.server.faults.add({ rpc, kind: 'status', code: 'UNAUTHENTICATED', count: 1000 });
      const { source, notices } = noticed();
      expect(await synced(source, table)).toEqual(upTo(ROWS));
      expect(notices).toHaveLength(1);
    },
  );

  it('are read again once at a 401 of the REST API', async () => {
    local.server.faults.add({ kind: 'error', status: 401, count: 1 });
    expect(await synced(noticed().source, table)).toEqual(upTo(ROWS));
  });
});
