import { describe, expect, it } from 'vitest';
import { compiled, refusal } from './compile.fixture.ts';
import type { WireParameter } from './contract.ts';

const integer: WireParameter = { name: 'n', parameterType: { type: 'INT64' }, parameterValue: { value: '1' } };

describe('refused by name, with the place', () => {
  it.each([
    ['', 'Syntax error: Unexpected end of statement at [1:1]'],
    ['SELEC 1', 'Syntax error: Unexpected identifier "SELEC" at [1:1]'],
    ['SELECT', 'Syntax error: Unexpected end of statement at [1:7]'],
    ['SELECT 1 FROM', 'Syntax error: Expected table name but got end of statement at [1:14]'],
    ['SELECT 1 +', 'Syntax error: Unexpected end of statement at [1:11]'],
    ['SELECT (1', 'Syntax error: Expected ")" but got end of statement at [1:10]'],
    ["SELECT 'abc", 'Syntax error: Unclosed string literal at [1:8]'],
    ["SELECT 'a\nb'", 'Syntax error: Unclosed string literal at [1:8]'],
    ['SELECT `a', 'Syntax error: Unclosed identifier at [1:8]'],
    ['SELECT ``', 'Syntax error: Invalid empty identifier at [1:8]'],
    ['SELECT 1 /* x', 'Syntax error: Unclosed comment at [1:10]'],
    ["SELECT '\\q'", 'Syntax error: Illegal escape sequence: \\q at [1:8]'],
    ["SELECT '\\ud800'", 'Syntax error: Illegal escape sequence: \\ud800 at [1:8]'],
    ["SELECT b'\\u0041'", 'Syntax error: Illegal escape sequence: \\u at [1:8]'],
    ['SELECT 1a', 'Syntax error: Missing whitespace between literal and alias at [1:9]'],
    ['SELECT $1', 'Syntax error: Illegal input character "$" at [1:8]'],
    ['SELECT @@version', 'Not supported by the local BigQuery: a system variable at [1:8]'],
    ['SELECT "a" COLLATE "und:ci"', 'Not supported by the local BigQuery: COLLATE at [1:12]'],
    ['SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS a', 'Not supported by the local BigQuery: UNION ALL BY at [1:25]'],
    ['SELECT ARRAY_FILTER([1], e -> e > 1)', 'Not supported by the local BigQuery: a lambda at [1:28]'],
    ["SELECT RANGE(DATE '2026-01-01', DATETIME '2026-01-02', 1)", /^Function RANGE takes 2 arguments/],
    ['SELECT ROUND(bn) FROM ds.every', /^Not supported by the local BigQuery: ROUND of BIGNUMERIC/],
    ['SELECT GREATEST(bn, bn) FROM ds.every', /^Not supported by the local BigQuery: GREATEST on BIGNUMERIC/],
    ["SELECT RANGE<DATE> '[2026-01-01,2026-01-02)'", /^Invalid RANGE<DATE> literal/],
    ["SELECT RANGE<DATE> '[2026-01-02, 2026-01-01)'", /^Invalid RANGE<DATE> literal/],
    ['SELECT 9223372036854775808', 'Invalid integer literal: 9223372036854775808 at [1:8]'],
    ['SELECT 1e999', 'Invalid floating point literal: 1e999 at [1:8]'],
    ["SELECT DATE '2026-02-30'", 'Invalid DATE literal: "2026-02-30" at [1:8]'],
    ["SELECT TIMESTAMP 'soon'", 'Invalid TIMESTAMP literal: "soon" at [1:8]'],
    ["SELECT TIMESTAMP '2026-01-01 00:00:00.1234567'", 'Invalid TIMESTAMP literal: "2026-01-01 00:00:00.1234567" at [1:8]'],
    ["SELECT JSON '{'", 'Invalid JSON literal: "{" at [1:8]'],
    ['SELECT 1; SELECT 2', 'Not supported by the local BigQuery: a script of several statements at [1:11]'],
    ['SELECT 1 = 2 = 3', 'Syntax error: Unexpected "=" at [1:14]'],
    ['SELECT\n  foo\nFROM ds.events', 'Unrecognized name: foo at [2:3]'],
    ['SELECT nam FROM ds.events', 'Unrecognized name: nam; Did you mean name? at [1:8]'],
    ['SELECT e.nam FROM ds.events e', 'Name nam not found inside e; Did you mean name? at [1:10]'],
    ['SELECT name.x FROM ds.events', 'Cannot access field x on a value with type STRING at [1:13]'],
    ['SELECT st.z FROM ds.every', 'Field name z does not exist in STRUCT<x INT64, Y ARRAY<STRING>> at [1:11]'],
    ['SELECT FOO(1)', 'Function not found: FOO at [1:8]'],
    ['SELECT UPER("a")', 'Function not found: UPER; Did you mean upper? at [1:8]'],
    ['SELECT NET.HOST("a")', "bqsync's local BigQuery does not know NET.HOST (the real one does) at [1:8]"],
    ['SELECT ST_GEOGPOINT(1, 2)', "bqsync's local BigQuery does not know ST_GEOGPOINT (the real one does) at [1:8]"],
    ['SELECT TIMESTAMP("2026-01-01", "Europe/Nowhere")', 'Invalid time zone: Europe/Nowhere at [1:32]'],
    ['SELECT constructor(1)', 'Function not found: CONSTRUCTOR at [1:8]'],
    ['SELECT __proto__', 'Unrecognized name: __proto__ at [1:8]'],
    ['SELECT UPPER(1)', 'No matching signature for function UPPER for argument types: INT64 at [1:8]'],
    ['SELECT UPPER("a", "b")', 'No matching signature for function UPPER for argument types: STRING, STRING at [1:8]'],
    ["SELECT 1 = 'a'", 'No matching signature for operator = for argument types: INT64, STRING at [1:10]'],
    ['SELECT ts > DATE "2026-01-01" FROM ds.events', 'No matching signature for operator > for argument types: TIMESTAMP, DATE at [1:11]'],
    ["SELECT ts > 'x' FROM ds.events", 'Could not cast literal "x" to type TIMESTAMP at [1:13]'],
    ["SELECT 1 + 'a'", 'No matching signature for operator + for argument types: INT64, STRING at [1:10]'],
    ['SELECT -"a"', 'No matching signature for operator - for argument types: STRING at [1:8]'],
    ['SELECT [1] = [1]', 'Equality is not defined for arguments of type ARRAY<INT64> at [1:12]'],
    ['SELECT j = j FROM ds.every', 'Equality is not defined for arguments of type JSON at [1:10]'],
    ['SELECT st = st FROM ds.every', 'Equality is not defined for arguments of type STRUCT<x INT64, Y ARRAY<STRING>> at [1:11]'],
    ['SELECT s FROM ds.every ORDER BY arr', 'ORDER BY does not support expressions of type ARRAY<INT64> at [1:33]'],
    ['SELECT CAST(1 AS DATE)', 'Invalid cast from INT64 to DATE at [1:8]'],
    ['SELECT CAST(1 AS FOO)', 'Type not found: FOO at [1:18]'],
    ['SELECT CAST(ts AS STRING FORMAT "x") FROM ds.events', 'Not supported by the local BigQuery: CAST with FORMAT at [1:26]'],
    ['SELECT CAST(j AS STRING) FROM ds.every', 'Not supported by the local BigQuery: CAST from JSON to STRING at [1:8]'],
    ['SELECT id FROM ds.events WHERE 1', 'WHERE clause has type INT64 where BOOL is expected at [1:32]'],
    ['SELECT id FROM ds.events WHERE COUNT(*) > 1', 'Aggregate function COUNT not allowed in WHERE clause at [1:32]'],
    ['SELECT SUM(COUNT(*)) FROM ds.events', 'Aggregate function COUNT not allowed in an aggregate function at [1:12]'],
    ['SELECT id, COUNT(*) FROM ds.events', 'SELECT list expression references column id which is neither grouped nor aggregated at [1:8]'],
    [
      'SELECT id + 1 FROM ds.events GROUP BY name',
      'SELECT list expression references column id which is neither grouped nor aggregated at [1:8]',
    ],
    [
      'SELECT name FROM ds.events GROUP BY name ORDER BY id',
      'ORDER BY clause expression references column id which is neither grouped nor aggregated at [1:51]',
    ],
    [
      'SELECT * FROM ds.events GROUP BY id',
      'SELECT list expression references column name which is neither grouped nor aggregated at [1:8]',
    ],
    ['SELECT id FROM ds.events HAVING id > 1', 'The HAVING clause requires GROUP BY or aggregation to be present at [1:36]'],
    ['SELECT id FROM ds.events GROUP BY 2', 'GROUP BY column number item is out of range: 2 at [1:35]'],
    ['SELECT id FROM ds.events ORDER BY 2', 'ORDER BY column number item is out of range: 2 at [1:35]'],
    ['SELECT j FROM ds.every GROUP BY j', 'Grouping by expressions of type JSON is not allowed at [1:33]'],
    ['SELECT i FROM UNNEST([INTERVAL 1 DAY]) AS i GROUP BY i', /^Not supported by the local BigQuery: GROUP BY of INTERVAL/],
    ['SELECT ROW_NUMBER() FROM ds.events', 'Analytic function ROW_NUMBER cannot be called without an OVER clause at [1:8]'],
    ['SELECT id FROM ds.events WHERE ROW_NUMBER() OVER () = 1', 'Analytic function ROW_NUMBER not allowed in WHERE clause at [1:32]'],
    ['SELECT RANK() OVER () FROM ds.events', 'Window ORDER BY is required for analytic function RANK at [1:8]'],
    ['SELECT SUM(id) OVER w FROM ds.events', 'Unrecognized window alias w at [1:21]'],
    ['SELECT SUM(*) FROM ds.events', 'Argument * can only be used in COUNT(*), not in SUM at [1:8]'],
    ['SELECT COUNT(DISTINCT j) FROM ds.every', 'Aggregate functions with DISTINCT cannot be used with arguments of type JSON at [1:8]'],
    ['SELECT id, id FROM ds.events', 'Duplicate column names in the result are not supported. Found duplicate(s): id at [1:12]'],
    ['SELECT id, 1 AS ID FROM ds.events', 'Duplicate column names in the result are not supported. Found duplicate(s): ID at [1:12]'],
    ['SELECT id FROM ds.events, ds.local', 'Column name id is ambiguous at [1:8]'],
    ['SELECT 1 FROM ds.events e, ds.local e WHERE e.id = 1', 'Duplicate table alias e in the same FROM clause at [1:45]'],
    ['SELECT *', 'SELECT * must have a FROM clause at [1:8]'],
    ['SELECT * EXCEPT (foo) FROM ds.events', 'Column foo in SELECT * EXCEPT list does not exist at [1:18]'],
    ['SELECT id FROM ds.events LIMIT -1', 'LIMIT expects a non-negative integer literal or parameter at [1:32]'],
    ['SELECT id FROM ds.events LIMIT id', 'Unrecognized name: id at [1:32]'],
    ['SELECT 1 UNION SELECT 2', 'Syntax error: Expected keyword ALL or DISTINCT but got keyword SELECT at [1:16]'],
    ['SELECT 1 UNION ALL SELECT 1, 2', 'Queries in UNION ALL have mismatched column count; query 1 and 2 have 1 and 2 columns at [1:20]'],
    ["SELECT 1 UNION ALL SELECT 'a'", 'Column 1 in UNION ALL has incompatible types: INT64, STRING at [1:1]'],
    [
      'SELECT 1 UNION ALL SELECT 2 EXCEPT DISTINCT SELECT 2',
      'Not supported by the local BigQuery: different set operations without parentheses at [1:29]',
    ],
    ['SELECT 1 + NULL', 'Operands of + cannot be literal NULL at [1:12]'],
    ['SELECT 1 = NULL', 'Operands of = cannot be literal NULL at [1:12]'],
    ['SELECT NOT NULL', 'Operands of NOT cannot be literal NULL at [1:12]'],
    ['SELECT (SELECT 1, 2)', 'A scalar subquery must have exactly one column, not 2 at [1:8]'],
    ['SELECT 1 FROM ds.events NATURAL JOIN ds.local', 'Not supported by the local BigQuery: NATURAL JOIN at [1:25]'],
    ['SELECT 1 FROM ds.events JOIN ds.local', 'Syntax error: Expected keyword ON or USING but got end of statement at [1:38]'],
    ['SELECT 1 FROM ds.events JOIN ds.strict USING (ts)', 'Column ts in USING clause not found on one side of the join at [1:47]'],
    [
      'SELECT TO_JSON_STRING(r) FROM ds.events l LEFT JOIN ds.local r USING (id)',
      /Not supported by the local BigQuery: the whole row r from the side of an outer join/,
    ],
    ['SELECT 1 FROM ds.events TABLESAMPLE SYSTEM (1 PERCENT)', 'Not supported by the local BigQuery: TABLESAMPLE at [1:25]'],
    ['SELECT * FROM ML.PREDICT(MODEL m, TABLE t)', 'Not supported by the local BigQuery: the table function ML.PREDICT at [1:15]'],
    ['SELECT 1 FROM ds.events FOR SYSTEM_TIME AS OF ts', /^Unrecognized name: ts/],
    ['WITH a AS (SELECT 1), A AS (SELECT 2) SELECT 1', 'Duplicate alias a for WITH subquery at [1:6]'],
    ['FROM ds.events |> RENAME id AS x', 'Not supported by the local BigQuery: the pipe operator RENAME at [1:19]'],
    ['SELECT 1 FROM ds.events |> UNION ALL BY NAME (SELECT 2)', 'Not supported by the local BigQuery: UNION ALL BY at [1:38]'],
    ['SELECT INTERVAL 1.5 DAY', /^The value of an INTERVAL has type FLOAT64/],
    ["SELECT INTERVAL '1:2' DAY TO HOUR", /^Invalid INTERVAL value/],
    ['SELECT INTERVAL 10001 YEAR', /is out of range/],
    ['SELECT TIMESTAMP_ADD(ts, INTERVAL 1 MONTH) FROM ds.events', 'TIMESTAMP_ADD does not support the MONTH date part at [1:37]'],
    ['SELECT DATE_TRUNC(DATE "2026-01-01", HOUR)', 'DATE_TRUNC does not support the HOUR date part at [1:8]'],
    ['SELECT TIMESTAMP_TRUNC(ts, FOO) FROM ds.events', 'A valid date part name is required but found FOO at [1:28]'],
    ['SELECT EXTRACT(HOUR FROM DATE "2026-01-01")', 'EXTRACT from DATE does not support the HOUR date part at [1:8]'],
    ['SELECT SAFE.ABS((SELECT 1))', 'Not supported by the local BigQuery: a subquery in SAFE.ABS at [1:8]'],
    ['SELECT SAFE_CAST((SELECT 1) AS STRING)', 'Not supported by the local BigQuery: a subquery in SAFE_CAST at [1:8]'],
    ['SELECT @missing', "Query parameter 'missing' not found at [1:8]"],
    ['SELECT ?', 'Query parameter number 1 is not given at [1:8]'],
    ['MERGE ds.events USING x ON TRUE', 'Syntax error: Expected keyword WHEN but got end of statement at [1:32]'],
    ['CREATE FUNCTION ds.f() AS (1)', 'Not supported by the local BigQuery: CREATE FUNCTION at [1:8]'],
    ['ALTER MODEL ds.m SET OPTIONS()', 'Not supported by the local BigQuery: ALTER MODEL at [1:7]'],
    ['CAST', 'Syntax error: Unexpected keyword CAST at [1:1]'],
    ['SELECT CAST([1] AS ARRAY<NUMERIC(5, 2)>)', 'Not supported by the local BigQuery: a parameterised type (NUMERIC(…)) here at [1:26]'],
    ['BEGIN TRANSACTION', 'Not supported by the local BigQuery: BEGIN at [1:1]'],
    ['PRAGMA version', 'Syntax error: Unexpected identifier "PRAGMA" at [1:1]'],
    ["ATTACH 'x.db'", 'Syntax error: Unexpected identifier "ATTACH" at [1:1]'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'Not supported by the local BigQuery: the table function read_csv at [1:15]'],
    ["SELECT * FROM '/etc/passwd'", 'Syntax error: Expected table name but got string literal at [1:15]'],
    ["SELECT getenv('HOME')", 'Function not found: GETENV at [1:8]'],
    ['DELETE FROM ds.events', 'Syntax error: DELETE must have a WHERE clause at [1:22]'],
    ['UPDATE ds.events SET name = "x"', 'Syntax error: UPDATE must have a WHERE clause at [1:32]'],
    ['UPDATE ds.events SET nme = "x" WHERE TRUE', 'Column nme is not present in table ds.events; Did you mean name? at [1:22]'],
    [
      'UPDATE ds.events SET name = 1 WHERE TRUE',
      'Value has type INT64 which cannot be inserted into column name, which has type STRING at [1:29]',
    ],
    ['UPDATE ds.events SET name = "a", NAME = "b" WHERE TRUE', 'Update item name assigned more than once at [1:34]'],
    ['UPDATE ds.every SET st.x = 1 WHERE TRUE', 'Not supported by the local BigQuery: UPDATE of a field inside a STRUCT at [1:21]'],
    ['UPDATE ds.events SET id = NULL WHERE TRUE', 'Required field id cannot be null at [1:27]'],
    ['INSERT INTO ds.events (id) VALUES (1, 2)', 'Inserted row has wrong column count; Has 2, expected 1 at [1:35]'],
    ['INSERT INTO ds.events (id) SELECT 1, 2', 'Inserted row has wrong column count; Has 2, expected 1 at [1:28]'],
    [
      'INSERT INTO ds.events (id) SELECT "a"',
      'Value has type STRING which cannot be inserted into column id, which has type INT64 at [1:35]',
    ],
    ['INSERT INTO ds.events (id, id) VALUES (1, 2)', 'A column appears twice in the INSERT column list at [1:1]'],
    ['INSERT INTO ds.events (foo) VALUES (1)', 'Column foo is not present in table ds.events at [1:24]'],
    ['INSERT INTO ds.events (id) VALUES (NULL)', 'Required field id cannot be null at [1:36]'],
    ['INSERT INTO ds.events (id) VALUES (id)', 'Unrecognized name: id at [1:36]'],
    ['EXPLAIN SELECT 1', 'Not supported by the local BigQuery: EXPLAIN at [1:1]'],
    ['SELECT 1 FROM `a"; DROP TABLE events; --`', null],
  ])('%s', (sql, message) => {
    if (message === null) expect(() => compiled(sql)).toThrow(/^Not found: Table/);
    else if (typeof message === 'string') expect(refusal(sql)).toBe(message);
    else expect(refusal(sql)).toMatch(message);
  });

  it('parameters that are no value of their type, or of a type that is not understood', () => {
    const bad = (type: string, value: string): WireParameter => ({ name: 'p', parameterType: { type }, parameterValue: { value } });
    expect(refusal('SELECT @p', [bad('INT64', '1.5')])).toBe('Invalid value for query parameter @p: "1.5" is no INT64 at [1:8]');
    expect(refusal('SELECT @p', [bad('INT64', '9223372036854775808')])).toMatch(/is no INT64/);
    expect(refusal('SELECT @p', [bad('TIMESTAMP', 'soon')])).toMatch(/is no TIMESTAMP/);
    expect(refusal('SELECT @p', [bad('STRUCT', '')])).toBe(
      'Not supported by the local BigQuery: query parameter @p of type STRUCT at [1:8]',
    );
    expect(compiled('SELECT @n', [integer]).kind).toBe('select');
  });

  it('an expression that is nested too deeply, instead of a full stack', () => {
    expect(refusal(`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`)).toMatch(/nested too deeply/);
    expect(refusal(`SELECT ${'NOT ('.repeat(5000)}TRUE${')'.repeat(5000)}`)).toMatch(/nested too deeply/);
    expect(refusal(`SELECT ${'(SELECT '.repeat(5000)}1${')'.repeat(5000)}`)).toMatch(/nested too deeply/);
  });

  it('a table that asks for a partition filter and gets none', () => {
    const message =
      "Cannot query over table 'proj-x.ds.strict' without a filter over column(s) 'day' that can be used for partition elimination";
    expect(refusal('SELECT id FROM ds.strict')).toBe(message);
    expect(refusal('SELECT id FROM ds.strict WHERE EXTRACT(YEAR FROM day) = 2026')).toBe(message);
    expect(refusal('SELECT id FROM ds.strict WHERE day = "2026-01-01" OR id = 1')).toBe(message);
    expect(refusal('DELETE FROM ds.strict WHERE TRUE')).toBe(message);
    expect(compiled('SELECT id FROM ds.strict WHERE day >= "2026-01-01"').kind).toBe('select');
    expect(compiled('SELECT id FROM (SELECT * FROM ds.strict) WHERE day >= "2026-01-01"').kind).toBe('select');
  });
});
