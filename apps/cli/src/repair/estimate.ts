import type { BigQuerySource } from '@bqsync/bigquery';
import { type CursorRange, type TableDescription, type TableSpec, usdOf } from '@bqsync/core';
import { formatBytes, formatUsd, plural } from '../output/format.ts';
import type { Retry } from '../verify/retry.ts';

/** What BigQuery will bill. */
export interface Price {
  readonly billedBytes: number;
  readonly usd: number;
}

/** What reading ranges again will be billed; asking is free. */
export async function estimateRanges(
  source: BigQuerySource,
  table: TableSpec,
  description: TableDescription,
  ranges: readonly CursorRange[],
  retry: Retry,
  signal: AbortSignal,
): Promise<Price> {
  let bytesBilled = 0;
  let bytesByReadApi = 0;
  for (const range of ranges) {
    const estimate = await retry(() => source.estimate(table, description, { kind: 'repair', range }, signal));
    bytesBilled += estimate.billedBytes;
    bytesByReadApi += estimate.bytesByReadApi;
  }
  return { billedBytes: bytesBilled, usd: usdOf({ bytesBilled, bytesByReadApi }, table.cost) };
}

/** `2 ranges of ports are read again (20 MB, $0.00012)` */
export function costText(table: string, ranges: number, { billedBytes, usd }: Price): string {
  return `${plural(ranges, 'range')} of ${table} ${ranges === 1 ? 'is' : 'are'} read again (${formatBytes(billedBytes)}, ${formatUsd(usd)})`;
}
