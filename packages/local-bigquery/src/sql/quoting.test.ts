import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled, connect, rows, selected, value } from './compile.fixture.ts';
import { SqlError } from './contract.ts';
import { tokenize } from './lexer.ts';
import { quoteIdentifier, quoteString } from './quote.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await connect();
});

/** Text with many quotes, comments and line ends; any code point but surrogates. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("'", '"', '`', '\\', '\n', '\r', '\0', ';', '--', '/*', '*/', '#', '$$', '%', '\u2028', "E'", ' '),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});

/** A GoogleSQL literal of a text, in one of its forms. */
function literal(content: string, quote: string): string {
  const escaped = content
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\x00')
    .replaceAll(quote[0] ?? '', `\\${quote[0] ?? ''}`);
  return `${quote}${escaped}${quote}`;
}

describe('strings', () => {
  it('arrive unchanged in DuckDB', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom("'", '"', "'''", '"""'), async (content, quote) => {
        expect(await value(connection, literal(content, quote))).toBe(content);
      }),
      { numRuns: 200 },
    );
  });

  it('arrive unchanged as parameters', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const parameter = { name: 'p', parameterType: { type: 'STRING' }, parameterValue: { value: content } };
        expect((await rows(connection, 'SELECT @p', [parameter]))[0]?.[0]).toBe(content);
      }),
      { numRuns: 100 },
    );
  });

  it('arrive unchanged as DuckDB literals', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        expect((await connection.runAndReadAll(`SELECT ${quoteString(content)}`)).getRowsJson()[0]?.[0]).toBe(content);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [String.raw`'a\'b'`, "a'b"],
    [String.raw`"\u00e9\U0001F600\x41\101"`, 'é😀AA'],
    [String.raw`r'\n'`, String.raw`\n`],
    [String.raw`R"a\"b"`, String.raw`a\"b`],
    [`'''a'b''c'''`, `a'b''c`],
    [`"""x\r\ny"""`, 'x\ny'],
    [String.raw`'\a\b\f\n\r\t\v\?'`, '\x07\b\f\n\r\t\v?'],
  ])('%s', (source, expected) => {
    expect(tokenize(source)[0]).toMatchObject({ kind: 'string', text: expected });
  });

  it.each([
    [String.raw`b'\xff\0'`.replace('\\0', '\\000'), [255, 0]],
    [`rb'\\x'`, [92, 120]],
    [`BR"é"`, [195, 169]],
  ])('bytes %s', (source, expected) => {
    expect([...(tokenize(source)[0]?.bytes ?? [])]).toEqual(expected);
  });
});

describe('identifiers', () => {
  it('arrive unchanged as names of the result', async () => {
    await fc.assert(
      fc.asyncProperty(
        text.filter((t) => t !== '' && !t.includes('\0')),
        async (name) => {
          const result = selected(`SELECT 1 AS ${literal(name, '`')}`);
          expect(result.fields[0]?.name).toBe(name);
          const read = await connection.runAndReadAll(result.sql);
          expect(read.columnNames()).toEqual([name]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with a NUL are refused', () => {
    expect(() => quoteIdentifier('a\0b')).toThrow(TypeError);
    expect(() => compiled('SELECT 1 AS `a\\x00b`')).toThrow(SqlError);
  });
});

describe('statements of any text', () => {
  it('either compile or are refused with a place, and never break out', async () => {
    const word = fc.constantFrom(
      ...[
        'SELECT',
        'FROM',
        'WHERE',
        'ds.events',
        'id',
        'name',
        ',',
        '(',
        ')',
        '*',
        '=',
        '1',
        "'x'",
        '`a`',
        'AS',
        'AND',
        '--',
        '/*',
        '*/',
        ';',
        'DROP TABLE events',
        'x"',
        "y'",
        '.',
        '@p',
        'COUNT',
        'GROUP BY',
        'ORDER BY',
        'UNION ALL',
        '[',
        ']',
        'CAST',
        'IN',
        'UNNEST',
        '"; DROP TABLE events; --"',
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 14 }), async (words) => {
        const sql = `SELECT ${words.join(' ')}`;
        try {
          const result = compiled(sql);
          if (result.kind === 'select') await connection.runAndReadAll(result.sql);
        } catch (error) {
          if (error instanceof Error && error.message.startsWith('Not found: Table')) return;
          expect(error, `${sql}\n${String(error)}`).toBeInstanceOf(SqlError);
        }
      }),
      { numRuns: 500 },
    );
    expect(await rows(connection, 'SELECT COUNT(*) FROM ds.events')).toEqual([['4']]);
  });

  it.each([
    "SELECT id FROM ds.events WHERE name = '\\'; DROP TABLE events; --'",
    'SELECT id AS `x"; DROP TABLE events; --` FROM ds.events LIMIT 0',
    "SELECT '$$; DROP TABLE events; $$' AS a",
    String.raw`SELECT '\x00\'; DROP TABLE events; --' AS a`,
    'SELECT id FROM ds.events `t"; DROP TABLE events; --` LIMIT 0',
    'SELECT STRUCT(1 AS `a"; DROP TABLE events; --`) AS s',
    "SELECT TO_JSON_STRING(STRUCT(1 AS `a'; DROP TABLE events; --`)) AS s",
    "SELECT name LIKE '\\\\' || '\\'' FROM ds.events LIMIT 0",
    "SELECT FORMAT_DATE('%Y\\'; DROP TABLE events; --', DATE '2026-01-01') AS f",
    'WITH `c"; DROP TABLE events` AS (SELECT 1 AS a) SELECT * FROM `c"; DROP TABLE events`',
    "SELECT x FROM UNNEST(['\\'', '--']) AS x",
  ])('does no harm: %s', async (sql) => {
    await rows(connection, sql);
    expect(await rows(connection, 'SELECT COUNT(*) FROM ds.events')).toEqual([['4']]);
  });

  it('takes long chains and lists', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => i + 1);
    expect(await rows(connection, `SELECT COUNT(*) FROM ds.events WHERE ${many.map((n) => `id = ${String(n)}`).join(' OR ')}`)).toEqual([
      ['3'],
    ]);
    expect(await rows(connection, `SELECT COUNT(*) FROM ds.events WHERE id IN (${many.join(', ')})`)).toEqual([['3']]);
    expect(() => compiled(`SELECT ${many.join(' + ')}`)).toThrow(/too many operators in a row/);
  });
});
