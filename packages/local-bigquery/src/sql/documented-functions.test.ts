import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect, value } from './compile.fixture.ts';

// Examples of Google's reference, and neighbours of them.

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await connect();
});

const JSON_CASES: readonly [string, unknown][] = [
  [`JSON_SET(JSON '{"a": 1}', '$', JSON '{"b": 2, "c": 3}')`, '{"b":2,"c":3}'],
  [`JSON_SET(JSON '{"a": 1}', '$.b', 999, create_if_missing => FALSE)`, '{"a":1}'],
  [`JSON_SET(JSON '{"a": null}', '$.a.b', 100)`, '{"a":{"b":100}}'],
  [`JSON_SET(JSON '["a", ["b", "c"], "d"]', '$[1][4]', 'new')`, '["a",["b","c",null,null,"new"],"d"]'],
  [`JSON_SET(JSON '{"a": 1}', '$.a.b', 2)`, '{"a":1}'],
  [`JSON_REMOVE(JSON '["a", ["b", "c"], "d"]', '$[1]', '$[0]')`, '["d"]'],
  [`JSON_ARRAY_APPEND(JSON '["a"]', '$', [1, 2])`, '["a",1,2]'],
  [`JSON_ARRAY_APPEND(JSON '["a"]', '$', [1, 2], append_each_element => FALSE)`, '["a",[1,2]]'],
  [`JSON_ARRAY_APPEND(JSON '{"a": null}', '$.a', 1)`, '{"a":[1]}'],
  [`JSON_ARRAY_INSERT(JSON '["a", "d"]', '$[1]', 'b')`, '["a","b","d"]'],
  [`JSON_ARRAY_INSERT(JSON '["a"]', '$[3]', 1)`, '["a",null,null,1]'],
  [`JSON_STRIP_NULLS(JSON '{"a": null, "b": [null, {"c": null}]}')`, '{"b":[{}]}'],
  [`JSON_STRIP_NULLS(JSON '{"a": null, "b": [null, {"c": null}]}', remove_empty => TRUE)`, 'null'],
  [`LAX_INT64(JSON '"1.5"')`, '2'],
  [`LAX_INT64(JSON '1e100')`, null],
  [`LAX_FLOAT64(JSON '"-inf"')`, '-Infinity'],
  [`INT64_ARRAY(JSON '[1, 2.0]')`, ['1', '2']],
  [`JSON_KEYS(JSON '{"a": {"b": 1}}', 1)`, ['a']],
  [`JSON_OBJECT(['a', 'b'], [10, NULL])`, '{"a":10,"b":null}'],
  [`PARSE_JSON('{"id":922337203685477580701}', wide_number_mode => 'round')`, '{"id":9.223372036854776e+20}'],
  [`TO_JSON_STRING(STRUCT(1 AS id, [10, 20] AS c), TRUE)`, '{\n  "id": 1,\n  "c": [\n    10,\n    20\n  ]\n}'],
  [`REGEXP_EXTRACT('ab', '(z)?b')`, null],
  [`REGEXP_EXTRACT('b', '(z*)b')`, ''],
];

