import { randomUUID } from 'node:crypto';
import { type Column, type Micros, type TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { countQuery, type Range } from '@bqsync/query';
import { type BigQueryDescription, tableName } from './describe.ts';
import { labelValue } from './job.ts';
import { runQuery } from './query.ts';
import { surelySeen } from './storage-state.ts';
import type { Transport } from './transport.ts';

/** How many rows a range holds, at one snapshot. */
export interface Count {
  readonly rows: number;
  /** Rows whose cursor is NULL, of those. */
  readonly nulls: number;
  /** Least and greatest cursor, in the cursor column's text; null without any. */
  readonly minCursor: string | null;
  readonly maxCursor: string | null;
  /** The source's time at which the rows were counted. */
  readonly snapshot: Micros;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

export interface CountQueryInput {
  readonly projectId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
  readonly range: Range;
}

export async function countRows(transport: Transport, input: CountQueryInput, signal: AbortSignal): Promise<Count> {
  const { table, description } = input;
  const cursor = { column: table.cursorColumn, type: description.cursorType };
  const job = {
    projectId: input.projectId,
    location: description.location,
    jobId: `bqsync_count_${randomUUID()}`,
    statement: countQuery({ table: table.source, cursor, range: input.range, requiredFilter: description.requiredFilter }),
    table,
    labels: { ...input.labels, bqsync_table: labelValue(table.id), bqsync_kind: 'count' },
    doing: 'count the rows',
  };
  const { rows, createdAt, bytesScanned, bytesBilled } = await runQuery(transport, job, columnsFor(description), signal);
  const [row] = rows;
  if (row === undefined || rows.length !== 1) {
    throw new BqsyncError('BQS_SOURCE_PROTOCOL', `counting ${tableName(table)} gave ${rows.length} rows instead of one`);
  }
  return {
    rows: Number(row.row_count),
    nulls: Number(row.null_count),
    minCursor: typeof row.min_cursor === 'string' ? row.min_cursor : null,
    maxCursor: typeof row.max_cursor === 'string' ? row.max_cursor : null,
    snapshot: surelySeen(createdAt, description),
    bytesScanned,
    bytesBilled,
  };
}

function columnsFor({ cursorType }: BigQueryDescription): Column[] {
  const column = (name: string, type: Column['type']): Column => ({ name, type, repeated: false, required: false });
  return [column('row_count', 'INT64'), column('null_count', 'INT64'), column('min_cursor', cursorType), column('max_cursor', cursorType)];
}
