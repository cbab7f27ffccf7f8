import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled, connect, rows, selected } from './compile.fixture.ts';
import type { WireParameter } from './contract.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await connect();
});

const named = (name: string, type: string, value: string | null): WireParameter => ({
  name,
  parameterType: { type },
  parameterValue: { value },
});
const T1 = 1_767_225_600_000_000n;
const T2 = T1 + 86_400_000_000n;

describe('what @bqsync/query emits', () => {
  it('reads a window, pruned on both sides', async () => {
    const sql =
      "SELECT `id`, `name` FROM `proj-x.ds.events` WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000000Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'";
    expect(await rows(connection, sql)).toEqual([
      ['1', 'Ann'],
      ['2', 'bob'],
    ]);
    const [reference] = selected(sql).references;
    expect(reference?.columns).toEqual(['id', 'name', 'ts']);
    expect(reference?.partitions).toEqual({ from: T1, to: T2, nulls: false, values: true });
  });

  it.each([
    ['`proj-x.ds.events`'],
    ['`proj-x`.`ds`.`events`'],
    ['`proj-x`.ds.events'],
    ['proj-x.ds.events'],
    ['ds.events'],
    ['events'],
    ['`proj-x.ds`.events'],
  ])('finds %s', (path) => {
    expect(selected(`SELECT id FROM ${path}`).references[0]?.table.table).toBe('events');
  });

  it('keeps the snapshot time, before and after the alias', () => {
    const time = "FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-01 00:00:00.000000+00:00'";
    for (const from of [`\`proj-x.ds.events\` AS t ${time}`, `\`proj-x.ds.events\` ${time} AS t`, `ds.events ${time}`]) {
      const result = selected(`SELECT id FROM ${from}`);
      expect(result.references[0]?.asOfMicros).toBe(T1);
      expect(result.sql).toContain(`${String(T1)} >= 0`);
    }
    expect(
      selected('SELECT id FROM ds.events FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR)').references[0]
        ?.asOfMicros,
    ).toBe(1_767_323_045_678_901n - 3_600_000_000n);
  });

  it('finds rows without a cursor', async () => {
    expect(await rows(connection, 'SELECT `id` FROM ds.events WHERE `ts` IS NULL')).toEqual([['9007199254740993']]);
    const either = "SELECT `id` FROM ds.events WHERE (`ts` >= TIMESTAMP '2026-01-02T00:00:00.000000Z' OR `ts` IS NULL)";
    expect(await rows(connection, either)).toEqual([['3'], ['9007199254740993']]);
    expect(selected(either).references[0]?.partitions).toBe('all');
  });

  it('numbers identical rows', async () => {
    const sql =
      'SELECT s, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(t)) AS `_bqsync_ordinal` FROM (SELECT x AS s FROM UNNEST(["a", "b", "a"]) AS x) AS t';
    const found = await rows(connection, sql);
    expect(found.map(String).sort()).toEqual(['a,1', 'a,2', 'b,1']);
    expect(selected(sql).fields[1]).toEqual({ name: '_bqsync_ordinal', type: 'INT64', mode: 'NULLABLE' });
  });

  it('outlines partitions', async () => {
    const sql =
      'SELECT partition_id, total_rows FROM `proj-x.ds.INFORMATION_SCHEMA.PARTITIONS` WHERE table_name = @table ORDER BY partition_id';
    expect(await rows(connection, sql, [named('table', 'STRING', 'events')])).toEqual([
      ['20260101', '2'],
      ['20260102', '1'],
    ]);
  });

  it('counts', async () => {
    const sql =
      'SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM ds.events';
    expect(await rows(connection, sql)).toEqual([['4', '1', '2026-01-01 00:00:00+00', '2026-01-02 00:00:00+00']]);
    expect(selected(sql).references[0]?.columns).toEqual(['ts']);
    expect(selected(sql).fields.map((f) => f.type)).toEqual(['INT64', 'INT64', 'TIMESTAMP', 'TIMESTAMP']);
  });

  it('sums the content by buckets, alike for like rows', async () => {
    const sql =
      'SELECT COUNT(*) AS row_count, BIT_XOR(FARM_FINGERPRINT(TO_JSON_STRING(t))) AS xor_hash, SUM(MOD(FARM_FINGERPRINT(TO_JSON_STRING(t)), 1000003)) AS sum_hash, ' +
      'TIMESTAMP_TRUNC(`ts`, HOUR) AS bucket FROM (SELECT `id`, `ts` FROM `proj-x.ds.events` WHERE `ts` IS NOT NULL) AS t GROUP BY bucket ORDER BY bucket';
    const found = await rows(connection, sql);
    expect(found.map((row) => [row[0], row[3]])).toEqual([
      ['1', '2026-01-01 00:00:00+00'],
      ['1', '2026-01-01 12:00:00+00'],
      ['1', '2026-01-02 00:00:00+00'],
    ]);
    const one = await rows(connection, `SELECT FARM_FINGERPRINT('{"id":1,"ts":"2026-01-01T00:00:00Z"}')`);
    expect(found[0]?.[1]).toBe(one[0]?.[0]);
    expect(selected(sql).references[0]?.columns).toEqual(['id', 'ts']);
    expect(await rows(connection, sql)).toEqual(found);
  });

  it('verifies rows by their keys', async () => {
    const keys: WireParameter = {
      name: 'keys',
      parameterType: { type: 'ARRAY', arrayType: { type: 'INT64' } },
      parameterValue: { arrayValues: [{ value: '2' }, { value: '9007199254740993' }] },
    };
    expect(await rows(connection, 'SELECT `id` FROM ds.events WHERE `id` IN UNNEST(@keys) ORDER BY id', [keys])).toEqual([
      ['2'],
      ['9007199254740993'],
    ]);
  });

  it.each([
    ['s', 'STRING', 'a"b\\c'],
    ['b', 'BYTES', 'AP8='],
    ['i', 'INT64', '9223372036854775807'],
    ['f', 'FLOAT64', '0.1'],
    ['n', 'NUMERIC', '12.50'],
    ['bn', 'BIGNUMERIC', '1.250'],
    ['ts', 'TIMESTAMP', '2026-01-01T00:00:00.5Z'],
    ['dt', 'DATETIME', '2026-01-01T01:02:03'],
    ['d', 'DATE', '2026-01-01'],
    ['t', 'TIME', '01:02:03.000004'],
    ['bo', 'BOOL', 'true'],
  ])('finds a row by its key %s of type %s', async (key, type, text) => {
    const keys = {
      name: 'keys',
      parameterType: { type: 'ARRAY', arrayType: { type } },
      parameterValue: { arrayValues: [{ value: text }] },
    };
    expect(await rows(connection, `SELECT COUNT(*) FROM ds.every WHERE \`${key}\` IN UNNEST(@keys)`, [keys])).toEqual([['1']]);
  });

  it('takes DATETIME and DATE cursors', () => {
    const local = selected("SELECT id FROM ds.local WHERE `at` >= DATETIME '2026-01-01T00:00:00.000000'");
    expect(local.references[0]?.partitions).toEqual({ from: T1, nulls: false, values: true });
    const day = selected("SELECT id FROM ds.strict WHERE `day` = DATE '2026-01-01'");
    expect(day.references[0]?.partitions).toEqual({ from: T1, to: T2, nulls: false, values: true });
  });
});

