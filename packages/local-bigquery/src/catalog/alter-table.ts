import { invalid, notImplemented } from '../http/api-error.ts';
import type { TableAlteration } from '../sql/contract.ts';
import { defaultSql } from '../sql/default-value.ts';
import { quoteName } from '../storage/sql-text.ts';
import { storageType } from '../storage/storage-type.ts';
import { convertStatements, storedName } from '../storage/versioned-table.ts';
import type { TableChange } from './catalog-store.ts';
import { freshColumn } from './fresh-column.ts';
import { changeHistoryOf } from './history-periods.ts';
import type { TableRecord } from './records.ts';
import { parseSchema, publicField, toField, type WireField } from './schema.ts';
import type { Table } from './table.ts';
import { historyOf, patchTable } from './table-patch.ts';

/**
 * The table after ALTER TABLE. Nothing that is stored goes away: a column that is renamed, dropped or retyped stays where it is, so
 * that the past can be read with the columns that it had.
 *
 * @see https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
 */
export function alterTable(table: Table, changes: readonly TableAlteration[], micros: bigint): TableChange {
  let state: State = { table, record: table.record, statements: [], micros };
  for (const change of changes) state = apply(state, change);
  const changed = JSON.stringify(state.record.schema) !== JSON.stringify(table.record.schema);
  return {
    record: {
      ...state.record,
      ...(changed && table.record.kind === 'TABLE' ? { history: historyOf(table.record, micros) } : {}),
      modifiedMicros: String(micros),
    },
    statements: state.statements,
  };
}

interface State {
  readonly table: Table;
  readonly record: TableRecord;
  readonly statements: readonly string[];
  readonly micros: bigint;
}

function apply(state: State, change: TableAlteration): State {
  const { table, record, micros } = state;
  if (change.kind === 'renameTo') return { ...state, record: { ...record, table: change.name } };
  if (change.kind === 'setOptions') return setOptions(state, change);
  table.requireRows();
  switch (change.kind) {
    case 'addColumn':
      return addColumn(state, change);
    case 'dropColumn': {
      const index = indexOf(state, change);
      if (index < 0) return state;
      refuseUsed(state, change.name, 'drop');
      if (record.schema.length === 1) throw invalid(`Cannot drop the only column of table ${table.key}`);
      return withSchema(state, record.schema.toSpliced(index, 1));
    }
    case 'renameColumn': {
      const index = indexOf(state, change);
      const field = record.schema[index];
      if (field === undefined) return state;
      refuseUsed(state, change.name, 'rename');
      if (record.schema.some((f, i) => i !== index && f.name.toLowerCase() === change.to.toLowerCase()))
        throw invalid(`Column already exists: ${change.to}`);
      const [checked] = parseSchema({ fields: [{ ...publicField(field), name: change.to }] });
      if (checked === undefined) throw new RangeError('a schema of one field has one');
      const stored = field.stored ?? field.name;
      return withSchema(state, record.schema.with(index, { ...checked, ...(stored === change.to ? {} : { stored }) }));
    }
    case 'setPrimaryKey':
      return setPrimaryKey(state, change);
    case 'setType':
      return setType(state, change);
    case 'setDefault':
      return changeField(state, change, (field) => {
        const { defaultValueExpression: _before, ...rest } = field;
        if (change.text === undefined) return rest;
        const next = { ...rest, defaultValueExpression: change.text };
        defaultSql(toField(next), micros);
        return next;
      });
    case 'dropNotNull': {
      const field = record.schema[indexOf(state, change)];
      if (field !== undefined && field.mode !== 'REQUIRED') throw invalid(`Column ${change.name} does not have a NOT NULL constraint`);
      const next = changeField(state, change, (f) => ({ ...f, mode: 'NULLABLE' }));
      if (field === undefined) return next;
      const drop = `ALTER TABLE ${table.shape.physical} ALTER COLUMN ${quoteName(field.stored ?? field.name)} DROP NOT NULL`;
      return { ...next, statements: [...next.statements, drop] };
    }
    case 'setColumnOptions':
      return changeField(state, change, (field) => {
        const [parsed] = parseSchema({ fields: [{ ...publicField(field), ...change.field }] });
        return parsed === undefined ? field : { ...parsed, ...(field.stored === undefined ? {} : { stored: field.stored }) };
      });
  }
}

const withSchema = (state: State, schema: readonly WireField[]): State => ({ ...state, record: { ...state.record, schema } });

