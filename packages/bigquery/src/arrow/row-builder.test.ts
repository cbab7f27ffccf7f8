import type { Value } from '@bqsync/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compiledBuilder, plainBuilder } from './row-builder.ts';

const awkward = ['__proto__', 'constructor', 'a"b', "a'b", 'a\\b', 'a`${b}', '\u2028', 'at', 'c0', '0', '10', '2', '', 'ü', '];//'];
const names = fc.uniqueArray(fc.oneof(fc.constantFrom(...awkward), fc.string()), { maxLength: 12 });
const own = (row: object): [string, unknown][] => Object.entries(row);

it('rows have their columns’ values under any names, compiled or not', () => {
  fc.assert(
    fc.property(names, fc.nat({ max: 4 }), (columns, length) => {
      const values = columns.map((name) => Array.from({ length }, (_, at): Value => `${name}${at}`));
      const expected = Array.from({ length }, (_, at) => new Map(columns.map((name) => [name, `${name}${at}`])));
      for (const build of [compiledBuilder(columns), plainBuilder(columns)]) {
        const rows = build(values, length);
        expect(rows.map((row) => new Map(own(row)))).toEqual(expected);
        for (const row of rows) expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
      }
    }),
  );
});