describe('TO_JSON_STRING', () => {
  it('writes a row as BigQuery does', async () => {
    expect((await rows(connection, 'SELECT TO_JSON_STRING(t) FROM ds.every AS t ORDER BY s DESC'))[0]?.[0]).toBe(
      '{"s":"a\\"b\\\\c","b":"AP8=","i":"9223372036854775807","f":0.1,"bo":true,"n":"12.5","bn":"1.25","ts":"2026-01-01T00:00:00.500Z",' +
        '"dt":"2026-01-01T01:02:03","d":"2026-01-01","t":"01:02:03.000004","j":{"a":1},"st":{"x":1,"Y":["p","q"]},"arr":[1,2],"structs":[{"k":"k1","v":1}]}',
    );
    expect((await rows(connection, 'SELECT TO_JSON_STRING(t) FROM ds.every AS t WHERE s IS NULL'))[0]?.[0]).toContain(
      '"st":null,"arr":[],"structs":[]}',
    );
  });

  it.each([
    ['9007199254740992', '9007199254740992'],
    ['9007199254740993', '"9007199254740993"'],
    ['-9007199254740993', '"-9007199254740993"'],
    ["NUMERIC '5.0'", '5'],
    ["NUMERIC '0.5'", '"0.5"'],
    ["CAST('NaN' AS FLOAT64)", '"NaN"'],
    ["CAST('-inf' AS FLOAT64)", '"-Infinity"'],
    ['1.5e300', '1.5e+300'],
    [String.raw`'\u2028\x01\n/<é'`, String.raw`"\u2028\u0001\n/<é"`],
    ['JSON \'{"a":[1]}\'', '{"a":[1]}'],
    ['NULL', 'null'],
    ['[1.5, 2]', '[1.5,2]'],
    ["STRUCT('x' AS a, [STRUCT(1 AS b)] AS c)", '{"a":"x","c":[{"b":1}]}'],
    ["TIME '00:00:00.10'", '"00:00:00.100"'],
    ["TIMESTAMP '2026-01-01 00:00:00.25'", '"2026-01-01T00:00:00.250Z"'],
    ["DATETIME '2026-01-01 00:00:00.0001'", '"2026-01-01T00:00:00.000100"'],
  ])('%s is %s', async (expression, text) => {
    expect((await rows(connection, `SELECT TO_JSON_STRING(${expression})`))[0]?.[0]).toBe(text);
  });
});

