import { describe, expect, it } from 'vitest';
import { holderOf, ownerOf } from './ownership.ts';

const said = (entries: Record<string, { touched: string; reading: boolean }>) => new Map(Object.entries(entries));

describe('the node that has a window in hand', () => {
  it('is the one that wrote last, if it is in the middle of a window', () => {
    const both = said({ a: { touched: '1', reading: true }, b: { touched: '2', reading: true } });
    expect(holderOf(both, ['a', 'b'])).toBe('b');
    expect(holderOf(said({ a: { touched: '1', reading: true }, b: { touched: '2', reading: false } }), ['a', 'b'])).toBeUndefined();
  });

  it('is the same to nodes of which only some have heard a dead one: else each may think that the other runs the table', () => {
    const live = ['a', 'c'];
    const heardAll = said({ a: { touched: '1', reading: true }, dead: { touched: '2', reading: true } });
    const heardSome = said({ a: { touched: '1', reading: true } });
    for (const key of ['ships', 'ports', 'visits']) {
      expect(ownerOf(key, live, holderOf(heardAll, live))).toBe(ownerOf(key, live, holderOf(heardSome, live)));
    }
  });
});
