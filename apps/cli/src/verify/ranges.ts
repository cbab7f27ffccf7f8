import { BACKFILL_LIMITS, type CursorRange, planBackfill, type TableDescription, type TableSpec } from '@bqsync/core';
import type { BigQuerySource } from '@bqsync/bigquery';

/** The windows that together hold every row of the table but those below a configured start. */
export async function verifyRanges(
  source: BigQuerySource,
  table: TableSpec,
  description: TableDescription,
  signal: AbortSignal,
): Promise<{ readonly ranges: readonly CursorRange[]; readonly bytesScanned: number; readonly bytesBilled: number }> {
  const from = table.sync.startTimestamp;
  const { prunable, probe } = description;
  const large = probe.rowCount > BACKFILL_LIMITS.maxRows || probe.bytes > BACKFILL_LIMITS.maxBytes;
  if (prunable && large) {
    const { bytesScanned, bytesBilled, ...outline } = await source.outline(table, description, signal);
    return {
      ranges: [ONLY_NULLS, ...planBackfill({ ...outline, bytesScanned, bytesBilled }, from, BACKFILL_LIMITS)],
      bytesScanned,
      bytesBilled,
    };
  }
  const free = { bytesScanned: 0, bytesBilled: 0 };
  if (from === undefined) return { ranges: [{ from: undefined, to: undefined, nulls: 'include' }], ...free };
  // Partitions are pruned by a plain comparison only, so rows without a cursor are asked for apart.
  if (prunable) return { ranges: [ONLY_NULLS, { from, to: undefined, nulls: 'exclude' }], ...free };
  return { ranges: [{ from, to: undefined, nulls: 'include' }], ...free };
}

const ONLY_NULLS: CursorRange = { from: undefined, to: undefined, nulls: 'only' };