describe('everyday queries', () => {
  it.each<[string, unknown[][]]>([
    [
      'SELECT id, name FROM ds.events ORDER BY name',
      [
        ['3', null],
        ['1', 'Ann'],
        ['9007199254740993', 'Zoë'],
        ['2', 'bob'],
      ],
    ],
    ['SELECT id FROM ds.events ORDER BY name DESC', [['2'], ['9007199254740993'], ['1'], ['3']]],
    ['SELECT id FROM ds.events ORDER BY name NULLS LAST LIMIT 1 OFFSET 3', [['3']]],
    ['SELECT id AS n FROM ds.events ORDER BY n DESC LIMIT 1', [['9007199254740993']]],
    ['SELECT name, id FROM ds.events ORDER BY 2 LIMIT 1', [['Ann', '1']]],
    ['SELECT -id AS id FROM ds.events WHERE id < 4 ORDER BY id', [['-3'], ['-2'], ['-1']]],
    ['SELECT * EXCEPT (price, ts) FROM ds.events WHERE id = 1', [['1', 'Ann']]],
    ['SELECT * REPLACE (id * 10 AS id) FROM ds.events WHERE id = 1', [['10', 'Ann', '1.500000000', '2026-01-01 00:00:00+00']]],
    ['SELECT e.* EXCEPT (ts) FROM ds.events e WHERE E.ID = 1', [['1', 'Ann', '1.500000000']]],
    ['SELECT DISTINCT name IS NULL AS missing FROM ds.events ORDER BY missing', [[false], [true]]],
    [
      'SELECT COUNT(*), COUNT(name), COUNT(DISTINCT name IS NULL), SUM(price), AVG(price), AVG(id) FROM ds.events WHERE id < 4',
      [['3', '2', '2', '-0.500000000', '-0.250000000', 2]],
    ],
    ['SELECT SUM(id), MAX(name) FROM ds.events WHERE FALSE', [[null, null]]],
    ['SELECT name IS NULL AS k, COUNT(*) AS n FROM ds.events GROUP BY k HAVING n > 1 ORDER BY 1', [[false, '3']]],
    [
      'SELECT MOD(id, 2) + 1 AS k, COUNT(*) FROM ds.events GROUP BY MOD(id, 2) ORDER BY MOD(id, 2)',
      [
        ['1', '1'],
        ['2', '3'],
      ],
    ],
    [
      'SELECT ts, COUNT(*) FROM (SELECT TIMESTAMP_TRUNC(ts, DAY) AS ts FROM ds.events) GROUP BY ts ORDER BY ts',
      [
        [null, '1'],
        ['2026-01-01 00:00:00+00', '2'],
        ['2026-01-02 00:00:00+00', '1'],
      ],
    ],
    [
      'SELECT TIMESTAMP_TRUNC(ts, DAY) AS ts, COUNT(*) AS n FROM ds.events GROUP BY ts ORDER BY n DESC LIMIT 1',
      [['2026-01-01 00:00:00+00', '2']],
    ],
    ['SELECT name FROM ds.events WHERE name IS NOT NULL GROUP BY 1 ORDER BY COUNT(*), name LIMIT 1', [['Ann']]],
    [
      'SELECT ARRAY_AGG(id ORDER BY id DESC LIMIT 2), STRING_AGG(name, "-" ORDER BY id), ANY_VALUE(1) FROM ds.events',
      [[['9007199254740993', '3'], 'Ann-bob-Zoë', '1']],
    ],
    ['SELECT ARRAY_AGG(name IGNORE NULLS ORDER BY id) FROM ds.events', [[['Ann', 'bob', 'Zoë']]]],
    ['SELECT LOGICAL_AND(id > 0), LOGICAL_OR(id > 5), BIT_AND(id) FROM ds.events WHERE id < 4', [[true, false, '0']]],
    [
      'WITH a AS (SELECT id FROM ds.events), b AS (SELECT MAX(id) AS m FROM a) SELECT a.id FROM a CROSS JOIN b WHERE a.id = b.m',
      [['9007199254740993']],
    ],
    [
      'SELECT a.id, s.day FROM ds.events a JOIN ds.strict s ON a.id = s.id AND s.day >= "2026-01-01" ORDER BY 1',
      [
        ['1', '2026-01-01'],
        ['2', '2026-01-02'],
      ],
    ],
    [
      'SELECT id, x.y FROM ds.events LEFT JOIN (SELECT 1 AS id, 5 AS y) x USING (id) ORDER BY id LIMIT 2',
      [
        ['1', '5'],
        ['2', null],
      ],
    ],
    ['SELECT * FROM (SELECT 1 AS id, 2 AS a) JOIN (SELECT 1 AS id, 3 AS b) USING (id)', [['1', '2', '3']]],
    [
      'SELECT l.x, r.y FROM (SELECT 1 AS x) l FULL JOIN (SELECT 2 AS y) r ON l.x = r.y ORDER BY x',
      [
        [null, '2'],
        ['1', null],
      ],
    ],
    ['SELECT l.x, r.y FROM (SELECT 1 AS x) l RIGHT JOIN (SELECT 2 AS y) r ON l.x = r.y', [[null, '2']]],
    [
      'SELECT 1 AS a, "x" AS b UNION ALL SELECT 2.5, NULL ORDER BY a DESC',
      [
        [2.5, null],
        [1, 'x'],
      ],
    ],
    ['SELECT 1 AS a UNION DISTINCT SELECT 1 UNION DISTINCT SELECT 2 ORDER BY a', [['1'], ['2']]],
    ['(SELECT 1 AS a UNION ALL SELECT 2) EXCEPT DISTINCT SELECT 2', [['1']]],
    ['SELECT 1 AS a INTERSECT DISTINCT SELECT 1', [['1']]],
    ['(SELECT x FROM UNNEST([3, 1, 2]) AS x ORDER BY x LIMIT 2) ORDER BY x DESC LIMIT 1', [['2']]],
    ['SELECT x, o FROM UNNEST(["a", "b"]) AS x WITH OFFSET o WHERE o > 0', [['b', '1']]],
    ['SELECT x + `offset` FROM UNNEST([10, 20]) x WITH OFFSET ORDER BY `offset` DESC', [['21'], ['10']]],
    [
      'SELECT s, x FROM ds.every, UNNEST(arr) AS x ORDER BY x',
      [
        ['a"b\\c', '1'],
        ['a"b\\c', '2'],
      ],
    ],
    ['SELECT k, v FROM ds.every t, t.structs', [['k1', 1]]],
    ['SELECT e.k FROM ds.every AS t CROSS JOIN UNNEST(t.structs) AS e', [['k1']]],
    [
      'SELECT t.i IS NULL, x FROM ds.every t LEFT JOIN UNNEST(arr) AS x ORDER BY x',
      [
        [true, null],
        [false, '1'],
        [false, '2'],
      ],
    ],
    ['SELECT (SELECT SUM(x) FROM UNNEST(arr) AS x) FROM ds.every WHERE i IS NOT NULL', [['3']]],
    ['SELECT id FROM ds.events e WHERE EXISTS (SELECT 1 FROM UNNEST([1, 3]) AS x WHERE x = e.id) ORDER BY id', [['1'], ['3']]],
    ['SELECT id FROM ds.events WHERE id IN (SELECT MAX(id) FROM ds.events)', [['9007199254740993']]],
    [
      'SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ds.events WHERE id < 4 ORDER BY id',
      [
        ['1', '1'],
        ['2', '3'],
        ['3', '5'],
      ],
    ],
    [
      'SELECT id, LAG(name, 1, "none") OVER (ORDER BY id), RANK() OVER (ORDER BY name) FROM ds.events ORDER BY id LIMIT 2',
      [
        ['1', 'none', '2'],
        ['2', 'Ann', '4'],
      ],
    ],
    ['SELECT id FROM ds.events WHERE TRUE QUALIFY ROW_NUMBER() OVER (ORDER BY id DESC) = 1', [['9007199254740993']]],
    ['SELECT AS STRUCT 1 AS a, "b" AS b', [['1', 'b']]],
    [
      'SELECT x, SUM(x) OVER w, COUNT(*) OVER (w ROWS 1 PRECEDING) FROM UNNEST([3, 1, 2]) AS x WINDOW w AS (ORDER BY x) ORDER BY x',
      [
        ['1', '1', '1'],
        ['2', '3', '2'],
        ['3', '6', '2'],
      ],
    ],
    ['SELECT s, s.a FROM (SELECT AS STRUCT 1 AS a) AS s', [[{ a: '1' }, '1']]],
    ['SELECT st.* FROM ds.every WHERE i IS NOT NULL', [['1', ['p', 'q']]]],
    ['SELECT f FROM (SELECT CAST("NaN" AS FLOAT64) AS f UNION ALL SELECT -1 UNION ALL SELECT NULL) ORDER BY f', [[null], ['NaN'], [-1]]],
    ['SELECT MIN(f), MAX(f) FROM (SELECT CAST("NaN" AS FLOAT64) AS f UNION ALL SELECT -1)', [['NaN', 'NaN']]],
    ['SELECT 1 AS `a"b; DROP TABLE events`', [['1']]],
    ['SELECT # comment\n 1 /* two */ -- three\n', [['1']]],
    ['SELECT COUNT(*) FROM ds.events WHERE name = "bob";', [['1']]],
    ['SELECT CURRENT_TIMESTAMP() = CURRENT_TIMESTAMP', [[true]]],
    ['SELECT id, name, FROM ds.events LIMIT 0', []],
  ])('%s', async (sql, expected) => {
    expect(await rows(connection, sql)).toEqual(expected);
  });

  it('gives every column of the result its name and type', () => {
    expect(selected('SELECT 1, 2 AS b, st.x, st, arr FROM ds.every').fields).toEqual([
      { name: 'f0_', type: 'INT64', mode: 'NULLABLE' },
      { name: 'b', type: 'INT64', mode: 'NULLABLE' },
      { name: 'x', type: 'INT64', mode: 'NULLABLE' },
      {
        name: 'st',
        type: 'STRUCT',
        mode: 'NULLABLE',
        fields: [
          { name: 'x', type: 'INT64', mode: 'NULLABLE' },
          { name: 'Y', type: 'STRING', mode: 'REPEATED' },
        ],
      },
      { name: 'arr', type: 'INT64', mode: 'REPEATED' },
    ]);
  });

  it('charges only for columns that are read', () => {
    const columns = (sql: string) => selected(sql).references.map((r) => r.columns);
    expect(columns('SELECT COUNT(*) FROM ds.events')).toEqual([[]]);
    expect(columns('SELECT a FROM (SELECT id AS a, name AS b FROM ds.events)')).toEqual([['id']]);
    expect(columns('SELECT 1 FROM (SELECT id, name FROM ds.events WHERE price > 0 ORDER BY ts)')).toEqual([['price', 'ts']]);
    expect(columns('WITH c AS (SELECT * FROM ds.events) SELECT x.id FROM c x JOIN c y ON x.ts = y.ts')).toEqual([['id', 'ts']]);
    expect(columns('SELECT id FROM ds.events UNION ALL SELECT id FROM ds.local')).toEqual([['id'], ['id']]);
    expect(columns('SELECT DISTINCT a FROM (SELECT DISTINCT id AS a, name FROM ds.events)')).toEqual([['id', 'name']]);
    expect(columns('SELECT 1 FROM ds.events e WHERE EXISTS (SELECT l.id FROM ds.local l WHERE l.at IS NULL AND e.name = "x")')).toEqual([
      ['name'],
      ['at'],
    ]);
  });
});

