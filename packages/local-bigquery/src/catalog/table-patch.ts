import { invalid } from '../http/api-error.ts';
import { quoteName } from '../storage/sql-text.ts';
import { storageType } from '../storage/storage-type.ts';
import { freshColumn } from './fresh-column.ts';
import type { TableRecord } from './records.ts';
import { annotations, refuseUnknown } from './resource-fields.ts';
import { parseSchema, toField, type WireField } from './schema.ts';
import type { Table } from './table.ts';
import {
  parseClustering,
  parsePartitioning,
  parsePrimaryKey,
  parseRangePartitioning,
  requiresFilter,
  TABLE_KEYS,
  tableOptions,
} from './table-resource.ts';

interface TablePatch {
  readonly record: TableRecord;
  /** What to do to the DuckDB table. */
  readonly statements: readonly string[];
}

/**
 * The table after `tables.patch`: descriptions, labels, clustering and key change freely; a schema may add fields and relax
 * REQUIRED, nothing else, as in BigQuery.
 */
export function patchTable(table: Table, body: Readonly<Record<string, unknown>>, micros: bigint): TablePatch {
  refuseUnknown(body, TABLE_KEYS, 'table');
  const before = table.record;
  const statements: string[] = [];
  let { schema } = before;
  if (body['schema'] !== undefined) {
    schema = parseSchema(body['schema']);
    if (before.kind === 'TABLE') schema = compareFields(table, before.schema, schema, statements, micros);
  }
  const sent = parsePartitioning(body['timePartitioning'], schema) ?? parseRangePartitioning(body['rangePartitioning'], schema);
  const partitioning = sent ?? before.partitioning;
  if (JSON.stringify(partitioning) !== JSON.stringify(before.partitioning)) {
    throw invalid(`Cannot change partitioning of table ${table.key}`, 'timePartitioning');
  }
  const clustering = body['clustering'] === undefined ? before.clustering : parseClustering(body['clustering'], schema);
  const primaryKey = body['tableConstraints'] === undefined ? before.primaryKey : parsePrimaryKey(body['tableConstraints'], schema);
  const {
    description: _description,
    friendlyName: _friendlyName,
    labels: _labels,
    clustering: _clustering,
    primaryKey: _primaryKey,
    maxStaleness: _maxStaleness,
    expirationMs: _expirationMs,
    partitionExpirationMs: _partitionExpirationMs,
    ...rest
  } = before;
  const filterSent = body['requirePartitionFilter'] !== undefined || body['timePartitioning'] !== undefined;
  const record: TableRecord = {
    ...rest,
    schema,
    ...(statements.length > 0 ? { history: historyOf(before, micros) } : {}),
    ...annotations(body, before),
    ...tableOptions(body, before),
    ...(clustering ? { clustering } : {}),
    ...(primaryKey ? { primaryKey } : {}),
    requirePartitionFilter: filterSent ? requiresFilter(body) : before.requirePartitionFilter,
    modifiedMicros: String(micros),
  };
  return { record, statements };
}

/** Collects what turns the old columns into the new ones; refuses what BigQuery refuses. */
function compareFields(
  table: Table,
  before: readonly WireField[],
  after: readonly WireField[],
  statements: string[],
  micros: bigint,
  path: readonly string[] = [],
): WireField[] {
  const name = (field: WireField): string => [...path, field.name].join('.');
  const fresh = new Map<WireField, WireField>();
  for (const [index, old] of before.entries()) {
    const field = after[index];
    if (field?.name.toLowerCase() !== old.name.toLowerCase()) {
      throw invalid(
        `Provided Schema does not match Table ${table.key}. Field ${name(old)} is missing in new schema or at another place`,
        'schema',
      );
    }
    if (field.type !== old.type || JSON.stringify(field.rangeElementType) !== JSON.stringify(old.rangeElementType)) {
      throw invalid(
        `Provided Schema does not match Table ${table.key}. Field ${name(old)} has changed type from ${old.type} to ${field.type}`,
        'schema',
      );
    }
    if (field.mode !== old.mode) {
      if (old.mode !== 'REQUIRED' || field.mode !== 'NULLABLE') {
        throw invalid(
          `Provided Schema does not match Table ${table.key}. Field ${name(old)} has changed mode from ${old.mode} to ${field.mode}`,
          'schema',
        );
      }
      if (path.length === 0)
        statements.push(`ALTER TABLE ${table.shape.physical} ALTER COLUMN ${quoteName(old.stored ?? old.name)} DROP NOT NULL`);
    }
    if (old.fields && field.fields)
      compareFields(table, old.fields, field.fields, statements, micros, [
        ...path,
        ...(old.mode === 'REPEATED' ? [old.stored ?? old.name, 'element'] : [old.stored ?? old.name]),
      ]);
  }
  for (const added of after.slice(before.length)) {
    if (added.mode === 'REQUIRED')
      throw invalid(`Provided Schema does not match Table ${table.key}. Cannot add required field ${name(added)}`, 'schema');
    const own = path.length === 0 ? freshColumn(table.record, added, micros) : added;
    fresh.set(added, own);
    const target = [...path, own.stored ?? own.name].map(quoteName).join('.');
    const fallback = path.length === 0 && added.mode === 'REPEATED' ? ' DEFAULT []' : '';
    statements.push(`ALTER TABLE ${table.shape.physical} ADD COLUMN ${target} ${storageType(toField(added))}${fallback}`);
  }
  return after.map((field, index): WireField => {
    const old = before[index];
    if (path.length > 0) return field;
    if (old === undefined) return fresh.get(field) ?? field;
    return old.stored === undefined ? field : { ...field, stored: old.stored };
  });
}

/** The schemas of a table of before, with the one that ends now. */
export function historyOf(before: TableRecord, micros: bigint): NonNullable<TableRecord['history']> {
  return [...(before.history ?? []), { untilMicros: String(micros), schema: before.schema }];
}
