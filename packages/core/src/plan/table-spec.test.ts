import { BqsyncError } from '@bqsync/errors';
import { describe, expect, it } from 'vitest';
import { micros } from '../ports/time.ts';
import { tableSpec, type TableSpecInput } from './table-spec.ts';

const least = { id: 'ships', cursorColumn: 'seen' };
const refused = (input: unknown): string => {
  try {
    tableSpec(input as TableSpecInput);
  } catch (error) {
    if (error instanceof BqsyncError && error.code === 'BQS_CONFIG_INVALID') return error.message;
    throw error;
  }
  throw new Error('the spec was accepted');
};

describe('tableSpec', () => {
  it('fills in all but an id and a cursor', () => {
    expect(tableSpec(least)).toEqual({
      id: 'ships',
      source: { project: '', dataset: '', table: 'ships' },
      cursorColumn: 'seen',
      columns: 'all',
      target: { table: 'ships' },
      duplicates: 'collapse',
      createTarget: true,
      mode: 'timestamp',
      sync: {
        initialBatchSize: 10_000,
        catchupBatchSize: 1000,
        steadyBatchSize: 500,
        pollIntervalMs: 30_000,
        catchupThresholdSeconds: 3600,
        steadyThresholdSeconds: 300,
        latenessSeconds: 3600,
      },
      cost: {},
    });
  });

  it('keeps what is given, `undefined` being the same as absent, and gives back a whole spec as it is', () => {
    const given = {
      ...least,
      source: { project: 'p', dataset: 'd', table: 't' },
      columns: ['seen', 'id'],
      target: { database: 'fleet', table: 'Ships' },
      primaryKey: ['id'],
      createTarget: false,
      read: { api: 'rest' as const },
      sync: { steadyBatchSize: 7, latenessSeconds: 0, idlePollIntervalMs: undefined, startTimestamp: micros(5n) },
      cost: { maxBytesPerDay: 10 },
    };
    const spec = tableSpec(given);
    expect(spec).toMatchObject({ ...given, sync: { steadyBatchSize: 7, latenessSeconds: 0, pollIntervalMs: 30_000 } });
    expect(spec.sync).not.toHaveProperty('idlePollIntervalMs');
    expect(tableSpec(spec)).toEqual(spec);
  });

  it.each([
    ['nothing', undefined, 'the spec of a table is wrong: it is not an object'],
    ['a list', [], 'it is not an object'],
    ['an empty object', {}, 'id is missing; cursorColumn is missing'],
    ['an id that is no text', { ...least, id: 7 }, 'the spec of a table is wrong: id is not a text'],
    [
      'a misspelt field',
      { ...least, primarykey: ['id'] },
      'the spec of table "ships" is wrong: primarykey is unknown beside id, cursorColumn,',
    ],
    ['a field of another object', { ...least, sync: { pollInterval: 1 } }, 'sync.pollInterval is unknown beside initialBatchSize,'],
    ['columns as text', { ...least, columns: 'seen' }, 'columns is not a list of different columns'],
    ['no columns', { ...least, columns: [] }, 'columns is not a list of different columns'],
    ['columns without the cursor', { ...least, columns: ['id'] }, 'columns leaves out "seen", which is the cursor'],
    ['columns without the key', { ...least, columns: ['seen'], primaryKey: ['id'] }, 'columns leaves out "id", which is of the key'],
    ['a key of one text', { ...least, primaryKey: 'id' }, 'primaryKey is not a list'],
    ['a key twice', { ...least, primaryKey: ['id', 'id'] }, 'primaryKey is not a list of different columns'],
    ['duplicates kept beside a key', { ...least, primaryKey: ['id'], duplicates: 'keep' }, 'duplicates is keep beside a primaryKey'],
    ['another choice', { ...least, duplicates: 'drop' }, 'duplicates is not one of collapse, keep'],
    ['a batch of no rows', { ...least, sync: { steadyBatchSize: 0 } }, 'sync.steadyBatchSize is not a whole number of at least 1'],
    ['a pace that is no number', { ...least, sync: { pollIntervalMs: NaN } }, 'sync.pollIntervalMs is not a number above 0'],
    ['a start as text', { ...least, sync: { startTimestamp: '2026-01-01' } }, 'sync.startTimestamp is not an instant'],
    ['a target that is text', { ...least, target: 'Ships' }, 'target is not an object'],
    ['a limit below zero', { ...least, cost: { maxBytesPerDay: -1 } }, 'cost.maxBytesPerDay is not a number above 0'],
    ['null for an object', { ...least, sync: null }, 'sync is not an object'],
  ])('refuses %s by name', (_, input, message) => {
    expect(refused(input)).toContain(message);
  });

  it('names everything that is wrong at once', () => {
    expect(refused({ id: '', columns: 5, sync: { latenessSeconds: -1 } })).toMatch(
      /cursorColumn is missing; id is not a text.*; columns is not a list.*; sync\.latenessSeconds is not a number/,
    );
  });
});