describe('parameters', () => {
  it.each<[WireParameter, string, unknown]>([
    [named('p', 'STRING', "it's"), 'STRING', "it's"],
    [named('p', 'INT64', '9223372036854775807'), 'INT64', '9223372036854775807'],
    [named('p', 'INTEGER', '-5'), 'INT64', '-5'],
    [named('p', 'FLOAT64', 'NaN'), 'FLOAT64', 'NaN'],
    [named('p', 'BOOL', 'true'), 'BOOL', true],
    [named('p', 'NUMERIC', '1.25'), 'NUMERIC', '1.250000000'],
    [named('p', 'BIGNUMERIC', '1.250'), 'BIGNUMERIC', '1.25'],
    [named('p', 'BYTES', 'YWI='), 'BYTES', 'ab'],
    [named('p', 'TIMESTAMP', '2026-01-01 00:00:00.5+00:00'), 'TIMESTAMP', '2026-01-01 00:00:00.5+00'],
    [named('p', 'TIMESTAMP', '2026-01-01T00:00:00.000001Z'), 'TIMESTAMP', '2026-01-01 00:00:00.000001+00'],
    [named('p', 'DATETIME', '2026-01-01T01:00:00'), 'DATETIME', '2026-01-01 01:00:00'],
    [named('p', 'DATE', '2026-01-01'), 'DATE', '2026-01-01'],
    [named('p', 'TIME', '01:02:03'), 'TIME', '01:02:03'],
    [named('p', 'STRING', null), 'STRING', null],
  ])('%j', async (parameter, type, expected) => {
    expect(selected('SELECT @p', [parameter]).fields[0]?.type).toBe(type);
    expect((await rows(connection, 'SELECT @P', [parameter]))[0]?.[0]).toEqual(expected);
  });

  it('counts positional ones', async () => {
    const positional = ['1', '2'].map((value) => ({ parameterType: { type: 'INT64' }, parameterValue: { value } }));
    expect(await rows(connection, 'SELECT ? - ?', positional)).toEqual([['-1']]);
  });

  it('prunes with them', () => {
    const limit = named('from', 'TIMESTAMP', '2026-01-01T00:00:00Z');
    expect(selected('SELECT id FROM ds.events WHERE ts >= @from', [limit]).references[0]?.partitions).toEqual({
      from: T1,
      nulls: false,
      values: true,
    });
  });
});

