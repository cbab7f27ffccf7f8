import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { type Partitioning, SqlError } from '../sql/contract.ts';
import { defaultSql } from '../sql/default-value.ts';
import { etagOf } from './dataset-resource.ts';
import { type TableRecord, tableKey } from './records.ts';
import { annotations, millisText, refuseUnknown } from './resource-fields.ts';
import { isSet, parseCount } from '../http/values.ts';
import { parseSchema, publicSchema, toField, type WireField } from './schema.ts';
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
  'rangePartitioning',
  'maxStaleness',
  'expirationTime',
  'materializedView',
  'defaultRoundingMode',
]);

const PARTITION_TYPES: Readonly<Record<Exclude<Partitioning['unit'], 'RANGE'>, readonly string[]>> = {
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
  if (isObject(body['materializedView'])) {
    const view = parseView({ query: body['materializedView']['query'], useLegacySql: false });
    return { ...base, kind: 'MATERIALIZED_VIEW', schema, requirePartitionFilter: false, view, ...tableOptions(body) };
  }
  if (schema.length === 0)
    throw invalid(`Table ${tableKey(place.project, place.dataset, table)} needs a schema with at least one field`, 'schema');
  checkDefaults(schema, place.micros);
  const partitioning = parsePartitioning(body['timePartitioning'], schema) ?? parseRangePartitioning(body['rangePartitioning'], schema);
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
    ...tableOptions(body),
  };
}

/** A default that is no value of its column is refused when the table is made, not when the first row comes. */
function checkDefaults(schema: readonly WireField[], micros: bigint): void {
  for (const field of schema) {
    if (field.defaultValueExpression === undefined) continue;
    try {
      defaultSql(toField(field), micros);
    } catch (error) {
      if (error instanceof SqlError) throw invalid(error.message, 'schema');
      throw error;
    }
  }
}

type TableOptions = Pick<TableRecord, 'maxStaleness' | 'expirationMs' | 'partitionExpirationMs'>;

/** Options that a table may have or lack: as sent, else as before; an explicit null removes. */
export function tableOptions(body: Readonly<Record<string, unknown>>, before: TableOptions = {}): TableOptions {
  if (isSet(body['defaultRoundingMode']) && body['defaultRoundingMode'] !== 'ROUND_HALF_AWAY_FROM_ZERO')
    throw notImplemented(`defaultRoundingMode ${JSON.stringify(body['defaultRoundingMode'])}`);
  const staleness = body['maxStaleness'] === undefined ? before.maxStaleness : (body['maxStaleness'] ?? undefined);
  if (staleness !== undefined && typeof staleness !== 'string') throw invalid('maxStaleness must be an interval', 'maxStaleness');
  const expires = body['expirationTime'] === undefined ? before.expirationMs : body['expirationTime'];
  const partitioning = body['timePartitioning'];
  const sent = isObject(partitioning) && Object.hasOwn(partitioning, 'expirationMs') ? partitioning['expirationMs'] : undefined;
  const partitionExpires = sent === undefined ? before.partitionExpirationMs : sent;
  return {
    ...(staleness === undefined ? {} : { maxStaleness: staleness }),
    ...(isSet(expires) ? { expirationMs: String(parseCount(expires, 'expirationTime')) } : {}),
    ...(isSet(partitionExpires) ? { partitionExpirationMs: String(parseCount(partitionExpires, 'timePartitioning.expirationMs')) } : {}),
  };
}

