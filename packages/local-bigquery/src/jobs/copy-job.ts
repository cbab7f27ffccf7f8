import type { CatalogStore } from '../catalog/catalog-store.ts';
import { publicSchema } from '../catalog/schema.ts';
import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { isSet } from '../http/values.ts';
import { quoteName } from '../storage/sql-text.ts';
import { INSERTED, insertRows, relationOf, STAMP, visibleAt } from '../storage/versioned-table.ts';
import { type Destination, destinationTable, parseDestination, prepare } from './destination.ts';
import type { JobRecord } from './job.ts';

const KNOWN = ['sourceTable', 'sourceTables', 'destinationTable', 'writeDisposition', 'createDisposition', 'operationType'];

interface TableName {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

export interface CopyRequest {
  readonly sources: readonly TableName[];
  readonly destination: Destination;
}

export function parseCopyRequest(body: Readonly<Record<string, unknown>>, project: string): CopyRequest {
  for (const [key, value] of Object.entries(body)) if (!KNOWN.includes(key) && isSet(value)) throw notImplemented(`copy option ${key}`);
  const operation = body['operationType'];
  if (isSet(operation) && operation !== 'COPY' && operation !== 'OPERATION_TYPE_UNSPECIFIED')
    throw notImplemented(`copy operation ${String(operation)}`);
  const listed = Array.isArray(body['sourceTables']) ? (body['sourceTables'] as unknown[]) : [body['sourceTable']];
  const sources = listed.map((source): TableName => {
    if (!isObject(source) || typeof source['datasetId'] !== 'string' || typeof source['tableId'] !== 'string')
      throw invalid('A copy needs a sourceTable with a datasetId and a tableId', 'sourceTable');
    return {
      project: typeof source['projectId'] === 'string' ? source['projectId'] : project,
      dataset: source['datasetId'],
      table: source['tableId'],
    };
  });
  return { sources, destination: parseDestination(body, project) };
}

/** Copies the rows of tables, in one commit; a copy costs nothing. */
export async function runCopy({ sources, destination }: CopyRequest, catalog: CatalogStore): Promise<Partial<JobRecord>> {
  const tables = sources.map(({ project, dataset, table }) => catalog.table(project, dataset, table));
  const [first] = tables;
  if (first === undefined) throw invalid('A copy needs a sourceTable', 'sourceTable');
  for (const table of tables) {
    table.requireRows();
    if ((table.record.rowAccessPolicies ?? []).length > 0)
      throw invalid(`Table ${table.key} has row access policies, so it cannot be copied`);
  }
  const target = await destinationTable(catalog, destination, publicSchema(first.record.schema));
  await catalog.changeRows(
    () => catalog.table(destination.project, destination.dataset, destination.table),
    async (connection, current, micros) => {
      await prepare(connection, current, destination, micros);
      let rows = 0;
      for (const table of tables) {
        const names = table.fields.map((field) => field.name);
        for (const field of table.fields) {
          const column = current.fields.find((f) => f.name.toLowerCase() === field.name.toLowerCase());
          if (column?.type !== field.type || column.mode !== field.mode)
            throw invalid(
              `Provided Schema does not match Table ${target.key}. Field ${field.name} ${column ? 'is another' : 'is missing'}`,
            );
        }
        // What is still in the streaming buffer is not copied.
        const buffered = table.buffer.content(micros)?.commits ?? [];
        const visible = visibleAt(micros - 1n);
        const relation = relationOf(
          table.shape,
          buffered.length > 0 ? `${visible} AND coalesce(${STAMP}, ${INSERTED}) NOT IN (${buffered.join(', ')})` : visible,
        );
        rows += await insertRows(connection, current.shape, `(SELECT ${names.map(quoteName).join(', ')} FROM ${relation})`, names, micros);
      }
      return rows;
    },
  );
  return {};
}
