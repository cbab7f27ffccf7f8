import { describe, expect, it } from 'vitest';
import { checksumQuery, countQuery, keysQuery, outlineQuery, rowsQuery, windowQuery } from './index.ts';
import { tokens } from './sql-lexer.test-kit.ts';

const base = {
  table: { project: 'my-project', dataset: 'fleet', table: 'positions' },
  cursor: { column: 'ts', type: 'TIMESTAMP' },
  range: { from: '2026-01-01T00:00:00.000000Z', nulls: 'exclude' },
} as const;
const FROM = '`my-project.fleet.positions` AS _bqsync_row';
const WHERE = "WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000000Z'";
const CHECKED = [
  { name: 'ts', type: 'TIMESTAMP' },
  { name: 'mmsi', type: 'STRING' },
] as const;
const FIRST = 'SELECT `ts`, `mmsi`';

describe('statements', () => {
  it('windows', () => {
    const input = { ...base, columns: ['ts', 'mmsi'], ordinal: false };
    expect(windowQuery(input)).toEqual({ sql: `${FIRST} FROM ${FROM} ${WHERE}`, params: {}, types: {} });
    expect(windowQuery({ ...input, range: { nulls: 'include' } }).sql).toBe(`${FIRST} FROM ${FROM}`);
    expect(windowQuery({ ...input, snapshot: '2026-01-03T00:00:00.000001Z' }).sql).toBe(
      `${FIRST} FROM ${FROM} FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-03T00:00:00.000001Z' ${WHERE}`,
    );
  });

  it('windows with ordinals count identical rows in the selected columns only', () => {
    expect(windowQuery({ ...base, columns: ['ts', 'mmsi'], ordinal: true }).sql).toBe(
      `${FIRST}, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS \`_bqsync_ordinal\` ` +
        `FROM (${FIRST} FROM ${FROM} ${WHERE}) AS _bqsync_row`,
    );
    expect(() => windowQuery({ ...base, columns: ['_bqsync_ordinal'], ordinal: true })).toThrow('_bqsync_');
  });

  it('outlines by a parameter, not by text', () => {
    const { sql, params, types } = outlineQuery(base.table);
    expect(sql).toBe(
      'SELECT partition_id, total_rows, total_logical_bytes, last_modified_time FROM `my-project.fleet.INFORMATION_SCHEMA.PARTITIONS` ' +
        'WHERE table_name = @table ORDER BY partition_id',
    );
    expect({ params, types }).toEqual({ params: { table: 'positions' }, types: { table: 'STRING' } });
    expect(() => outlineQuery({ ...base.table, table: 'a*' })).toThrow('a*');
  });

  it('counts', () => {
    expect(countQuery(base).sql).toBe(
      `SELECT COUNT(*) AS row_count, COUNTIF(\`ts\` IS NULL) AS null_count, MIN(\`ts\`) AS min_cursor, MAX(\`ts\`) AS max_cursor FROM ${FROM} ${WHERE}`,
    );
  });

  it('reads keys with the cursor, once', () => {
    expect(keysQuery({ ...base, keys: ['mmsi'] }).sql).toBe(`SELECT \`mmsi\`, \`ts\` FROM ${FROM} ${WHERE}`);
    expect(keysQuery({ ...base, keys: ['mmsi', 'TS'] }).sql).toBe(`SELECT \`mmsi\`, \`TS\` FROM ${FROM} ${WHERE}`);
  });

  it('checksums by buckets', () => {
    const input = { ...base, columns: CHECKED, bucket: 'HOUR' } as const;
    const { sql } = checksumQuery(input);
    const text = (of: string) => `IFNULL(CONCAT(CAST(BYTE_LENGTH(${of}) AS STRING), ':', ${of}), '-')`;
    expect(sql).toContain(
      `SELECT TIMESTAMP_TRUNC(\`ts\`, HOUR) AS _bqsync_bucket, ` +
        `TO_HEX(SHA256(CONCAT(${text('CAST(UNIX_MICROS(`ts`) AS STRING)')}, ${text('`mmsi`')}))) AS _bqsync_hash ` +
        `FROM (${FIRST} FROM ${FROM} ${WHERE}) AS _bqsync_row`,
    );
    expect(sql).toMatch(/^SELECT _bqsync_bucket, SUM\(copies\) AS row_count, COUNT\(\*\) AS distinct_count, .* ORDER BY _bqsync_bucket$/);
    const date = { ...input, cursor: { column: 'ts', type: 'DATE' }, range: { nulls: 'include' } } as const;
    expect(checksumQuery({ ...date, bucket: 'MONTH' }).sql).toContain('DATE_TRUNC(`ts`, MONTH)');
    expect(() => checksumQuery(date)).toThrow('has no HOUR');
    expect(() => checksumQuery({ ...input, columns: [{ name: 'mmsi', type: 'STRING' }] })).toThrow('cursor column ts');
  });

  it('finds rows by keys given as a parameter', () => {
    const key = { column: 'mmsi', type: 'STRING', values: ["'; DROP TABLE x; --", 'b'] } as const;
    const found = rowsQuery({ ...base, columns: ['ts', 'mmsi'], key });
    expect(found.sql).toBe(`${FIRST} FROM ${FROM} ${WHERE} AND \`mmsi\` IN UNNEST(@keys)`);
    expect(found).toMatchObject({ params: { keys: key.values }, types: { keys: ['STRING'] } });
    expect(rowsQuery({ ...base, range: { nulls: 'include' }, columns: ['ts'], key }).sql).toBe(
      `SELECT \`ts\` FROM ${FROM} WHERE \`mmsi\` IN UNNEST(@keys)`,
    );
    const floats = { column: 'f', type: 'FLOAT64', values: ['1', 'NaN'] };
    expect(rowsQuery({ ...base, columns: ['ts'], key: floats }).sql).toContain('AND (`f` IN UNNEST(@keys) OR IS_NAN(`f`))');
    expect(() => rowsQuery({ ...base, columns: ['ts'], key: { ...key, type: 'STRING) OR (TRUE' } })).toThrow('scalar');
  });

  it('read a table that demands a filter in two parts', () => {
    const input = {
      ...base,
      range: { nulls: 'include' },
      requiredFilter: { column: 'ts', type: 'TIMESTAMP' },
      columns: ['ts', 'mmsi'],
    } as const;
    const filter = "WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'";
    const parts = (list: string, also = '') =>
      `SELECT ${list} FROM ${FROM} ${filter}${also} UNION ALL SELECT ${list} FROM ${FROM} WHERE \`ts\` IS NULL${also}`;
    expect(windowQuery({ ...input, ordinal: false }).sql).toBe(parts('`ts`, `mmsi`'));
    expect(windowQuery({ ...input, ordinal: true }).sql).toContain(`FROM (${parts('`ts`, `mmsi`')}) AS _bqsync_row`);
    expect(checksumQuery({ ...input, columns: CHECKED, bucket: 'DAY' }).sql).toContain(`FROM (${parts('`ts`, `mmsi`')}) AS _bqsync_row`);
    expect(keysQuery({ ...input, keys: ['mmsi'] }).sql).toBe(parts('`mmsi`, `ts`'));
    expect(countQuery(input).sql).toContain(`FROM (${parts('`ts`')}) AS _bqsync_row`);
    const key = { column: 'mmsi', type: 'STRING', values: ['a'] };
    expect(rowsQuery({ ...input, key }).sql).toBe(parts('`ts`, `mmsi`', ' AND `mmsi` IN UNNEST(@keys)'));
  });

  it('are made of tokens that the dialect knows', () => {
    const columns = ['ts', 'mmsi'];
    const all = [
      windowQuery({ ...base, columns, ordinal: true }),
      outlineQuery(base.table),
      countQuery(base),
      checksumQuery({ ...base, columns: CHECKED, bucket: 'DAY' }),
    ];
    for (const { sql } of all) expect(tokens(sql).join('')).toBe(sql.replaceAll(/\s+(?=(?:[^`']|`[^`]*`|'[^']*')*$)/g, ''));
  });
});
