import { SnapshotTable } from '../catalog/snapshot-catalog.ts';
import type { Table } from '../catalog/table.ts';
import { ApiError } from '../http/api-error.ts';
import type { PartitionConstraint, ReferencedTable } from '../sql/contract.ts';
import type { Database } from '../storage/database.ts';
import { survives } from '../storage/partition.ts';
import { partitionsAt, type PartitionChange } from '../storage/versioned-table.ts';

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
    const key = `${project}.${dataset}.${table}@${reference.asOfMicros ?? 'now'}`;
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
  if (!(first?.table instanceof SnapshotTable)) return 0;
  const constraints = references.map((reference): PartitionConstraint | 'all' => reference.partitions);
  const columns = references.flatMap((reference) => reference.columns);
  return (await sizeOf(database, first.table.source, { asOfMicros: first.asOfMicros, constraints, columns })).bytes;
}

interface ReadShape {
  /** Absent: now. */
  readonly asOfMicros: bigint | undefined;
  readonly columns: readonly string[];
  /** A partition is read if one of them leaves it. */
  readonly constraints: readonly (PartitionConstraint | 'all')[];
}

/** Rows in the partitions that are read, and logical bytes of the columns in them. */
export async function sizeOf(database: Database, source: Table, shape: ReadShape): Promise<{ rows: number; bytes: number }> {
  const { asOfMicros, constraints } = shape;
  const partitions: readonly PartitionChange[] =
    asOfMicros === undefined
      ? source.stats.partitions
      : await database.use((connection) => partitionsAt(connection, source.shape, asOfMicros));
  const read = new Set(shape.columns.map((column) => column.toLowerCase()));
  const columns = source.fields.flatMap((field, index) => (read.has(field.name.toLowerCase()) ? [index] : []));
  const { partitioning } = source.record;
  const size = { rows: 0, bytes: 0 };
  for (const partition of partitions) {
    if (partitioning && !constraints.some((constraint) => survives(partition.start, partitioning.unit, constraint))) continue;
    size.rows += partition.rows;
    for (const column of columns) size.bytes += partition.bytes[column] ?? 0;
  }
  return size;
}
