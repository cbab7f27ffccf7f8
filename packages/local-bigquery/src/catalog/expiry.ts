import type { ApiContext } from '../api/context.ts';
import { endOf } from '../storage/partition.ts';
import { endRows, FLAGS, PARTITION, visibleAt } from '../storage/versioned-table.ts';
import type { Table } from './table.ts';

/**
 * Ends the rows of partitions, and the tables, that have expired by the server's clock (and `clockOffsetMs`). The change history
 * does not show such an end.
 */
export async function expireAll(context: Pick<ApiContext, 'catalog' | 'clock' | 'behaviour'>): Promise<void> {
  const { catalog, clock, behaviour } = context;
  const now = clock.now() + BigInt(Math.round(behaviour.current.clockOffsetMs)) * 1000n;
  for (const table of catalog.allTables()) {
    const { expirationMs, project, dataset, table: name } = table.record;
    if (expirationMs !== undefined && BigInt(expirationMs) * 1000n <= now) {
      await catalog.deleteTable(project, dataset, name);
      continue;
    }
    const starts = expiredPartitions(table, now);
    if (starts.length === 0) continue;
    await catalog.changeRows(
      () => catalog.table(project, dataset, name),
      (connection, current, micros) =>
        endRows(
          connection,
          current.shape,
          `${PARTITION} IN (${starts.join(', ')}) AND ${visibleAt(micros)}`,
          micros,
          FLAGS.deletedByExpiry,
        ),
    );
  }
}

/** A partition expires that long after its end. */
function expiredPartitions({ record, stats }: Table, now: bigint): bigint[] {
  const { partitioning, partitionExpirationMs } = record;
  if (partitioning === undefined || partitioning.unit === 'RANGE' || partitionExpirationMs === undefined) return [];
  const lives = BigInt(partitionExpirationMs) * 1000n;
  return stats.partitions.flatMap(({ start, rows }) =>
    start !== null && rows > 0 && endOf(start, partitioning) + lives <= now ? [start] : [],
  );
}
