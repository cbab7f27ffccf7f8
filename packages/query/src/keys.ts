import { quoteColumns, type TableReference } from './identifier.ts';
import type { Selection } from './range.ts';
import { type Statement, statement } from './statement.ts';
import { selects } from './window.ts';

export interface KeysInput extends Selection {
  readonly table: TableReference;
  /** Key columns, in key order. */
  readonly keys: readonly string[];
  readonly snapshot?: string | undefined;
}

/**
 * The key columns and, last, the cursor (once, if it is a key column) of every selected row, without order.
 *
 * @throws `BQS_IDENTIFIER_INVALID`, or `BQS_USAGE` for a bound or snapshot that is not canonical text.
 */
export function keysQuery(input: KeysInput): Statement {
  const folded = input.cursor.column.toLowerCase();
  const columns = [...input.keys, ...(input.keys.some((key) => key.toLowerCase() === folded) ? [] : [input.cursor.column])];
  return statement(selects(quoteColumns(columns), input));
}
