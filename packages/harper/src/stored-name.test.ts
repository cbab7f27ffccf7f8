import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceField, storedAttribute, storedField } from './stored-name.ts';

const taken = new Set(['_syncedAt', 'id']);
const roots = ['id', '_syncedAt', 'then', 'toJSON', '__proto__', 'constructor', '__createdtime__', '$id', 'mmsi', 'source', ''];
const name = fc
  .tuple(fc.nat(3), fc.oneof(fc.constantFrom(...roots), fc.string({ maxLength: 8 })))
  .map(([count, root]) => 'source_'.repeat(count) + root);

describe('names that Harper or JavaScript uses', () => {
  it.each([
    ['mmsi', 'mmsi'],
    ['source_mmsi', 'source_mmsi'],
    ['id', 'source_id'],
    ['source_id', 'source_source_id'],
    ['then', 'source_then'],
    ['source_then', 'source_source_then'],
    ['__proto__', 'source___proto__'],
    ['hasOwnProperty', 'source_hasOwnProperty'],
    ['__createdtime__', 'source___createdtime__'],
    ['__updatedtime__', 'source___updatedtime__'],
    ['$updatedtime', 'source_$updatedtime'],
    ['Then', 'Then'],
    ['get', 'get'],
  ])('column %s is stored as %s', (column, attribute) => {
    expect(storedAttribute(column, taken)).toBe(attribute);
  });

  it('are given to no two columns, and to none that the target has taken, whatever columns there are', () => {
    const primaryKey = fc.oneof(name, fc.constantFrom('source_id', 'source_source_then'));
    fc.assert(
      fc.property(name, name, primaryKey, (a, b, key) => {
        const names = new Set(['_syncedAt', 'id', key]);
        const [first, second] = [storedAttribute(a, names), storedAttribute(b, names)];
        expect(first === second).toBe(a === b);
        expect(names.has(first)).toBe(false);
        expect(first in {}).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of fields are found again', () => {
    fc.assert(fc.property(name, (field) => sourceField(storedField(field)) === field));
    expect(['then', 'source_then', '__proto__', 'toJSON', 'getRecord', 'constructor', 'id'].map(storedField)).toEqual([
      'source_then',
      'source_source_then',
      'source___proto__',
      'source_toJSON',
      'source_getRecord',
      'constructor',
      'id',
    ]);
  });
});
