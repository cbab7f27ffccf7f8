import type { BigQuerySource } from '@bqsync/bigquery';
import type { BqsyncConfig } from '@bqsync/config';
import type { Output } from '../output/output.ts';

/** The configured BigQuery. Nothing is asked of it yet. What a user should know of the way rows are read goes to stderr. */
export async function connectSource(config: BqsyncConfig, output: Output): Promise<BigQuerySource> {
  // Google's client takes most of a second to load: only commands that need it pay.
  const { createBigQuerySource, waitText } = await import('@bqsync/bigquery');
  return createBigQuerySource({
    connection: config.bigquery,
    labels: { bqsync_by: 'cli' },
    onNotice: ({ tableId, message }) => output.note(`${tableId}: ${message}`),
    onWait: (wait) => output.note(`${wait.tableId ?? ''}: ${waitText(wait)}`),
  });
}
