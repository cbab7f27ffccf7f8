import { expect, it } from 'vitest';
import { Random } from './random.ts';

it('draws the same for the same seed and part, whatever other parts draw', () => {
  const draws = (seed: number, part: string) => {
    const random = new Random(seed, part);
    return Array.from({ length: 20 }, () => random.between(0, 1e6));
  };
  expect(draws(1, 'kills')).toEqual(draws(1, 'kills'));
  expect(draws(1, 'kills')).not.toEqual(draws(2, 'kills'));
  expect(draws(1, 'kills')).not.toEqual(draws(1, 'faults'));
});

it('reaches both ends of a range', () => {
  const random = new Random(3, 'ends');
  expect(new Set(Array.from({ length: 200 }, () => random.between(4, 6)))).toEqual(new Set([4, 5, 6]));
});
