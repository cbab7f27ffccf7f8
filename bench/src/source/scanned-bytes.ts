import type { UsageReport } from '@bqsync/local-bigquery';

/** Bytes of tables that queries and read sessions have looked at. Reading a query's result is not among them: BigQuery does not bill it. */
export function scannedBytes({ bytesProcessed, storageRead }: UsageReport): number {
  return bytesProcessed + storageRead.bytesRead;
}
