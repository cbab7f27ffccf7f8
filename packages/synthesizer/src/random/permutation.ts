import { hash32, type SeedWords } from './hash.ts';

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/**
 * The remainder of a whole number below 2^52 in size by one below 2^26, from 0 on: as exact as `%`, which is slow for numbers that do
 * not fit into 32 bits.
 */
export function modulo(value: number, size: number): number {
  return value - Math.floor(value / size) * size;
}

/**
 * A seeded bijection of 0..size-1 that needs no memory: unique identities for any vessel alone.
 * `size` stays under 2^26, so that products are exact in a double.
 */
export function permutation(seed: SeedWords, stream: number, size: number): (index: number) => number {
  if (size <= 1) return () => 0;
  const shift = hash32(seed, stream, 0, size) % size;
  let factor = 1 + (hash32(seed, stream, 1, size) % (size - 1));
  // Small factors would give neighbours neighbouring numbers.
  if (size > 64) factor = Math.max(factor, Math.floor(size / 7));
  while (gcd(factor, size) !== 1) factor = (factor % size) + 1;
  return (index) => modulo(modulo(index, size) * factor + shift, size);
}
