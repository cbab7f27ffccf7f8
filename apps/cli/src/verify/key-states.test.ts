import { describe, expect, it } from 'vitest';
import { KeySet } from './key-set.ts';
import { countOutcomes, outcomeOf, SEEN } from './key-states.ts';

const { source, stored, equal, greater, uncovered, quarantined, newer, elsewhere } = SEEN;

describe('the outcome of a key', () => {
  it.each([
    ['applied', source | stored | equal],
    ['applied', source | stored | equal | uncovered],
    ['applied', source | stored | equal | quarantined],
    ['missing', source],
    ['different', source | stored],
    ['different', source | stored | greater],
    ['different', source | stored | equal | greater],
    ['pending', source | uncovered],
    ['pending', source | stored | uncovered],
    ['pending', source | stored | equal | greater | uncovered],
    ['pending', source | stored | newer],
    ['quarantined', source | quarantined],
    ['quarantined', source | stored | quarantined],
    ['elsewhere', source | stored | equal | elsewhere],
    ['different', source | stored | equal | elsewhere | greater],
    [undefined, 0],
    [undefined, stored],
  ])('is %s for the flags %i', (outcome, flags) => {
    expect(outcomeOf(flags)).toBe(outcome);
  });

  it('counts every key with a source row once (INV-10)', () => {
    const keys = new KeySet();
    keys.mark('a', source | stored | equal);
    keys.mark('b', source);
    keys.mark('b', source);
    keys.mark('c', source | stored);
    keys.mark('c', source | stored | equal);
    expect(countOutcomes(keys)).toEqual({ applied: 2, elsewhere: 0, missing: 1, different: 0, pending: 0, quarantined: 0 });
  });
});
