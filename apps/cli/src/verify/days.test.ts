import { type CursorRange, formatInstant, parseInstant } from '@bqsync/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipRanges, holdDay, rangesOfDays } from './days.ts';

const text = ({ from, to, nulls }: CursorRange): string =>
  nulls === 'only'
    ? 'nulls'
    : `${from === undefined ? '' : formatInstant(from).slice(0, 10)}..${to === undefined ? '' : formatInstant(to).slice(0, 10)}`;

describe('ranges of days', () => {
  it('put neighbours together, and the closest where there are too many', () => {
    const days = ['2026-01-05', '2026-01-01', null, '2026-01-02', '2026-03-01'];
    expect(rangesOfDays(days, { prunable: true, limit: 9 }).map(text)).toEqual([
      'nulls',
      '2026-01-01..2026-01-03',
      '2026-01-05..2026-01-06',
      '2026-03-01..2026-03-02',
    ]);
    expect(rangesOfDays(days, { prunable: true, limit: 2 }).map(text)).toEqual([
      'nulls',
      '2026-01-01..2026-01-06',
      '2026-03-01..2026-03-02',
    ]);
    expect(rangesOfDays(days, { prunable: false, limit: 9 }).map(text)).toEqual(['nulls', '2026-01-01..2026-03-02']);
    expect(rangesOfDays(['9999-12-31'], { prunable: true, limit: 9 }).map(text)).toEqual(['9999-12-31..']);
  });

  it('keep one range below what a query result holds', () => {
    const options = { prunable: true, limit: 9, rowsOf: () => 3_000_000 };
    expect(rangesOfDays(['2026-01-01', '2026-01-02'], options)).toHaveLength(2);
  });

  it('hold each of the days, however they are put together', () => {
    const day = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.array(fc.option(day)), fc.integer({ min: 1, max: 4 }), fc.boolean(), (days, limit, prunable) => {
        const ranges = rangesOfDays(days, { prunable, limit });
        expect(days.every((each) => holdDay(ranges, each))).toBe(true);
        expect(ranges.length).toBeLessThanOrEqual(limit + 1);
      }),
    );
  });

  it('are cut at a configured start', () => {
    const ranges = rangesOfDays([null, '2026-01-01', '2026-01-03'], { prunable: true, limit: 9 });
    expect(clipRanges(ranges, parseInstant('2026-01-03T12:00:00Z')).map(text)).toEqual(['nulls', '2026-01-03..2026-01-04']);
    expect(clipRanges(ranges, undefined)).toEqual(ranges);
  });
});
