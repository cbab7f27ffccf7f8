import { randomUUID } from 'node:crypto';
import { type Column, type Micros, micros, type Outline, type OutlinePart, type TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { outlineQuery } from '@bqsync/query';
import { type BigQueryDescription, tableName } from './describe.ts';
import { labelValue, type QueryJob } from './job.ts';
import { runQuery } from './query.ts';
import type { Transport } from './transport.ts';

const COLUMNS: readonly Column[] = [
  { name: 'partition_id', type: 'STRING', repeated: false, required: false },
  { name: 'total_rows', type: 'INT64', repeated: false, required: false },
  { name: 'total_logical_bytes', type: 'INT64', repeated: false, required: false },
  { name: 'last_modified_time', type: 'TIMESTAMP', repeated: false, required: false },
];

/** The partitions of a table that is partitioned on its cursor, by one query that is billed at the minimum. */
export async function outlineTable(
  transport: Transport,
  projectId: string,
  labels: Readonly<Record<string, string>>,
  table: TableSpec,
  description: BigQueryDescription,
  signal: AbortSignal,
): Promise<Outline> {
  if (description.cursorPartitions === undefined) {
    throw new BqsyncError('BQS_INTERNAL', `${tableName(table)} is not partitioned on ${table.cursorColumn} and has no outline`);
  }
  const job: QueryJob = {
    projectId,
    location: description.location,
    jobId: `bqsync_outline_${randomUUID()}`,
    statement: outlineQuery(table.source),
    table,
    labels: { ...labels, bqsync_table: labelValue(table.id), bqsync_kind: 'outline' },
    doing: 'list the partitions',
  };
  const done = await runQuery(transport, job, COLUMNS, signal);
  const parts: OutlinePart[] = [];
  // Rows streamed lately are in no partition, and for minutes not in this list either: only a column that cannot be NULL says that none is.
  const nulls = description.columns.find(({ name }) => name === table.cursorColumn)?.required !== true;
  for (const row of done.rows) {
    if (typeof row.partition_id !== 'string') throw unreadable(table, 'a partition without an id');
    const rows = Number(row.total_rows ?? 0);
    if (rows === 0) continue;
    const range = partitionRange(row.partition_id);
    if (range) parts.push({ ...range, rows, bytes: Number(row.total_logical_bytes ?? 0) });
    else if (row.partition_id !== '__NULL__' && row.partition_id !== '__UNPARTITIONED__')
      throw unreadable(table, `the partition ${row.partition_id}`);
  }
  parts.sort((a, b) => ((a.from ?? 0n) < (b.from ?? 0n) ? -1 : 1));
  return { parts, nulls, bytesScanned: done.bytesScanned, bytesBilled: done.bytesBilled };
}

/** `2026`, `202601`, `20260101` or `2026010112`: the time that a partition spans; undefined for any other id. */
export function partitionRange(id: string): { readonly from: Micros; readonly to: Micros } | undefined {
  const match = /^(\d{4})(?:(\d\d)(?:(\d\d)(\d\d)?)?)?$/.exec(id);
  if (!match) return undefined;
  const [year, month, day, hour] = match.slice(1).map((part) => (part === '' ? undefined : (part as string | undefined)));
  const numbers = { year: Number(year), month: Number(month ?? '1') - 1, day: Number(day ?? '1'), hour: Number(hour ?? '0') };
  const from = instant(numbers.year, numbers.month, numbers.day, numbers.hour);
  if (hour !== undefined) return { from, to: instant(numbers.year, numbers.month, numbers.day, numbers.hour + 1) };
  if (day !== undefined) return { from, to: instant(numbers.year, numbers.month, numbers.day + 1, 0) };
  if (month !== undefined) return { from, to: instant(numbers.year, numbers.month + 1, 1, 0) };
  return { from, to: instant(numbers.year + 1, 0, 1, 0) };
}

function instant(year: number, month: number, day: number, hour: number): Micros {
  const at = new Date(0);
  // The constructor takes years below 100 for those of the last century.
  at.setUTCFullYear(year, month, day);
  at.setUTCHours(hour);
  return micros(BigInt(at.getTime()) * 1000n);
}

function unreadable(table: TableSpec, what: string): BqsyncError {
  return new BqsyncError('BQS_SOURCE_PROTOCOL', `BigQuery lists ${what} of ${tableName(table)}, which cannot be read`, {
    context: { table: tableName(table) },
  });
}
