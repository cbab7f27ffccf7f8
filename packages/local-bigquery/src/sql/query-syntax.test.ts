import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect, refusal, rows, selected, value } from './compile.fixture.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await connect();
});

const QUARTERS =
  "(SELECT 'Kale' AS product, 51 AS sales, 'Q1' AS quarter UNION ALL SELECT 'Kale', 23, 'Q2' UNION ALL SELECT 'Apple', 77, 'Q1')";

describe('queries', () => {
  it.each([
    [
      'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT n FROM t ORDER BY n',
      [['1'], ['2'], ['3'], ['4']],
    ],
    ['WITH RECURSIVE a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS m FROM a) SELECT m FROM b', [['2']]],
    [
      `SELECT * FROM ${QUARTERS} PIVOT(SUM(sales) FOR quarter IN ('Q1', 'Q2' AS second)) ORDER BY product`,
      [
        ['Apple', '77', null],
        ['Kale', '51', '23'],
      ],
    ],
    [
      `SELECT product, total_Q1, n_Q1 FROM ${QUARTERS} PIVOT(SUM(sales) AS total, COUNT(*) AS n FOR quarter IN ('Q1')) ORDER BY product`,
      [
        ['Apple', '77', '1'],
        ['Kale', '51', '1'],
      ],
    ],
    [
      "SELECT * FROM (SELECT 'x' AS p, 1 AS q1, NULL AS q2) UNPIVOT INCLUDE NULLS (sales FOR quarter IN (q1, q2 AS 'second')) ORDER BY quarter",
      [
        ['x', '1', 'q1'],
        ['x', null, 'second'],
      ],
    ],
    ["SELECT * FROM (SELECT 'x' AS p, 1 AS q1, NULL AS q2) UNPIVOT(sales FOR quarter IN (q1, q2))", [['x', '1', 'q1']]],
    [
      'SELECT a, SUM(b) AS s, GROUPING(a) AS g FROM UNNEST([STRUCT(1 AS a, 2 AS b), (1, 3), (2, 4)]) GROUP BY ROLLUP(a) ORDER BY g, a',
      [
        ['1', '5', '0'],
        ['2', '4', '0'],
        [null, '9', '1'],
      ],
    ],
    [
      'SELECT COUNT(*) AS n FROM UNNEST([STRUCT(1 AS a, 2 AS b), (1, 3)]) GROUP BY CUBE(a, b) ORDER BY n',
      [['1'], ['1'], ['1'], ['1'], ['2'], ['2']],
    ],
    [
      'SELECT SUM(b) AS s FROM UNNEST([STRUCT(1 AS a, 2 AS b), (1, 3)]) GROUP BY GROUPING SETS((a, b), ()) ORDER BY s',
      [['2'], ['3'], ['5']],
    ],
    [
      'SELECT x, 7 AS k, COUNT(*) AS n FROM UNNEST([1, 1, 2]) AS x GROUP BY ALL ORDER BY x',
      [
        ['1', '7', '2'],
        ['2', '7', '1'],
      ],
    ],
    ['SELECT v FROM (SELECT AS VALUE x * 2 FROM UNNEST([1, 2]) AS x) AS v ORDER BY v', [['2'], ['4']]],
    ['SELECT 1 AS x EXCEPT DISTINCT SELECT 2 EXCEPT DISTINCT SELECT 1', []],
    ['SELECT s[OFFSET(0)] AS a, s[ORDINAL(2)] AS b FROM (SELECT STRUCT(3, TRUE) AS s)', [['3', true]]],
    [
      'SELECT SUM(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM UNNEST([1, 2, 4]) AS x ORDER BY s',
      [['1'], ['3'], ['4']],
    ],
    [
      'SELECT PERCENTILE_CONT(x, 0.5) OVER () AS c, PERCENTILE_DISC(x, 0.5) OVER () AS d FROM UNNEST([0, 3, NULL, 1, 2]) AS x LIMIT 1',
      [[1.5, '1']],
    ],
    ["FROM UNNEST([STRUCT(1 AS a, 'x' AS b), (2, 'y')]) |> WHERE a > 1 |> SELECT b", [['y']]],
    [
      'FROM UNNEST([1, 2, 2]) AS x |> AGGREGATE COUNT(*) AS n, SUM(x) AS s GROUP AND ORDER BY x DESC',
      [
        ['2', '2', '4'],
        ['1', '1', '1'],
      ],
    ],
    ['SELECT 1 AS x |> EXTEND x + 1 AS y |> SET x = 5 |> DROP y |> UNION ALL (SELECT 7) |> ORDER BY x DESC |> LIMIT 1', [['7']]],
    ['FROM (SELECT 1 AS k) AS t |> JOIN (SELECT 1 AS k, 2 AS v) AS u ON t.k = u.k |> SELECT t.k, v', [['1', '2']]],
    ['SELECT n FROM (FROM UNNEST([3, 4]) AS n |> WHERE n IN (FROM UNNEST([4]) AS m))', [['4']]],
    ['SELECT 1 AS x |> AS t |> SELECT t.x AS y |> DISTINCT', [['1']]],
  ] as [string, unknown[][]][])('%s', async (sql, expected) => {
    expect(await rows(connection, sql)).toEqual(expected);
  });

  it.each([
    ['WITH(a AS 3, b AS a * 2, a + b)', '9'],
    ["'abc' LIKE ANY ('x%', 'a%')", true],
    ["'abc' LIKE ALL ('a%', 'x%')", false],
    ["IF(FALSE, ERROR('never'), 'foo')", 'foo'],
    ["CONCAT('Summer', ' ', 1923)", 'Summer 1923'],
    ["(SELECT ANY_VALUE(x HAVING MAX y) FROM UNNEST([STRUCT('a' AS x, 1 AS y), ('b', 3), ('c', NULL)]))", 'b'],
    ["(SELECT MIN_BY(x, y) FROM UNNEST([STRUCT('a' AS x, 1 AS y), ('b', 3), ('c', NULL)]))", 'a'],
    ['(SELECT ARRAY_CONCAT_AGG(x.a) FROM UNNEST([STRUCT([1, 2] AS a), STRUCT(NULL), STRUCT([3])]) AS x)', ['1', '2', '3']],
    ['(SELECT APPROX_QUANTILES(x, 2) FROM UNNEST([1, 1, 1, 4, 5, 6, 7, 8, 9, 10]) AS x)', ['1', '5', '10']],
    ['(SELECT COVAR_SAMP(x, x) FROM UNNEST([1.0, 2.0, 3.0]) AS x)', 1],
    ["(SELECT CAST(STDDEV(x) AS STRING) FROM UNNEST([1.0, CAST('inf' AS FLOAT64)]) AS x)", 'nan'],
  ])('%s is %j', async (expression, expected) => {
    expect(await value(connection, expression)).toEqual(expected);
  });

  it.each([
    ['SELECT WITH DIFFERENTIAL_PRIVACY COUNT(*) FROM ds.events', 'Not supported by the local BigQuery: SELECT WITH DIFFERENTIAL_PRIVACY'],
    ['SELECT 1 FULL OUTER UNION ALL BY NAME SELECT 2', 'Not supported by the local BigQuery: FULL set operations'],
    ["SELECT COLLATE('a', 'und:ci')", "bqsync's local BigQuery does not know COLLATE (the real one does)"],
    ["SELECT 'a'.REPLACE('a', 'b')", 'Not supported by the local BigQuery: the chained function call .REPLACE'],
    ['SELECT AVG(SUM(id) GROUP BY name) FROM ds.events', 'Not supported by the local BigQuery: GROUP BY in an aggregate'],
    ['GRAPH g MATCH (n) RETURN n', 'Not supported by the local BigQuery: GRAPH'],
    [
      'WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 0.5 FROM a) SELECT n FROM a',
      'Not supported by the local BigQuery: a recursive term',
    ],
  ])('%s is refused by name', (sql, message) => {
    expect(refusal(sql)).toContain(message);
  });

  it('give the result columns of PIVOT the names of its values', () => {
    const { fields } = selected(`SELECT * FROM ${QUARTERS} PIVOT(SUM(sales) FOR quarter IN ('Q1', 'Q2' AS second))`);
    expect(fields.map((f) => f.name)).toEqual(['product', 'Q1', 'second']);
  });
});
