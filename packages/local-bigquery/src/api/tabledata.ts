import { invalid, notImplemented } from '../http/api-error.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import { countParameter } from '../http/values.ts';
import { SnapshotTable } from '../catalog/snapshot-table.ts';
import { readRows } from '../jobs/result-store.ts';
import { type WireColumn, wireRow } from '../rows/wire-sql.ts';
import type { Field } from '../sql/contract.ts';
import { quoteName } from '../storage/sql-text.ts';
import { type ApiContext, scopeOf } from './context.ts';
import { decodeToken, encodeToken } from './paging.ts';
import { joinRows } from './row-body.ts';
import { find } from './tables.ts';
import { formatOfQuery } from './wire-options.ts';

const MAX_ROWS = 100_000;

export function tabledataRoutes(router: Router, context: ApiContext): void {
  router.on('GET', '/projects/:project/datasets/:dataset/tables/:table/data', (call) => list(context, call));
}

/** Rows of a table in the order they were stored. A page token keeps to the snapshot of the first page. */
async function list(context: ApiContext, call: Call): Promise<Reply> {
  const table = find(context, call);
  table.requireRows();
  const token = call.query.get('pageToken');
  const [snapshot, from] = token
    ? decodeToken(token, 2)
    : [await context.commits.snapshot(), BigInt(countParameter(call.query, 'startIndex') ?? 0)];
  if (snapshot === undefined || from === undefined) throw invalid('Invalid page token', 'pageToken');
  const limit = Math.min(countParameter(call.query, 'maxResults') ?? MAX_ROWS, MAX_ROWS);
  const columns = selectColumns(table.fields, call.query.get('selectedFields'));
  const row = wireRow(columns, formatOfQuery(call.query));
  const access = context.access.of(call.headers.authorization);
  const seen = new SnapshotTable(table, scopeOf(context, table.record.project, snapshot, access));
  for (const { field } of columns) seen.checkColumn(field.name);
  const relation = seen.relation();
  const { total, rows } = await context.database.use(async (connection) => {
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${relation}`);
    // DuckDB scans a table in the order of its insertion; sorting would write out every row first.
    const sql = `SELECT ${row} FROM ${relation} LIMIT ${limit} OFFSET ${from}`;
    return { total: Number(counted.getRows()[0]?.[0]), rows: await readRows(connection, sql, context.tablePageBytes) };
  });
  const { project, dataset, table: tableId } = table.record;
  context.jobs.usage.countRows('rest', [{ projectId: project, datasetId: dataset, tableId }], rows.length);
  const next = Number(from) + rows.length;
  const more = next < total ? { pageToken: encodeToken(snapshot, next) } : {};
  return { status: 200, body: joinRows({ kind: 'bigquery#tableDataList', totalRows: String(total), ...more }, rows) };
}

function selectColumns(fields: readonly Field[], selected: string | null): WireColumn[] {
  const column = (field: Field): WireColumn => ({ field, value: quoteName(field.name) });
  if (selected === null || selected === '') return fields.map(column);
  const names = selected.split(',').map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (name.includes('.')) throw notImplemented(`selectedFields with the nested field ${name}`);
    if (!fields.some((field) => field.name.toLowerCase() === name)) throw invalid(`No such field: ${name}`, 'selectedFields');
  }
  return fields.filter((field) => names.includes(field.name.toLowerCase())).map(column);
}
