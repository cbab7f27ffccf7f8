import { BqsyncError } from '@bqsync/errors';
import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { KeyFile } from './key-file.ts';

export type Credentials =
  /** Application default credentials. */
  | { readonly kind: 'default' }
  /** A key file. */
  | { readonly kind: 'file'; readonly path: string }
  /** No credentials at all: for a local server, so only with an `apiEndpoint`. */
  | { readonly kind: 'anonymous' };

/** How BigQuery is reached. */
export interface Connection {
  /** The project that runs the jobs and is billed for them. */
  readonly projectId: string;
  readonly credentials: Credentials;
  /** Checked against the location of each dataset; absent: the dataset's own. */
  readonly location?: string | undefined;
  /** Another server than Google's, with its scheme. It wins over the environment's BIGQUERY_EMULATOR_HOST. */
  readonly apiEndpoint?: string | undefined;
  /** URL of the Storage Read API, without a path; absent: Google's, unless `apiEndpoint` is set. Plain http goes without credentials. */
  readonly storageEndpoint?: string | undefined;
}

/** @throws `BQS_CONFIG_INVALID` for anonymous access to Google itself. */
export function checkConnection({ credentials, apiEndpoint }: Connection): void {
  if (credentials.kind === 'anonymous' && apiEndpoint === undefined) {
    throw new BqsyncError('BQS_CONFIG_INVALID', 'BigQuery cannot be reached without credentials', {
      hint: 'give a key file, omit credentials for the application default, or set apiEndpoint to a local server',
    });
  }
}

/**
 * The one place that makes the official client. Its own retries are off: whoever calls decides about trying again, once.
 *
 * @param key - content of the key file, where it was read already; absent: the client reads the file with its first call, and never again
 * @throws `BQS_CONFIG_INVALID` for anonymous access to Google itself.
 */
export function createBigQueryClient(connection: Connection, key?: KeyFile): BigQuery {
  const { projectId, credentials, location, apiEndpoint } = connection;
  checkConnection(connection);
  const options: BigQueryOptions = {
    projectId,
    userAgent: 'bqsync',
    // A maxRetries of 0 is taken for unset by the client; autoRetry is the switch that works.
    retryOptions: { autoRetry: false },
    ...(location === undefined ? {} : { location }),
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for keys from others; this one is of a file that the user's own configuration names
    ...(key === undefined ? {} : { credentials: { ...key } }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for files from others; this one is named in the user's own configuration
    ...(credentials.kind === 'file' && key === undefined ? { keyFilename: credentials.path } : {}),
    ...(credentials.kind === 'anonymous' ? { authClient: new PassThroughClient() } : {}),
  };
  const client = new BigQuery(options);
  if (apiEndpoint !== undefined) client.baseUrl = `${apiEndpoint.replace(/\/+$/, '')}/bigquery/v2`;
  return client;
}
