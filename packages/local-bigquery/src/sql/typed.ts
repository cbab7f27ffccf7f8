import type { CatalogTable } from './contract.ts';
import type { Place } from './place.ts';
import type { Pruning } from './pruning.ts';
import type { SqlType } from './types.ts';

/** One place where a statement reads a table. */
export interface TableUse {
  readonly table: CatalogTable;
  readonly columns: Set<string>;
  readonly asOfMicros?: bigint;
}

export interface BaseColumn {
  readonly use: TableUse;
  readonly name: string;
}

/**
 * The value of a constant where it is known while compiling: INT64 and instants (microseconds; DATE: days; TIME: since midnight) as bigint,
 * FLOAT64 as number, STRING, NUMERIC and the other texts as string.
 */
export type ConstantValue = bigint | number | string | boolean | Uint8Array | null;

interface RowField {
  readonly name: string;
  readonly type: SqlType;
  readonly sql: string;
}

/** An expression that is resolved, typed and written in DuckDB's SQL. */
export interface Typed {
  readonly type: SqlType;
  readonly sql: string;
  readonly at: Place;
  /** Which further coercions it allows as a literal or parameter. */
  readonly literal?: 'null' | 'integer' | 'float' | 'string' | 'error';
  /** Made of literals, parameters and functions of such alone. */
  readonly constant: boolean;
  /** Absent: not constant, or constant with a value that only DuckDB computes. */
  readonly value?: ConstantValue;
  /** The expression is just this column of a table. */
  readonly column?: BaseColumn;
  /** What a partitioning column must satisfy where this predicate is true. */
  readonly pruning?: Pruning;
  /** The members of an array or struct constructor: coerced one by one. */
  readonly members?: readonly Typed[];
  /** The columns of a whole row used as a value. */
  readonly row?: readonly RowField[];
}
