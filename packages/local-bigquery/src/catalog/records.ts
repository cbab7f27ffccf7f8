import type { Partitioning } from '../sql/contract.ts';
import type { WireField } from './schema.ts';

/** A dataset as it is kept. Times are microseconds since 1970, as text because it is stored as JSON. */
export interface DatasetRecord {
  readonly project: string;
  readonly dataset: string;
  readonly location: string;
  readonly description?: string;
  readonly friendlyName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** How far back its tables can be read, 48 to 168 hours. */
  readonly maxTimeTravelHours?: string;
  readonly defaultTableExpirationMs?: string;
  readonly defaultPartitionExpirationMs?: string;
  readonly createdMicros: string;
  readonly modifiedMicros: string;
}

/** A table or view as it is kept. */
export interface TableRecord {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly kind: 'TABLE' | 'VIEW' | 'MATERIALIZED_VIEW';
  /** The number of its DuckDB table; a recreated table has a new one. */
  readonly number: number;
  readonly schema: readonly WireField[];
  readonly partitioning?: Partitioning;
  readonly requirePartitionFilter: boolean;
  readonly clustering?: readonly string[];
  readonly primaryKey?: readonly string[];
  readonly view?: { readonly query: string; readonly useLegacySql: boolean };
  /** An interval of BigQuery's, such as `0-0 0 0:30:0`. */
  readonly maxStaleness?: string;
  readonly expirationMs?: string;
  readonly partitionExpirationMs?: string;
  readonly changeHistory?: readonly HistoryPeriod[];
  readonly fineGrainedMutations?: boolean;
  /** Whether the Storage Write API's upserts are used on it (change data capture). */
  readonly cdc?: boolean;
  /** Commit times of multi-statement transactions. */
  readonly transactions?: readonly string[];
  readonly rowAccessPolicies?: readonly RowAccessPolicy[];
  /** The table has, or has had, row access policies. */
  readonly hadRowAccessPolicies?: boolean;
  /** Schemas of before, oldest first. */
  readonly history?: readonly { readonly untilMicros: string; readonly schema: readonly WireField[] }[];
  /** How many columns were renamed apart from their fields: for names that were never used. */
  readonly columnNumber?: number;
  readonly description?: string;
  readonly friendlyName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdMicros: string;
  /** Of the last change of the metadata; the rows have their own. */
  readonly modifiedMicros: string;
}

/** A time in which `enable_change_history` is set. */
export interface HistoryPeriod {
  readonly fromMicros: string;
  readonly toMicros?: string;
}

export interface RowAccessPolicy {
  readonly policyId: string;
  readonly filterPredicate: string;
  /** For example `user:a@example.com`, `allAuthenticatedUsers`. */
  readonly grantees: readonly string[];
  readonly createdMicros: string;
  readonly modifiedMicros: string;
}

export function datasetKey(project: string, dataset: string): string {
  return `${project}:${dataset}`;
}

export function tableKey(project: string, dataset: string, table: string): string {
  return `${project}:${dataset}.${table}`;
}