describe('INSERT, UPDATE, DELETE, TRUNCATE', () => {
  const inserted = async (sql: string) => {
    const result = compiled(sql);
    if (result.kind !== 'insert') throw new Error('not an insert');
    return { columns: result.columns, rows: (await connection.runAndReadAll(result.sql)).getRowsJson(), references: result.references };
  };

  it('inserts values in storage types', async () => {
    expect(await inserted("INSERT INTO ds.events (id, price, ts) VALUES (5, 1, '2026-01-05T00:00:00Z'), (6, 2.5, NULL)")).toMatchObject({
      columns: ['id', 'price', 'ts'],
      rows: [
        ['5', '1.000000000', '2026-01-05 00:00:00+00'],
        ['6', '2.500000000', null],
      ],
      references: [],
    });
    const every = await inserted('INSERT ds.every (arr, st, structs, bn) VALUES ([1], STRUCT(1, ["y"]), NULL, 1.5)');
    expect(every.rows).toEqual([[['1'], { x: '1', Y: ['y'] }, [], '1.5']]);
  });

  it('inserts a query', async () => {
    const result = await inserted("INSERT INTO ds.events SELECT id + 1, 'x', 1, '2026-01-01' FROM ds.events WHERE id = 1");
    expect(result.rows).toEqual([['2', 'x', '1.000000000', '2026-01-01 00:00:00+00']]);
    expect(result.references[0]?.columns).toEqual(['id']);
  });

  it('updates and deletes by predicates over the target', async () => {
    const update = compiled("UPDATE ds.events AS e SET name = CONCAT(e.name, '!'), price = 3 WHERE ts < TIMESTAMP '2026-01-02'");
    if (update.kind !== 'update') throw new Error('not an update');
    const assigned = [...update.assignments].map(([name, sql]) => `${sql} AS "${name}"`).join(', ');
    const changed = await connection.runAndReadAll(
      `SELECT ${assigned} FROM events AS "${update.alias ?? ''}" WHERE ${update.where} ORDER BY id`,
    );
    expect(changed.getRowsJson()).toEqual([
      ['Ann!', '3.000000000'],
      ['bob!', '3.000000000'],
    ]);
    expect(update.references[0]).toMatchObject({ columns: ['name', 'ts'], partitions: { to: T2, nulls: false, values: true } });

    const removal = compiled('DELETE ds.events WHERE id IN (SELECT MAX(id) FROM ds.events)');
    if (removal.kind !== 'delete') throw new Error('not a delete');
    const gone = await connection.runAndReadAll(`SELECT id FROM events AS "${removal.alias ?? ''}" WHERE ${removal.where}`);
    expect(gone.getRowsJson()).toEqual([['9007199254740993']]);
    expect(compiled('DELETE FROM ds.events WHERE TRUE').kind).toBe('delete');
    expect(compiled('TRUNCATE TABLE `proj-x.ds.events`')).toMatchObject({ kind: 'truncate', target: { table: 'events' } });
  });
});
