import { formatInstant } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.ts';
import { partitionRange } from './outline.ts';
import type { TableResource } from './rest.ts';

const day = { timePartitioning: { type: 'DAY', field: 'ts' } } as const;

describe('layoutOf', () => {
  it.each<[TableResource, string, string | undefined]>([
    [{}, 'no partitions', undefined],
    [day, 'DAY partitions on ts', 'DAY'],
    [{ ...day, clustering: { fields: ['mmsi', 'flag'] } }, 'DAY partitions on ts, clustered by mmsi, flag', 'DAY'],
    [{ timePartitioning: { type: 'HOUR', field: 'other' } }, 'HOUR partitions on other', undefined],
    [{ timePartitioning: { type: 'DAY' } }, 'DAY partitions by ingestion time', undefined],
    [{ rangePartitioning: { field: 'n' } }, 'integer range partitions on n', undefined],
    [{ clustering: { fields: ['ts'] } }, 'no partitions, clustered by ts', undefined],
  ])('%j', (resource, text, cursorPartitions) => {
    expect(layoutOf(resource, 'ts')).toMatchObject({ text, cursorPartitions, requiredFilter: undefined });
  });

  it('knows what a required partition filter wants', () => {
    const schema = { fields: [{ name: 'ts', type: 'DATE' }] };
    const required = (resource: TableResource) => layoutOf({ ...resource, requirePartitionFilter: true }, 'ts').requiredFilter;
    expect(required({ ...day, schema })).toEqual({ column: 'ts', type: 'DATE' });
    expect(required({ timePartitioning: { type: 'DAY' } })).toEqual({ column: '_PARTITIONTIME', type: 'TIMESTAMP' });
    expect(required({ rangePartitioning: { field: 'n' } })).toEqual({ column: 'n', type: 'INT64' });
    expect(layoutOf({ timePartitioning: { ...day.timePartitioning, requirePartitionFilter: true }, schema }, 'x').requiredFilter).toEqual({
      column: 'ts',
      type: 'DATE',
    });
  });
});

describe('partitionRange', () => {
  it.each([
    ['2026', '2026-01-01T00:00:00.000000Z', '2027-01-01T00:00:00.000000Z'],
    ['202612', '2026-12-01T00:00:00.000000Z', '2027-01-01T00:00:00.000000Z'],
    ['20240228', '2024-02-28T00:00:00.000000Z', '2024-02-29T00:00:00.000000Z'],
    ['2026123123', '2026-12-31T23:00:00.000000Z', '2027-01-01T00:00:00.000000Z'],
    ['00010101', '0001-01-01T00:00:00.000000Z', '0001-01-02T00:00:00.000000Z'],
    ['19691231', '1969-12-31T00:00:00.000000Z', '1970-01-01T00:00:00.000000Z'],
  ])('%s', (id, from, to) => {
    const range = partitionRange(id);
    expect(range && [formatInstant(range.from), formatInstant(range.to)]).toEqual([from, to]);
  });

  it.each(['__NULL__', '__UNPARTITIONED__', '', '20260', '2026010'])('has none for %j', (id) => {
    expect(partitionRange(id)).toBeUndefined();
  });
});
