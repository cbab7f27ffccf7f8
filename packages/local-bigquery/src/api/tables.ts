import type { Table } from '../catalog/table.ts';
import { patchTable } from '../catalog/table-patch.ts';
import { newTableRecord, tableEtag, tableResource, tableSummary } from '../catalog/table-resource.ts';
import { ApiError } from '../http/api-error.ts';
import { readObject } from '../http/body.ts';
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
  router.on('DELETE', `${list}/:table`, (call) => deleteTable(context, call));
}

/** The table that a call names; 404 if there is none. */
export function find({ catalog }: ApiContext, call: Call): Table {
  return catalog.table(parameter(call, 'project'), parameter(call, 'dataset'), parameter(call, 'table'));
}

function reply({ catalog, clock }: ApiContext, table: Table, call: Call): Reply {
  const { location } = catalog.dataset(table.record.project, table.record.dataset);
  return { status: 200, body: tableResource(table, location, clock.now(), call.origin) };
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
  const table = await context.catalog.createTable((number, micros) => newTableRecord(body, { project, dataset, number, micros }));
  return reply(context, table, call);
}

async function patch(context: ApiContext, call: Call): Promise<Reply> {
  const body = await readObject(call.request);
  const expected = call.headers['if-match'];
  const table = await context.catalog.patchTable(
    () => {
      const current = find(context, call);
      if (expected !== undefined && expected !== tableEtag(current)) {
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
