import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Local, readAll, startLocal } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.server.close());

const SCALARS = [
  ['i', 'INT64', '9223372036854775807', 9223372036854775807n],
  ['j', 'INT64', '-9223372036854775808', -9223372036854775808n],
  ['k', 'INT64', 42, 42],
  ['f', 'FLOAT64', 0.1, 0.1],
  ['nan', 'FLOAT64', 'NaN', Number.NaN],
  ['inf', 'FLOAT64', '-Infinity', Number.NEGATIVE_INFINITY],
  ['num', 'NUMERIC', '-99999999999999999999999999999.999999999', '-99999999999999999999999999999.999999999'],
  ['big', 'BIGNUMERIC', `${'1'.repeat(38)}.${'2'.repeat(38)}`, `${'1'.repeat(38)}.${'2'.repeat(38)}`],
  ['b', 'BOOL', true, true],
  ['s', 'STRING', '🚢 ñ "quoted" \\ \n', '🚢 ñ "quoted" \\ \n'],
  ['long', 'STRING', 'x'.repeat(1_000_000), 'x'.repeat(1_000_000)],
  ['bytes', 'BYTES', Buffer.from([0, 1, 254, 255]).toString('base64'), Buffer.from([0, 1, 254, 255])],
  ['ts', 'TIMESTAMP', '1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
  ['ts_last', 'TIMESTAMP', '9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
  ['ts_first', 'TIMESTAMP', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
  ['dt', 'DATETIME', '2026-02-03T04:05:06.000007', '2026-02-03T04:05:06.000007'],
  ['d', 'DATE', '0001-01-01', '0001-01-01'],
  ['t', 'TIME', '23:59:59.9', '23:59:59.900000'],
  ['minus_nothing', 'FLOAT64', '-0.0', -0],
  ['small_num', 'NUMERIC', '-0.000000001', '-0.000000001'],
  ['round_num', 'NUMERIC', '100', '100'],
  ['far', 'TIMESTAMP', '2262-04-11T23:47:16.854776Z', '2262-04-11T23:47:16.854776Z'],
  ['old', 'DATETIME', '0001-01-01T00:00:00', '0001-01-01T00:00:00.000000'],
  ['dt_last', 'DATETIME', '9999-12-31T23:59:59.999999', '9999-12-31T23:59:59.999999'],
  ['safe', 'INT64', '9007199254740991', 9007199254740991],
  ['unsafe', 'INT64', '-9007199254740992', -9007199254740992n],
  ['empty', 'STRING', '', ''],
  ['no_bytes', 'BYTES', '', Buffer.alloc(0)],
  ['geo', 'GEOGRAPHY', 'POINT(4.5 52)', 'POINT(4.5 52)'],
  ['interval', 'INTERVAL', '-1-2 -3 -4:5:6.000007', '-1-2 -3 -4:5:6.000007'],
  ['interval_zero', 'INTERVAL', '0-0 0 0:0:0', '0-0 0 0:0:0'],
  ['interval_half', 'INTERVAL', '1-0 5 87840:0:0.5', '1-0 5 87840:0:0.5'],
  ['json', 'JSON', '{"a":[1,2.5,null],"big":9007199254740993}', { a: [1, 2.5, null], big: 9007199254740993n }],
] as const;

it.each(['rest', 'storage'] as const)(
  'fault 17: every type arrives by %s without loss, with the host in whatever time zone',
  async (api) => {
    const zone = process.env.TZ;
    process.env.TZ = 'America/St_Johns';
    try {
      const schema = [
        ...SCALARS.map(([name, type]) => ({ name, type })),
        { name: 'list', type: 'TIMESTAMP', mode: 'REPEATED' },
        { name: 'none', type: 'STRING', mode: 'REPEATED' },
        { name: 'days', type: 'RANGE', rangeElementType: { type: 'DATE' } },
        { name: 'from_then', type: 'RANGE', rangeElementType: { type: 'TIMESTAMP' } },
        { name: 'flags', type: 'BOOL', mode: 'REPEATED' },
        {
          name: 'nested',
          type: 'RECORD',
          fields: [
            { name: 'n', type: 'INT64' },
            {
              name: 'inner',
              type: 'RECORD',
              mode: 'REPEATED',
              fields: [
                { name: 'at', type: 'DATETIME' },
                { name: 'raw', type: 'BYTES' },
              ],
            },
          ],
        },
      ];
      const row = {
        ...Object.fromEntries(SCALARS.map(([name, , wire]) => [name, wire])),
        list: ['2026-01-01T00:00:00.000001Z', '1900-01-01T00:00:00Z'],
        days: '[2026-01-01, 2026-02-01)',
        from_then: '[2026-01-01T00:00:00.000001Z, UNBOUNDED)',
        flags: [true, false, true],
        none: [],
        nested: {
          n: '9007199254740993',
          inner: [
            { at: '2026-01-01T00:00:00', raw: 'AQ==' },
            { at: null, raw: null },
          ],
        },
      };
      const table = await local.table(`types_${api}`, { schema }, [row, { s: 'only' }]);
      const { rows, pages, window } = await readAll(local.source(), { ...table, read: { api } });
      expect(window.handle).toContain(api === 'rest' ? 'job' : 'streams');
      expect(pages.map((page) => page.rejected.size)).toEqual(pages.map(() => 0));
      expect(rows.find((read) => read?.s !== 'only')).toStrictEqual({
        ...Object.fromEntries(SCALARS.map(([name, , , value]) => [name, value])),
        list: ['2026-01-01T00:00:00.000001Z', '1900-01-01T00:00:00.000000Z'],
        days: { start: '2026-01-01', end: '2026-02-01' },
        from_then: { start: '2026-01-01T00:00:00.000001Z', end: null },
        flags: [true, false, true],
        none: [],
        nested: {
          n: 9007199254740993n,
          inner: [
            { at: '2026-01-01T00:00:00.000000', raw: Buffer.from([1]) },
            { at: null, raw: null },
          ],
        },
      });
      expect(rows.find((read) => read?.s === 'only')).toStrictEqual({
        ...Object.fromEntries(SCALARS.map(([name]) => [name, null])),
        s: 'only',
        list: [],
        days: null,
        from_then: null,
        flags: [],
        none: [],
        nested: null,
      });
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  },
);
