import { isHistory } from '../catalog/change-history.ts';
import { SnapshotTable } from '../catalog/snapshot-table.ts';
import { isWildcard } from '../catalog/wildcard-table.ts';
import type { Table } from '../catalog/table.ts';
import { ApiError } from '../http/api-error.ts';
import type { PartitionConstraint, ReferencedTable } from '../sql/contract.ts';
import type { Database } from '../storage/database.ts';
import { survives } from '../storage/partition.ts';
import { aggregate, partitionsAt, type PartitionChange } from '../storage/versioned-table.ts';

const MEGABYTE = 1024 * 1024;
/** BigQuery's least charge for each table of a query. */
const MINIMUM_BYTES = 10 * MEGABYTE;

export interface Charge {
  /** Logical bytes of the columns that are read, in the partitions that pruning leaves. */
  readonly bytesProcessed: number;
  /** The same by table, rounded up to whole megabytes and at least 10 MB. */
  readonly bytesBilled: number;
}

/** What a statement costs on demand. A table that is referenced more than once is read, and charged, once. */
export async function chargeOf(database: Database, references: readonly ReferencedTable[]): Promise<Charge> {
  const tables = new Map<string, ReferencedTable[]>();
  for (const reference of references) {
    const { project, dataset, table } = reference.table;
    const history = isHistory(reference.table) ? `!${reference.table.written}` : '';
    const key = `${project}.${dataset}.${table}@${reference.asOfMicros ?? 'now'}${history}`;
    tables.set(key, [...(tables.get(key) ?? []), reference]);
  }
  let bytesProcessed = 0;
  let bytesBilled = 0;
  for (const same of tables.values()) {
    const bytes = await bytesOf(database, same);
    bytesProcessed += bytes;
    // Counting rows reads no column and is free.
    if (same.some((reference) => reference.columns.length > 0)) {
      bytesBilled += Math.max(MINIMUM_BYTES, Math.ceil(bytes / MEGABYTE) * MEGABYTE);
    }
  }
  return { bytesProcessed, bytesBilled };
}

/** Refuses a statement whose charge is over the caller's limit. */
export function checkLimit(charge: Charge, maximumBytesBilled: number | undefined): void {
  if (maximumBytesBilled === undefined || charge.bytesBilled <= maximumBytesBilled) return;
  throw new ApiError(
    'bytesBilledLimitExceeded',
    `Query exceeded limit for bytes billed: ${maximumBytesBilled}. ${charge.bytesBilled} or higher required.`,
  );
}

async function bytesOf(database: Database, references: readonly ReferencedTable[]): Promise<number> {
  const [first] = references;
  if (first && isHistory(first.table)) return historyBytes(database, references);
  if (first && isWildcard(first.table)) {
    let sum = 0;
    for (const member of first.table.members)
      sum += await bytesOf(
        database,
        references.map((r) => ({ ...r, table: member })),
      );
    return sum;
  }
  if (!(first?.table instanceof SnapshotTable)) return 0;
  const constraints = references.map((reference): PartitionConstraint | 'all' => reference.partitions);
  const columns = references.flatMap((reference) => reference.columns);
  return (await sizeOf(database, first.table.source, { asOfMicros: first.asOfMicros, constraints, columns }, first.table.shape)).bytes;
}

/** Change history is billed by what was written in its range, whatever the partitions. */
async function historyBytes(database: Database, references: readonly ReferencedTable[]): Promise<number> {
  let sum = 0;
  for (const { table, columns } of references) {
    if (!isHistory(table)) continue;
    const { shape } = table.historyOf;
    const read = new Set(columns);
    const written = await database.use((connection) => aggregate(connection, shape, table.written));
    for (const partition of written)
      for (const [index, field] of shape.fields.entries()) if (read.has(field.name)) sum += partition.bytes[index] ?? 0;
  }
  return sum;
}

interface ReadShape {
  /** Absent: now. */
  readonly asOfMicros: bigint | undefined;
  readonly columns: readonly string[];
  /** A partition is read if one of them leaves it. */
  readonly constraints: readonly (PartitionConstraint | 'all')[];
}

/** Rows in the partitions that are read, and logical bytes of the columns in them. */
export async function sizeOf(
  database: Database,
  source: Table,
  shape: ReadShape,
  stored = source.shape,
): Promise<{ rows: number; bytes: number }> {
  const { asOfMicros, constraints } = shape;
  const partitions: readonly PartitionChange[] =
    asOfMicros === undefined ? source.stats.partitions : await database.use((connection) => partitionsAt(connection, stored, asOfMicros));
  const read = new Set(shape.columns.map((column) => column.toLowerCase()));
  const columns = stored.fields.flatMap((field, index) => (read.has(field.name.toLowerCase()) ? [index] : []));
  const { partitioning } = source.record;
  const size = { rows: 0, bytes: 0 };
  for (const partition of partitions) {
    if (partitioning && !constraints.some((constraint) => survives(partition.start, partitioning, constraint))) continue;
    size.rows += partition.rows;
    for (const column of columns) size.bytes += partition.bytes[column] ?? 0;
  }
  return size;
}
