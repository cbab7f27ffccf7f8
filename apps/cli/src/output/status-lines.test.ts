import { describe, expect, it } from 'vitest';
import { readSyncStatus } from '../harper/sync-status.ts';
import { coloursFor } from './colours.ts';
import { statusLines } from './status-lines.ts';

const lines = (body: unknown): string[] => statusLines(readSyncStatus(body, 'http://localhost:9926'), coloursFor(false));

describe('the status', () => {
  it('has a line for each table, then what is wrong', () => {
    const body = {
      node: 'n1',
      version: '1.2.3',
      tables: [
        {
          tableId: 'ports',
          state: 'caught-up',
          desired: 'start',
          phase: 'steady',
          lagSeconds: 0,
          watermark: '2026-01-01T00:00:00.000000Z',
          rows: 1_234,
          quarantined: 2,
          quarantine: { limit: 12, degraded: false, causes: [{ reason: 'key-null', column: 'id', rows: 2 }] },
          // What was done, which is more than there is.
          counters: {
            inserted: 5000,
            updated: 234,
            quarantined: 10,
            late: 1,
            lateMaxSeconds: 2_701.5,
            bytesScanned: 5 * 2 ** 30,
            bytesBilled: 2 ** 40,
            bytesByReadApi: 2 ** 39,
          },
          apiCalls: 4321,
          latenessSeconds: 3_600,
          bytesBilledToday: 10 * 2 ** 20,
          notices: ['Column "id" is stored as "source_id".'],
        },
        { tableId: 'far', state: 'elsewhere', node: 'n2' },
        { tableId: 'there', state: 'elsewhere', node: 'n2', elsewhere: { state: 'caught-up', stage: 'tail' }, rows: 5, quarantined: 0 },
        {
          tableId: 'poor',
          state: 'degraded',
          rows: 0,
          quarantined: 508,
          quarantine: {
            limit: 5,
            degraded: true,
            causes: [
              { reason: 'key-null', column: 'key', rows: 500 },
              { reason: 'decode', rows: 8 },
            ],
          },
        },
        { tableId: 'bad', state: 'failed', lastError: { code: 'BQS_SOURCE_DENIED', message: 'no', hint: 'grant' } },
        { tableId: 'busy', state: 'syncing', desired: 'stop', window: { rowsDone: 1, totalRows: 3 } },
      ],
    };
    expect(lines(body)).toEqual([
      'TABLE  STATE                  PHASE   LAG   ROWS  QUARANTINED  BILLED TODAY  WATERMARK',
      'ports  caught-up              steady  0 s  1,234            2         10 MB  2026-01-01T00:00:00.000000Z',
      'far    on n2                  -         -      -            -             -  -',
      'there  caught-up on n2        -         -      5            0             -  -',
      'poor   degraded               -         -      0          508             -  -',
      'bad    failed                 -         -      -            -             -  -',
      'busy   syncing 33%, stopping  -         -      -            -             -  -',
      '',
      'COST SO FAR  SCANNED  BILLED  BY READ API  ESTIMATE    BYTES/ROW  API CALLS',
      'ports           5 GB    1 TB       512 GB     $3.68  891,014,285      4,321',
      'late ports: 1 row arrived late, by up to 45 min; lateness is 60 min',
      'hint: set lateness: 5460 in the sync section of ports, and look once with bqsync verify ports',
      'quarantined ports: 2 of 1,236 rows cannot be stored (limit 12): 2 by key-null of column "id"',
      'hint: bqsync audit --table ports shows the rows',
      'notice ports: Column "id" is stored as "source_id".',
      'degraded poor: 508 of 508 rows cannot be stored (limit 5): 500 by key-null of column "key", 8 by decode',
      'hint: bqsync audit --table poor shows the rows',
      '',
      'error: bad: no (BQS_SOURCE_DENIED)',
      'hint: grant',
      '',
      '@bqsync/harper-plugin 1.2.3 on n1',
    ]);
  });

  it('shows costs at the prices that the plugin is configured with, not at list prices', () => {
    const counters = { inserted: 1, updated: 0, bytesScanned: 2 ** 40, bytesBilled: 2 ** 40, bytesByReadApi: 0 };
    const costOf = (usd?: number) => readSyncStatus({ tables: [{ tableId: 'ports', counters, usd }] }, '').tables[0]!.cost!.usd;
    expect(costOf(8.5)).toBe(8.5);
    expect(costOf(0)).toBe(0);
    expect(costOf()).toBe(6.25);
  });

  it('begins with what is wrong with the configuration', () => {
    expect(lines({ tables: [], problem: { code: 'BQS_CONFIG_INVALID', message: '2 errors' } })).toEqual([
      'error: 2 errors (BQS_CONFIG_INVALID)',
      '',
      'no tables',
    ]);
  });

  it('is not read from something else', () => {
    expect(() => lines({ hello: 1 })).toThrow('something else than a status');
  });
});
