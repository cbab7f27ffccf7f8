import { BqsyncError } from '@bqsync/errors';
import { quoteColumn } from './identifier.ts';
import { type CursorType, LEAST, literal } from './literal.ts';

/** The column whose value orders a table's rows in time. */
export interface Cursor {
  readonly column: string;
  readonly type: CursorType;
}

/** Rows by their cursor: `from` inclusive, `to` exclusive, in the cursor column's canonical text; absent: unbounded. */
export interface Range {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Rows whose cursor is NULL: read with the others, left out, or the only ones (bounds must then be absent). */
  readonly nulls: 'include' | 'exclude' | 'only';
}

/** The column that a table with `require_partition_filter` wants to see filtered; INT64 for integer ranges. */
export interface RequiredFilter {
  readonly column: string;
  readonly type: CursorType | 'INT64';
}

/** Which rows of a table a statement reads. */
export interface Selection {
  readonly cursor: Cursor;
  readonly range: Range;
  readonly requiredFilter?: RequiredFilter | undefined;
}

/**
 * ` WHERE …` for a selection, or nothing if it holds every row. Bounds compare the bare column with constants, which is what prunes
 * partitions and blocks (https://cloud.google.com/bigquery/docs/querying-partitioned-tables).
 *
 * @throws `BQS_IDENTIFIER_INVALID`, or `BQS_USAGE` for a bound that is not canonical text.
 */
export function where(selection: Selection): string {
  const range = rangePredicate(selection.cursor, selection.range);
  const required = requiredPredicate(selection, range !== undefined);
  const parts = [range, required].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
}

function rangePredicate(cursor: Cursor, range: Range): string | undefined {
  const column = quoteColumn(cursor.column);
  const bounds = [
    ...(range.from === undefined ? [] : [`${column} >= ${literal(cursor.type, range.from)}`]),
    ...(range.to === undefined ? [] : [`${column} < ${literal(cursor.type, range.to)}`]),
  ];
  switch (range.nulls) {
    case 'only':
      if (bounds.length > 0) {
        throw new BqsyncError('BQS_USAGE', `rows without a value of ${cursor.column} lie between no bounds`, {
          hint: "leave from and to out where nulls is 'only'",
        });
      }
      return `${column} IS NULL`;
    case 'exclude':
      // A comparison is never true for NULL, so bounds alone leave those rows out.
      return bounds.length === 0 ? `${column} IS NOT NULL` : bounds.join(' AND ');
    case 'include':
      if (bounds.length === 0) return undefined;
      return `(${bounds.length === 1 ? String(bounds[0]) : `(${bounds.join(' AND ')})`} OR ${column} IS NULL)`;
  }
}

/** A filter that holds for every row, where the table demands one and the range has none on that column. */
function requiredPredicate({ cursor, requiredFilter }: Selection, filtersCursor: boolean): string | undefined {
  if (requiredFilter === undefined) return undefined;
  if (filtersCursor && requiredFilter.column.toLowerCase() === cursor.column.toLowerCase()) return undefined;
  const column = quoteColumn(requiredFilter.column);
  const least = requiredFilter.type === 'INT64' ? '-9223372036854775808' : literal(requiredFilter.type, LEAST[requiredFilter.type]);
  return `(${column} >= ${least} OR ${column} IS NULL)`;
}
