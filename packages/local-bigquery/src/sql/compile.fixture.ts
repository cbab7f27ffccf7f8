import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Catalog, CatalogTable, Compiled, Field, Partitioning, WireParameter } from './contract.ts';
import { SqlError } from './contract.ts';
import { compile } from './compile.ts';
import { registerFunctions } from './functions.ts';

/** Tests only: 2026-01-02T03:04:05.678901Z. */
export const NOW = 1_767_323_045_678_901n;

const column = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ name, type, mode: 'NULLABLE', ...more });

interface TableSpec {
  readonly fields: readonly Field[];
  readonly partitioning?: Partitioning;
  readonly requirePartitionFilter?: boolean;
}

const TABLES: Readonly<Record<string, TableSpec>> = {
  'proj-x.ds.events': {
    fields: [column('id', 'INT64', { mode: 'REQUIRED' }), column('name', 'STRING'), column('price', 'NUMERIC'), column('ts', 'TIMESTAMP')],
    partitioning: { unit: 'DAY', field: 'ts' },
  },
  'proj-x.ds.strict': {
    fields: [column('id', 'INT64'), column('day', 'DATE')],
    partitioning: { unit: 'DAY', field: 'day' },
    requirePartitionFilter: true,
  },
  'proj-x.ds.local': { fields: [column('id', 'INT64'), column('at', 'DATETIME')], partitioning: { unit: 'HOUR', field: 'at' } },
  'proj-x.ds.every': {
    fields: [
      column('s', 'STRING'),
      column('b', 'BYTES'),
      column('i', 'INT64'),
      column('f', 'FLOAT64'),
      column('bo', 'BOOL'),
      column('n', 'NUMERIC'),
      column('bn', 'BIGNUMERIC'),
      column('ts', 'TIMESTAMP'),
      column('dt', 'DATETIME'),
      column('d', 'DATE'),
      column('t', 'TIME'),
      column('j', 'JSON'),
      column('st', 'STRUCT', { fields: [column('x', 'INT64'), column('Y', 'STRING', { mode: 'REPEATED' })] }),
      column('arr', 'INT64', { mode: 'REPEATED' }),
      column('structs', 'STRUCT', { mode: 'REPEATED', fields: [column('k', 'STRING'), column('v', 'FLOAT64')] }),
    ],
  },
  'proj-x.ds.INFORMATION_SCHEMA.PARTITIONS': {
    fields: [column('table_name', 'STRING'), column('partition_id', 'STRING'), column('total_rows', 'INT64')],
  },
};

const DUCK = [
  'VARCHAR',
  'BLOB',
  'BIGINT',
  'DOUBLE',
  'BOOLEAN',
  'DECIMAL(38,9)',
  'VARCHAR',
  'TIMESTAMPTZ',
  'TIMESTAMP',
  'DATE',
  'TIME',
  'JSON',
];

const SET_UP = [
  `CREATE TABLE events (id BIGINT, name VARCHAR, price DECIMAL(38,9), ts TIMESTAMPTZ)`,
  `INSERT INTO events VALUES (1, 'Ann', 1.5, '2026-01-01 00:00:00+00'), (2, 'bob', NULL, '2026-01-01 12:30:00.25+00'),
     (3, NULL, -2, '2026-01-02 00:00:00+00'), (9007199254740993, 'Zoë', 0.000000001, NULL)`,
  `CREATE TABLE strict (id BIGINT, day DATE)`,
  `INSERT INTO strict VALUES (1, '2026-01-01'), (2, '2026-01-02')`,
  `CREATE TABLE local (id BIGINT, "at" TIMESTAMP)`,
  `CREATE TABLE every (s VARCHAR, b BLOB, i BIGINT, f DOUBLE, bo BOOLEAN, n DECIMAL(38,9), bn VARCHAR, ts TIMESTAMPTZ, dt TIMESTAMP, d DATE, t TIME, j ${DUCK[11] ?? ''},
     st STRUCT(x BIGINT, "Y" VARCHAR[]), arr BIGINT[], structs STRUCT(k VARCHAR, v DOUBLE)[])`,
  `INSERT INTO every VALUES ('a"b\\c', unhex('00ff'), 9223372036854775807, 0.1, true, 12.5, '1.25', '2026-01-01 00:00:00.5+00', '2026-01-01 01:02:03', '2026-01-01', '01:02:03.000004',
     '{"a":1}', {x: 1, Y: ['p', 'q']}, [1, 2], [{k: 'k1', v: 1.0}])`,
  `INSERT INTO every (arr, structs) VALUES ([], [])`,
  `CREATE TABLE partitions (table_name VARCHAR, partition_id VARCHAR, total_rows BIGINT)`,
  `INSERT INTO partitions VALUES ('events', '20260102', 1), ('events', '20260101', 2), ('other', '20260101', 5)`,
];

const catalog: Catalog = {
  resolve(path) {
    const full = path.length === 2 || (path.length === 3 && path[1] === 'INFORMATION_SCHEMA') ? ['proj-x', ...path] : [...path];
    const key = full.join('.');
    const spec = Object.hasOwn(TABLES, key) ? TABLES[key] : undefined;
    if (spec === undefined) throw new Error(`Not found: Table ${key}`);
    const [project = '', dataset = '', ...rest] = full;
    const table = rest.join('.');
    const duck = table === 'INFORMATION_SCHEMA.PARTITIONS' ? 'partitions' : table;
    return {
      project,
      dataset,
      table,
      fields: spec.fields,
      ...(spec.partitioning ? { partitioning: spec.partitioning } : {}),
      requirePartitionFilter: spec.requirePartitionFilter ?? false,
      relation: (asOf) => (asOf === undefined ? duck : `(SELECT * FROM ${duck} WHERE ${String(asOf)} >= 0)`),
    } satisfies CatalogTable;
  },
};

export function compiled(sql: string, parameters: readonly WireParameter[] = []): Compiled {
  return compile(sql, catalog, { parameters, defaultDataset: { project: 'proj-x', dataset: 'ds' }, nowMicros: NOW });
}

export function selected(sql: string, parameters: readonly WireParameter[] = []): Compiled & { kind: 'select' } {
  const result = compiled(sql, parameters);
  if (result.kind !== 'select') throw new Error(`not a select: ${result.kind}`);
  return result;
}

/** The message with which a statement is refused. */
export function refusal(sql: string, parameters: readonly WireParameter[] = []): string {
  try {
    compiled(sql, parameters);
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
  throw new Error(`not refused: ${sql}`);
}

export async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  registerFunctions(connection);
  for (const statement of SET_UP) await connection.run(statement);
  return connection;
}

/** Runs a compiled SELECT; values as DuckDB's JSON form: INT64, NUMERIC and times are texts. */
export async function rows(connection: DuckDBConnection, sql: string, parameters: readonly WireParameter[] = []): Promise<unknown[][]> {
  const result = await connection.runAndReadAll(selected(sql, parameters).sql);
  return result.getRowsJson();
}

/** The one value of a query `SELECT …`. */
export async function value(connection: DuckDBConnection, expression: string, parameters: readonly WireParameter[] = []): Promise<unknown> {
  return (await rows(connection, `SELECT ${expression}`, parameters))[0]?.[0];
}
