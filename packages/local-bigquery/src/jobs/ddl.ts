import { alterTable } from '../catalog/alter-table.ts';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { newDatasetRecord, patchedDatasetRecord } from '../catalog/dataset-resource.ts';
import { datasetKey, type TableRecord } from '../catalog/records.ts';
import { changeHistoryOf } from '../catalog/history-periods.ts';
import { toWireField } from '../catalog/schema.ts';
import { newTableRecord } from '../catalog/table-resource.ts';
import { ApiError, invalid, notFound } from '../http/api-error.ts';
import type { Ddl, NamePath, TableFlags } from '../sql/contract.ts';
import { insertRows } from '../storage/versioned-table.ts';
import { quoteName } from '../storage/sql-text.ts';

export interface DdlScope {
  readonly catalog: CatalogStore;
  readonly defaultProject: string;
  readonly defaultDataset: { readonly project: string; readonly dataset: string } | undefined;
  readonly defaultLocation: string;
  /** The statement's SELECT at the commit's time. */
  readonly selectAt: (micros: bigint) => string;
}

export interface TableName {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** What a statement did: `statistics.query.ddlOperationPerformed` and its target. */
export interface DdlResult {
  readonly operation: 'CREATE' | 'REPLACE' | 'ALTER' | 'DROP' | 'SKIP';
  readonly table?: { readonly projectId: string; readonly datasetId: string; readonly tableId: string };
}

type Body = Readonly<Record<string, unknown>>;

export function datasetOf(path: NamePath, scope: Pick<DdlScope, 'defaultProject'>): { project: string; dataset: string } {
  const parts = path.flatMap((part) => part.split('.'));
  const [dataset, project] = [parts.at(-1), parts.at(-2) ?? scope.defaultProject];
  if (dataset === undefined || parts.length > 2) throw invalid(`Invalid dataset name "${parts.join('.')}"`);
  return { project, dataset };
}

export function tableNameOf(path: NamePath, scope: Pick<DdlScope, 'defaultProject' | 'defaultDataset'>): TableName {
  const parts = path.flatMap((part) => part.split('.'));
  const [table, dataset, project] = [parts.at(-1), parts.at(-2) ?? scope.defaultDataset?.dataset, parts.at(-3)];
  if (table === undefined || dataset === undefined || parts.length > 3)
    throw invalid(`Table "${parts.join('.')}" must be qualified with a dataset (e.g. dataset.table).`);
  const home = parts.length === 1 ? scope.defaultDataset?.project : scope.defaultProject;
  return { project: project ?? home ?? scope.defaultProject, dataset, table };
}

/** Runs a statement that changes the catalog, as one commit. */
export async function runDdl(ddl: Ddl, scope: DdlScope): Promise<DdlResult> {
  const { catalog } = scope;
  switch (ddl.kind) {
    case 'createTable':
      return createTable(ddl, scope);
    case 'createView':
      return createView(ddl, scope);
    case 'createSchema': {
      const { project, dataset } = datasetOf(ddl.path, scope);
      if (catalog.findDataset(project, dataset) && ddl.ifNotExists) return { operation: 'SKIP' };
      const body = { ...ddl.body, datasetReference: { projectId: project, datasetId: dataset } };
      await catalog.putDataset((micros) => {
        if (catalog.findDataset(project, dataset))
          throw new ApiError('duplicate', `Already Exists: Dataset ${datasetKey(project, dataset)}`);
        return newDatasetRecord(body, project, scope.defaultLocation, micros);
      });
      return { operation: 'CREATE' };
    }
    case 'alterSchema': {
      const { project, dataset } = datasetOf(ddl.path, scope);
      if (!catalog.findDataset(project, dataset) && ddl.ifExists) return { operation: 'SKIP' };
      await catalog.putDataset((micros) => patchedDatasetRecord(catalog.dataset(project, dataset), ddl.body, micros));
      return { operation: 'ALTER' };
    }
    case 'createPolicy':
      return createPolicy(ddl, scope);
    case 'dropPolicy':
      return dropPolicy(ddl, scope);
    case 'alterTable': {
      const name = tableNameOf(ddl.path, scope);
      if (ddl.ifExists && !catalog.findTable(name.project, name.dataset, name.table)) return result('SKIP', name);
      await catalog.patchTable(
        () => catalog.table(name.project, name.dataset, name.table),
        (table, micros) => alterTable(table, ddl.changes, micros),
      );
      return result('ALTER', name);
    }
    case 'drop':
      return drop(ddl, scope);
  }
}

const result = (operation: DdlResult['operation'], { project, dataset, table }: TableName): DdlResult => ({
  operation,
  table: { projectId: project, datasetId: dataset, tableId: table },
});

async function createTable(ddl: Extract<Ddl, { kind: 'createTable' }>, scope: DdlScope): Promise<DdlResult> {
  const { catalog } = scope;
  const name = tableNameOf(ddl.path, scope);
  const { project, dataset } = name;
  const exists = catalog.findTable(project, dataset, name.table) !== undefined;
  if (exists && ddl.ifNotExists) return result('SKIP', name);
  const model = ddl.like && tableNameOf(ddl.like, scope);
  const make = (number: number, micros: bigint): TableRecord => {
    const made = model
      ? likeRecord(catalog.table(model.project, model.dataset, model.table).record, name, ddl.body, number, micros)
      : undefined;
    const body: Body = { ...withDefaults(ddl.body, catalog.dataset(project, dataset), micros), tableReference: { tableId: name.table } };
    return flagged(made ?? newTableRecord(body, { project, dataset, number, micros }), ddl.flags, micros);
  };
  const { select } = ddl;
  await catalog.createTable(make, {
    replace: ddl.orReplace,
    ...(select
      ? {
          fill: (connection, table, micros) =>
            insertRows(
              connection,
              table.shape,
              `(SELECT ${select.fields.map((field) => quoteName(field.name)).join(', ')} FROM (${scope.selectAt(micros)}))`,
              select.fields.map((field) => field.name),
              micros,
            ),
        }
      : {}),
  });
  return result(exists ? 'REPLACE' : 'CREATE', name);
}

/** A dataset's default expiries are those of tables that name none. */
function withDefaults(
  body: Body,
  dataset: { defaultTableExpirationMs?: string; defaultPartitionExpirationMs?: string },
  micros: bigint,
): Body {
  const { defaultTableExpirationMs: table, defaultPartitionExpirationMs: partition } = dataset;
  const time = body['timePartitioning'] as Body | undefined;
  return {
    ...(table !== undefined && time === undefined ? { expirationTime: String(micros / 1000n + BigInt(table)) } : {}),
    ...body,
    ...(partition !== undefined && time !== undefined ? { timePartitioning: { expirationMs: partition, ...time } } : {}),
  };
}

function likeRecord(model: TableRecord, name: TableName, body: Body, number: number, micros: bigint): TableRecord {
  const { schema, partitioning, clustering, primaryKey, requirePartitionFilter, description, labels } = model;
  return {
    ...name,
    kind: 'TABLE',
    number,
    schema: schema.map(({ stored: _stored, ...field }) => field),
    requirePartitionFilter: body['requirePartitionFilter'] === undefined ? requirePartitionFilter : body['requirePartitionFilter'] === true,
    ...(partitioning ? { partitioning } : {}),
    ...(clustering ? { clustering } : {}),
    ...(primaryKey ? { primaryKey } : {}),
    ...(description === undefined ? {} : { description }),
    ...(labels ? { labels } : {}),
    createdMicros: String(micros),
    modifiedMicros: String(micros),
  };
}

function flagged(record: TableRecord, flags: TableFlags, micros: bigint): TableRecord {
  return {
    ...record,
    ...changeHistoryOf(record, flags.changeHistory, micros),
    ...(flags.fineGrainedMutations === undefined ? {} : { fineGrainedMutations: flags.fineGrainedMutations }),
  };
}

async function createView(ddl: Extract<Ddl, { kind: 'createView' }>, scope: DdlScope): Promise<DdlResult> {
  const { catalog } = scope;
  const name = tableNameOf(ddl.path, scope);
  const { project, dataset } = name;
  const exists = catalog.findTable(project, dataset, name.table) !== undefined;
  if (exists && ddl.ifNotExists) return result('SKIP', name);
  const schema = { fields: ddl.fields.map(toWireField) };
  await catalog.createTable(
    (number, micros) =>
      newTableRecord({ ...ddl.body, schema, tableReference: { tableId: name.table } }, { project, dataset, number, micros }),
    { replace: ddl.orReplace },
  );
  return result(exists ? 'REPLACE' : 'CREATE', name);
}

async function createPolicy(ddl: Extract<Ddl, { kind: 'createPolicy' }>, scope: DdlScope): Promise<DdlResult> {
  const name = tableNameOf(ddl.path, scope);
  let operation: DdlResult['operation'] = 'CREATE';
  await scope.catalog.patchTable(
    () => scope.catalog.table(name.project, name.dataset, name.table),
    (table, micros) => {
      table.requireRows();
      const before = table.record.rowAccessPolicies ?? [];
      const old = before.find((policy) => policy.policyId === ddl.policyId);
      if (old && ddl.ifNotExists) {
        operation = 'SKIP';
        return { record: table.record, statements: [] };
      }
      if (old && !ddl.orReplace) throw new ApiError('duplicate', `Already Exists: RowAccessPolicy ${table.key}.${ddl.policyId}`);
      if (old) operation = 'REPLACE';
      const policy = {
        policyId: ddl.policyId,
        filterPredicate: ddl.filterPredicate,
        grantees: ddl.grantees,
        createdMicros: old?.createdMicros ?? String(micros),
        modifiedMicros: String(micros),
      };
      const rowAccessPolicies = [...before.filter((p) => p.policyId !== ddl.policyId), policy];
      return { record: { ...table.record, rowAccessPolicies, hadRowAccessPolicies: true, modifiedMicros: String(micros) }, statements: [] };
    },
  );
  return result(operation, name);
}

async function dropPolicy(ddl: Extract<Ddl, { kind: 'dropPolicy' }>, scope: DdlScope): Promise<DdlResult> {
  const name = tableNameOf(ddl.path, scope);
  await scope.catalog.patchTable(
    () => scope.catalog.table(name.project, name.dataset, name.table),
    (table, micros) => {
      const before = table.record.rowAccessPolicies ?? [];
      const rest = ddl.policyId === undefined ? [] : before.filter((policy) => policy.policyId !== ddl.policyId);
      if (ddl.policyId !== undefined && rest.length === before.length && !ddl.ifExists)
        throw notFound(`Not found: RowAccessPolicy ${table.key}.${ddl.policyId}`);
      return { record: { ...table.record, rowAccessPolicies: rest, modifiedMicros: String(micros) }, statements: [] };
    },
  );
  return result('DROP', name);
}

async function drop(ddl: Extract<Ddl, { kind: 'drop' }>, scope: DdlScope): Promise<DdlResult> {
  const { catalog } = scope;
  if (ddl.what === 'SCHEMA') {
    const { project, dataset } = datasetOf(ddl.path, scope);
    if (ddl.ifExists && !catalog.findDataset(project, dataset)) return { operation: 'SKIP' };
    await catalog.deleteDataset(project, dataset, ddl.cascade);
    return { operation: 'DROP' };
  }
  const name = tableNameOf(ddl.path, scope);
  const found = catalog.findTable(name.project, name.dataset, name.table);
  if (found === undefined && ddl.ifExists) return result('SKIP', name);
  const kind = catalog.table(name.project, name.dataset, name.table).record.kind;
  if (kind.replace('_', ' ') !== ddl.what)
    throw invalid(
      `Cannot drop ${name.project}:${name.dataset}.${name.table} which has type ${kind}. An object with type ${ddl.what} was expected.`,
    );
  await catalog.deleteTable(name.project, name.dataset, name.table);
  return result('DROP', name);
}
