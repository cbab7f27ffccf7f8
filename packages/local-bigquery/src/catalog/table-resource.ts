import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import type { Partitioning } from '../sql/contract.ts';
import { etagOf } from './dataset-resource.ts';
import { type TableRecord, tableKey } from './records.ts';
import { annotations, millisText, refuseUnknown } from './resource-fields.ts';
import { parseSchema, type WireField } from './schema.ts';
import type { Table } from './table.ts';

export const TABLE_KEYS = new Set([
  'tableReference',
  'schema',
  'timePartitioning',
  'clustering',
  'requirePartitionFilter',
  'tableConstraints',
  'view',
  'location',
  'description',
  'friendlyName',
  'labels',
]);

const PARTITION_TYPES: Readonly<Record<Partitioning['unit'], readonly string[]>> = {
  HOUR: ['TIMESTAMP', 'DATETIME'],
  DAY: ['TIMESTAMP', 'DATETIME', 'DATE'],
  MONTH: ['TIMESTAMP', 'DATETIME', 'DATE'],
  YEAR: ['TIMESTAMP', 'DATETIME', 'DATE'],
};

interface TablePlace {
  readonly project: string;
  readonly dataset: string;
  readonly number: number;
  readonly micros: bigint;
}

/** Reads the body of `tables.insert`. */
export function newTableRecord(body: Readonly<Record<string, unknown>>, place: TablePlace): TableRecord {
  refuseUnknown(body, TABLE_KEYS, 'table');
  const reference = body['tableReference'];
  const table = isObject(reference) ? reference['tableId'] : undefined;
  if (typeof table !== 'string' || !/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd} ]{1,1024}$/u.test(table)) {
    throw invalid(
      `Invalid table ID "${String(table)}". Table IDs are letters, marks, numbers, connectors, dashes and spaces, at most 1024.`,
      'tableId',
    );
  }
  const base = {
    project: place.project,
    dataset: place.dataset,
    table,
    number: place.number,
    ...annotations(body),
    createdMicros: String(place.micros),
    modifiedMicros: String(place.micros),
  };
  const schema = body['schema'] === undefined || body['schema'] === null ? [] : parseSchema(body['schema']);
  if (isObject(body['view'])) return { ...base, kind: 'VIEW', schema, requirePartitionFilter: false, view: parseView(body['view']) };
  if (schema.length === 0)
    throw invalid(`Table ${tableKey(place.project, place.dataset, table)} needs a schema with at least one field`, 'schema');
  const partitioning = parsePartitioning(body['timePartitioning'], schema);
  const clustering = parseClustering(body['clustering'], schema);
  const primaryKey = parsePrimaryKey(body['tableConstraints'], schema);
  return {
    ...base,
    kind: 'TABLE',
    schema,
    ...(partitioning ? { partitioning } : {}),
    requirePartitionFilter: requiresFilter(body),
    ...(clustering ? { clustering } : {}),
    ...(primaryKey ? { primaryKey } : {}),
  };
}

export function requiresFilter(body: Readonly<Record<string, unknown>>): boolean {
  const partitioning = body['timePartitioning'];
  return body['requirePartitionFilter'] === true || (isObject(partitioning) && partitioning['requirePartitionFilter'] === true);
}

function parseView(view: Readonly<Record<string, unknown>>): { query: string; useLegacySql: boolean } {
  const query = view['query'];
  if (typeof query !== 'string') throw invalid('view needs a query', 'view.query');
  return { query, useLegacySql: view['useLegacySql'] !== false };
}

export function parsePartitioning(value: unknown, schema: readonly WireField[]): Partitioning | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid('timePartitioning must be an object', 'timePartitioning');
  const unknown = Object.entries(value).find(
    ([key, item]) => !['type', 'field', 'requirePartitionFilter'].includes(key) && item !== undefined && item !== null,
  );
  if (unknown) throw notImplemented(`timePartitioning.${unknown[0]}`);
  const unit = value['type'] ?? 'DAY';
  if (unit !== 'HOUR' && unit !== 'DAY' && unit !== 'MONTH' && unit !== 'YEAR')
    throw invalid(`Invalid timePartitioning.type ${JSON.stringify(unit)}`, 'timePartitioning.type');
  const name = value['field'];
  if (name === undefined || name === null) return { unit };
  const field = findColumn(schema, name, 'timePartitioning.field');
  if (field.mode === 'REPEATED' || !PARTITION_TYPES[unit].includes(field.type)) {
    throw invalid(`The field ${field.name} cannot be used for ${unit} partitioning: its type is ${field.type}`, 'timePartitioning.field');
  }
  return { unit, field: field.name };
}

