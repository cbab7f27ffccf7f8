import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect, selected, value } from './compile.fixture.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await connect();
});

const text = (expression: string): Promise<unknown> => value(connection, `CAST(${expression} AS STRING)`);

describe('INTERVAL', () => {
  it.each([
    ['INTERVAL 1 DAY', '0-0 1 0:0:0'],
    ['INTERVAL -25 MONTH', '-2-1 0 0:0:0'],
    ['INTERVAL 5 QUARTER', '1-3 0 0:0:0'],
    ['INTERVAL -90 MINUTE', '0-0 0 -1:30:0'],
    ["INTERVAL '1-2 3 4:5:6.789' YEAR TO SECOND", '1-2 3 4:5:6.789'],
    ["INTERVAL '-22-6 10 -12:30' YEAR TO MINUTE", '-22-6 10 -12:30:0'],
    ["INTERVAL '1.000001' SECOND", '0-0 0 0:0:1.000001'],
    ["CAST('P1Y2M3DT4H5M6,5S' AS INTERVAL)", '1-2 3 4:5:6.500'],
    ["CAST('10:20:30' AS INTERVAL)", '0-0 0 10:20:30'],
    ["CAST('1-2' AS INTERVAL)", '1-2 0 0:0:0'],
    ["DATE '2021-05-20' - DATE '2020-04-19'", '0-0 396 0:0:0'],
    ["TIMESTAMP '2021-06-01 12:34:56.789' - TIMESTAMP '2021-05-31'", '0-0 0 36:34:56.789'],
    ["INTERVAL '1:2:3' HOUR TO SECOND * 10", '0-0 0 10:20:30'],
    ['INTERVAL 10 YEAR / 3', '3-4 0 0:0:0'],
    ['INTERVAL 1 MONTH / 12', '0-0 2 12:0:0'],
    ['- INTERVAL 1 DAY', '0-0 -1 0:0:0'],
    ['INTERVAL 1 DAY + INTERVAL 30 MINUTE - INTERVAL 1 HOUR', '0-0 1 -0:30:0'],
    ['MAKE_INTERVAL(1, minute => 5, day => 2)', '1-0 2 0:5:0'],
    ['JUSTIFY_DAYS(INTERVAL -65 DAY)', '-0-2 -5 0:0:0'],
    ['JUSTIFY_HOURS(INTERVAL -12345 MINUTE)', '0-0 -8 -13:45:0'],
    ["JUSTIFY_INTERVAL(INTERVAL '29 49:00:00' DAY TO SECOND)", '0-1 1 1:0:0'],
    ["DATE '2024-01-31' + INTERVAL '0-1' YEAR TO MONTH", '2024-02-29 00:00:00'],
    ["INTERVAL 1 WEEK + TIMESTAMP '2024-01-31'", '2024-02-07 00:00:00+00'],
    ['(SELECT MAX(i) FROM UNNEST([INTERVAL 31 DAY, INTERVAL 1 MONTH, NULL]) AS i)', '0-0 31 0:0:0'],
    ['(SELECT SUM(i) FROM UNNEST([INTERVAL 1 DAY, INTERVAL 5 HOUR]) AS i)', '0-0 1 5:0:0'],
    ['(SELECT AVG(i) FROM UNNEST([INTERVAL 1 DAY, INTERVAL 5 HOUR]) AS i)', '0-0 0 14:30:0'],
  ])('%s is %s', async (expression, expected) => {
    expect(await text(expression)).toBe(expected);
  });

  it.each([
    ['INTERVAL 30 DAY = INTERVAL 1 MONTH', true],
    ["INTERVAL '0-1 -1' YEAR TO DAY = INTERVAL 29 DAY", true],
    ['INTERVAL 25 HOUR > INTERVAL 1 DAY', true],
    ['INTERVAL 1 DAY IN (INTERVAL 24 HOUR)', true],
    ["EXTRACT(MICROSECOND FROM INTERVAL '1-2 3 4:5:6.789999' YEAR TO SECOND)", '789999'],
    ["EXTRACT(MINUTE FROM INTERVAL '10 -12:30' DAY TO MINUTE)", '-30'],
    ["TO_JSON_STRING(INTERVAL '1 5:30' DAY TO MINUTE)", '"P1DT5H30M"'],
    ['TO_JSON_STRING(INTERVAL -25 MONTH)', '"P-2Y-1M"'],
  ])('%s is %j', async (expression, expected) => {
    expect(await value(connection, expression)).toBe(expected);
  });

  it('is a type of a result, and months have no fixed length', async () => {
    expect(selected('SELECT INTERVAL 1 DAY AS i').fields).toEqual([{ name: 'i', type: 'INTERVAL', mode: 'NULLABLE' }]);
    await expect(text("TIMESTAMP '2024-01-31' + INTERVAL 1 MONTH")).rejects.toThrow('non-zero MONTH or YEAR part');
    await expect(text('INTERVAL 1 DAY / 0')).rejects.toThrow('division by zero');
    await expect(text('INTERVAL 9000 YEAR + INTERVAL 9000 YEAR')).rejects.toThrow('out of the range');
  });
});

