import { describe, expect, it } from 'vitest';
import { Examples, shownValue } from './examples.ts';
import { KeySet } from './key-set.ts';
import { SEEN } from './key-states.ts';

describe('examples', () => {
  it('show what is settled, worst first, one of each key, at most the limit', () => {
    const keys = new KeySet();
    const examples = new Examples(2);
    for (const key of ['a', 'b', 'c', 'resolved']) {
      keys.mark(key, SEEN.source | SEEN.stored);
      examples.add('different', () => ({ kind: 'different', key }));
      examples.add('different', () => ({ kind: 'different', key }));
    }
    keys.mark('resolved', SEEN.equal);
    examples.add('extra', () => ({ kind: 'extra', key: 'x' }));
    expect(examples.settled(keys).map(({ kind, key }) => `${kind} ${key}`)).toEqual(['extra x', 'different a', 'different b']);
  });

  it('make nothing where none are wanted', () => {
    const examples = new Examples(0);
    examples.add('missing', () => {
      throw new Error('made');
    });
    expect(examples.settled(new KeySet())).toEqual([]);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['é "x"', '"é \\"x\\""'],
    [9007199254740993n, '9007199254740993'],
    [NaN, 'NaN'],
    [Buffer.from([0, 255]), 'bytes AP8='],
    [{ a: [1n] }, '{"a":["1"]}'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    ['x'.repeat(1_000_000), `"${'x'.repeat(119)}… (1000002 characters)`],
  ])('show %o', (value, text) => {
    expect(shownValue(value)).toBe(text);
  });
});
