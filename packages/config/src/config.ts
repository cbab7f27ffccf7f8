import type { TableSpec } from '@bqsync/core';

/** Who the source is asked as. */
export type Credentials =
  /** Application default credentials: the environment, gcloud's, or the machine's own. */
  | { readonly kind: 'default' }
  /** A key file; `path` is absolute. It is neither opened nor checked here. */
  | { readonly kind: 'file'; readonly path: string }
  /** Nobody: for a local endpoint. */
  | { readonly kind: 'anonymous' };

/** How BigQuery is reached. */
export interface ConnectionConfig {
  readonly projectId: string;
  readonly credentials: Credentials;
  /** Absent: the location of the dataset. */
  readonly location?: string | undefined;
  /** Absent: Google's. Always with its scheme, never with a slash at the end. */
  readonly apiEndpoint?: string | undefined;
  /** Endpoint of the Storage Read API, as a URL without path. Absent: Google's. */
  readonly storageEndpoint?: string | undefined;
  /** Tries after the first, for errors that may go away. */
  readonly maxRetries: number;
  /** Wait before the first retry; it doubles from there. */
  readonly initialRetryDelayMs: number;
}

/** A configuration that was checked as a whole: every default filled in, every table with its own settings. */
export interface BqsyncConfig {
  readonly bigquery: ConnectionConfig;
  /** At least one, in the order they were written; ids and targets differ. */
  readonly tables: readonly TableSpec[];
}
