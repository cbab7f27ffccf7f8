import { describe, expect, it } from 'vitest';
import { TABLES } from '../source/tables.ts';
import { distrustsIn, misreadings, readsOf } from './reads.ts';

const reads = { read: 'storage', restRows: 0, storageRows: 10, distrusted: 0 } as const;
const SAID =
  '2026-01-01T00:00:00.000Z [http/1] [warn] [/app]: bqsync visits: rows are read by REST instead of the Storage Read API, which costs more: ' +
  'could not read rows of chaos-project.chaos.visits: a batch after row 230 is corrupt, read again too: the body of a batch reaches past its end';

describe('how tables were read', () => {
  it('is told of each table, also of one that was not', () => {
    const rowsRead = { 'chaos-project.chaos.orders': { rest: 5, storage: 0 }, 'chaos-project.other.visits': { rest: 7, storage: 7 } };
    expect(readsOf(TABLES, { rowsRead }, 'both', {})).toMatchObject({
      orders: { read: 'rest', restRows: 5, storageRows: 0, distrusted: 0 },
      visits: { read: 'storage', restRows: 0, storageRows: 0, distrusted: 0 },
    });
    expect(new Set(Object.values(readsOf(TABLES, { rowsRead }, 'auto', {})).map(({ read }) => read))).toEqual(new Set(['auto']));
    expect(new Set(Object.values(readsOf(TABLES, { rowsRead }, 'both', {})).map(({ read }) => read))).toEqual(new Set(['rest', 'storage']));
  });

  it('has how often the plugin said that a table goes by REST since its batches are corrupt, and nothing else that it says', () => {
    const denied = SAID.replace('bqsync visits', 'bqsync moorings').replace(/could not read.*/, 'permission denied');
    const failed = 'bqsync moorings: could not read: a batch after row 230 is corrupt, read again too';
    const distrusts = distrustsIn([SAID, denied, failed, SAID, ''].join('\n'));
    expect(readsOf(TABLES, { rowsRead: {} }, 'both', distrusts)).toMatchObject({ visits: { distrusted: 2 }, moorings: { distrusted: 0 } });
  });

  it.each([reads, { ...reads, read: 'rest', restRows: 1, storageRows: 0 }, { ...reads, read: 'auto', restRows: 3 }] as const)(
    'is as asked with %j',
    (table) => {
      expect(misreadings({ table }, 0)).toEqual([]);
    },
  );

  it.each([
    { ...reads, restRows: 10 },
    { ...reads, storageRows: 0 },
    { ...reads, restRows: 4, storageRows: 0 },
    { ...reads, restRows: 4, storageRows: 0, distrusted: 1 },
    { ...reads, read: 'rest' },
    { ...reads, read: 'rest', restRows: 1 },
    { ...reads, read: 'rest', restRows: 1, distrusted: 1 },
    { ...reads, read: 'auto', storageRows: 0 },
  ] as const)('is not as asked with %j', (table) => {
    expect(misreadings({ table, other: reads }, 2)).toEqual([
      expect.stringContaining(`table: to be read by ${table.read}, but ${table.restRows} rows`),
    ]);
  });

  it('is as asked by REST, too, where the plugin distrusts a table of which two batches were corrupt', () => {
    const distrusted = { ...reads, restRows: 3, distrusted: 1 };
    expect(misreadings({ table: distrusted, other: reads }, 2)).toEqual([]);
    expect(misreadings({ table: distrusted, other: distrusted }, 4)).toEqual([]);
    expect(misreadings({ table: distrusted, other: { ...reads, restRows: 10 } }, 2)).toEqual([expect.stringContaining('other: ')]);
  });

  it('is not as asked where batches are said to be corrupt that were not', () => {
    const distrusted = { ...reads, restRows: 3, distrusted: 1 };
    expect(misreadings({ table: distrusted }, 1)).toEqual(['batches were found corrupt twice 1 times, but 1 were']);
    expect(misreadings({ table: { ...distrusted, restRows: 0 } }, 0)).toHaveLength(1);
    expect(misreadings({ table: distrusted, other: distrusted }, 3)).toHaveLength(1);
  });
});
