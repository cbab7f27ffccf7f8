import { describe, expect, it } from 'vitest';
import { micros } from '../ports/time.ts';
import { isLeading, type Lead, leadAfter, leadAfterSweep, NO_LEAD, nextWholeSweepMs } from './lead.ts';

const HOUR = 3_600_000_000n;
const at = (seconds: number) => micros(1_800_000_000_000_000n + BigInt(seconds) * 1_000_000n);
const LATENESS = 60;

/** Windows at one second after another, each with the least new cursor at so many seconds ahead of its snapshot; undefined: no new row. */
function after(aheads: readonly (number | undefined)[], rows = 100): Lead {
  return aheads.reduce<Lead>((lead, ahead, i) => {
    const found = { snapshot: at(i), rows, least: ahead === undefined ? undefined : at(i + ahead) };
    return leadAfter(lead, found, LATENESS);
  }, NO_LEAD);
}

describe('new rows come in ahead of the clock', () => {
  it.each<[string, (number | undefined)[], boolean]>([
    ['not before three windows have said so', [32400, 32400], false],
    ['once three windows have', [32400, 32400, 32400], true],
    ['though some windows have no new row', [32400, undefined, 32400, undefined, 32400, undefined], true],
    ['not where one of them lies at the clock', [32400, 32400, 32400, 0], false],
    ['not where all but one do', [0, 0, 32400, 0], false],
    ['not where they lie far below those before', [32400, 32400, 32400, 32400 - 62], false],
    ['where they are late by less than lateness', [32400, 32400, 32400, 32400 - 58], true],
    ['not where one is of the year 9999 and the others are not ahead', [2e11, 0, 0, 0], false],
  ])('%s', (_, aheads, expected) => {
    expect(isLeading(after(aheads))).toBe(expected);
  });

  it('is not looked at where it saves nothing', () => {
    expect(isLeading(after([5, 5, 5, 5], 9))).toBe(false);
  });

  it('is over where a sweep finds a row further below than lateness', () => {
    const lead = after([32400, 32400, 32400]);
    expect(isLeading(leadAfterSweep(lead, { least: undefined }, LATENESS))).toBe(true);
    expect(isLeading(leadAfterSweep(lead, { least: at(32402 - 60) }, LATENESS))).toBe(true);
    expect(isLeading(leadAfterSweep(lead, { least: at(32402 - 61) }, LATENESS))).toBe(false);
  });
});

describe('whole sweeps', () => {
  const pauses = (lead: Lead, count: number) => {
    const all: number[] = [];
    for (let last = 0, i = 0; i < count; i++) all.push((last = nextWholeSweepMs(last, lead, at(0), LATENESS * 1000, 4)));
    return all;
  };

  it('come four times a lateness where rows are in step with the clock', () => {
    expect(pauses(NO_LEAD, 3)).toEqual([15_000, 15_000, 15_000]);
  });

  it('become rarer where they run ahead, up to a quarter of what they read again, and of a day', () => {
    const lead: Lead = { floor: micros(at(0) + 9n * HOUR), windows: 3 };
    expect(pauses(lead, 4)).toEqual([15_000, 30_000, 60_000, 120_000]);
    expect(pauses(lead, 20).at(-1)).toBe((9 * 3600 + 60) * 250);
    expect(pauses({ floor: micros(at(0) + 100_000n * HOUR), windows: 3 }, 30).at(-1)).toBe((86_400 + 60) * 250);
  });
});
