/** What the SQL compiler needs to know of the catalog, and what it hands to the executor. */

/*
 * Storage types (DuckDB), the same in tables, in relations and in what a compiled statement yields:
 * STRING VARCHAR · BYTES BLOB · INT64 BIGINT · FLOAT64 DOUBLE · BOOL BOOLEAN · NUMERIC DECIMAL(38,9) · BIGNUMERIC VARCHAR (canonical decimal text)
 * TIMESTAMP TIMESTAMPTZ · DATETIME TIMESTAMP · DATE DATE · TIME TIME · JSON JSON (compact text) · GEOGRAPHY VARCHAR (WKT) · INTERVAL INTERVAL
 * RANGE STRUCT("start" T, "end" T) · STRUCT STRUCT(...) · REPEATED T[] (never NULL in a table: an absent array is stored empty)
 * Column names are the fields' names, to be quoted. The session's time zone is UTC. A select's rows are inserted into a result table of these
 * types (so DuckDB casts a HUGEINT sum to BIGINT, and fails on overflow); a repeated NULL reads as an empty array.
 * relation() without a time means the snapshot of the statement itself. `update.where`, `assignments` and `delete.where` see the columns unqualified
 * and qualified by the table's name or alias if you also give `alias` (see below).
 */

export type FieldType =
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

/** A column as BigQuery describes it, with the type's standard SQL name (the wire's INTEGER, FLOAT, BOOLEAN, RECORD are mapped at the edge). */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly mode: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  /** Only of a STRUCT. */
  readonly fields?: readonly Field[];
  /** Only of a RANGE. */
  readonly rangeElementType?: 'DATE' | 'DATETIME' | 'TIMESTAMP';
  /** DuckDB's column, where it has another name than the field. */
  readonly stored?: string;
  /** The expression that an absent value becomes, in GoogleSQL. */
  readonly defaultValue?: string;
  /** Of `STRING(n)` and `BYTES(n)`. */
  readonly maxLength?: number;
  /** Of `NUMERIC(p, s)` and `BIGNUMERIC(p, s)`. */
  readonly precision?: number;
  readonly scale?: number;
}

export type Partitioning =
  | {
      readonly unit: 'HOUR' | 'DAY' | 'MONTH' | 'YEAR';
      /** The partitioning column; absent: ingestion time. */
      readonly field?: string;
    }
  | {
      readonly unit: 'RANGE';
      /** An INT64 column. */
      readonly field: string;
      /** Of the first partition, inclusive; of the last one, exclusive; and of each. */
      readonly range: { readonly start: string; readonly end: string; readonly interval: string };
    };

/** The function of a table's change history. */
export interface HistoryRange {
  readonly name: 'APPENDS' | 'CHANGES';
  /** Inclusive; absent: since the table's creation. */
  readonly fromMicros?: bigint;
  /** Exclusive; absent: up to the statement's snapshot. */
  readonly toMicros?: bigint;
}

export interface CatalogTable {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly fields: readonly Field[];
  readonly partitioning?: Partitioning;
  readonly requirePartitionFilter: boolean;
  /** A DuckDB expression to be put after FROM: the rows visible now, or at a commit time in microseconds. Columns are the fields, nothing hidden. */
  relation(asOfMicros?: bigint): string;
  /** Columns that only their own name reads, `*` does not: `_PARTITIONTIME`, `_TABLE_SUFFIX`. */
  readonly pseudo?: readonly Field[];
  /** The table with the columns that it had at a commit time. */
  at?(asOfMicros: bigint): CatalogTable;
  /** The table's change history as a table. */
  history?(range: HistoryRange): CatalogTable;
  /** The query of a view, to be read instead of the table. */
  readonly view?: { readonly query: string };
  /** Refuses the reading of a column that the caller may not see. */
  checkColumn?(name: string): void;
}

export interface Catalog {
  /** Finds `project.dataset.table`, `dataset.table` (default project) or an INFORMATION_SCHEMA view. Throws the 404 `notFound` of BigQuery. */
  resolve(path: readonly string[]): CatalogTable;
}

/** The type of a query parameter, as the REST API carries it. */
export interface WireParameterType {
  readonly type: string;
  readonly arrayType?: WireParameterType;
  readonly structTypes?: readonly { readonly name?: string; readonly type: WireParameterType }[];
  readonly rangeElementType?: WireParameterType;
}

/** Its value; nothing set is NULL. */
export interface WireParameterValue {
  readonly value?: string | null;
  readonly arrayValues?: readonly WireParameterValue[] | null;
  readonly structValues?: Readonly<Record<string, WireParameterValue>> | null;
  readonly rangeValue?: { readonly start?: WireParameterValue | null; readonly end?: WireParameterValue | null } | null;
}

/** A query parameter as the REST API carries it (`queryParameters[]`), decoded from JSON and nothing more. */
export interface WireParameter {
  readonly name?: string;
  readonly parameterType: WireParameterType;
  readonly parameterValue: WireParameterValue;
}

/** The part of a partitioning column that a statement can touch, from constant comparisons only, as in BigQuery; in microseconds (days are midnight UTC). */
export interface PartitionConstraint {
  /** Inclusive. */
  readonly from?: bigint;
  /** Exclusive. */
  readonly to?: bigint;
  /** Whether rows whose partitioning column is NULL can match. */
  readonly nulls: boolean;
  /** False: no row with a value can match (for example `IS NULL`). */
  readonly values: boolean;
}

export interface ReferencedTable {
  readonly table: CatalogTable;
  /** Top-level columns read: what BigQuery charges for. */
  readonly columns: readonly string[];
  readonly partitions: PartitionConstraint | 'all';
  readonly asOfMicros?: bigint;
}

