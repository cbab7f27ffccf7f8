import { beginGeneration, micros, parseInstant, type Probe, type TableProgress } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { coverageOf } from './coverage.ts';

const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000Z`;
const probe: Probe = { token: 'now', modifiedAt: parseInstant(at(10)) ?? micros(0n), streaming: false, rowCount: 9, bytes: 9 };
const tail: TableProgress = {
  ...beginGeneration({ tableId: 't', generation: 'g', epoch: 0 }, 's', false),
  stage: 'tail',
  frontier: at(10),
  nullsDone: true,
  seen: { token: 'now', modifiedAt: at(10), openedAt: at(40), streaming: false },
};

/** Of a cursor below the frontier, at it, above it and NULL. */
const covered = (progress: TableProgress | undefined, now: Probe = probe): boolean[] => {
  const coverage = coverageOf(progress, now);
  return [at(9), at(10), at(11), null].map((cursor) => coverage.covers(cursor));
};

describe('what the plugin must have applied', () => {
  it('is everything without a plugin', () => {
    expect(covered(undefined)).toEqual([true, true, true, true]);
  });

  it('is everything if the table has not changed since the last poll', () => {
    expect(covered(tail)).toEqual([true, true, true, true]);
  });

  it.each([
    ['the table has changed', tail, { ...probe, token: 'later' }],
    ['rows are in a streaming buffer', tail, { ...probe, streaming: true }],
    ['the poll came too soon after the change to have surely seen it', { ...tail, seen: { ...tail.seen!, openedAt: at(20) } }, probe],
    ['a window is being read', { ...tail, window: { windowId: 'w' } as never }, probe],
  ])('ends at the frontier if %s', (_, progress, now) => {
    expect(covered(progress, now)).toEqual([true, false, false, true]);
  });

  it('ends at the frontier of a backfill, and is nothing before the first window', () => {
    expect(covered({ ...tail, stage: 'backfill', nullsDone: false })).toEqual([true, false, false, false]);
    expect(covered({ ...tail, stage: 'backfill', nullsDone: false, frontier: null })).toEqual([false, false, false, false]);
  });
});
