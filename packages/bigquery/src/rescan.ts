import { type Billed, billText, type Column, columnChanges, MINIMUM_BYTES_BILLED, type TableSpec, usdOf } from '@bqsync/core';
import type { BigQueryDescription } from './describe.ts';

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
    const changes = before === undefined ? undefined : columnChanges(before, columns);
    if (changes === undefined) return undefined;
    if ((table.primaryKey ?? declaredKey) !== undefined || whole === undefined) return undefined;
    const cost = `up to ${billText(whole.bytesBilled, usdOf(whole, table.cost))}`;
    return `its columns have changed (${changes}) and it has no key: rows are told apart by their content, so the table is read again whole: ${cost}`;
  }
}
