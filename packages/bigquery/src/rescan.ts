import { type Billed, billText, type Column, MINIMUM_BYTES_BILLED, type TableSpec, usdOf } from '@bqsync/core';
import type { BigQueryDescription } from './describe.ts';
import { sameShape } from './schema.ts';

/** At most what reading the whole table once bills, by its metadata. */
export function wholeRead(description: Pick<BigQueryDescription, 'probe'>, byReadApi: boolean): Billed {
  const { bytes } = description.probe;
  return byReadApi ? { bytesBilled: bytes, bytesByReadApi: bytes } : { bytesBilled: Math.max(bytes, MINIMUM_BYTES_BILLED) };
}

/** Notices that the columns of a table without a key have changed: its rows get other keys, so that all are read again. */
export class ColumnWatch {
  readonly #columns = new Map<string, readonly Column[]>();

  /** What is about to happen and what it costs, before it does; undefined: nothing. */
  seen(table: TableSpec, description: BigQueryDescription): string | undefined {
    const { columns, declaredKey, wholeRead: whole } = description;
    const before = this.#columns.get(table.id);
    this.#columns.set(table.id, columns);
    if (before === undefined || sameShape(before, columns)) return undefined;
    if ((table.primaryKey ?? declaredKey) !== undefined || whole === undefined) return undefined;
    const cost = `up to ${billText(whole.bytesBilled, usdOf(whole, table.cost))}`;
    return `its columns have changed (${changes(before, columns)}) and it has no key: rows are told apart by their content, so the table is read again whole: ${cost}`;
  }
}

function changes(before: readonly Column[], now: readonly Column[]): string {
  const names = (columns: readonly Column[]): Set<string> => new Set(columns.map(({ name }) => name));
  const [old, current] = [names(before), names(now)];
  const added = now.filter(({ name }) => !old.has(name)).map(({ name }) => `${name} added`);
  const gone = before.filter(({ name }) => !current.has(name)).map(({ name }) => `${name} gone`);
  const others = now
    .filter(
      (column) =>
        old.has(column.name) &&
        !sameShape(
          [column],
          before.filter(({ name }) => name === column.name),
        ),
    )
    .map(({ name, type }) => `${name} is ${type} now`);
  const all = [...added, ...gone, ...others];
  return all.length === 0 ? 'in another order' : all.join(', ');
}
