import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignTables } from './assignment.ts';

const cast = fc.record({
  tableIds: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 }),
  others: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 }),
  workerCount: fc.integer({ min: 1, max: 9 }),
});

describe('assignTables', () => {
  it('gives each table to exactly one thread of one node, as every node sees it (INV-7)', () => {
    fc.assert(
      fc.property(cast, ({ tableIds, others, workerCount }) => {
        const nodes = [...new Set(['self', ...others])].sort();
        const seen = nodes.map((node) => ({ node, places: assignTables({ tableIds, nodes, node, workerCount }) }));
        for (const id of tableIds) {
          const owners = new Set(seen.map(({ places }) => places.get(id)?.node));
          expect(owners.size).toBe(1);
          const running = seen.filter(({ places }) => places.get(id)?.workerIndex !== undefined);
          expect(running.map(({ node }) => node)).toEqual([...owners]);
        }
      }),
    );
  });

  it('lesson 7: lets no thread have two tables more than another', () => {
    fc.assert(
      fc.property(cast, ({ tableIds, workerCount }) => {
        const load = new Array<number>(workerCount).fill(0);
        for (const { workerIndex } of assignTables({ tableIds, nodes: ['self'], node: 'self', workerCount }).values())
          load[workerIndex!]! += 1;
        expect(Math.max(...load)).toBeLessThanOrEqual(Math.ceil(tableIds.length / workerCount));
      }),
    );
  });

  it('moves only the tables of a node that leaves (INV-7)', () => {
    const tableIds = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const ask = (nodes: string[]) => assignTables({ tableIds, nodes, node: 'a', workerCount: 2 });
    const before = ask(['a', 'b', 'c']);
    const after = ask(['a', 'b']);
    for (const id of tableIds) if (before.get(id)!.node !== 'c') expect(after.get(id)!.node).toBe(before.get(id)!.node);
    expect(new Set([...before.values()].map(({ node }) => node)).size).toBe(3);
  });
});
