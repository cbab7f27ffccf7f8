import type { Checksums } from '@bqsync/bigquery';
import { type CursorRange, formatInstant } from '@bqsync/core';
import { targetRef } from '../harper/target-shape.ts';
import { DaySums } from './day-sums.ts';
import type { Day } from './days.ts';
import type { ReadContent } from './stored-content.ts';
import { targetPages } from './target-pages.ts';
import type { Prepared, VerifyInput } from './verify-input.ts';

/** What the sums of both sides say. */
export interface SumComparison {
  readonly snapshot: string;
  readonly days: Checksums['days'];
  /** Days whose rows are not the same on both sides; of all others every row is. */
  readonly differing: readonly Day[];
  /** Rows of the target. */
  readonly targetRows: number;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

/** Adds both sides up day by day. BigQuery reads every row, which it bills, but only its sums travel; of the target every row is fetched. */
export async function compareSums(input: VerifyInput, { description, plan, key }: Prepared, read: ReadContent): Promise<SumComparison> {
  const { source, operations, table, retry, signal, onProgress } = input;
  let [bytesScanned, bytesBilled] = [0, 0];
  const days: Checksums['days'][number][] = [];
  let snapshot: string | undefined;
  for (const range of checksumRanges(input, description.prunable)) {
    onProgress('adding up in BigQuery', 0, description.probe.rowCount);
    const sums = await retry(() => source.checksums(table, description, range, signal));
    snapshot ??= formatInstant(sums.snapshot);
    bytesScanned += sums.bytesScanned;
    bytesBilled += sums.bytesBilled;
    days.push(...sums.days);
  }
  // Only now: what is stored later than the source was read may be ahead of it, never behind unnoticed.
  const own = new DaySums();
  for await (const page of targetPages(operations, targetRef(table), plan.primaryKey, ['*'], retry)) {
    for (const record of page) own.add(read(record));
    onProgress('adding up in Harper', own.rows, description.probe.rowCount);
  }
  const differing = own.differing(days, { keepsCopies: key.kind === 'content' && key.ordinal });
  return { snapshot: snapshot ?? '', days, differing, targetRows: own.rows, bytesScanned, bytesBilled };
}

function checksumRanges({ table }: VerifyInput, prunable: boolean): CursorRange[] {
  const from = table.sync.startTimestamp;
  if (from === undefined || !prunable) return [{ from, to: undefined, nulls: 'include' }];
  // Partitions are pruned by a plain comparison only, so rows without a cursor are asked for apart.
  return [
    { from: undefined, to: undefined, nulls: 'only' },
    { from, to: undefined, nulls: 'exclude' },
  ];
}
