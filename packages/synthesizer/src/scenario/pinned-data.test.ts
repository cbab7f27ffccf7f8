import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TABLE_NAMES } from '../data/rows.ts';
import { soil } from '../dirty/soil.ts';
import { buildScenario } from './build-scenario.ts';

/*
 * The same seed gives the same rows for ever: runs that were begun with an earlier version go on with this one. A change of these
 * digests is a new version of the data, and belongs into the changeset as such.
 */
const digest = (rows: Iterable<object>): string => {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex').slice(0, 16);
};

describe('the data of a seed', () => {
  it.each([
    { scenario: 'small', seed: 1, digests: ['2f33eb69dad799f6', '5aae536f7d65dd13', 'dae6613eece9d63b'] },
    { scenario: 'realistic', seed: 6, digests: ['7c7eaa0f876f3f32', 'b95b8bf805df8c09', '6d9d3979e1db09c3'] },
  ] as const)('are the same for ever: $scenario', ({ scenario, seed, digests }) => {
    const data = buildScenario({ scenario, seed, end: '2026-08-01' });
    expect(TABLE_NAMES.map((table) => digest(data.rows(table)))).toEqual(digests);
  });

  it('are the same for ever when soiled', () => {
    const data = buildScenario({ scenario: 'realistic', seed: 6, end: '2026-08-01' });
    const options = {
      late: 0.05,
      duplicates: 0.05,
      nulls: 0.2,
      sentinels: 0.1,
      gaps: { share: 0.1, seconds: 600 },
      ties: { share: 0.2, rows: 10 },
    };
    const digests = TABLE_NAMES.map((table) => {
      const { rows, late } = soil(table, data, options, () => undefined);
      return [digest(rows), digest(late)];
    });
    expect(digests).toEqual([
      ['2fe54ffca9826975', 'f2ceb67bba655b09'],
      ['4d813addca596eaf', '21c64d078f4e0867'],
      ['d473b09fd8a5ce9c', '6c462737430f6cf5'],
    ]);
  });
});