/** The place of a column; -1 where IF EXISTS lets it be missing. */
function indexOf({ table, record }: State, { name, ifExists }: { readonly name: string; readonly ifExists: boolean }): number {
  const index = record.schema.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
  if (index < 0 && !ifExists) throw invalid(`Column not found: ${name} in table ${table.key}`);
  return index;
}

function changeField(
  state: State,
  change: { readonly name: string; readonly ifExists: boolean },
  next: (field: WireField) => WireField,
): State {
  const index = indexOf(state, change);
  const field = state.record.schema[index];
  return field === undefined ? state : withSchema(state, state.record.schema.with(index, next(field)));
}

function addColumn(state: State, { field, ifNotExists }: Extract<TableAlteration, { kind: 'addColumn' }>): State {
  const { table, record, statements, micros } = state;
  const [parsed] = parseSchema({ fields: [field] });
  if (parsed === undefined) throw new RangeError('a schema of one field has one');
  if (record.schema.some((f) => f.name.toLowerCase() === parsed.name.toLowerCase())) {
    if (ifNotExists) return state;
    throw invalid(`Column already exists: ${parsed.name}`);
  }
  if (parsed.mode === 'REQUIRED') throw invalid(`Cannot add the REQUIRED column ${parsed.name} to the existing table ${table.key}`);
  if (parsed.defaultValueExpression !== undefined)
    throw invalid(
      `Cannot add column ${parsed.name} with a default value to the existing table ${table.key}: add it first, then ALTER COLUMN SET DEFAULT`,
    );
  const added = freshColumn({ ...record, history: historyOf(table.record, micros) }, parsed, micros);
  const column = toField(added);
  const fallback = added.mode === 'REPEATED' ? ' DEFAULT []' : '';
  const add = `ALTER TABLE ${table.shape.physical} ADD COLUMN ${storedName(column)} ${storageType(column)}${fallback}`;
  return { ...state, record: { ...record, schema: [...record.schema, added] }, statements: [...statements, add] };
}

/** Columns that partition, cluster or identify rows, and tables with row access policies, keep their columns' names. */
function refuseUsed({ table, record }: State, name: string, what: 'drop' | 'rename'): void {
  const is = (other: string | undefined): boolean => other?.toLowerCase() === name.toLowerCase();
  const why = is(record.partitioning?.field)
    ? 'a partitioning column'
    : record.clustering?.some(is) === true
      ? 'a clustering column'
      : record.primaryKey?.some(is) === true
        ? 'part of the primary key'
        : undefined;
  if (why !== undefined) throw invalid(`Cannot ${what} column ${name} of table ${table.key}: it is ${why}`);
  if ((record.rowAccessPolicies ?? []).length > 0)
    throw invalid(`Cannot ${what} column ${name} of table ${table.key}: it has row access policies`);
}

