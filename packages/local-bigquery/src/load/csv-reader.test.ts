import { expect, test } from 'vitest';
import { CsvReader } from './csv-reader.ts';

function read(text: string, pieceLength = text.length, options = {}): string[][] {
  const reader = new CsvReader({ delimiter: ',', quote: '"', allowQuotedNewlines: true, ...options });
  const records = [];
  for (let at = 0; at < text.length; at += pieceLength) records.push(...reader.push(text.slice(at, at + pieceLength)));
  const last = reader.end();
  return [...records, ...(last ? [last] : [])].map((record) => record.map(({ text: value, quoted }) => (quoted ? `<${value}>` : value)));
}

const TEXT = 'a,"b ""q"", c",\r\n\n"line 1\nline 2",,"" \n'.replace('"" ', '""');

test.each([1, 2, 3, 7, 1000])('records do not depend on pieces of %i', (length) => {
  expect(read(TEXT, length)).toEqual([
    ['a', '<b "q", c>', ''],
    ['<line 1\nline 2>', '', '<>'],
  ]);
});

test('faults are named', () => {
  expect(() => read('"a')).toThrow('inside a quoted value');
  expect(() => read('"a"b')).toThrow('data between a closing quote');
  expect(() => read('"a\nb"', 10, { allowQuotedNewlines: false })).toThrow('allowQuotedNewlines');
});