/** `rangePartitioning`: partitions of an INT64 column by ranges of one length. */
export function parseRangePartitioning(value: unknown, schema: readonly WireField[]): Partitioning | undefined {
  if (value === undefined || value === null) return undefined;
  const range = isObject(value) ? value['range'] : undefined;
  if (!isObject(value) || !isObject(range)) throw invalid('rangePartitioning needs a field and a range', 'rangePartitioning');
  const field = findColumn(schema, value['field'], 'rangePartitioning.field');
  if (field.type !== 'INTEGER' || field.mode === 'REPEATED')
    throw invalid(`The field ${field.name} cannot be used for range partitioning: its type is ${field.type}`, 'rangePartitioning.field');
  const number = (key: 'start' | 'end' | 'interval'): string => {
    const text = String(range[key]);
    if (!/^-?\d{1,18}$/.test(text)) throw invalid(`rangePartitioning.range.${key} must be a whole number`, 'rangePartitioning.range');
    return text;
  };
  const parsed = { start: number('start'), end: number('end'), interval: number('interval') };
  if (BigInt(parsed.interval) <= 0n || BigInt(parsed.end) <= BigInt(parsed.start))
    throw invalid('rangePartitioning.range must end after its start and have a positive interval', 'rangePartitioning.range');
  return { unit: 'RANGE', field: field.name, range: parsed };
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
    ([key, item]) => !['type', 'field', 'requirePartitionFilter', 'expirationMs'].includes(key) && item !== undefined && item !== null,
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
export function tableResource(table: Table, location: string, origin: string, view: TableView): Record<string, unknown> {
  const { record } = table;
  const modified = table.modifiedMicrosAt(view.nowMicros - view.lagMicros);
  return {
    ...tableSummary(table),
    etag: view.etag ?? tableEtag(table),
    selfLink: `${origin}/bigquery/v2/projects/${record.project}/datasets/${record.dataset}/tables/${record.table}`,
    schema: { fields: publicSchema(record.schema) },
    ...(view.withSizes ? { lastModifiedTime: millisText(modified) } : {}),
    location,
    ...(record.description === undefined ? {} : { description: record.description }),
    ...(record.primaryKey ? { tableConstraints: { primaryKey: { columns: record.primaryKey } } } : {}),
    ...(record.maxStaleness === undefined ? {} : { maxStaleness: record.maxStaleness }),
    ...(record.kind === 'TABLE' && view.withSizes ? sizes(table, view) : {}),
  };
}

/** How `tables.get` looks at a table. */
export interface TableView {
  readonly nowMicros: bigint;
  /** How old what is said of rows is. */
  readonly lagMicros: bigint;
  /** Another etag than the table's own. */
  readonly etag?: string;
  /** Whether rows, bytes and the time of the last change are shown (`view` is not BASIC). */
  readonly withSizes: boolean;
}

/** The table as `tables.list` shows it. */
export function tableSummary({ record }: Table): Record<string, unknown> {
  const { project, dataset, table } = record;
  return {
    kind: 'bigquery#table',
    id: tableKey(project, dataset, table),
    tableReference: { projectId: project, datasetId: dataset, tableId: table },
    type: record.kind,
    creationTime: millisText(record.createdMicros),
    ...(record.friendlyName === undefined ? {} : { friendlyName: record.friendlyName }),
    ...(record.labels ? { labels: record.labels } : {}),
    ...(record.expirationMs === undefined ? {} : { expirationTime: record.expirationMs }),
    ...partitioningResource(record),
    ...(record.requirePartitionFilter ? { requirePartitionFilter: true } : {}),
    ...(record.clustering ? { clustering: { fields: record.clustering } } : {}),
    ...(record.view && record.kind === 'VIEW' ? { view: record.view } : {}),
    ...(record.view && record.kind === 'MATERIALIZED_VIEW' ? { materializedView: { query: record.view.query } } : {}),
  };
}

function partitioningResource({ partitioning, partitionExpirationMs }: TableRecord): Record<string, unknown> {
  if (partitioning === undefined) return {};
  if (partitioning.unit === 'RANGE') return { rangePartitioning: { field: partitioning.field, range: partitioning.range } };
  return {
    timePartitioning: {
      type: partitioning.unit,
      ...(partitioning.field === undefined ? {} : { field: partitioning.field }),
      ...(partitionExpirationMs === undefined ? {} : { expirationMs: partitionExpirationMs }),
    },
  };
}

export function tableEtag(table: Table): string {
  return etagOf(table.record, String(table.modifiedMicros));
}

function sizes(table: Table, { nowMicros, lagMicros }: TableView): Record<string, unknown> {
  const buffered = table.buffer.content(nowMicros - lagMicros);
  const hidden = table.buffer.after(nowMicros - lagMicros);
  const bytes = String(table.stats.bytes - (buffered?.bytes ?? 0) - hidden.bytes);
  return {
    numRows: String(table.stats.rows - (buffered?.rows ?? 0) - hidden.rows),
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
