import { columnsHash, schemaChange } from '../identity/schema-hash.ts';
import type { Column } from '../ports/row.ts';
import type { TableDescription } from '../ports/source.ts';
import type { TableProgress } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import { formatInstant } from './instant.ts';
import { billText, usdOf } from './price.ts';

/** What a table's rows must be read again for, whole, and what that costs; undefined: they need not be, or none was read before. */
export function rescanReason(
  table: TableSpec,
  description: TableDescription,
  stored: Pick<TableProgress, 'generation' | 'schemaHash' | 'firstSnapshot' | 'window' | 'epoch'> | undefined,
  epoch: number,
  before?: readonly Column[],
): string | undefined {
  if (stored === undefined || (stored.firstSnapshot === null && stored.window === null)) return undefined;
  return `${whyAgain(description, stored, epoch, before)}: the whole table is read again${priceOf(table, description)}`;
}

function whyAgain(
  description: TableDescription,
  stored: Pick<TableProgress, 'generation' | 'schemaHash' | 'epoch'>,
  epoch: number,
  before?: readonly Column[],
): string {
  if (!stored.generation.startsWith(`${formatInstant(description.createdAt)}/`)) return 'the table was made again in BigQuery';
  if (schemaChange(stored.schemaHash, description.columns) !== 'none') {
    const changes = before === undefined ? undefined : columnChanges(before, description.columns);
    return changes === undefined ? 'columns were renamed, dropped, retyped or added' : `columns have changed (${changes})`;
  }
  return epoch > stored.epoch ? 'a resync was asked for' : 'its key or its configuration is another';
}

function priceOf({ cost }: TableSpec, { wholeRead }: TableDescription): string {
  return wholeRead === undefined ? '' : `, up to ${billText(wholeRead.bytesBilled, usdOf(wholeRead, cost))}`;
}

/** For people: how columns differ from what they were. Undefined: they do not. */
export function columnChanges(before: readonly Column[], now: readonly Column[]): string | undefined {
  if (columnsHash(before) === columnsHash(now)) return undefined;
  const old = new Map(before.map((column, place) => [column.name, { column, place }]));
  const current = new Map(now.map((column, place) => [column.name, { column, place }]));
  const renamed = new Map<string, string>();
  for (const [name, { column, place }] of old) {
    const there = now[place];
    // A column that is renamed keeps its place; one that is added comes last.
    if (!current.has(name) && there !== undefined && !old.has(there.name) && isSame(column, { ...there, name }))
      renamed.set(name, there.name);
  }
  const fresh = new Set(renamed.values());
  const all = [
    ...[...renamed].map(([from, to]) => `${from} renamed to ${to}`),
    ...now.filter(({ name }) => !old.has(name) && !fresh.has(name)).map(({ name }) => `${name} added`),
    ...before.filter(({ name }) => !current.has(name) && !renamed.has(name)).map(({ name }) => `${name} gone`),
    ...now.flatMap((column) => {
      const other = old.get(column.name)?.column;
      if (other === undefined || isSame(column, other)) return [];
      const isInner = column.type === 'STRUCT' && other.type === 'STRUCT' && column.repeated === other.repeated;
      if (isInner) return [`${column.name}: ${columnChanges(other.fields ?? [], column.fields ?? []) ?? 'changed'}`];
      return [`${column.name} is ${column.repeated ? `ARRAY<${column.type}>` : column.type} now`];
    }),
  ];
  return all.length === 0 ? 'in another order' : all.join(', ');
}

function isSame(a: Column, b: Column): boolean {
  return columnsHash([a]) === columnsHash([b]);
}
