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
  readonly createdMicros: string;
  readonly modifiedMicros: string;
}

/** A table or view as it is kept. */
export interface TableRecord {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly kind: 'TABLE' | 'VIEW';
  /** The number of its DuckDB table; a recreated table has a new one. */
  readonly number: number;
  readonly schema: readonly WireField[];
  readonly partitioning?: Partitioning;
  readonly requirePartitionFilter: boolean;
  readonly clustering?: readonly string[];
  readonly primaryKey?: readonly string[];
  readonly view?: { readonly query: string; readonly useLegacySql: boolean };
  readonly description?: string;
  readonly friendlyName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdMicros: string;
  /** Of the last change of the metadata; the rows have their own. */
  readonly modifiedMicros: string;
}

export function datasetKey(project: string, dataset: string): string {
  return `${project}:${dataset}`;
}

export function tableKey(project: string, dataset: string, table: string): string {
  return `${project}:${dataset}.${table}`;
}