/** What a type may become, as BigQuery allows it. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['NUMERIC', 'BIGNUMERIC', 'FLOAT'],
  NUMERIC: ['BIGNUMERIC', 'FLOAT'],
};

function setType(state: State, change: Extract<TableAlteration, { kind: 'setType' }>): State {
  const { table, record, statements, micros } = state;
  const index = indexOf(state, change);
  const before = record.schema[index];
  if (before === undefined) return state;
  const [wanted] = parseSchema({ fields: [{ ...change.field, name: before.name }] });
  if (wanted === undefined) throw new RangeError('a schema of one field has one');
  const after = { ...wanted, mode: before.mode === 'REQUIRED' && wanted.mode === 'NULLABLE' ? ('REQUIRED' as const) : wanted.mode };
  checkWider(table, before, after);
  const kept = {
    ...before,
    ...after,
    ...(wanted.precision === undefined ? { precision: undefined, scale: undefined } : {}),
    ...(wanted.maxLength === undefined ? { maxLength: undefined } : {}),
  };
  const clean = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as unknown as WireField;
  if (storageType(toField(before)) === storageType(toField(clean))) return withSchema(state, record.schema.with(index, clean));
  const next = freshColumn({ ...record, history: historyOf(table.record, micros) }, clean, micros);
  const convert = convertStatements(table.shape, toField(before), toField(next));
  return { ...state, record: { ...record, schema: record.schema.with(index, next) }, statements: [...statements, ...convert] };
}

function checkWider(table: Table, before: WireField, after: WireField): void {
  const refuse = (): never => {
    throw invalid(
      `ALTER TABLE ALTER COLUMN SET DATA TYPE requires that the existing column type (${shown(before)}) is assignable to the new type (${shown(after)}) in table ${table.key}`,
    );
  };
  if ((before.mode === 'REPEATED') !== (after.mode === 'REPEATED')) refuse();
  if (before.type === 'RECORD' && after.type === 'RECORD') {
    for (const [i, old] of (before.fields ?? []).entries()) {
      const field = after.fields?.[i];
      if (field?.name.toLowerCase() !== old.name.toLowerCase()) refuse();
      else checkWider(table, old, field);
    }
    return;
  }
  if (before.type !== after.type) {
    if (WIDER[before.type]?.includes(after.type) !== true) refuse();
    if (after.precision !== undefined) throw notImplemented('a change to a parameterised type of another name');
    return;
  }
  const narrower = (old: string | undefined, now: string | undefined): boolean =>
    now !== undefined && (old === undefined || Number(now) < Number(old));
  const whole = (f: WireField): number => Number(f.precision) - Number(f.scale ?? 0);
  if (narrower(before.maxLength, after.maxLength) || narrower(before.precision, after.precision)) refuse();
  if (after.precision !== undefined && (whole(after) < whole(before) || Number(after.scale ?? 0) < Number(before.scale ?? 0))) refuse();
}

const shown = (field: WireField): string =>
  `${field.mode === 'REPEATED' ? 'ARRAY of ' : ''}${field.type}${field.precision === undefined ? '' : `(${field.precision})`}${field.maxLength === undefined ? '' : `(${field.maxLength})`}`;

function setPrimaryKey(state: State, { columns, ifExists }: Extract<TableAlteration, { kind: 'setPrimaryKey' }>): State {
  const { table, record } = state;
  if (columns === undefined) {
    if (record.primaryKey === undefined && !ifExists) throw invalid(`Table ${table.key} has no primary key`);
    const { primaryKey: _primaryKey, ...rest } = record;
    return { ...state, record: rest };
  }
  if (record.primaryKey !== undefined) throw invalid(`Table ${table.key} already has a primary key`);
  const primaryKey = columns.map((name) => {
    const field = record.schema.find((f) => f.name.toLowerCase() === name.toLowerCase());
    if (field === undefined) throw invalid(`Column not found: ${name} in table ${table.key}`);
    return field.name;
  });
  return { ...state, record: { ...record, primaryKey } };
}

function setOptions(state: State, { body, flags }: Extract<TableAlteration, { kind: 'setOptions' }>): State {
  const { table, record, micros } = state;
  const { partitionExpirationMs, ...rest } = body;
  if (partitionExpirationMs !== undefined && record.partitioning === undefined)
    throw invalid(`partition_expiration_days can only be set on a partitioned table, which ${table.key} is not`);
  if (rest['requirePartitionFilter'] === true && record.partitioning === undefined)
    throw invalid(`require_partition_filter can only be set on a partitioned table, which ${table.key} is not`);
  const labels = rest['labels'];
  // SET OPTIONS replaces the labels; the API merges them.
  const gone = labels === undefined ? {} : Object.fromEntries(Object.keys(record.labels ?? {}).map((key) => [key, null]));
  const patch = { ...rest, ...(labels === undefined ? {} : { labels: labels === null ? null : { ...gone, ...labels } }) };
  const patched = patchTable(table, patch, micros).record;
  const {
    description: _description,
    friendlyName: _friendlyName,
    labels: _labels,
    maxStaleness: _maxStaleness,
    expirationMs: _expirationMs,
    partitionExpirationMs: _partitionExpirationMs,
    ...kept
  } = record;
  const { description, friendlyName, labels: newLabels, maxStaleness, expirationMs } = patched;
  const expiry = partitionExpirationMs === undefined ? record.partitionExpirationMs : partitionExpirationMs;
  return {
    ...state,
    record: {
      ...kept,
      ...(description === undefined ? {} : { description }),
      ...(friendlyName === undefined ? {} : { friendlyName }),
      ...(newLabels === undefined ? {} : { labels: newLabels }),
      ...(maxStaleness === undefined ? {} : { maxStaleness }),
      ...(expirationMs === undefined ? {} : { expirationMs }),
      ...(typeof expiry === 'string' ? { partitionExpirationMs: expiry } : {}),
      requirePartitionFilter: patched.requirePartitionFilter,
      ...changeHistoryOf(record, flags.changeHistory, micros),
      ...(flags.fineGrainedMutations === undefined ? {} : { fineGrainedMutations: flags.fineGrainedMutations }),
    },
  };
}
