import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorType, LEAST, literal } from './literal.ts';
import { conditions, type Range, type Selection } from './range.ts';

const cursor = { column: 'ts', type: 'TIMESTAMP' } as const;
const from = '2026-01-01T00:00:00.000000Z';
const to = '2026-01-02T00:00:00.000000Z';

function where(selection: Selection): string {
  const [condition, ...others] = conditions(selection);
  expect(others).toEqual([]);
  return condition === undefined ? '' : ` WHERE ${condition}`;
}

/** What the predicate says of one cursor value: the text is run, so that a wrong operator cannot pass. Canonical texts order as values. */
function holds(sql: string, value: string | null): boolean {
  const predicate = sql
    .replace(/^ WHERE /, '')
    .replace(/`ts` (>=|<) (?:TIMESTAMP|DATETIME|DATE) '([^']*)'/g, (_, operator: string, bound: string) => {
      if (value === null) return 'F';
      return (operator === '<' ? value < bound : value >= bound) ? 'T' : 'F';
    })
    .replaceAll('`ts` IS NOT NULL', value === null ? 'F' : 'T')
    .replaceAll('`ts` IS NULL', value === null ? 'T' : 'F');
  return truth(predicate);
}

function truth(text: string): boolean {
  let reduced = text === '' ? 'T' : text;
  for (let before = ''; before !== reduced; ) {
    before = reduced;
    reduced = reduced.replace(/\(([TF])\)/g, '$1').replace(/([TF]) AND ([TF])/, (_, a, b) => (a === 'T' && b === 'T' ? 'T' : 'F'));
    if (before === reduced) reduced = reduced.replace(/([TF]) OR ([TF])/, (_, a, b) => (a === 'T' || b === 'T' ? 'T' : 'F'));
  }
  if (reduced !== 'T' && reduced !== 'F') throw new Error(`not understood: ${reduced}`);
  return reduced === 'T';
}

const DAY_MS = 86_400_000;
function textOf(type: CursorType, ms: number, micros: number): string {
  const iso = `${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}`;
  return type === 'DATE' ? iso.slice(0, 10) : type === 'DATETIME' ? iso : `${iso}Z`;
}
const cursorTexts = (type: CursorType): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: -719_162 * DAY_MS, max: 253_402_300_799_999 }), fc.integer({ min: 0, max: 999 }))
    .map(([ms, micros]) => textOf(type, ms, micros));

