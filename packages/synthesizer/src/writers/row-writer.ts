import type { TableDefinition } from '../tables/definitions.ts';

export type Row = object;

/** One write, named so that it can be repeated. */
export interface Batch {
  /** The same id always goes with the same rows, in a later process too. */
  readonly id: string;
  /** True if an earlier process may have written some or all of the batch. */
  readonly replay: boolean;
}

/** Puts rows where they belong. */
export interface RowWriter {
  /**
   * Appends rows in one batch; resolves when they are durable. Repeating a batch, with `replay`, leaves each row there once.
   * An empty batch writes nothing.
   *
   * @throws BqsyncError with a code of the group `source`; `retryable` ones only after all retries were used up.
   */
  write(table: TableDefinition, rows: readonly Row[], batch: Batch, signal?: AbortSignal): Promise<void>;
}

/** A row's declared key as text. */
export function keyOf(table: TableDefinition, row: Row): string {
  const fields = row as Readonly<Record<string, unknown>>;
  return table.primaryKey.map((column) => String(fields[column])).join('/');
}
