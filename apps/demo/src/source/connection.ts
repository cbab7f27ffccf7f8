import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';

export const PROJECT = 'bqsync-demo';
export const DATASET = 'maritime';

/** The official client for the local BigQuery. */
export function connectClient(apiEndpoint: string): BigQuery {
  return new BigQuery({ projectId: PROJECT, apiEndpoint, authClient: new PassThroughClient() });
}
