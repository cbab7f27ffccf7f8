import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { ShownField } from '../catalog/schema.ts';
import type { Table } from '../catalog/table.ts';
import { newTableRecord } from '../catalog/table-resource.ts';
import { ApiError, invalid, notFound } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { quoteName } from '../storage/sql-text.ts';
import { deleteRows, insertRows } from '../storage/versioned-table.ts';
import type { ResultRecord } from './job.ts';
import type { ResultStore } from './result-store.ts';

/** Where the rows of a query or a copy go. */
export interface Destination {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly write: 'WRITE_EMPTY' | 'WRITE_APPEND' | 'WRITE_TRUNCATE';
  readonly create: boolean;
  /** Of a table that is made: `timePartitioning`, `clustering`. */
  readonly tableOptions: Readonly<Record<string, unknown>>;
}

/** Reads `destinationTable` and the dispositions of a job's configuration. */
export function parseDestination(body: Readonly<Record<string, unknown>>, project: string): Destination {
  const table = body['destinationTable'];
  if (!isObject(table) || typeof table['datasetId'] !== 'string' || typeof table['tableId'] !== 'string')
    throw invalid('destinationTable needs a datasetId and a tableId', 'destinationTable');
  const write = body['writeDisposition'] ?? 'WRITE_EMPTY';
  const create = body['createDisposition'] ?? 'CREATE_IF_NEEDED';
  if (write !== 'WRITE_EMPTY' && write !== 'WRITE_APPEND' && write !== 'WRITE_TRUNCATE')
    throw invalid(`Invalid writeDisposition ${JSON.stringify(write)}`, 'writeDisposition');
  if (create !== 'CREATE_IF_NEEDED' && create !== 'CREATE_NEVER')
    throw invalid(`Invalid createDisposition ${JSON.stringify(create)}`, 'createDisposition');
  const { timePartitioning, rangePartitioning, clustering } = body;
  return {
    project: typeof table['projectId'] === 'string' ? table['projectId'] : project,
    dataset: table['datasetId'],
    table: table['tableId'],
    write,
    create: create === 'CREATE_IF_NEEDED',
    tableOptions: { timePartitioning, rangePartitioning, clustering },
  };
}

/** The destination's table, made if it is missing and may be. */
export async function destinationTable(catalog: CatalogStore, to: Destination, schema: readonly ShownField[]): Promise<Table> {
  catalog.dataset(to.project, to.dataset);
  const found = catalog.findTable(to.project, to.dataset, to.table);
  if (found) {
    found.requireRows();
    return found;
  }
  if (!to.create) throw notFound(`Not found: Table ${to.project}:${to.dataset}.${to.table}`);
  const body = { ...to.tableOptions, schema: { fields: schema }, tableReference: { tableId: to.table } };
  const { project, dataset } = to;
  return catalog.createTable((number, micros) => newTableRecord(body, { project, dataset, number, micros }));
}

/** Stores a result's rows in the destination, in one commit. */
export async function writeDestination(to: Destination, result: ResultRecord, catalog: CatalogStore, results: ResultStore): Promise<void> {
  const table = await destinationTable(catalog, to, result.schema);
  const names = result.schema.map((field) => field.name);
  for (const field of result.schema) {
    const column = table.record.schema.find((f) => f.name.toLowerCase() === field.name.toLowerCase());
    if (column?.type !== field.type || (column.mode === 'REPEATED') !== (field.mode === 'REPEATED'))
      throw invalid(`Provided Schema does not match Table ${table.key}. Field ${field.name} ${column ? 'has another type' : 'is missing'}`);
  }
  await results.use(result, (connection, relation) =>
    catalog.changeRows(
      () => catalog.table(to.project, to.dataset, to.table),
      async (_connection, current, micros) => {
        await prepare(connection, current, to, micros);
        return insertRows(connection, current.shape, `(SELECT ${names.map(quoteName).join(', ')} FROM ${relation})`, names, micros);
      },
      connection,
    ),
  );
}

/** Does what the write disposition says before rows are added. */
export async function prepare(connection: Parameters<typeof deleteRows>[0], table: Table, to: Destination, micros: bigint): Promise<void> {
  if (to.write === 'WRITE_EMPTY' && table.stats.rows > 0) throw new ApiError('duplicate', `Already Exists: Table ${table.key}`);
  if (to.write === 'WRITE_TRUNCATE') await deleteRows(connection, table.shape, 'true', micros);
}
