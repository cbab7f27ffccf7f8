import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatSeconds, formatUsd, plural } from './format.ts';
import { textTable } from './text-table.ts';

describe('formats', () => {
  it('bytes in powers of 1024', () => {
    expect([0, 1, 1023, 1024, 1536, 10 * 2 ** 20, 123.4 * 2 ** 30, 2 ** 50].map(formatBytes)).toEqual([
      '0 B',
      '1 B',
      '1023 B',
      '1 KB',
      '1.5 KB',
      '10 MB',
      '123 GB',
      '1 PB',
    ]);
  });

  it('dollars, never rounding a price to nothing', () => {
    expect([0, 0.000059604, 0.0099, 0.01, 1234.5].map(formatUsd)).toEqual(['$0', '$0.000060', '$0.0099', '$0.01', '$1,234.50']);
  });

  it('counts and spans', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect([plural(1, 'row'), plural(0, 'row')]).toEqual(['1 row', '0 rows']);
    expect([0, 119, 120, 7200, 172800].map(formatSeconds)).toEqual(['0 s', '119 s', '2 min', '2 h', '2 days']);
  });
});

describe('a text table', () => {
  it('is as wide as its cells, colours left aside', () => {
    const lines = textTable(
      [{ title: 'A' }, { title: 'N', align: 'right' }],
      [
        ['long', '1'],
        ['x', '100'],
      ],
      (cell, row, column) => (row === 0 && column === 0 ? `<${cell}>` : cell),
    );
    expect(lines).toEqual(['A       N', '<long>    1', 'x     100']);
  });
});
