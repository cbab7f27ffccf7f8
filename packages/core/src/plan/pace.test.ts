import { describe, expect, it } from 'vitest';
import type { SyncOptions } from '../ports/table-spec.ts';
import { idleIntervalMs, readsPerDay } from './pace.ts';

const SYNC: SyncOptions = {
  initialBatchSize: 1,
  catchupBatchSize: 1,
  steadyBatchSize: 1,
  pollIntervalMs: 30_000,
  idlePollIntervalMs: 120_000,
  catchupThresholdSeconds: 1,
  steadyThresholdSeconds: 1,
  latenessSeconds: 3600,
};
const MINUTE = 60_000;

describe('the pause between polls', () => {
  it.each([
    ['rows came just now', 0, 30_000],
    ['a tenth of the time without rows is less', 4 * MINUTE, 30_000],
    ['a tenth of the time without rows is more', 10 * MINUTE, 60_000],
    ['a day went without rows', 1440 * MINUTE, 120_000],
  ])('where %s', (_, stillMs, expected) => {
    expect(idleIntervalMs(SYNC, stillMs)).toBe(expected);
  });

  it('does not grow where nothing else is asked for', () => {
    expect(idleIntervalMs({ ...SYNC, idlePollIntervalMs: undefined }, 1440 * MINUTE)).toBe(30_000);
  });

  it('is not past the unconditional poll, and never under the interval that is configured (R4)', () => {
    expect(idleIntervalMs({ ...SYNC, latenessSeconds: 45 }, 1440 * MINUTE)).toBe(45_000);
    expect(idleIntervalMs({ ...SYNC, latenessSeconds: 0 }, 1440 * MINUTE)).toBe(30_000);
  });
});

describe('the billed reads of a day', () => {
  it('are the unconditional ones at least, and every poll at most, of which some are sweeps (R4, R5)', () => {
    expect(readsPerDay(SYNC)).toEqual({ least: { polls: 0, sweeps: 24 }, most: { polls: 2784, sweeps: 96 } });
  });

  it('are every poll where lateness is no longer than their interval', () => {
    expect(readsPerDay({ ...SYNC, latenessSeconds: 0 })).toEqual({ least: { polls: 0, sweeps: 2880 }, most: { polls: 0, sweeps: 2880 } });
    expect(readsPerDay({ ...SYNC, latenessSeconds: 60 })).toEqual({ least: { polls: 0, sweeps: 1440 }, most: { polls: 0, sweeps: 2880 } });
  });

  it('are one of a table that is polled more rarely than daily', () => {
    const rare = { ...SYNC, pollIntervalMs: 3 * 1440 * MINUTE };
    expect(readsPerDay(rare)).toEqual({ least: { polls: 0, sweeps: 1 }, most: { polls: 0, sweeps: 1 } });
  });
});