export type Compiled =
  | {
      readonly kind: 'select';
      /** DuckDB SQL; its result columns are `fields`, in order. */
      readonly sql: string;
      readonly fields: readonly Field[];
      readonly references: readonly ReferencedTable[];
      readonly hasOrderBy: boolean;
    }
  | {
      readonly kind: 'insert';
      readonly target: CatalogTable;
      readonly columns: readonly string[];
      /** DuckDB SELECT or VALUES that yields `columns`, in order, already in storage types. */
      readonly sql: string;
      readonly references: readonly ReferencedTable[];
    }
  | {
      readonly kind: 'update';
      readonly target: CatalogTable;
      /** Column to DuckDB expression over the target's columns. */
      readonly assignments: ReadonlyMap<string, string>;
      /** DuckDB predicate over the target's columns. */
      readonly where: string;
      /** The name by which `where` and `assignments` may qualify the target's columns; default: the table's name. */
      readonly alias?: string;
      readonly references: readonly ReferencedTable[];
    }
  | {
      readonly kind: 'delete';
      readonly target: CatalogTable;
      readonly where: string;
      /** As in an update. */
      readonly alias?: string;
      readonly references: readonly ReferencedTable[];
    }
  | { readonly kind: 'truncate'; readonly target: CatalogTable; readonly references: readonly ReferencedTable[] }
  | {
      readonly kind: 'merge';
      readonly statementType: 'MERGE' | 'UPDATE';
      readonly target: CatalogTable;
      /** DuckDB SELECT: the row id ("bq row", NULL of a new row), "bq kind" (I, U or D) and the target's columns with their new values. */
      readonly sql: string;
      readonly references: readonly ReferencedTable[];
    }
  | { readonly kind: 'ddl'; readonly statementType: string; readonly ddl: Ddl; readonly references: readonly ReferencedTable[] };

/** A table, view or dataset as a statement names it. */
export type NamePath = readonly string[];

interface CreateMode {
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
}

/** Options of a table that the REST API does not carry. */
export interface TableFlags {
  readonly changeHistory?: boolean | undefined;
  readonly fineGrainedMutations?: boolean | undefined;
}

/** A statement that changes the catalog. `body` is what the REST API would be sent for it. */
export type Ddl =
  | (CreateMode & {
      readonly kind: 'createTable';
      readonly path: NamePath;
      readonly body: Readonly<Record<string, unknown>>;
      readonly flags: TableFlags;
      readonly like?: NamePath;
      /** The rows of CREATE … AS SELECT, in the order of the fields. */
      readonly select?: { readonly sql: string; readonly fields: readonly Field[] };
    })
  | (CreateMode & {
      readonly kind: 'createView';
      readonly path: NamePath;
      readonly body: Readonly<Record<string, unknown>>;
      readonly fields: readonly Field[];
    })
  | (CreateMode & { readonly kind: 'createSchema'; readonly path: NamePath; readonly body: Readonly<Record<string, unknown>> })
  | { readonly kind: 'alterSchema'; readonly ifExists: boolean; readonly path: NamePath; readonly body: Readonly<Record<string, unknown>> }
  | (CreateMode & {
      readonly kind: 'createPolicy';
      readonly path: NamePath;
      readonly policyId: string;
      readonly grantees: readonly string[];
      readonly filterPredicate: string;
    })
  | { readonly kind: 'dropPolicy'; readonly path: NamePath; readonly ifExists: boolean; readonly policyId?: string }
  | { readonly kind: 'alterTable'; readonly path: NamePath; readonly ifExists: boolean; readonly changes: readonly TableAlteration[] }
  | {
      readonly kind: 'drop';
      readonly path: NamePath;
      readonly what: 'TABLE' | 'VIEW' | 'MATERIALIZED VIEW' | 'SCHEMA';
      readonly ifExists: boolean;
      readonly cascade: boolean;
    };

/** One action of ALTER TABLE; `field` is as the REST API has it. */
export type TableAlteration =
  | { readonly kind: 'addColumn'; readonly ifNotExists: boolean; readonly field: Readonly<Record<string, unknown>> }
  | { readonly kind: 'dropColumn'; readonly ifExists: boolean; readonly name: string }
  | { readonly kind: 'renameColumn'; readonly ifExists: boolean; readonly name: string; readonly to: string }
  | { readonly kind: 'renameTo'; readonly name: string }
  | { readonly kind: 'setOptions'; readonly body: Readonly<Record<string, unknown>>; readonly flags: TableFlags }
  | { readonly kind: 'setPrimaryKey'; readonly columns: readonly string[] | undefined; readonly ifExists: boolean }
  | { readonly kind: 'setType'; readonly ifExists: boolean; readonly name: string; readonly field: Readonly<Record<string, unknown>> }
  | { readonly kind: 'setDefault'; readonly ifExists: boolean; readonly name: string; readonly text: string | undefined }
  | { readonly kind: 'dropNotNull'; readonly ifExists: boolean; readonly name: string }
  | {
      readonly kind: 'setColumnOptions';
      readonly ifExists: boolean;
      readonly name: string;
      readonly field: Readonly<Record<string, unknown>>;
    };

/** A statement that is not understood or is wrong: becomes 400 `invalidQuery`. Line and column are 1-based. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string, place?: { line: number; column: number }) {
    super(place ? `${message} at [${String(place.line)}:${String(place.column)}]` : message);
    this.line = place?.line;
    this.column = place?.column;
  }
}
