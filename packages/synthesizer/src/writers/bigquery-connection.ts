import { readFileSync } from 'node:fs';
import { BqsyncError } from '@bqsync/errors';
import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { JWT, PassThroughClient } from 'google-auth-library';
import type { RetryOptions } from './retry.ts';

export interface BigQueryConfig extends RetryOptions {
  readonly projectId: string;
  readonly dataset: string;
  /** Where a new dataset is created, and where jobs run. Default: BigQuery's own, `US`. */
  readonly location?: string | undefined;
  /** Another server that speaks BigQuery's protocol. Plain http only on this machine. */
  readonly apiEndpoint?: string | undefined;
  /** Path of a key file; `none` for a server that asks for none (the default with a loopback endpoint); else application default credentials. */
  readonly credentials?: string | undefined;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function invalid(message: string, hint: string): BqsyncError {
  return new BqsyncError('BQS_CONFIG_INVALID', message, { hint });
}

function endpointOf(config: BigQueryConfig): URL | undefined {
  if (config.apiEndpoint === undefined) return undefined;
  if (!URL.canParse(config.apiEndpoint))
    throw invalid(`bigquery.apiEndpoint "${config.apiEndpoint}" is not a URL`, 'give a URL such as http://127.0.0.1:9050');
  const url = new URL(config.apiEndpoint);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    throw invalid(`bigquery.apiEndpoint ${url.origin} would send data in the clear`, 'use https, or a server on this machine');
  return url;
}

function serviceAccount(path: string): JWT {
  let key: Partial<Readonly<Record<'type' | 'client_email' | 'private_key', unknown>>>;
  try {
    key = JSON.parse(readFileSync(path, 'utf8')) as typeof key;
  } catch (cause) {
    // The parser's message would quote the file.
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it is not JSON';
    throw new BqsyncError('BQS_CONFIG_UNREADABLE', `cannot read the key file ${path}: ${reason}`, {
      hint: 'bigquery.credentials is the path of a key file',
    });
  }
  const { type, client_email, private_key } = key;
  if (type !== 'service_account' || typeof client_email !== 'string' || typeof private_key !== 'string')
    throw invalid(
      `${path} is not the key file of a service account`,
      'for other accounts leave credentials out and use application default credentials',
    );
  return new JWT({ email: client_email, key: private_key, scopes: ['https://www.googleapis.com/auth/bigquery'] });
}

/**
 * The official client for a configuration. Retries are left to this package, in one place.
 *
 * @throws BqsyncError `BQS_CONFIG_INVALID` for an endpoint that is no URL or is plain http beyond this machine, and for anonymous access without
 * endpoint; `BQS_CONFIG_UNREADABLE` for a key file that cannot be read; `BQS_IDENTIFIER_INVALID` for a project or dataset that cannot be one.
 */
export function connect(config: BigQueryConfig): BigQuery {
  for (const [what, name, pattern] of [
    ['project', config.projectId, /^[a-z][a-z0-9-]{4,61}[a-z0-9]$/],
    ['dataset', config.dataset, /^\w{1,1024}$/],
  ] as const)
    if (!pattern.test(name))
      throw new BqsyncError('BQS_IDENTIFIER_INVALID', `"${name}" is not a ${what} id of BigQuery`, {
        hint: what === 'project' ? '6 to 63 lower-case letters, digits and dashes' : 'letters, digits and underscores only',
      });
  const endpoint = endpointOf(config);
  const anonymous =
    config.credentials === 'none' || (config.credentials === undefined && endpoint !== undefined && LOOPBACK.test(endpoint.hostname));
  if (anonymous && endpoint === undefined)
    throw invalid(
      'bigquery.credentials is "none" without an apiEndpoint',
      'Google asks for credentials; name a local server as apiEndpoint',
    );
  const options: BigQueryOptions = {
    projectId: config.projectId,
    ...(config.location === undefined ? {} : { location: config.location }),
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint.origin }),
    ...(anonymous
      ? { authClient: new PassThroughClient() }
      : config.credentials === undefined
        ? {}
        : { authClient: serviceAccount(config.credentials) }),
    retryOptions: { autoRetry: false, maxRetries: 0 },
  };
  return new BigQuery(options);
}
