import { describe, expect, it } from 'vitest';
import { selected } from './compile.fixture.ts';
import { tokenize } from './lexer.ts';
import { TokenStream } from './token-stream.ts';

const shown = (sql: string): string => {
  const tokens = tokenize(sql).slice(0, -1);
  return tokens.map((t) => `${t.kind}:${t.text}`).join(' ');
};

describe('tokens', () => {
  it.each([
    ['1 1.5 .5 1. 1e3 1.e-3 0xfF', 'integer:1 float:1.5 float:.5 float:1. float:1e3 float:1.e-3 integer:0xfF'],
    ['a.b `a-b.c`', 'word:a symbol:. word:b quoted:a-b.c'],
    ['@p @`q r` ?', 'parameter:p parameter:q r positional:?'],
    ['a<=b<>c||d>>e', 'word:a symbol:<= word:b symbol:<> word:c symbol:|| word:d symbol:>> word:e'],
    ['a--x\n+/* y\n */b#z', 'word:a symbol:+ word:b'],
    ["rb'a'", 'bytes:'],
    ["r 'a'", 'word:r string:a'],
  ])('%s', (sql, expected) => {
    expect(shown(sql)).toBe(expected);
  });

  it('know their line and column', () => {
    expect(tokenize('a\n  b\r\n\tc').map((t) => t.at)).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 3 },
      { line: 3, column: 2 },
      { line: 3, column: 3 },
    ]);
  });
});

describe('table paths', () => {
  it.each([
    ['my-project-1.ds.t', ['my-project-1', 'ds', 't']],
    ['my-2b-3.ds.t', ['my-2b-3', 'ds', 't']],
    ['`my-project.ds`.t', ['my-project', 'ds', 't']],
    ['ds.select', ['ds', 'select']],
    ['a.b.INFORMATION_SCHEMA.PARTITIONS', ['a', 'b', 'INFORMATION_SCHEMA', 'PARTITIONS']],
  ])('%s', (sql, expected) => {
    expect(new TokenStream(sql).tablePath().map((n) => n.text)).toEqual(expected);
  });

  it('of a view in the default dataset', () => {
    expect(selected("SELECT partition_id FROM INFORMATION_SCHEMA.PARTITIONS WHERE table_name = 'x'").references).toHaveLength(1);
  });
});

it('an analysis that is only tried leaves no trace in what is read', () => {
  const sql = 'SELECT MOD(id, 2) + (SELECT MAX(l.id) FROM ds.local l) AS k FROM ds.events GROUP BY MOD(id, 2)';
  expect(selected(sql).references.map((r) => r.table.table)).toEqual(['events', 'local']);
});
