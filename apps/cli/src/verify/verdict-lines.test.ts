import { describe, expect, it } from 'vitest';
import { coloursFor } from '../output/colours.ts';
import type { Verdict } from './verdict.ts';
import { verdictLines } from './verdict-lines.ts';

const VERDICT: Verdict = {
  table: 'events',
  exact: true,
  filtered: false,
  snapshot: '2026-01-01T00:00:00.000000Z',
  source: 508,
  target: 508,
  applied: 508,
  quarantined: 0,
  duplicates: 0,
  excluded: 0,
  pending: 0,
  missing: 0,
  different: 0,
  extra: 0,
  newer: 0,
  method: 'row by row',
  coverage: 'every row must be there',
  examples: [],
  notices: [],
  bytesScanned: 0,
  bytesBilled: 0,
  bytesByReadApi: 0,
  usd: 0,
};
const first = (verdict: Verdict) => verdictLines(verdict, coloursFor(false))[0];

describe('the outcome of verify', () => {
  it('is exact only where every row is stored: rows in quarantine are said with it', () => {
    expect(first(VERDICT)).toBe('events  exact');
    expect(first({ ...VERDICT, target: 0, applied: 0, quarantined: 508 })).toBe('events  exact but for 508 of 508 rows in quarantine');
    expect(first({ ...VERDICT, quarantined: 1, filtered: true })).toBe(
      'events  exact but for 1 of 508 rows in quarantine, as this account may see it',
    );
    expect(first({ ...VERDICT, filtered: true })).toBe('events  exact, as this account may see it');
    expect(first({ ...VERDICT, exact: false, missing: 2, quarantined: 5 })).toBe('events  drift: 2 missing, 0 extra, 0 different');
  });
});
