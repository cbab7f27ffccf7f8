/**
 * A source value in its lossless plain form, whatever the source and the target:
 *
 * | logical type | value |
 * |---|---|
 * | INT64 | `number` up to ±(2^53-1), else `bigint` |
 * | FLOAT64 | `number` (NaN and infinities included) |
 * | NUMERIC, BIGNUMERIC | exact decimal text |
 * | BOOL | `boolean` |
 * | STRING, GEOGRAPHY, INTERVAL | text |
 * | TIMESTAMP | `YYYY-MM-DDTHH:MM:SS.ffffffZ`, always six digits |
 * | DATETIME, TIME | ISO text without zone, always six digits |
 * | DATE | `YYYY-MM-DD` |
 * | BYTES | `Buffer` |
 * | JSON | the parsed value |
 * | RANGE | `{ start, end }`, each null when unbounded |
 * | STRUCT, ARRAY | object, array, recursively |
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[] | { readonly [field: string]: Value };

/** One source row: column name to value, NULLs present as `null`. */
export type Row = Readonly<Record<string, Value>>;

export type ColumnType =
  | 'STRING'
  | 'BYTES'
  | 'INT64'
  | 'FLOAT64'
  | 'BOOL'
  | 'NUMERIC'
  | 'BIGNUMERIC'
  | 'TIMESTAMP'
  | 'DATETIME'
  | 'DATE'
  | 'TIME'
  | 'JSON'
  | 'GEOGRAPHY'
  | 'INTERVAL'
  | 'RANGE'
  | 'STRUCT';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly repeated: boolean;
  readonly required: boolean;
  /** Fields of a STRUCT, in order. */
  readonly fields?: readonly Column[] | undefined;
  /** Element of a RANGE. */
  readonly rangeElement?: 'DATE' | 'DATETIME' | 'TIMESTAMP' | undefined;
}

/** The types a cursor column may have. Their texts order as their values do. */
export type CursorType = 'TIMESTAMP' | 'DATETIME' | 'DATE';

/** A row that cannot be applied: it goes to quarantine with its reason, and never blocks its table. */
export interface RejectedRow {
  /** The key if one could be built. */
  readonly key: string | undefined;
  /** Stable short cause, for example `key-null`, `decode`, `int-overflow`. */
  readonly reason: string;
  /** What happened, naming the column. */
  readonly message: string;
  /** A bounded excerpt of the row, at most 1,000 characters. */
  readonly sample: string;
  /** The row's cursor, by which it is found again; null: it has none; absent: it could not be read. */
  readonly cursor?: string | null | undefined;
}
