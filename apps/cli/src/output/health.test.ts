import { describe, expect, it } from 'vitest';
import { readSyncStatus } from '../harper/sync-status.ts';
import { ailmentsOf, exitCodeOfAilments } from './health.ts';

const ailing = (body: object) => {
  const ailments = ailmentsOf(readSyncStatus(body, ''));
  return { exitCode: exitCodeOfAilments(ailments), ailments: ailments.map(({ table, state }) => [table, state]) };
};
const healthy = { tableId: 'well', state: 'caught-up', desired: 'start' };
const error = (code: string) => ({ code, message: 'no' });

describe('a plugin is healthy', () => {
  it.each([
    [healthy],
    [{ ...healthy, state: 'syncing', stage: 'tail' }],
    [{ ...healthy, state: 'elsewhere', elsewhere: { state: 'caught-up', stage: 'tail' } }],
    [{ ...healthy, state: 'elsewhere', elsewhere: { state: 'syncing', stage: 'tail' } }],
    [{ ...healthy, quarantined: 3, quarantine: { limit: 5, degraded: false, causes: [] } }],
  ])('with %j', (table) => {
    expect(ailing({ tables: [healthy, table] })).toEqual({ exitCode: 0, ailments: [] });
  });
});

describe('a plugin is not healthy', () => {
  it.each([
    [{ state: 'degraded', quarantined: 508 }, 'degraded', 6],
    [{ state: 'syncing', stage: 'backfill' }, 'syncing', 6],
    [{ state: 'syncing' }, 'syncing', 6],
    [{ state: 'starting' }, 'starting', 6],
    [{ state: 'paused' }, 'paused', 6],
    [{ state: 'stopped' }, 'stopped', 6],
    [{ state: 'caught-up', desired: 'stop' }, 'caught-up', 6],
    [{ state: 'something-new' }, 'something-new', 6],
    [{ state: 'failed', lastError: error('BQS_SOURCE_DENIED') }, 'failed', 4],
    [{ state: 'retrying', lastError: error('BQS_TARGET_COMMIT_FAILED') }, 'retrying', 5],
    [{ state: 'failed', lastError: error('BQS_NEWER_THAN_THIS') }, 'failed', 6],
    [{ state: 'failed', lastError: error('BQS_INTERNAL') }, 'failed', 1],
    [{ state: 'elsewhere', node: 'n2' }, 'unknown', 6],
    [{ state: 'elsewhere', elsewhere: { state: 'failed', lastError: error('BQS_SOURCE_DENIED') } }, 'failed', 4],
    [{ state: 'elsewhere', elsewhere: { state: 'degraded', stage: 'tail' } }, 'degraded', 6],
    [{ state: 'elsewhere', elsewhere: { state: 'syncing', stage: 'backfill' } }, 'syncing', 6],
  ])('with %j', (table, state, exitCode) => {
    const { desired = 'start', ...rest } = table as { desired?: string };
    expect(ailing({ tables: [healthy, { tableId: 'ill', desired, ...rest }] })).toEqual({ exitCode, ailments: [['ill', state]] });
  });

  it('with errors in its configuration, or without any table', () => {
    expect(ailing({ tables: [healthy], problem: error('BQS_CONFIG_INVALID') })).toMatchObject({ exitCode: 3 });
    expect(ailing({ tables: [] })).toMatchObject({ exitCode: 3 });
  });

  it('by the worst of its tables', () => {
    const tables = [
      { tableId: 'a', state: 'degraded' },
      { tableId: 'b', state: 'failed', lastError: error('BQS_SOURCE_DENIED') },
      { tableId: 'c', state: 'failed', lastError: error('BQS_INTERNAL') },
    ];
    expect(ailing({ tables }).exitCode).toBe(4);
  });
});
