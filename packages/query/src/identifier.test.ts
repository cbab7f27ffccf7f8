import { BqsyncError } from '@bqsync/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteColumn, quoteColumns, quotePath, quoteTable } from './identifier.ts';
import { tokens } from './sql-lexer.test-kit.ts';
import { windowQuery } from './window.ts';

const table = { project: 'my-project', dataset: 'fleet', table: 'positions' };

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof BqsyncError ? error.code : String(error);
  }
}

/** Texts that try to get out: SQL's own punctuation far more often than chance would put it there. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('`', "'", '"', '\\', '.', ';', '-', '/', '*', '\n', '\r', '\0', 'a', 'ß', '$', ' ', '@', '{', '\u2028'),
  }),
  fc.constantFrom('select', 'from', 'a` FROM x; DROP TABLE y --', '\\`', 'ts`, `other', "a' OR 'b", 'a\u0000b', 'a\u0060b'),
);

describe('identifiers', () => {
  it('lesson 22: identifiers are never interpolated unquoted, and none gets out of its quotes', () => {
    fc.assert(
      fc.property(hostile, hostile, (column, name) => {
        const input = {
          table: { ...table, table: name },
          columns: [column],
          cursor: { column, type: 'TIMESTAMP' as const },
          range: { from: '2026-01-01T00:00:00.000000Z', nulls: 'exclude' as const },
          ordinal: false,
        };
        let sql: string;
        try {
          sql = windowQuery(input).sql;
        } catch (error) {
          expect(error).toBeInstanceOf(BqsyncError);
          expect((error as BqsyncError).code).toBe('BQS_IDENTIFIER_INVALID');
          return;
        }
        expect(tokens(sql)).toEqual([
          ...['SELECT', `\`${column}\``, 'FROM', `\`my-project.fleet.${name}\``, 'AS', '_bqsync_row'],
          ...['WHERE', `\`${column}\``, '>=', 'TIMESTAMP', "'2026-01-01T00:00:00.000000Z'"],
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  it('lesson 22: reserved words are names like any other', () => {
    const columns = ['select', 'FROM', 'group', 'order', 'window', 'timestamp', 'null', 'rows'];
    expect(quoteColumns(columns)).toBe('`select`, `FROM`, `group`, `order`, `window`, `timestamp`, `null`, `rows`');
  });

  it('takes dashes and domains in projects', () => {
    expect(quoteTable(table)).toBe('`my-project.fleet.positions`');
    expect(quoteTable({ ...table, project: 'example.com:my-project' })).toBe('`example.com:my-project.fleet.positions`');
    expect(quoteTable({ ...table, table: 'Häfen 2026-01' })).toBe('`my-project.fleet.Häfen 2026-01`');
  });

  it('takes flexible column names', () => {
    for (const name of ['größe (m)'.replace(/[()]/g, ''), '列', 'a&b', '100%', 'x=y', "it's", 'a<b>c', '#1|2', 'k:v', '1st', 'a+b']) {
      expect(quoteColumn(name)).toBe(`\`${name}\``);
    }
    expect(quoteColumn('ü'.repeat(300))).toHaveLength(302);
    expect(codeOf(() => quoteColumn('ü'.repeat(301)))).toBe('BQS_IDENTIFIER_INVALID');
  });

  it('quotes each part of a nested path', () => {
    expect(quotePath('address.select')).toBe('`address`.`select`');
    expect(codeOf(() => quotePath('address..city'))).toBe('BQS_IDENTIFIER_INVALID');
    expect(codeOf(() => quoteColumn('address.city'))).toBe('BQS_IDENTIFIER_INVALID');
  });

  it.each([
    ['project', 'My-Project'],
    ['project', '-x'],
    ['project', 'a.b'],
    ['project', ''],
    ['dataset', 'a-b'],
    ['dataset', 'a.b'],
    ['table', 'events_*'],
    ['table', 'events$20260101'],
    ['table', 'a.b'],
  ] as const)('refuses the %s %j and names it', (part, name) => {
    expect(() => quoteTable({ ...table, [part]: name })).toThrow(`${JSON.stringify(name)} is not a BigQuery ${part} name`);
  });

  it('refuses no columns, repeated columns and its own aliases', () => {
    expect(codeOf(() => quoteColumns([]))).toBe('BQS_IDENTIFIER_INVALID');
    expect(() => quoteColumns(['a', 'A'])).toThrow('column "A" is listed twice');
    expect(() => quoteColumns(['_BQSYNC_row'], { unreserved: true })).toThrow('_BQSYNC_row');
  });
});