describe('conditions', () => {
  it.each<[Range, string]>([
    [{ nulls: 'include' }, ''],
    [{ nulls: 'exclude' }, ' WHERE `ts` IS NOT NULL'],
    [{ nulls: 'only' }, ' WHERE `ts` IS NULL'],
    [{ from, nulls: 'exclude' }, ` WHERE \`ts\` >= TIMESTAMP '${from}'`],
    [{ from, to, nulls: 'exclude' }, ` WHERE \`ts\` >= TIMESTAMP '${from}' AND \`ts\` < TIMESTAMP '${to}'`],
    [{ from, nulls: 'include' }, ` WHERE (\`ts\` >= TIMESTAMP '${from}' OR \`ts\` IS NULL)`],
    [{ from, to, nulls: 'include' }, ` WHERE ((\`ts\` >= TIMESTAMP '${from}' AND \`ts\` < TIMESTAMP '${to}') OR \`ts\` IS NULL)`],
  ])('%j', (range, expected) => {
    expect(where({ cursor, range })).toBe(expected);
  });

  it.each(['TIMESTAMP', 'DATETIME', 'DATE'] as const)(
    'fault 1, 6: contiguous %s windows hold each row exactly once, ties and NULLs included',
    (type) => {
      fc.assert(
        fc.property(fc.uniqueArray(cursorTexts(type), { minLength: 1, maxLength: 5 }), fc.option(cursorTexts(type)), (bounds, value) => {
          const edges = [undefined, ...bounds.toSorted(), undefined];
          const ranges: Range[] = edges.slice(1).map((end, index) => ({ from: edges[index], to: end, nulls: 'exclude' }));
          const windows = [...ranges, { nulls: 'only' } as const];
          // Ties sit on a bound: every bound is tried as a value, too.
          for (const row of [value, ...bounds]) {
            const holding = windows.filter((range) => holds(where({ cursor: { column: 'ts', type }, range }), row));
            expect(holding).toHaveLength(1);
          }
        }),
      );
    },
  );

  it('lesson 5: NULL cursors are read where they are asked for and nowhere else', () => {
    fc.assert(
      fc.property(
        fc.option(cursorTexts('TIMESTAMP'), { nil: undefined }),
        fc.option(cursorTexts('TIMESTAMP'), { nil: undefined }),
        (a, b) => {
          for (const nulls of ['include', 'exclude'] as const) {
            expect(holds(where({ cursor, range: { from: a, to: b, nulls } }), null)).toBe(nulls === 'include');
          }
        },
      ),
    );
  });

  it('refuses bounds for rows without a cursor', () => {
    expect(() => where({ cursor, range: { from, nulls: 'only' } })).toThrow('between no bounds');
  });

  it('gives a table that demands a partition filter one without OR, and loses no row by it', () => {
    const requiredFilter = { column: 'ts', type: 'TIMESTAMP' } as const;
    fc.assert(
      fc.property(
        fc.record({
          from: fc.option(cursorTexts('TIMESTAMP'), { nil: undefined }),
          to: fc.option(cursorTexts('TIMESTAMP'), { nil: undefined }),
        }),
        fc.constantFrom('include' as const, 'exclude' as const),
        fc.option(cursorTexts('TIMESTAMP')),
        (bounds, nulls, value) => {
          const range = { ...bounds, nulls };
          const demanded = conditions({ cursor, range, requiredFilter });
          expect(demanded.join(' ')).not.toMatch(/ OR |NOT NULL/);
          const held = demanded.filter((condition) => holds(` WHERE ${condition ?? ''}`, value));
          expect(held).toHaveLength(holds(where({ cursor, range }), value) ? 1 : 0);
        },
      ),
    );
    expect(conditions({ cursor, range: { nulls: 'include' }, requiredFilter })).toEqual([
      `\`ts\` >= TIMESTAMP '${LEAST.TIMESTAMP}'`,
      '`ts` IS NULL',
    ]);
    expect(conditions({ cursor, range: { nulls: 'only' }, requiredFilter })).toEqual(['`ts` IS NULL']);
    expect(conditions({ cursor, range: { from, nulls: 'exclude' }, requiredFilter: { column: 'shard', type: 'INT64' } })).toEqual([
      `\`ts\` >= TIMESTAMP '${from}' AND \`shard\` >= -9223372036854775808`,
      `\`ts\` >= TIMESTAMP '${from}' AND \`shard\` IS NULL`,
    ]);
  });
});

describe('literal', () => {
  it('lesson 22: nothing but the canonical text of an existing instant becomes part of a statement', () => {
    fc.assert(
      fc.property(fc.constantFrom<CursorType>('TIMESTAMP', 'DATETIME', 'DATE'), fc.string({ unit: 'binary' }), (type, text) => {
        expect(() => literal(type, text)).toThrow('bound');
      }),
    );
  });

  it.each([
    ['TIMESTAMP', "2026-01-01T00:00:00.000000Z' OR '1'='1"],
    ['TIMESTAMP', '2026-01-01T00:00:00.000000Z\n'],
    ['TIMESTAMP', '2026-01-01T00:00:00Z'],
    ['TIMESTAMP', '2026-01-01T00:00:00.000000'],
    ['TIMESTAMP', '2026-02-30T00:00:00.000000Z'],
    ['TIMESTAMP', '2026-01-01T24:00:00.000000Z'],
    ['TIMESTAMP', '2026-01-01T00:00:60.000000Z'],
    ['TIMESTAMP', '0000-01-01T00:00:00.000000Z'],
    ['DATETIME', '2026-01-01T00:00:00.000000Z'],
    ['DATE', '2025-02-29'],
    ['DATE', '2026-1-1'],
  ] as const)('refuses %s %j', (type, text) => {
    expect(() => literal(type, text)).toThrow('bound');
  });

  it.each(['TIMESTAMP', 'DATETIME', 'DATE'] as const)('lesson 2: every %s from year 1 to 9999 keeps its microseconds', (type) => {
    fc.assert(
      fc.property(cursorTexts(type), (text) => {
        expect(literal(type, text)).toBe(`${type} '${text}'`);
      }),
    );
  });
});
