import type { CatalogStore } from '../catalog/catalog-store.ts';
import { SnapshotTable } from '../catalog/snapshot-catalog.ts';
import type { Table } from '../catalog/table.ts';
import { ApiError } from '../http/api-error.ts';
import type { Compiled } from '../sql/contract.ts';
import { quoteName } from '../storage/sql-text.ts';
import { DELETED, deleteRows, insertRows, LIVE } from '../storage/versioned-table.ts';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Job } from './job.ts';

type Statement = Exclude<Compiled, { kind: 'select' }>;

interface DmlRows {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/**
 * Runs INSERT, UPDATE, DELETE or TRUNCATE as one commit. The statement is compiled again at the commit's own time, so that it
 * sees every commit before it and none after.
 */
export async function runStatement(
  catalog: CatalogStore,
  admitted: Statement,
  job: Job,
  recompile: (micros: bigint) => Compiled,
): Promise<DmlRows> {
  const { project, dataset, table } = admitted.target;
  const done = await catalog.changeRows(
    () => catalog.table(project, dataset, table),
    async (connection, target, micros) => {
      const statement = recompile(micros);
      if (statement.kind === 'select' || statement.target.table !== table)
        throw new ApiError('invalidQuery', `Table ${table} changed while the statement ran`);
      return job.interruptible(
        () => connection.interrupt(),
        () => apply(connection, target, statement, micros),
      );
    },
  );
  if (admitted.kind === 'truncate') done.table.buffer.clear();
  return done.result;
}

async function apply(connection: DuckDBConnection, table: Table, statement: Statement, micros: bigint): Promise<DmlRows> {
  const none = { inserted: 0, updated: 0, deleted: 0 };
  if (!(statement.target instanceof SnapshotTable)) throw new ApiError('invalidQuery', `Table ${statement.target.table} cannot be written`);
  switch (statement.kind) {
    case 'insert':
      return { ...none, inserted: await insertRows(connection, table.shape, `(${statement.sql})`, statement.columns, micros) };
    case 'delete':
      return {
        ...none,
        deleted: await deleteRows(connection, table.shape, statement.where, micros, statement.alias ?? table.record.table),
      };
    case 'truncate':
      return { ...none, deleted: await deleteRows(connection, table.shape, 'true', micros) };
    case 'update':
      return { ...none, updated: await update(connection, table, statement, micros) };
  }
}

/** Ends the rows that match and adds their new versions. */
async function update(
  connection: DuckDBConnection,
  table: Table,
  statement: Extract<Statement, { kind: 'update' }>,
  micros: bigint,
): Promise<number> {
  const assigned = new Map([...statement.assignments].map(([column, value]) => [column.toLowerCase(), value]));
  const alias = quoteName(statement.alias ?? table.record.table);
  const values = table.fields.map(
    (field) => `${assigned.get(field.name.toLowerCase()) ?? `${alias}.${quoteName(field.name)}`} AS ${quoteName(field.name)}`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE updated AS SELECT ${values.join(', ')}, ${alias}.rowid AS "_ROW_TIMESTAMP_ROW" FROM ${table.shape.physical} AS ${alias} ` +
      `WHERE ${alias}.${DELETED} = ${LIVE} AND (${statement.where})`,
  );
  await deleteRows(connection, table.shape, 'rowid IN (SELECT "_ROW_TIMESTAMP_ROW" FROM temp.updated)', micros);
  const names = table.fields.map((field) => field.name);
  const rows = await insertRows(connection, table.shape, `(SELECT ${names.map(quoteName).join(', ')} FROM temp.updated)`, names, micros);
  await connection.run('DROP TABLE temp.updated');
  return rows;
}
