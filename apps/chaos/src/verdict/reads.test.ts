import { describe, expect, it } from 'vitest';
import { misreadings, readsOf } from './reads.ts';

const reads = { read: 'storage', restRows: 0, storageRows: 10 } as const;

describe('how tables were read', () => {
  it('is told of each table, also of one that was not', () => {
    const rowsRead = { 'chaos-project.chaos.orders': { rest: 5, storage: 0 }, 'chaos-project.other.visits': { rest: 7, storage: 7 } };
    expect(readsOf({ rowsRead }, 'both')).toMatchObject({
      orders: { read: 'rest', restRows: 5, storageRows: 0 },
      visits: { read: 'storage', restRows: 0, storageRows: 0 },
    });
    expect(new Set(Object.values(readsOf({ rowsRead }, 'auto')).map(({ read }) => read))).toEqual(new Set(['auto']));
    expect(new Set(Object.values(readsOf({ rowsRead }, 'both')).map(({ read }) => read))).toEqual(new Set(['rest', 'storage']));
  });

  it.each([reads, { ...reads, read: 'rest', restRows: 1, storageRows: 0 }, { ...reads, read: 'auto', restRows: 3 }] as const)(
    'is as asked with %j',
    (table) => {
      expect(misreadings({ table })).toEqual([]);
    },
  );

  it.each([
    { ...reads, restRows: 1 },
    { ...reads, storageRows: 0 },
    { ...reads, restRows: 4, storageRows: 0 },
    { ...reads, read: 'rest' },
    { ...reads, read: 'rest', restRows: 1 },
    { ...reads, read: 'auto', storageRows: 0 },
  ] as const)('is not as asked with %j', (table) => {
    expect(misreadings({ table })).toEqual([expect.stringContaining(`table: to be read by ${table.read}, but ${table.restRows} rows`)]);
  });
});
