import type { RowAccessPolicy } from '../catalog/records.ts';
import type { Table } from '../catalog/table.ts';
import { ApiError, invalid, notFound } from '../http/api-error.ts';
import { isObject, readObject } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import type { ApiContext } from './context.ts';
import { pageOf } from './paging.ts';
import { parameter } from './parameters.ts';
import { find } from './tables.ts';

export function rowAccessPolicyRoutes(router: Router, context: ApiContext): void {
  const list = '/projects/:project/datasets/:dataset/tables/:table/rowAccessPolicies';
  router.on('GET', list, (call) => listPolicies(context, call));
  router.on('POST', list, (call) => insertPolicy(context, call));
  router.on('GET', `${list}/:policy`, (call) => ({ status: 200, body: resource(find(context, call), policyOf(context, call)) }));
  router.on('DELETE', `${list}/:policy`, (call) => deletePolicy(context, call));
}

function listPolicies(context: ApiContext, call: Call): Reply {
  const table = find(context, call);
  const { items, nextPageToken } = pageOf(table.record.rowAccessPolicies ?? [], call.query);
  const rowAccessPolicies = items.map((policy) => resource(table, policy));
  return { status: 200, body: { ...(rowAccessPolicies.length > 0 ? { rowAccessPolicies } : {}), ...nextPageToken } };
}

function policyOf(context: ApiContext, call: Call): RowAccessPolicy {
  const table = find(context, call);
  const id = parameter(call, 'policy');
  const found = table.record.rowAccessPolicies?.find((policy) => policy.policyId === id);
  if (!found) throw notFound(`Not found: RowAccessPolicy ${table.key}.${id}`);
  return found;
}

async function insertPolicy(context: ApiContext, call: Call): Promise<Reply> {
  const body = await readObject(call.request);
  const reference = body['rowAccessPolicyReference'];
  const policyId = isObject(reference) ? reference['policyId'] : undefined;
  const { filterPredicate, grantees = [] } = body;
  if (typeof policyId !== 'string' || typeof filterPredicate !== 'string' || !Array.isArray(grantees))
    throw invalid('A row access policy needs a rowAccessPolicyReference.policyId and a filterPredicate', 'rowAccessPolicyReference');
  let policy: RowAccessPolicy | undefined;
  const table = await context.catalog.patchTable(
    () => find(context, call),
    (current, micros) => {
      const before = current.record.rowAccessPolicies ?? [];
      if (before.some((p) => p.policyId === policyId))
        throw new ApiError('duplicate', `Already Exists: RowAccessPolicy ${current.key}.${policyId}`);
      policy = { policyId, filterPredicate, grantees: grantees.map(String), createdMicros: String(micros), modifiedMicros: String(micros) };
      const record = {
        ...current.record,
        rowAccessPolicies: [...before, policy],
        hadRowAccessPolicies: true,
        modifiedMicros: String(micros),
      };
      return { record, statements: [] };
    },
  );
  if (policy === undefined) throw new ApiError('internalError', 'the policy was not made');
  return { status: 200, body: resource(table, policy) };
}

async function deletePolicy(context: ApiContext, call: Call): Promise<Reply> {
  const { policyId } = policyOf(context, call);
  await context.catalog.patchTable(
    () => find(context, call),
    ({ record }, micros) => {
      const rowAccessPolicies = (record.rowAccessPolicies ?? []).filter((policy) => policy.policyId !== policyId);
      return { record: { ...record, rowAccessPolicies, modifiedMicros: String(micros) }, statements: [] };
    },
  );
  return { status: 204 };
}

function resource({ record }: Table, policy: RowAccessPolicy): Record<string, unknown> {
  const time = (micros: string): string => new Date(Number(BigInt(micros) / 1000n)).toISOString();
  return {
    rowAccessPolicyReference: { projectId: record.project, datasetId: record.dataset, tableId: record.table, policyId: policy.policyId },
    filterPredicate: policy.filterPredicate,
    creationTime: time(policy.createdMicros),
    lastModifiedTime: time(policy.modifiedMicros),
  };
}
