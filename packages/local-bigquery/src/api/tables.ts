import { randomUUID } from 'node:crypto';
import type { Table } from '../catalog/table.ts';
import { patchTable } from '../catalog/table-patch.ts';
import { newTableRecord, tableEtag, tableResource, tableSummary } from '../catalog/table-resource.ts';
import { etagOf } from '../catalog/dataset-resource.ts';
import { toWireField } from '../catalog/schema.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import { isObject, readObject } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import type { ApiContext } from './context.ts';
import { pageOf } from './paging.ts';
import { parameter } from './parameters.ts';

export function tableRoutes(router: Router, context: ApiContext): void {
  const list = '/projects/:project/datasets/:dataset/tables';
  router.on('GET', list, (call) => listTables(context, call));
  router.on('POST', list, (call) => insertTable(context, call));
  router.on('GET', `${list}/:table`, (call) => reply(context, find(context, call), call));
  router.on('PATCH', `${list}/:table`, (call) => patch(context, call));
  router.on('PUT', `${list}/:table`, (call) => patch(context, call));
  router.on('DELETE', `${list}/:table`, (call) => deleteTable(context, call));
}

/** The table that a call names; 404 if there is none. */
export function find({ catalog }: ApiContext, call: Call): Table {
  return catalog.table(parameter(call, 'project'), parameter(call, 'dataset'), parameter(call, 'table'));
}

function reply({ catalog, clock, behaviour }: ApiContext, table: Table, call: Call): Reply {
  const { location } = catalog.dataset(table.record.project, table.record.dataset);
  const { metadataLagMs, etagChanges } = behaviour.current;
  const view = call.query.get('view') ?? 'TABLE_METADATA_VIEW_UNSPECIFIED';
  if (!VIEWS.includes(view)) throw invalid(`Invalid value for view: ${view}`, 'view');
  const nowMicros = clock.now();
  const body = tableResource(table, location, call.origin, {
    nowMicros,
    lagMicros: BigInt(Math.round(metadataLagMs * 1000)),
    withSizes: view !== 'BASIC',
    ...(etagChanges ? { etag: etagOf(tableEtag(table), randomUUID()) } : {}),
  });
  return { status: 200, body: selected(body, call.query.get('selectedFields')) };
}

const VIEWS = ['TABLE_METADATA_VIEW_UNSPECIFIED', 'BASIC', 'STORAGE_STATS', 'FULL'];

/** `selectedFields` limits the schema that is shown. */
function selected(body: Record<string, unknown>, names: string | null): Record<string, unknown> {
  if (names === null || names === '') return body;
  const wanted = new Set(names.split(',').map((name) => name.split('.')[0]?.trim().toLowerCase()));
  const { fields } = body['schema'] as { fields: readonly { name: string }[] };
  return { ...body, schema: { fields: fields.filter(({ name }) => wanted.has(name.toLowerCase())) } };
}

function listTables({ catalog }: ApiContext, call: Call): Reply {
  const { project, dataset } = catalog.dataset(parameter(call, 'project'), parameter(call, 'dataset'));
  const all = catalog.tables(project, dataset);
  const { items, nextPageToken } = pageOf(all, call.query);
  const tables = items.map(tableSummary);
  return {
    status: 200,
    body: { kind: 'bigquery#tableList', ...(tables.length > 0 ? { tables } : {}), totalItems: all.length, ...nextPageToken },
  };
}

async function insertTable(context: ApiContext, call: Call): Promise<Reply> {
  const { project, dataset } = context.catalog.dataset(parameter(call, 'project'), parameter(call, 'dataset'));
  const body = await readObject(call.request);
  const schema = await viewSchema(context, body, project, call);
  const sent = schema ? { ...body, schema } : body;
  const table = await context.catalog.createTable((number, micros) => newTableRecord(sent, { project, dataset, number, micros }));
  return reply(context, table, call);
}

/** The columns of a view are those of its query, which must therefore be understood. */
async function viewSchema({ queries, commits, access }: ApiContext, body: Readonly<Record<string, unknown>>, project: string, call: Call) {
  const view = isObject(body['view']) ? body['view'] : isObject(body['materializedView']) ? body['materializedView'] : undefined;
  const text = view?.['query'];
  if (view === undefined || typeof text !== 'string') return undefined;
  if (isObject(body['view']) && view['useLegacySql'] !== false) return undefined;
  try {
    const micros = await commits.snapshot();
    const compiled = queries.compile({ text, parameters: [], access: access.of(call.headers.authorization) }, project, micros);
    if (compiled.kind !== 'select') throw invalid('The query of a view must be a SELECT', 'view.query');
    return { fields: compiled.fields.map(toWireField) };
  } catch (error) {
    throw queries.requestError(error);
  }
}

async function patch(context: ApiContext, call: Call): Promise<Reply> {
  const body = await readObject(call.request);
  const expected = call.headers['if-match'];
  const table = await context.catalog.patchTable(
    () => {
      const current = find(context, call);
      if (expected !== undefined && expected !== '*' && expected !== tableEtag(current)) {
        throw new ApiError('conditionNotMet', `Precondition check failed: table ${current.key} has changed`);
      }
      return current;
    },
    (current, micros) => patchTable(current, body, micros),
  );
  return reply(context, table, call);
}

async function deleteTable({ catalog }: ApiContext, call: Call): Promise<Reply> {
  await catalog.deleteTable(parameter(call, 'project'), parameter(call, 'dataset'), parameter(call, 'table'));
  return { status: 204 };
}
