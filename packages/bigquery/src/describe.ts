import { type Column, type TableDescription, type TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { quoteTable, type RequiredFilter } from '@bqsync/query';
import { isRecord } from './errors.ts';
import { cursorTypeOf, layoutOf, type PartitionUnit } from './layout.ts';
import { microsOfMillis, probeOf } from './probe.ts';
import type { TableResource } from './rest.ts';
import { compressionOf, maxStalenessOf } from './storage-state.ts';
import { columnOf } from './schema.ts';
import type { RowPolicies, Sight } from './sight.ts';
import { nearest } from './suggestion.ts';
import type { Transport } from './transport.ts';

/** A description with what else this source needs to read the table. Made by `describe` only. */
export interface BigQueryDescription extends TableDescription {
  readonly location: string;
  readonly cursorPartitions: PartitionUnit | undefined;
  readonly requiredFilter: RequiredFilter | undefined;
  /** How old, in microseconds, the table may be that a query sees; 0: as it is. */
  readonly maxStaleness: bigint;
  /** Size of the rows in storage by their logical size: at most 1, which is taken where it is not known. */
  readonly compression: number;
  /** Whether the table has row access policies. */
  readonly rowPolicies: RowPolicies;
  /** Selected columns whose values may come masked, or may be denied. */
  readonly guardedColumns: readonly string[];
}

const KINDS: Readonly<Record<string, string>> = {
  VIEW: 'a view',
  MATERIALIZED_VIEW: 'a materialized view',
  EXTERNAL: 'an external table',
  SNAPSHOT: 'a table snapshot',
};

export function tableName(table: TableSpec): string {
  return `${table.source.project}.${table.source.dataset}.${table.source.table}`;
}

/** One `tables.get`, and every ten minutes a look for row access policies. Both are free. */
export async function describeTable(
  transport: Transport,
  configuredLocation: string | undefined,
  sight: Sight,
  table: TableSpec,
  signal: AbortSignal,
): Promise<BigQueryDescription> {
  // Names that no statement could use, a wildcard for one, are refused before anything is asked.
  quoteTable(table.source);
  const resource = await getTable(transport, table, signal);
  refuseOtherKinds(resource, table);
  const location = locationOf(resource, configuredLocation, table);
  const all = resource.schema?.fields ?? [];
  const names = all.map(({ name }) => name);
  requireColumns(names, table);
  const declaredKey = declaredKeyOf(resource, names);
  // Without its key columns no row could be told from another.
  const selected = table.columns === 'all' ? undefined : new Set([...table.columns, ...(table.primaryKey ?? declaredKey ?? [])]);
  const fields = all.filter(({ name }) => selected?.has(name) ?? true);
  const columns: Column[] = fields.map((field) => columnOf(field, `${tableName(table)}.${field.name}`));
  const layout = layoutOf(resource, table.cursorColumn);
  const cursorType = requireCursor(columns, table);
  const { filtered, notices, rowPolicies, guardedColumns } = await sight.of(transport, table, resource, fields, signal);
  return {
    columns,
    cursorType,
    declaredKey,
    prunable: layout.cursorPartitions !== undefined,
    layout: layout.text,
    createdAt: microsOfMillis(resource.creationTime),
    probe: probeOf(resource),
    location,
    cursorPartitions: layout.cursorPartitions,
    requiredFilter: layout.requiredFilter,
    maxStaleness: maxStalenessOf(resource.maxStaleness),
    compression: compressionOf(resource),
    ...(filtered ? { filtered } : {}),
    ...(notices.length > 0 ? { notices } : {}),
    rowPolicies,
    guardedColumns,
  };
}

/** The key's columns as the schema writes their names, which BigQuery compares without case. */
function declaredKeyOf(resource: TableResource, names: readonly string[]): readonly string[] | undefined {
  const columns = resource.tableConstraints?.primaryKey?.columns ?? [];
  if (columns.length === 0) return undefined;
  return columns.map((column) => names.find((name) => name.toLowerCase() === column.toLowerCase()) ?? column);
}

/** @throws `BQS_INTERNAL` for a description that another source made. */
export function ownDescription(description: TableDescription): BigQueryDescription {
  if ('location' in description && 'cursorPartitions' in description) return description as BigQueryDescription;
  throw new BqsyncError('BQS_INTERNAL', 'the description of the table was not made by the BigQuery source', {
    hint: 'pass on what describe returned, unchanged',
  });
}

async function getTable(transport: Transport, table: TableSpec, signal: AbortSignal): Promise<TableResource> {
  const { project, dataset, table: name } = table.source;
  const datasets = '/datasets';
  const tables = `${datasets}/${encodeURIComponent(dataset)}/tables`;
  const place = { doing: 'read the schema', table: tableName(table) };
  try {
    const { body } = await transport.get({ path: `${tables}/${encodeURIComponent(name)}`, projectId: project, place, signal });
    return body as TableResource;
  } catch (error) {
    if (!(error instanceof BqsyncError) || error.code !== 'BQS_SOURCE_NOT_FOUND') throw error;
    const siblings = await idsOf(transport, tables, 'tables', 'tableId', project, signal);
    const found = siblings ?? (await idsOf(transport, datasets, 'datasets', 'datasetId', project, signal)) ?? [];
    const missing = siblings === undefined ? 'dataset' : 'table';
    const meant = nearest(missing === 'table' ? name : dataset, found);
    throw new BqsyncError('BQS_SOURCE_NOT_FOUND', `the ${missing} of ${tableName(table)} does not exist`, {
      hint: meant === undefined ? `check ${missing} and project of table ${table.id}` : `did you mean the ${missing} ${meant}?`,
      context: { table: tableName(table), tableId: table.id },
      cause: error,
    });
  }
}

/** Names beside the missing one; undefined if they cannot be listed, which must not hide the error they are listed for. */
async function idsOf(
  transport: Transport,
  path: string,
  list: 'tables' | 'datasets',
  id: 'tableId' | 'datasetId',
  projectId: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const reference = list === 'tables' ? 'tableReference' : 'datasetReference';
  try {
    const { body } = await transport.get({ path, query: { maxResults: 1000 }, projectId, place: { doing: `list ${list}` }, signal });
    const items = isRecord(body) && Array.isArray(body[list]) ? body[list] : [];
    return items.flatMap((item: unknown) => {
      const named = isRecord(item) && isRecord(item[reference]) ? item[reference][id] : undefined;
      return typeof named === 'string' ? [named] : [];
    });
  } catch (error) {
    if (error instanceof BqsyncError && error.code !== 'BQS_ABORTED') return undefined;
    throw error;
  }
}

function refuseOtherKinds(resource: TableResource, table: TableSpec): void {
  const type = resource.type ?? 'TABLE';
  if (type === 'TABLE') return;
  throw new BqsyncError(
    'BQS_SOURCE_UNSUPPORTED',
    `${tableName(table)} is ${KINDS[type] ?? `of the kind ${type}`}, which bqsync does not read`,
    {
      hint: 'sync the tables behind it, or copy it into a table on a schedule',
      context: { table: tableName(table), kind: type },
    },
  );
}

function locationOf(resource: TableResource, configured: string | undefined, table: TableSpec): string {
  // Some answers, of tables in datasets of other services for one, do not say it.
  const location = resource.location === '' ? configured : (resource.location ?? configured);
  if (location === undefined) {
    throw new BqsyncError('BQS_SOURCE_LOCATION', `BigQuery does not say where ${tableName(table)} is`, {
      hint: 'set bigquery.location to the location of its dataset',
      context: { table: tableName(table) },
    });
  }
  if (configured !== undefined && configured.toLowerCase() !== location.toLowerCase()) {
    throw new BqsyncError('BQS_SOURCE_LOCATION', `${tableName(table)} is in ${location}, but ${configured} is configured`, {
      hint: `remove bigquery.location, or set it to ${location}`,
      context: { table: tableName(table), location, configured },
    });
  }
  return location;
}

function requireColumns(names: readonly string[], table: TableSpec): void {
  const listed = table.columns === 'all' ? [] : table.columns;
  for (const column of [table.cursorColumn, ...(table.primaryKey ?? []), ...listed]) {
    if (names.includes(column)) continue;
    const meant = nearest(column, names);
    throw new BqsyncError('BQS_SOURCE_COLUMN_MISSING', `${tableName(table)} has no column ${column}`, {
      hint: meant === undefined ? `its columns are ${names.join(', ').slice(0, 500)}` : `did you mean ${meant}?`,
      context: { table: tableName(table), tableId: table.id, column },
    });
  }
}

function requireCursor(columns: readonly Column[], table: TableSpec): BigQueryDescription['cursorType'] {
  const column = columns.find(({ name }) => name === table.cursorColumn);
  if (column === undefined) {
    throw new BqsyncError('BQS_CONFIG_INVALID', `the columns of table ${table.id} leave out its timestamp column ${table.cursorColumn}`, {
      hint: `add ${table.cursorColumn} to columns`,
      context: { tableId: table.id, column: table.cursorColumn },
    });
  }
  const type = column.repeated ? undefined : cursorTypeOf(column.type);
  if (type !== undefined) return type;
  const usable = columns.filter((other) => !other.repeated && cursorTypeOf(other.type) !== undefined).map(({ name }) => name);
  throw new BqsyncError(
    'BQS_SOURCE_UNSUPPORTED',
    `column ${table.cursorColumn} of ${tableName(table)} is ${column.repeated ? `an ARRAY of ${column.type}` : `of the type ${column.type}`}, which cannot be a timestamp column`,
    {
      hint: `timestampColumn takes TIMESTAMP, DATETIME and DATE: ${usable.length === 0 ? 'the table has no such column' : usable.join(', ')}`,
      context: { table: tableName(table), column: table.cursorColumn },
    },
  );
}