const FORMAT_CASES: readonly [string, unknown][] = [
  [`FORMAT('%T', b'\\x00a')`, 'b"\\x00a"'],
  [`FORMAT('%T %t', ['a', NULL], [1, 2])`, '["a", NULL] [1, 2]'],
  [`FORMAT('%T', STRUCT(1, 'it"s', DATE '2026-01-02'))`, `(1, 'it"s', DATE "2026-01-02")`],
  [`FORMAT('%T %T', 1.0, CAST('nan' AS FLOAT64))`, '1.0 CAST("nan" AS FLOAT64)'],
  [`FORMAT('%g %g %G', 0.0001, 1e20, 123456789.0)`, '0.0001 1e+20 1.23457E+08'],
  [`FORMAT_TIMESTAMP('%c', TIMESTAMP '2050-12-25 15:30:55')`, 'Sun Dec 25 15:30:55 2050'],
  [`FORMAT_TIMESTAMP('%x %X %k|%l %P', TIMESTAMP '2050-12-25 05:30:55')`, '12/25/50 05:30:55  5| 5 am'],
  [`FORMAT_DATE('%G-W%V-%u %U %W %Q %C', DATE '2027-01-01')`, '2026-W53-5 00 00 1 20'],
  [`PARSE_TIMESTAMP('%m/%d/%Y  %H:%M', '7/2/2020    09:24')`, '2020-07-02 09:24:00+00'],
  [`PARSE_DATE('%Y-%j', '2024-060')`, '2024-02-29'],
  [`PARSE_TIMESTAMP('%c', 'Thu Dec 25 07:30:00 2008')`, '2008-12-25 07:30:00+00'],
  [`PARSE_NUMERIC('  1,2,,3,.45 + ')`, '123.450000000'],
  [`PARSE_NUMERIC('12.34e-1-')`, '-1.234000000'],
  [`DATE_BUCKET(DATE '1949-12-31', INTERVAL 2 DAY)`, '1949-12-30'],
  [`DATETIME_BUCKET(DATETIME '2024-02-29 12:00:00', INTERVAL 1 MONTH)`, '2024-02-01 00:00:00'],
  [`TIMESTAMP_BUCKET(TIMESTAMP '2000-01-01 13:00:00', INTERVAL 12 HOUR, TIMESTAMP '2000-01-01 01:00:00')`, '2000-01-01 13:00:00+00'],
  [`NET.IP_TO_STRING(NET.IP_FROM_STRING('2001:db8:0:0:1:0:0:1'))`, '2001:db8::1:0:0:1'],
  [`NET.SAFE_IP_FROM_STRING('48.49.50')`, null],
  [`NET.IPV4_TO_INT64(NET.IPV4_FROM_INT64(11259375))`, '11259375'],
  [`TO_HEX(NET.IP_NET_MASK(4, 20))`, 'fffff000'],
  [`EDIT_DISTANCE('aa', 'b')`, '2'],
  [`EDIT_DISTANCE('kitten', 'sitting', max_distance => 2)`, '2'],
  [`EUCLIDEAN_DISTANCE([1.0, 2.0], [4.0, 6.0])`, 5],
];

const BIG_CASES: readonly [string, unknown][] = [
  ["BIGNUMERIC '1' / 3", '0.33333333333333333333333333333333333333'],
  ["BIGNUMERIC '-0.5' * 3 - 1", '-2.5'],
  ["BIGNUMERIC '10' > BIGNUMERIC '9'", true],
  ["BIGNUMERIC '10' BETWEEN 9 AND 100", true],
  ["(SELECT ARRAY_AGG(x ORDER BY x) FROM UNNEST([BIGNUMERIC '10', BIGNUMERIC '-3', BIGNUMERIC '9.5']) AS x)", ['-3', '9.5', '10']],
  ["(SELECT SUM(x) FROM UNNEST([BIGNUMERIC '10', NULL, BIGNUMERIC '-3']) AS x)", '7'],
  ["(SELECT AVG(x) FROM UNNEST([BIGNUMERIC '10', NULL, BIGNUMERIC '-3']) AS x)", '3.5'],
  ["(SELECT MAX(x) FROM UNNEST([BIGNUMERIC '10', BIGNUMERIC '9']) AS x)", '10'],
  ['(SELECT SUM(x) FROM UNNEST(CAST([] AS ARRAY<BIGNUMERIC>)) AS x)', null],
  ['(SELECT CORR(y, x) FROM UNNEST([STRUCT(1.0 AS y, NULL AS x), (9.0, 3.0)]))', null],
];

describe('documented functions', () => {
  it.each([...JSON_CASES, ...FORMAT_CASES, ...BIG_CASES])('%s is %j', async (expression, expected) => {
    expect(await value(connection, expression)).toEqual(expected);
  });

  it.each([
    ["BIGNUMERIC '1e38' * 100", 'BIGNUMERIC overflow'],
    ["BIGNUMERIC '1' / 0", 'division by zero'],
    [`PARSE_JSON('{"id":922337203685477580701}')`, 'without loss of precision'],
    [`JSON_REMOVE(JSON '{}', '$')`, 'Invalid JSONPath'],
    [`INT64_ARRAY(JSON '[1, "2"]')`, 'not an array of integers'],
    [`PARSE_TIMESTAMP('%H:%M:%E3S', '12:30:45.1234')`, 'Failed to parse'],
    [`DATE_BUCKET(DATE '2024-01-01', INTERVAL '1-1' YEAR TO MONTH - INTERVAL 1 DAY)`, 'one part only'],
    [`NET.IP_NET_MASK(5, 1)`, 'must be either 4 or 16'],
  ])('%s fails: %s', async (expression, message) => {
    await expect(value(connection, expression)).rejects.toThrow(message);
  });
});