describe('RANGE', () => {
  it.each([
    ["RANGE(DATE '2022-12-01', NULL)", '[2022-12-01, UNBOUNDED)'],
    ["RANGE<DATETIME> '[2022-10-01 14:53:27, unbounded)'", '[2022-10-01 14:53:27, UNBOUNDED)'],
    ["RANGE<TIMESTAMP> '[2022-10-01 14:53:27 America/Los_Angeles, NULL)'", '[2022-10-01 21:53:27+00, UNBOUNDED)'],
    ["CAST('[2020-01-01, 2020-01-02)' AS RANGE<DATE>)", '[2020-01-01, 2020-01-02)'],
    ["RANGE_INTERSECT(RANGE<DATE> '[2022-02-01, UNBOUNDED)', RANGE<DATE> '[2021-06-15, 2022-04-15)')", '[2022-02-01, 2022-04-15)'],
    ["RANGE_START(RANGE<DATE> '[2022-02-01, 2022-09-01)')", '2022-02-01'],
    ["RANGE_END(RANGE<DATE> '[2022-02-01, UNBOUNDED)')", null],
    ["SAFE.RANGE(DATE '2022-01-02', DATE '2022-01-01')", null],
    [
      "(SELECT MIN(r) FROM UNNEST([RANGE<DATE> '[2022-01-01, 2022-02-01)', RANGE<DATE> '[UNBOUNDED, 2022-02-01)']) AS r)",
      '[UNBOUNDED, 2022-02-01)',
    ],
    ["GENERATE_RANGE_ARRAY(RANGE<DATE> '[2024-01-30, 2024-03-15)', INTERVAL 1 MONTH)[1]", '[2024-02-29, 2024-03-15)'],
  ])('%s is %s', async (expression, expected) => {
    expect(await text(expression)).toBe(expected);
  });

  it.each([
    ["RANGE_CONTAINS(RANGE<DATE> '[2022-01-01, 2023-01-01)', DATE '2023-01-01')", false],
    ["RANGE_CONTAINS(RANGE<DATE> '[UNBOUNDED, 2023-01-01)', RANGE<DATE> '[2022-04-01, 2022-07-01)')", true],
    ["RANGE_OVERLAPS(RANGE<DATE> '[2020-02-01, 2020-09-01)', RANGE<DATE> '[2020-09-01, 2022-04-15)')", false],
    ["RANGE<DATE> '[2022-01-01, UNBOUNDED)' > RANGE<DATE> '[2022-01-01, 2022-02-01)'", true],
    ["TO_JSON_STRING(RANGE<DATE> '[2024-07-24, UNBOUNDED)')", '{"start":"2024-07-24","end":null}'],
  ])('%s is %j', async (expression, expected) => {
    expect(await value(connection, expression)).toBe(expected);
  });

  it('fails where two ranges do not overlap, or the start is not before the end', async () => {
    await expect(text("RANGE(DATE '2022-01-02', DATE '2022-01-01')")).rejects.toThrow('less than the end');
    const [a, b] = ["RANGE<DATE> '[2020-02-01, 2020-09-01)'", "RANGE<DATE> '[2020-09-01, 2022-04-15)'"];
    await expect(text(`RANGE_INTERSECT(${a}, ${b})`)).rejects.toThrow('do not overlap');
  });
});

describe('STRUCT', () => {
  it.each([
    ['STRUCT(1, 2) = STRUCT(1, 2)', true],
    ['STRUCT(1, NULL) = STRUCT(1, 2)', null],
    ['STRUCT(1, NULL) = STRUCT(2, NULL)', false],
    ["(1, 'a') IN ((1, 'a'), (2, 'b'))", true],
    ['(1, 2) != (1, 2)', false],
    ['(SELECT COUNT(DISTINCT s) FROM UNNEST([STRUCT(1 AS a), STRUCT(1), STRUCT(2)]) AS s)', '2'],
    ['ARRAY(SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)', ['1', '2', '3', '4']],
  ])('%s is %j', async (expression, expected) => {
    expect(await value(connection, expression)).toEqual(expected);
  });
});
