import { BqsyncError } from '@bqsync/errors';
import { formatInstant } from '../plan/instant.ts';
import type { TargetKey } from '../ports/sink.ts';
import type { TableDescription } from '../ports/source.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import { columnsHash, shortHash } from './schema-hash.ts';

/**
 * The key of a table's rows: configured, else declared by the source, else the content (rule R7).
 *
 * @throws `BQS_CONFIG_INVALID` where a key column is not read: every row would be without a key.
 */
export function targetKeyOf(table: TableSpec, description: TableDescription): TargetKey {
  const columns = table.primaryKey ?? description.declaredKey;
  if (columns === undefined || columns.length === 0) return { kind: 'content', ordinal: table.duplicates === 'keep' };
  const missing = columns.filter((name) => !description.columns.some((column) => column.name === name));
  if (missing.length === 0) return { kind: 'columns', columns };
  throw new BqsyncError(
    'BQS_CONFIG_INVALID',
    `the columns of table "${table.id}" leave out ${missing.join(', ')} of its ${table.primaryKey === undefined ? 'declared key' : 'primaryKey'}`,
    {
      hint: `add ${missing.join(', ')} to columns, or name another key under primaryKey`,
      context: { tableId: table.id, column: missing[0] },
    },
  );
}

/**
 * Names one life of a source table under one mapping (rule R11): its creation time and a hash of everything in the mapping that decides
 * which rows the target holds and under which keys. Progress never crosses a generation.
 */
export function generationOf(table: TableSpec, description: TableDescription, key: TargetKey, epoch: number): string {
  const mapping = JSON.stringify([
    table.source.project,
    table.source.dataset,
    table.source.table,
    table.target.database ?? null,
    table.target.table,
    table.cursorColumn,
    table.columns === 'all' ? 'all' : selectedColumns(table.columns, key),
    key,
    // A key that is a hash of the content changes with the columns.
    key.kind === 'content' ? columnsHash(description.columns) : null,
    table.sync.startTimestamp === undefined ? null : formatInstant(table.sync.startTimestamp),
    epoch,
  ]);
  return `${formatInstant(description.createdAt)}/${shortHash(mapping)}`;
}

/** With those of the key, which are read along: a target that was begun without them holds no row. */
function selectedColumns(listed: readonly string[], key: TargetKey): string[] {
  return [...new Set([...listed, ...(key.kind === 'columns' ? key.columns : [])])].sort();
}
