import { randomUUID } from 'node:crypto';
import type { Column, Micros, TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { type ChecksumType, checksumQuery, isChecksumType, type Range, rowsQuery } from '@bqsync/query';
import { type BigQueryDescription, tableName } from './describe.ts';
import { labelValue, type QueryJob } from './job.ts';
import { runQuery } from './query.ts';
import { surelySeen } from './storage-state.ts';
import type { Transport } from './transport.ts';

/** What one UTC day of the cursor, or the rows without one, add up to: see `checksumQuery` of `@bqsync/query`. */
export interface DayChecksum {
  /** `YYYY-MM-DD`; null: rows whose cursor is NULL. */
  readonly day: string | null;
  readonly rows: number;
  /** Different rows among them, which the sums are over. */
  readonly distinct: number;
  readonly high: bigint;
  readonly low: bigint;
  readonly xor: bigint;
}

export interface Checksums {
  readonly days: readonly DayChecksum[];
  /** The source's time: every row committed before is in the sums. */
  readonly snapshot: Micros;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

export interface ChecksumJob {
  readonly projectId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
}

export async function checksumRows(transport: Transport, input: ChecksumJob, range: Range, signal: AbortSignal): Promise<Checksums> {
  const { table, description } = input;
  const statement = checksumQuery({
    ...selectionOf(input, range),
    columns: description.columns.map((column) => ({ name: column.name, type: checksumType(table, column) })),
    bucket: 'DAY',
  });
  const job = jobOf(input, 'checksum', statement);
  const { rows, createdAt, bytesScanned, bytesBilled } = await runQuery(transport, job, checksumColumns(description), signal);
  const days = rows.map((row) => ({
    day: typeof row._bqsync_bucket === 'string' ? row._bqsync_bucket.slice(0, 10) : null,
    rows: Number(row.row_count),
    distinct: Number(row.distinct_count),
    high: BigInt(row.high_sum as number | bigint),
    low: BigInt(row.low_sum as number | bigint),
    xor: BigInt(row.xor_hash as number | bigint),
  }));
  return { days, snapshot: surelySeen(createdAt, description), bytesScanned, bytesBilled };
}

function checksumType(table: TableSpec, { name, type, repeated }: Column): ChecksumType {
  if (!repeated && isChecksumType(type)) return type;
  const shown = repeated ? `ARRAY<${type}>` : type;
  throw new BqsyncError('BQS_SOURCE_UNSUPPORTED', `column ${name} of ${tableName(table)} is ${shown}, which has no checksum`);
}

function checksumColumns({ cursorType }: BigQueryDescription): Column[] {
  const column = (name: string, type: Column['type']): Column => ({ name, type, repeated: false, required: false });
  const numbers = ['row_count', 'distinct_count', 'high_sum', 'low_sum', 'xor_hash'];
  return [column('_bqsync_bucket', cursorType), ...numbers.map((name) => column(name, 'INT64'))];
}

/** Rows found by a column's values, with what it cost. */
export interface FoundRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly snapshot: Micros;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

/** A request may have 10 MB, of which values take the most; each is a parameter, in JSON. */
const REQUEST_BYTES = 9_000_000;
const VALUE_OVERHEAD_BYTES = 16;

/**
 * Reads `columns` of the rows whose column `by` has one of the values, wherever they lie. Values that do not fit one request are asked for by
 * several, each of which scans the columns; the snapshot is that of the first.
 */
export async function findRows(
  transport: Transport,
  input: ChecksumJob,
  range: Range,
  columns: readonly Column[],
  by: Column,
  values: readonly string[],
  signal: AbortSignal,
): Promise<FoundRows> {
  const found: FoundRows[] = [];
  for (const some of fitting(values)) {
    const statement = rowsQuery({
      ...selectionOf(input, range),
      columns: columns.map(({ name }) => name),
      key: { column: by.name, type: by.type, values: some },
    });
    const { rows, createdAt, bytesScanned, bytesBilled } = await runQuery(transport, jobOf(input, 'find', statement), columns, signal);
    found.push({ rows, snapshot: surelySeen(createdAt, input.description), bytesScanned, bytesBilled });
  }
  const [first, ...others] = found;
  if (first === undefined) throw new BqsyncError('BQS_INTERNAL', 'rows are looked for without a request');
  return others.reduce(
    (all, more) => ({
      rows: [...all.rows, ...more.rows],
      snapshot: all.snapshot,
      bytesScanned: all.bytesScanned + more.bytesScanned,
      bytesBilled: all.bytesBilled + more.bytesBilled,
    }),
    first,
  );
}

/** The values in lists that fit a request each: at least one. */
function fitting(values: readonly string[]): (readonly string[])[] {
  const lists: string[][] = [[]];
  let bytes = 0;
  for (const value of values) {
    const size = Buffer.byteLength(JSON.stringify(value)) + VALUE_OVERHEAD_BYTES;
    if (bytes + size > REQUEST_BYTES && bytes > 0) {
      lists.push([]);
      bytes = 0;
    }
    lists.at(-1)?.push(value);
    bytes += size;
  }
  return lists;
}

function selectionOf({ table, description }: ChecksumJob, range: Range) {
  return {
    table: table.source,
    cursor: { column: table.cursorColumn, type: description.cursorType },
    range,
    requiredFilter: description.requiredFilter,
  };
}

function jobOf({ projectId, labels, table, description }: ChecksumJob, kind: string, statement: QueryJob['statement']): QueryJob {
  return {
    projectId,
    location: description.location,
    jobId: `bqsync_${kind}_${randomUUID()}`,
    statement,
    table,
    labels: { ...labels, bqsync_table: labelValue(table.id), bqsync_kind: kind },
    doing: kind === 'find' ? 'find rows' : 'add up the rows',
  };
}
