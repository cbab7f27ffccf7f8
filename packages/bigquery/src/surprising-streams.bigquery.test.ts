import { type OpenWindow, type TableSpec, TableSyncEngine } from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { failure, type Local, never, numbers, POSITION, readAll, startLocal, upTo } from './local.test-kit.ts';
import type { SourceNotice } from './storage/availability.ts';
import type * as storageClient from './storage/client.ts';
import type { ReadRowsResponse } from './storage/protocol.ts';

/** Changes what a real server sends: an answer of a stream, and whether it is the first of a call, from which row on. */
let tamper: ((response: ReadRowsResponse, isFirst: boolean, offset: number) => ReadRowsResponse) | undefined;
let forgetsSessions = false;
let reads: number[] = [];

vi.mock('./storage/client.ts', async (importOriginal) => {
  const original = await importOriginal<typeof storageClient>();
  return {
    ...original,
    createStorageClient: (options: Parameters<typeof original.createStorageClient>[0]) => {
      const client = original.createStorageClient(options);
      return {
        ...client,
        async createReadSession(...args: Parameters<typeof client.createReadSession>) {
          const session = await client.createReadSession(...args);
          return forgetsSessions ? { ...session, arrowSchema: null } : session;
        },
        async readRows(stream: string, offset: number, ...rest: [never, never]) {
          reads.push(offset);
          const rows = await client.readRows(stream, offset, ...rest);
          const next = rows.next.bind(rows);
          let isFirst = true;
          rows.next = async () => {
            const response = await next();
            const changed = response && tamper ? tamper(response, isFirst, offset) : response;
            isFirst = false;
            return changed;
          };
          return rows;
        },
      };
    },
  };
});

const ROWS = 1000;
let local: Local;
let table: TableSpec;
beforeAll(async () => {
  local = await startLocal();
  table = { ...(await local.table('positions', { schema: POSITION })), primaryKey: ['n'], read: { api: 'storage' } };
  await local.query(
    `INSERT INTO \`fleet.positions\` (ts, mmsi, n) SELECT TIMESTAMP_ADD(TIMESTAMP '2026-01-01 00:00:00+00', INTERVAL x SECOND), 'm', x FROM UNNEST(GENERATE_ARRAY(0, ${ROWS - 1})) AS x`,
  );
});
afterEach(() => {
  tamper = undefined;
  forgetsSessions = false;
  reads = [];
  local.server.faults.clear();
});
afterAll(() => local.server.close());

const isSession = (window: OpenWindow): boolean => window.handle?.includes('streams') === true;

/** The Arrow schema of a session for fewer columns. */
async function otherSchema(): Promise<Uint8Array> {
  let found: Uint8Array | undefined;
  tamper = (response, isFirst) => {
    if (isFirst) found = response.arrowSchema?.serializedSchema ?? undefined;
    return response;
  };
  await readAll(local.source(), { ...table, columns: ['ts', 'n'] });
  return found!;
}

describe('an Arrow batch whose columns are not the description’s', () => {
  it('has the table described again once, then read by REST, said once', async () => {
    const serializedSchema = await otherSchema();
    tamper = (response, isFirst) => (isFirst ? { ...response, arrowSchema: { serializedSchema } } : response);
    const notices: SourceNotice[] = [];
    const source = local.source({ onNotice: (notice) => notices.push(notice) });
    const target = new MemoryTarget();
    local.calls.length = 0;
    reads = [];
    const engine = new TableSyncEngine({
      table,
      source,
      sink: target,
      state: target,
      worker: { workerId: 'w', nodeId: 1, bootId: 'b' },
      retry: { initialDelayMs: 1, maxDelayMs: 2 },
    });
    await engine.runUntilCaughtUp();
    expect(numbers(target.rowsOf('Target'))).toEqual(upTo(ROWS));
    expect(reads).toEqual([0, 0]);
    expect(notices).toEqual([{ tableId: 'positions', message: expect.stringContaining('are not those that were described') as string }]);
  });
});

describe('a resumed stream that brings no schema', () => {
  const withoutResumed: typeof tamper = (response, isFirst, offset) =>
    isFirst && offset > 0 ? { ...response, arrowSchema: null } : response;

  it('goes on with the schema of its session', async () => {
    tamper = withoutResumed;
    const source = local.source({ pageBytes: 1000 });
    const { description, window, rows } = await readAll(source, table);
    expect(isSession(window)).toBe(true);
    const rest = [];
    for await (const page of source.read(table, description, window, window.units[0]!, 400, never)) rest.push(...page.rows);
    expect(rest).toEqual(rows.slice(400));
    expect(reads).toEqual([0, 400]);
  });

  it('asks for the schema of the first answer in a process that did not open the window', async () => {
    tamper = withoutResumed;
    const { description, window, rows } = await readAll(local.source(), table);
    const rest = [];
    for await (const page of local.source().read(table, description, window, window.units[0]!, 400, never)) rest.push(...page.rows);
    expect(rest).toEqual(rows.slice(400));
    expect(reads).toEqual([0, 400, 0]);
  });

  it('goes on after a corrupt batch and after a broken stream, too', async () => {
    tamper = withoutResumed;
    forgetsSessions = true;
    local.server.faults.add({ rpc: 'ReadRows', kind: 'corrupt', afterBatches: 0 });
    const { rows } = await readAll(local.source(), table);
    expect(numbers(rows)).toEqual(upTo(ROWS));
  });

  it('ends where no answer ever brings one: the rows are read by REST, said once', async () => {
    tamper = (response) => ({ ...response, arrowSchema: null });
    forgetsSessions = true;
    const notices: SourceNotice[] = [];
    const source = local.source({ onNotice: (notice) => notices.push(notice) });
    expect(await failure(readAll(source, table))).toMatchObject({ code: 'BQS_SOURCE_PROTOCOL', retryable: true });
    const { window, rows } = await readAll(source, table);
    expect(isSession(window)).toBe(false);
    expect(numbers(rows)).toEqual(upTo(ROWS));
    expect(notices).toHaveLength(1);
  });
});
