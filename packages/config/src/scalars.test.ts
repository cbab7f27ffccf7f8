import fc from 'fast-check';
import { STATE_TABLES } from '@bqsync/harper';
import { describe, expect, it } from 'vitest';
import { parseBytes } from './bytes.ts';
import { didYouMean, editDistance } from './did-you-mean.ts';
import { checkColumn, checkDataset, checkProject, checkSourceTable, checkTableId, checkTargetDatabase, checkTargetTable } from './names.ts';

const OBJECT_NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__', 'then', 'toJSON'];

describe('names', () => {
  it.each([
    [
      'project',
      checkProject,
      ['my-project-1', 'p', 'example.com:my-project', 'abcdef'],
      ['', '-a', 'a-', 'A', 'a_b', '1a', 'a b', 'a;b', 'x'.repeat(64)],
    ],
    [
      'dataset',
      checkDataset,
      ['maritime', '_hidden', '2024', 'A_b', 'a.b', 'bigquery-public-data.samples', 'example.com:my-project.d'],
      ['', 'a-b', 'a b', 'a.b-c', 'a.', '.b', 'A.b', 'a.b.c', 'example.com.d', '1.b', 'a:b', 'a.b:c', 'ä', 'x'.repeat(1025)],
    ],
    [
      'source table',
      checkSourceTable,
      ['ports', 'my-table', 'events_20240101', 'Schiffe Übersicht', '表', '1'],
      ['', ' a', 'a ', 'a.b', 'a`b', 'a"b', 'e*', 'x'.repeat(1025), '表'.repeat(342)],
    ],
    [
      'column',
      checkColumn,
      ['ts', '_x', 'Größe', 'a-b', 'a b', 'x'.repeat(300)],
      ['', '1a', 'a.b', 'a`b', 'a[0]', '_TABLE_SUFFIX', '_partitiontime', '_bqsync_row', 'x'.repeat(301), 'a(b)'],
    ],
    ['table id', checkTableId, ['ports', 'a-b_1', '1'], ['', '-a', 'a b', 'a/b', 'a.b', 'x'.repeat(101), ...OBJECT_NAMES]],
    [
      'target table',
      checkTargetTable,
      ['Ports', '_x', 'a-b'],
      ['', '1a', 'a b', 'a/b', 'a.b', ...Object.values(STATE_TABLES), ...OBJECT_NAMES],
    ],
    ['target database', checkTargetDatabase, ['data', '_x', 'a-b', 'SyncNode'], ['', '1a', 'a.b', 'system', 'System', ...OBJECT_NAMES]],
  ])('%s', (_, check, good, bad) => {
    for (const name of good) expect(check(name), name).toBeUndefined();
    for (const name of bad) expect(check(name), name).toEqual(expect.objectContaining({ message: expect.any(String) }));
  });
});

describe('parseBytes', () => {
  it.each([
    [10_485_760, 10_485_760],
    ['10485760', 10_485_760],
    ['10 MB', 10 * 2 ** 20],
    ['10MiB', 10 * 2 ** 20],
    ['1.5 gb', 1.5 * 2 ** 30],
    ['2 T', 2 * 2 ** 40],
    ['20480 k', 20 * 2 ** 20],
  ])('%s is %s', (given, expected) => {
    expect(parseBytes(given)).toBe(expected);
  });
  it.each([10_485_759, 0, -1, 1e9 + 0.5, Number.NaN, Infinity, 2 ** 60, '', 'GB', '10 XB', '-5 GB', '1e9', '9999999 PB', '10 MBs'])(
    'refuses %s',
    (given) => {
      expect(parseBytes(given)).toEqual(expect.objectContaining({ message: expect.any(String) }));
    },
  );
});

describe('didYouMean', () => {
  const words = ['timestampColumn', 'targetTable', 'columns', 'table', 'id'];
  it.each([
    ['timestampcolumn', 'timestampColumn'],
    ['timstampColum', 'timestampColumn'],
    ['colunms', 'columns'],
    ['target_table', 'targetTable'],
    ['idd', 'id'],
    ['tabel', 'table'],
    ['whatever', undefined],
    ['xy', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s: %s', (word, expected) => {
    expect(didYouMean(word, words)).toBe(expected);
  });
  it('counts one edit as one, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 2, maxLength: 12 }), fc.nat(), fc.constantFrom('drop', 'insert', 'swap'), (word, seed, edit) => {
        const at = seed % (word.length - 1);
        const edited =
          edit === 'drop'
            ? word.slice(0, at) + word.slice(at + 1)
            : edit === 'insert'
              ? `${word.slice(0, at)}\u0001${word.slice(at)}`
              : word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
        expect(editDistance(word, edited)).toBe(word === edited ? 0 : 1);
        expect(editDistance(edited, word)).toBe(word === edited ? 0 : 1);
      }),
    );
  });
});
