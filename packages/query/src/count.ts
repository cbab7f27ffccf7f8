import { BqsyncError } from '@bqsync/errors';
import { quoteColumn, type TableReference } from './identifier.ts';
import type { Selection } from './range.ts';
import { type Statement, statement } from './statement.ts';
import { aggregated } from './window.ts';

export interface CountInput extends Selection {
  readonly table: TableReference;
  readonly snapshot?: string | undefined;
}

/**
 * One row: `row_count`, `null_count` (rows whose cursor is NULL), `min_cursor`, `max_cursor`.
 *
 * @throws `BQS_IDENTIFIER_INVALID`, or `BQS_USAGE` for a bound or snapshot that is not canonical text.
 */
export function countQuery(input: CountInput): Statement {
  const cursor = quoteColumn(input.cursor.column);
  return statement(
    `SELECT COUNT(*) AS row_count, COUNTIF(${cursor} IS NULL) AS null_count, MIN(${cursor}) AS min_cursor, MAX(${cursor}) AS max_cursor ` +
      `FROM ${aggregated(cursor, input)}`,
  );
}

/**
 * One row: `row_count`, and `tag` as `counted_for`, so that counts of the same rows for different purposes are different statements. Without
 * a condition it reads no column, which is free.
 *
 * @param tag - letters, digits, dashes and underscores
 * @throws `BQS_IDENTIFIER_INVALID`, or `BQS_USAGE` for a bound that is not canonical text or another tag.
 */
export function rowCountQuery(input: CountInput, tag: string): Statement {
  if (!/^[\w-]{1,100}$/.test(tag))
    throw new BqsyncError('BQS_USAGE', `${JSON.stringify(tag.slice(0, 60))} cannot be the tag of a statement`);
  return statement(`SELECT COUNT(*) AS row_count, '${tag}' AS counted_for FROM ${aggregated(quoteColumn(input.cursor.column), input)}`);
}
