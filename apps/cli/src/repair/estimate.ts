import type { BigQuerySource } from '@bqsync/bigquery';
import type { CursorRange, TableDescription, TableSpec } from '@bqsync/core';
import { formatBytes, formatUsd, plural } from '../output/format.ts';
import { usdOf } from '../price.ts';
import type { Retry } from '../verify/retry.ts';

/** What reading ranges again will be billed, by free dry runs. */
export async function estimateRanges(
  source: BigQuerySource,
  table: TableSpec,
  description: TableDescription,
  ranges: readonly CursorRange[],
  retry: Retry,
  signal: AbortSignal,
): Promise<number> {
  let billed = 0;
  for (const range of ranges) billed += (await retry(() => source.estimate(table, description, range, signal))).billedBytes;
  return billed;
}

/** `2 ranges of ports are read again (20 MB, $0.00012)` */
export function costText(table: string, ranges: number, billedBytes: number): string {
  return `${plural(ranges, 'range')} of ${table} ${ranges === 1 ? 'is' : 'are'} read again (${formatBytes(billedBytes)}, ${formatUsd(usdOf(billedBytes))})`;
}
