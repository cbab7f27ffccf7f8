import { type Column, type KeyedRow, micros, type Row, type Value } from '@bqsync/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainValue } from '../../src/plain-value.ts';
import { at, column, intent, order, target } from '../fixtures.ts';
import type { HarperApp } from '../harper-app.ts';

export function registerValueTests(app: HarperApp): void {
  const fields = [column('n', 'INT64'), column('t', 'STRING', { repeated: true })];
  const columns: readonly Column[] = [
    column('k'),
    column('ts', 'TIMESTAMP'),
    column('i', 'INT64'),
    column('f', 'FLOAT64'),
    column('num', 'NUMERIC'),
    column('flag', 'BOOL'),
    column('s', 'STRING'),
    column('dt', 'DATETIME'),
    column('d', 'DATE'),
    column('tm', 'TIME'),
    column('by', 'BYTES'),
    column('j', 'JSON'),
    column('geo', 'GEOGRAPHY'),
    column('span', 'INTERVAL'),
    column('range', 'RANGE', { rangeElement: 'DATE' }),
    column('st', 'STRUCT', { fields }),
    column('ints', 'INT64', { repeated: true }),
    column('sts', 'STRUCT', { repeated: true, fields: [...fields, column('deep', 'STRUCT', { fields })] }),
  ];

  const deep = { n: -(2n ** 63n), t: ['', '😀'] };
  const extremes: readonly Row[] = [
    { i: 9007199254740991, f: Number.NaN, num: '-99999999999999999999999999999.999999999', flag: false, s: '' },
    { i: -9007199254740991, f: Infinity, num: '0', flag: true, s: '😀\u0000\u0001"\\\n' },
    { i: 9223372036854775807n, f: -Infinity, num: '0.000000001', s: 'x'.repeat(1_000_000) },
    { i: -9223372036854775808n, f: 5e-324, j: 'x'.repeat(100_000), by: Buffer.alloc(1_000_000, 7) },
    { i: 4294967296, f: 1.7976931348623157e308, by: Buffer.from([0, 255, 128]), j: { a: [1, null, { b: [] }], c: {} } },
    { i: 0, f: 0.1, by: Buffer.alloc(0), j: [], ts: '0001-01-01T00:00:00.000001Z' },
    { ts: '1969-12-31T23:59:59.999999Z', dt: '9999-12-31T23:59:59.999999', d: '0001-01-01', tm: '23:59:59.999999' },
    { ts: '2099-01-01T00:00:00.000000Z', geo: 'POINT(1 2)', span: '1-2 3 4:5:6.789', range: { start: null, end: '2026-01-01' } },
    {
      st: deep,
      ints: [1, 2n ** 62n, 0],
      sts: [
        { ...deep, deep },
        { n: null, t: [], deep: { n: 1, t: [] } },
      ],
    },
    { ints: [], sts: [], st: { n: null, t: [] }, j: { constructor: 1, toString: 'x', getUpdatedTime: null } },
  ];

  const whole = (part: Row): Row => Object.fromEntries(columns.map(({ name }) => [name, part[name] ?? null]));

  /** What is read back: -0 as 0, and names within JSON that Harper uses under others. */
  const stored = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === 0 ? 0 : name === 'j' ? plainValue(value) : value]));

  async function commitAndRead(name: string, rows: readonly Row[]): Promise<void> {
    const into = target(name, { columns });
    await app.call('prepare', into);
    await app.call('saveIntent', intent(name));
    const batch = rows.map((row, index) => {
      const key = `r${String(index).padStart(5, '0')}`;
      return { key, cursor: null, row: { ...row, k: key } };
    });
    expect(await app.call('commit', order(into, batch))).toMatchObject({ inserted: rows.length, rejected: [] });
    const read = await app.call('rows', name);
    for (const [index, { row }] of read.entries()) expect(row).toStrictEqual(stored(batch[index]!.row));
    expect(read).toHaveLength(rows.length);
    // Comparing finds in the store exactly what was given to it.
    const again = await app.call('commit', order(into, batch, { snapshot: at(1), sequence: 1 }));
    expect(again).toMatchObject({ unchanged: rows.length, updated: 0, contested: 0 });
  }

  describe('lesson 17: every type comes back as it went in', () => {
    it('at its extremes', async () => {
      await commitAndRead('Extremes', extremes.map(whole));
    });

    it('whatever the value', async () => {
      const json = fc.jsonValue() as fc.Arbitrary<Value>;
      const text = fc.string({ unit: 'grapheme' });
      const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
        const number = Number(value);
        return Number.isSafeInteger(number) ? number : value;
      });
      const part = fc.record({ n: fc.option(fc.oneof(int, fc.integer())), t: fc.array(text, { maxLength: 3 }) });
      const row: fc.Arbitrary<Row> = fc.record({
        i: fc.oneof(int, fc.integer(), fc.maxSafeInteger()),
        f: fc.oneof(fc.double(), fc.float()),
        s: fc.option(text),
        by: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
        j: fc.option(json),
        st: fc.option(part),
        ints: fc.array(int, { maxLength: 4 }),
        sts: fc.array(
          part.map((value) => ({ ...value, deep: value })),
          { maxLength: 3 },
        ),
      });
      // Structs come with their fields in the schema's order and without a prototype of their own.
      const rows = fc.sample(row, { numRuns: 400, seed: 20260101 }).map((value) => whole(structuredClone(value)));
      await commitAndRead('Anything', rows.map(fixBuffers));
    });

    it('as a Date, of any year', async () => {
      const instants = [
        '0001-01-01T00:00:00.001000Z',
        '1969-12-31T23:59:59.999000Z',
        '1970-01-01T00:00:00.000000Z',
        '2514-05-30T01:53:03.999000Z',
        '9999-12-31T23:59:59.999000Z',
      ];
      const into = target('Dates', { createTarget: false, columns: [column('k'), column('ts', 'TIMESTAMP'), column('d', 'DATE')] });
      await app.call('prepare', into);
      await app.call('saveIntent', intent('Dates'));
      const rows = instants.map((ts) => ({ key: ts, cursor: null, row: { k: ts, ts, d: ts.slice(0, 10) } }));
      expect(await app.call('commit', order(into, rows))).toMatchObject({ inserted: rows.length, rejected: [] });
      expect((await app.call('rows', 'Dates')).map(({ row }) => row)).toEqual(
        instants.map((ts) => ({ k: ts, ts: new Date(ts), d: new Date(`${ts.slice(0, 10)}T00:00:00Z`) })),
      );
      expect(await app.call('commit', order(into, rows, { snapshot: at(1), sequence: 1 }))).toMatchObject({ unchanged: rows.length });
    });

    it('in declared attributes, or the row is kept in quarantine with the reason', async () => {
      const into = target('Typed', {
        createTarget: false,
        columns: [
          column('k'),
          column('ts', 'TIMESTAMP'),
          column('i', 'INT64'),
          column('l', 'INT64'),
          column('big', 'INT64'),
          column('f', 'NUMERIC'),
          column('s', 'INT64'),
          column('b64', 'BYTES'),
          column('json', 'JSON'),
          column('by', 'BYTES'),
          column('flag', 'BOOL'),
          column('tags', 'STRING', { repeated: true }),
          column('numbers', 'JSON'),
          column('any', 'INT64'),
        ],
      });
      const { notices } = await app.call('prepare', into);
      expect(notices).toEqual([
        'Column "ts" (TIMESTAMP) becomes a Date and loses its microseconds; declare it as String to keep them.',
        'Column "f" (NUMERIC) becomes a double and keeps about 15 digits; declare it as String to keep all.',
        expect.stringContaining('Column "json" (JSON) holds a JSON null as NULL'),
        expect.stringContaining('Column "numbers" (JSON) holds a JSON null as NULL'),
      ]);
      await app.call('saveIntent', intent('Typed'));
      const good: Row = {
        ts: '2026-01-01T00:00:00.123456Z',
        i: -2147483648,
        l: 9007199254740991,
        big: 5,
        f: '1.5',
        s: 9223372036854775807n,
        b64: Buffer.from([251, 255]),
        json: { a: [1] },
        by: Buffer.from('x'),
        flag: true,
        tags: ['a', 'b'],
        numbers: [1, 2],
        any: 2n ** 60n,
      };
      const row = (key: string, part: Row = {}): KeyedRow => ({ key, cursor: null, row: { k: key, ...good, ...part } });
      const batch = order(into, [
        row('good'),
        row('int', { i: 2147483648 }),
        row('long', { l: 2n ** 60n }),
        row('refused', { numbers: ['not a number'] }),
        row('good2', { big: 9223372036854775807n }),
      ]);
      const outcome = await app.call('commit', batch);
      expect(outcome).toMatchObject({ inserted: 2, updated: 0 });
      expect(outcome.rejected.map(({ key, reason, message }) => [key, reason, message])).toEqual([
        ['int', 'int-overflow', 'column "i": 2147483648 does not fit Int (32 bits)'],
        ['long', 'long-overflow', 'column "l": 1152921504606846976 does not fit Long (53 bits)'],
        ['refused', 'target-refused', expect.stringContaining('numbers')],
      ]);
      const expected = {
        k: 'good',
        ...good,
        ts: new Date('2026-01-01T00:00:00.123Z'),
        big: 5n,
        f: 1.5,
        s: '9223372036854775807',
        b64: '+/8=',
        json: '{"a":[1]}',
      };
      const rows = await app.call('rows', 'Typed');
      expect(rows.map(({ row }) => row)).toStrictEqual([expected, { ...expected, k: 'good2', big: 9223372036854775807n }]);
      const kept = await app.call('rows', 'SyncAudit');
      expect(kept.filter(({ row }) => row.tableId === 'Typed')).toHaveLength(3);
      const again = await app.call('commit', { ...batch, snapshot: micros(batch.snapshot + 5n), sequence: 1 });
      expect(again).toMatchObject({ unchanged: 2, inserted: 0, updated: 0 });
      expect(await app.call('count', 'SyncAudit')).toBe(kept.length);
    });
  });
}

/** structuredClone turns a Buffer into a plain Uint8Array. */
function fixBuffers(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value) : value]));
}