export function parseClustering(value: unknown, schema: readonly WireField[]): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = isObject(value) ? value['fields'] : undefined;
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > 4)
    throw invalid('clustering needs one to four fields', 'clustering.fields');
  return fields.map((name: unknown) => findColumn(schema, name, 'clustering.fields').name);
}

export function parsePrimaryKey(value: unknown, schema: readonly WireField[]): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid('tableConstraints must be an object', 'tableConstraints');
  const unknown = Object.entries(value).find(([key, item]) => key !== 'primaryKey' && item !== undefined && item !== null);
  if (unknown) throw notImplemented(`tableConstraints.${unknown[0]}`);
  const primaryKey = value['primaryKey'];
  if (primaryKey === undefined || primaryKey === null) return undefined;
  const columns = isObject(primaryKey) ? primaryKey['columns'] : undefined;
  if (!Array.isArray(columns) || columns.length === 0)
    throw invalid('tableConstraints.primaryKey needs columns', 'tableConstraints.primaryKey');
  return columns.map((name: unknown) => findColumn(schema, name, 'tableConstraints.primaryKey').name);
}

function findColumn(schema: readonly WireField[], name: unknown, place: string): WireField {
  const field = typeof name === 'string' ? schema.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase()) : undefined;
  if (!field) throw invalid(`${place} names the column "${String(name)}", which is not in the schema`, place);
  return field;
}

/** The table as `tables.get` shows it. */
export function tableResource(table: Table, location: string, nowMicros: bigint, origin: string): Record<string, unknown> {
  const { record } = table;
  return {
    ...tableSummary(table),
    etag: tableEtag(table),
    selfLink: `${origin}/bigquery/v2/projects/${record.project}/datasets/${record.dataset}/tables/${record.table}`,
    schema: { fields: record.schema },
    lastModifiedTime: millisText(table.modifiedMicros),
    location,
    ...(record.description === undefined ? {} : { description: record.description }),
    ...(record.primaryKey ? { tableConstraints: { primaryKey: { columns: record.primaryKey } } } : {}),
    ...(record.kind === 'TABLE' ? sizes(table, nowMicros) : {}),
  };
}

/** The table as `tables.list` shows it. */
export function tableSummary({ record }: Table): Record<string, unknown> {
  const { project, dataset, table, partitioning } = record;
  return {
    kind: 'bigquery#table',
    id: tableKey(project, dataset, table),
    tableReference: { projectId: project, datasetId: dataset, tableId: table },
    type: record.kind,
    creationTime: millisText(record.createdMicros),
    ...(record.friendlyName === undefined ? {} : { friendlyName: record.friendlyName }),
    ...(record.labels ? { labels: record.labels } : {}),
    ...(partitioning
      ? { timePartitioning: { type: partitioning.unit, ...(partitioning.field === undefined ? {} : { field: partitioning.field }) } }
      : {}),
    ...(record.requirePartitionFilter ? { requirePartitionFilter: true } : {}),
    ...(record.clustering ? { clustering: { fields: record.clustering } } : {}),
    ...(record.view ? { view: record.view } : {}),
  };
}

export function tableEtag(table: Table): string {
  return etagOf(table.record, String(table.modifiedMicros));
}

function sizes(table: Table, nowMicros: bigint): Record<string, unknown> {
  const buffered = table.buffer.content(nowMicros);
  const bytes = String(table.stats.bytes - (buffered?.bytes ?? 0));
  return {
    numRows: String(table.stats.rows - (buffered?.rows ?? 0)),
    numBytes: bytes,
    numTotalLogicalBytes: bytes,
    ...(buffered
      ? {
          streamingBuffer: {
            estimatedRows: String(buffered.rows),
            estimatedBytes: String(buffered.bytes),
            oldestEntryTime: millisText(buffered.oldestMicros),
          },
        }
      : {}),
  };
}
