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
 * The conditions whose rows together, each in one of them, are the selection; `undefined` holds every row. Bounds compare the bare
 * column with constants, which is what prunes partitions (https://cloud.google.com/bigquery/docs/querying-partitioned-tables).
 * There are two where a required filter has to let NULLs through: one condition with OR would count as no filter.
 *
 * @throws `BQS_IDENTIFIER_INVALID`, or `BQS_USAGE` for a bound that is not canonical text.
 */
export function conditions({ cursor, range, requiredFilter }: Selection): readonly (string | undefined)[] {
  if (requiredFilter === undefined) return [condition(cursor, range)];
  if (requiredFilter.column.toLowerCase() !== cursor.column.toLowerCase()) {
    const held = condition(cursor, range);
    return filters(requiredFilter).map((filter) => (held === undefined ? filter : `${held} AND ${filter}`));
  }
  if (range.nulls === 'only') return [condition(cursor, range)];
  const bounded: Range = { from: range.from ?? (range.to === undefined ? LEAST[cursor.type] : undefined), to: range.to, nulls: 'exclude' };
  return range.nulls === 'exclude' ? [condition(cursor, bounded)] : [condition(cursor, bounded), condition(cursor, { nulls: 'only' })];
}

function condition(cursor: Cursor, range: Range): string | undefined {
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

/** Two filters that hold for every row between them. */
function filters({ column, type }: RequiredFilter): readonly [string, string] {
  const quoted = quoteColumn(column);
  return [`${quoted} >= ${type === 'INT64' ? '-9223372036854775808' : literal(type, LEAST[type])}`, `${quoted} IS NULL`];
}
