import type { BigQuerySource } from '@bqsync/bigquery';
import type { BqsyncConfig } from '@bqsync/config';

/** The configured BigQuery. Nothing is asked of it yet. */
export async function connectSource(config: BqsyncConfig): Promise<BigQuerySource> {
  // Google's client takes most of a second to load: only commands that need it pay.
  const { createBigQuerySource } = await import('@bqsync/bigquery');
  return createBigQuerySource({ connection: config.bigquery, labels: { bqsync_by: 'cli' } });
}
