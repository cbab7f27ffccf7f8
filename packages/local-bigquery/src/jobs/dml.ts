import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { SnapshotTable } from '../catalog/snapshot-table.ts';
import type { Table } from '../catalog/table.ts';
import { ApiError } from '../http/api-error.ts';
import type { Compiled } from '../sql/contract.ts';
import { defaultsOf } from '../sql/default-value.ts';
import { quoteName } from '../storage/sql-text.ts';
import { DELETED, deleteRows, endRows, FLAGS, INSERTED, insertRows, ROW, STAMP } from '../storage/versioned-table.ts';
import type { Job } from './job.ts';

export type DmlStatement = Exclude<Compiled, { kind: 'select' | 'ddl' }>;

export interface DmlRows {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

const NONE: DmlRows = { inserted: 0, updated: 0, deleted: 0 };

/**
 * Runs INSERT, UPDATE, DELETE, MERGE or TRUNCATE as one commit. The statement is compiled again at the commit's own time, so that it
 * sees every commit before it and none after.
 */
export async function runStatement(
  catalog: CatalogStore,
  admitted: DmlStatement,
  job: Job,
  recompile: (micros: bigint) => Compiled,
): Promise<DmlRows> {
  const { project, dataset, table } = admitted.target;
  const done = await catalog.changeRows(
    () => catalog.table(project, dataset, table),
    async (connection, target, micros) => {
      const statement = recompile(micros);
      if (statement.kind === 'select' || statement.kind === 'ddl' || statement.target.table !== table)
        throw new ApiError('invalidQuery', `Table ${table} changed while the statement ran`);
      return job.interruptible(
        () => connection.interrupt(),
        () => applyStatement(connection, target, statement, micros),
      );
    },
  );
  if (admitted.kind === 'truncate') done.table.buffer.clear();
  return done.result;
}

/** Makes a statement's changes in a transaction that is open on the connection. */
export async function applyStatement(
  connection: DuckDBConnection,
  table: Table,
  statement: DmlStatement,
  micros: bigint,
): Promise<DmlRows> {
  if (!(statement.target instanceof SnapshotTable)) throw new ApiError('invalidQuery', `Table ${statement.target.table} cannot be written`);
  const rows = await change(connection, table, statement, micros);
  if (statement.kind !== 'insert' && statement.kind !== 'truncate') await refuseStreamed(connection, table, micros);
  return rows;
}

async function change(connection: DuckDBConnection, table: Table, statement: DmlStatement, micros: bigint): Promise<DmlRows> {
  switch (statement.kind) {
    case 'insert': {
      const defaults = defaultsOf(table.fields, micros);
      return {
        ...NONE,
        inserted: await insertRows(connection, table.shape, `(${statement.sql})`, statement.columns, micros, { defaults }),
      };
    }
    case 'delete':
      return { ...NONE, deleted: await deleteRows(connection, table.shape, statement.where, micros, statement.alias) };
    case 'truncate':
      return { ...NONE, deleted: await deleteRows(connection, table.shape, 'true', micros) };
    case 'update': {
      const alias = quoteName(statement.alias ?? table.record.table);
      const assigned = new Map([...statement.assignments].map(([column, value]) => [column.toLowerCase(), value]));
      const values = table.fields.map(
        (field) => `${assigned.get(field.name.toLowerCase()) ?? `${alias}.${quoteName(field.name)}`} AS ${quoteName(field.name)}`,
      );
      const relation = statement.target.relation();
      const sql = `SELECT ${alias}.${ROW} AS "bq row", 'U' AS "bq kind", ${values.join(', ')} FROM ${relation} AS ${alias} WHERE ${statement.where}`;
      return applyChanges(connection, table, sql, micros);
    }
    case 'merge':
      return applyChanges(connection, table, statement.sql, micros);
  }
}

/** Ends the rows that a statement changes or deletes, and adds their new versions and the new rows. */
async function applyChanges(connection: DuckDBConnection, table: Table, sql: string, micros: bigint): Promise<DmlRows> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE changed AS ${sql}`);
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FILTER ("bq kind" = 'U')::DOUBLE, count(*) FILTER ("bq kind" = 'D')::DOUBLE, count(DISTINCT "bq row") FILTER ("bq kind" <> 'I')::DOUBLE FROM temp.changed`,
  );
  const [updated = 0, deleted = 0, distinct = 0] = (reader.getRows()[0] ?? []) as number[];
  if (updated + deleted > distinct)
    throw new ApiError('invalidQuery', 'UPDATE/MERGE must match at most one source row for each target row');
  const names = table.fields.map((field) => field.name);
  const list = names.map(quoteName).join(', ');
  const rowsOf = (kind: string): string => `(SELECT ${list} FROM temp.changed WHERE "bq kind" = '${kind}')`;
  const ended = (kind: string): string => `rowid IN (SELECT "bq row" FROM temp.changed WHERE "bq kind" = '${kind}')`;
  if (deleted > 0) await endRows(connection, table.shape, ended('D'), micros);
  if (updated > 0) {
    await endRows(connection, table.shape, ended('U'), micros, FLAGS.deletedByUpdate);
    await insertRows(connection, table.shape, rowsOf('U'), names, micros, { flags: FLAGS.insertedByUpdate });
  }
  const inserted = await insertRows(connection, table.shape, rowsOf('I'), names, micros);
  await connection.run('DROP TABLE temp.changed');
  return { inserted, updated, deleted };
}

/** Rows that were streamed lately cannot be changed by DML. */
async function refuseStreamed(connection: DuckDBConnection, table: Table, micros: bigint): Promise<void> {
  const buffered = table.buffer.content(micros)?.commits ?? [];
  if (buffered.length === 0) return;
  const reader = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE FROM ${table.shape.physical} WHERE ${DELETED} = ${micros} AND coalesce(${STAMP}, ${INSERTED}) IN (${buffered.join(', ')})`,
  );
  if (Number(reader.getRows()[0]?.[0]) === 0) return;
  throw new ApiError(
    'invalidQuery',
    `UPDATE or DELETE statement over table ${table.key.replace(':', '.')} would affect rows in the streaming buffer, which is not supported`,
  );
}
