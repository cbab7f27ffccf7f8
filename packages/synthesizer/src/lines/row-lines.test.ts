import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../tables/definitions.ts';
import { RowLines } from './row-lines.ts';

const table = TABLES.port_events;
const names = table.columns.map(({ name }) => name);

function expectAsJson(rows: readonly object[]): void {
  for (const tagged of [false, true]) {
    const json = rows.map((row) => `${JSON.stringify(tagged ? { table: table.name, ...row } : row)}\n`).join('');
    // As a stream would encode it: JSON.stringify leaves no lone surrogate.
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new RowLines(table, tagged).lines(rows))).toBe(json);
  }
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '"', '\\', '\u0000', '\n', '\u007f', '\ud800', 'x\udfff', '\u2028', 'São Sebastião', '\ufeff', '😀'),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((millionths) => millionths / 1e6),
  fc.double({ min: -1000, max: 1000 }),
  fc.constantFrom(-0, 0, 1e-6, 1e-7, -1e-6, 999.999999, 1000, 1e21, 0.1 + 0.2, 511, -1, 5e-324, Number.NaN, Infinity),
);
const plain = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const value = fc.oneof(
  { weight: 20, arbitrary: plain },
  { weight: 1, arbitrary: fc.anything({ withDate: true, withNullPrototype: true }) },
);

describe('a row as a line', () => {
  it('of plain values in the order of the columns is as JSON has it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(...names.map(() => plain)), { maxLength: 20 }), (rows) =>
        expectAsJson(rows.map((values) => Object.fromEntries(values.map((field, i) => [names[i]!, field])))),
      ),
      { numRuns: 500 },
    );
  });

  it('of any values under any names in any order is as JSON has it', () => {
    const name = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...names) },
      fc.constantFrom('table', '7', 'a"b', '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(name, value), { maxLength: 12 }), { maxLength: 5 }), (rows) =>
        expectAsJson(rows.map((fields) => Object.fromEntries(fields))),
      ),
      { numRuns: 500 },
    );
  });

  it('is as JSON has it where the row decides for itself, or lacks fields', () => {
    class Event {
      event_time = 'now';
      get event_id(): string {
        return 'inherited';
      }
    }
    const [first = '', second = ''] = names;
    expectAsJson([
      new Event(),
      Object.create({ [first]: 'inherited' }) as object,
      { toJSON: () => ({ [first]: 1 }) },
      { [first]: undefined, [second]: 'x' },
      { [second]: 'x' },
      { [first]: 'x' },
      {},
      [1, 2],
      { [first]: 'x', [Symbol('hidden')]: 1 },
      Object.defineProperty({ [first]: 'x' }, second, { value: 'hidden', enumerable: false }),
    ]);
  });

  it('may be far longer than the others', () => {
    expectAsJson([{ [names[0]!]: 'x'.repeat(100_000) }, { [names[0]!]: 'é'.repeat(100_000) }, { [names[0]!]: 'y' }]);
  });
});
