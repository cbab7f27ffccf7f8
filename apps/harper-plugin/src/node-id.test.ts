import { expect, it } from 'vitest';
import { nodeIdOf, workerIdOf } from './node-id.ts';

it('is FNV-1a without the highest bit', () => {
  // Vectors of the FNV authors: "" 0x811c9dc5, "a" 0xe40c292c, "foobar" 0xbf9cf968.
  expect(nodeIdOf('')).toBe(0x011c9dc5);
  expect(nodeIdOf('a')).toBe(0x640c292c);
  expect(nodeIdOf('foobar')).toBe(0x3f9cf968);
});

it('lesson 10: differs between the threads of a host and fits an Int', () => {
  const ids = new Set(Array.from({ length: 64 }, (_, index) => nodeIdOf(workerIdOf('host.example', index))));
  expect(ids.size).toBe(64);
  for (const id of ids) expect(id >= 0 && id <= 2 ** 31 - 1).toBe(true);
});
