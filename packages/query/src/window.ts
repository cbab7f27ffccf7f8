import { quoteColumns, quoteTable, type TableReference } from './identifier.ts';
import { literal } from './literal.ts';
import { conditions, type Selection } from './range.ts';
import { type Statement, statement } from './statement.ts';

/** Name of the result column that tells identical rows apart. It is the last one. */
export const ORDINAL_COLUMN = '_bqsync_ordinal';

// An explicit alias keeps the table's own name from shadowing a column of the same name.
const ROW = '_bqsync_row';

/** Rows of a table with the columns to read. */
export interface RowSelection extends Selection {
  readonly table: TableReference;
  /** Top-level columns, in the order wanted. */
  readonly columns: readonly string[];
  /** Read the table as it was then: TIMESTAMP text, for `FOR SYSTEM_TIME AS OF`. */
  readonly snapshot?: string | undefined;
}

export interface WindowInput extends RowSelection {
  /** Add {@link ORDINAL_COLUMN}: 1, 2, … among rows that are identical in the selected columns. */
  readonly ordinal: boolean;
}

/**
 * The rows of a window, once, without order.
 *
 * @throws `BQS_IDENTIFIER_INVALID`, or `BQS_USAGE` for a bound or snapshot that is not canonical text.
 * @example
 * windowQuery({
 *   table: { project: 'my-project', dataset: 'fleet', table: 'positions' },
 *   columns: ['ts', 'mmsi'],
 *   cursor: { column: 'ts', type: 'TIMESTAMP' },
 *   range: { from: '2026-01-01T00:00:00.000000Z', nulls: 'exclude' },
 *   ordinal: false,
 * }).sql;
 */
export function windowQuery(input: WindowInput): Statement {
  if (!input.ordinal) return statement(selects(quoteColumns(input.columns), input));
  const columns = quoteColumns(input.columns, { unreserved: true });
  // Over a subquery of the selected columns: rows that differ only in a column that is not copied are identical in the target.
  return statement(
    `SELECT ${columns}, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(${ROW})) AS \`${ORDINAL_COLUMN}\` FROM ${rowsAs(input)}`,
  );
}

/** `(SELECT columns FROM table WHERE …) AS row`, for functions of the whole row. */
export function rowsAs(input: RowSelection): string {
  return `(${selects(quoteColumns(input.columns, { unreserved: true }), input)}) AS ${ROW}`;
}

/** Where rows are read from: a table, maybe at a time of the past. */
export interface Source extends Selection {
  readonly table: TableReference;
  readonly snapshot?: string | undefined;
}

/** One SELECT of a list for each condition of the selection, joined by UNION ALL; `also` is one more condition for each. */
export function selects(list: string, input: Source, also?: string): string {
  return conditions(input)
    .map((condition) => {
      const all = [condition, also].filter((part) => part !== undefined);
      return `SELECT ${list} FROM ${table(input)}${all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`}`;
    })
    .join(' UNION ALL ');
}

/** What follows FROM in a SELECT of aggregates over a column: the table with its condition, or the parts put together. */
export function aggregated(column: string, input: Source): string {
  const [condition, ...others] = conditions(input);
  if (others.length > 0) return `(${selects(column, input)}) AS ${ROW}`;
  return `${table(input)}${condition === undefined ? '' : ` WHERE ${condition}`}`;
}

function table(input: Source): string {
  const asOf = input.snapshot === undefined ? '' : ` FOR SYSTEM_TIME AS OF ${literal('TIMESTAMP', input.snapshot)}`;
  return `${quoteTable(input.table)} AS ${ROW}${asOf}`;
}
