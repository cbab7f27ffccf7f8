import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { scheduleOf, tablesAddedBy } from './schedule.ts';
import { declarationsOf, SMALL_COMMIT_ROWS, type TableSize, TableMaker } from './tables.ts';

const schedule = (seed: number, kills: number) =>
  scheduleOf(new Random(seed, 'schedule'), kills, 3, new TableMaker(new Random(seed, 'tables'), 'declared'));
const plain = (seed: number, kills: number) => JSON.stringify(schedule(seed, kills));

describe('what is done to a cluster', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plain(1, 10)).toBe(plain(1, 10));
    expect(plain(1, 10)).not.toBe(plain(2, 10));
  });

  it.each([1, 2, 3, 4, 5])('has as many kills as asked, at all parts of a backfill, and every other disturbance (seed %i)', (seed) => {
    const all = schedule(seed, 10);
    const kills = all.filter((each) => each.kind === 'kill');
    expect(kills).toHaveLength(10);
    expect(new Set(kills.map(({ aim }) => aim))).toEqual(new Set(['start', 'middle', 'end']));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['kill', 'freeze', 'absence', 'rolling restart']));
  });

  it('is one kill alone where one is asked for, and nothing for none', () => {
    expect(schedule(1, 1)).toMatchObject([{ kind: 'kill' }]);
    expect(schedule(1, 0)).toEqual([]);
  });

  it('adds a table of its own for each of them', () => {
    const added = tablesAddedBy(schedule(1, 10)).map(({ id }) => id);
    expect(new Set(added).size).toBe(added.length);
    expect(added.length).toBeGreaterThan(10);
  });
});

describe('the tables of a cluster', () => {
  const made = (count: number, size: TableSize, targets: 'declared' | 'made' | 'both') => {
    const maker = new TableMaker(new Random(1, 'tables'), targets);
    return Array.from({ length: count }, () => maker.make(size));
  };

  it('end with a commit of 1 to 97 rows, both of these among them', () => {
    const last = made(12, 'small', 'declared').map(({ initialRows }) => initialRows % SMALL_COMMIT_ROWS);
    expect(Math.min(...last)).toBe(1);
    expect(Math.max(...last)).toBe(97);
    expect(last).not.toContain(0);
  });

  it('are declared with their key, every column and an index over the timestamp, as far as the application declares them', () => {
    const declared = declarationsOf(made(4, 'small', 'declared')).split('\n');
    expect(declared[0]).toBe(
      'type Orders1 @table @export { id: ID @primaryKey changed_at: String @indexed version: Any note: String _syncedAt: String }',
    );
    expect(declared[1]).toMatch(/^type Readings2 @table @export { id: ID @primaryKey sensor: String n: Any measured: String @indexed/);
    expect(declarationsOf(made(4, 'small', 'made'))).toBe('');
    expect(made(8, 'small', 'both').filter(({ isDeclared }) => isDeclared)).toHaveLength(4);
  });
});
