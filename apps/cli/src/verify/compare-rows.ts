import { type CursorRange, formatInstant, generationOf, type TableProgress } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { readProgress } from '../harper/stored-progress.ts';
import { targetRef } from '../harper/target-shape.ts';
import { Alarms } from './alarms.ts';
import { confirmAbsent } from './confirm-absent.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { Day } from './days.ts';
import { Examples } from './examples.ts';
import { KeySet } from './key-set.ts';
import { countOutcomes } from './key-states.ts';
import { RowChecker } from './row-checker.ts';
import { openVerify, pagesOf } from './source-rows.ts';
import type { Example } from './verdict.ts';
import type { Prepared, VerifyInput } from './verify-input.ts';
import { extraReason, type ExtraRow, walkTarget } from './walk-target.ts';

/** What comparing the rows of some ranges found. */
export interface RowComparison extends Readonly<ReturnType<typeof countOutcomes>> {
  /** Of the first range. */
  readonly snapshot: string;
  /** Source rows read. */
  readonly rows: number;
  readonly duplicates: number;
  readonly targetRows: number;
  readonly extra: number;
  /** Extra rows that only a hand can delete: their keys are no text. */
  readonly extraNotText: number;
  readonly newer: number;
  readonly coverage: string;
  readonly examples: readonly Example[];
  /** Days with a row that is missing, extra or different. */
  readonly alarmed: readonly Day[];
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** Of `bytesBilled`, what the Storage Read API read. */
  readonly bytesByReadApi: number;
}

/**
 * Looks the source rows of the ranges up in the target by key, then walks the target's keys for those that the source does not have. `isRead` tells
 * the days that the ranges hold; absent: the ranges hold every row.
 */
export async function compareRows(
  input: VerifyInput,
  prepared: Prepared,
  ranges: readonly CursorRange[],
  isRead: ((day: Day) => boolean) | undefined,
): Promise<RowComparison> {
  const { source, operations, table, retry, signal, onProgress } = input;
  const { description, key, plan } = prepared;
  const keys = new KeySet();
  const examples = new Examples(input.examples);
  const alarms = new Alarms();
  let [rows, keyless, bytesScanned, bytesBilled, bytesByReadApi] = [0, 0, 0, 0, 0];
  let coverage: Coverage | undefined;
  let snapshot: string | undefined;
  for (const range of ranges) {
    const window = await openVerify(source, table, description, range, retry, signal);
    bytesScanned += window.bytesScanned;
    bytesBilled += window.bytesBilled;
    bytesByReadApi += window.bytesByReadApi ?? 0;
    snapshot ??= formatInstant(window.snapshot);
    // For each window anew: a row that became visible after the last one is not covered by what the plugin had read by then.
    coverage = await readCoverage(input, prepared);
    const checker = new RowChecker({
      ...prepared,
      operations,
      target: targetRef(table),
      table,
      keys,
      examples,
      alarms,
      retry,
      coverage,
      isRead,
      snapshot: formatInstant(window.snapshot),
    });
    for await (const page of pagesOf(source, table, description, window, retry, signal)) {
      await checker.check(page);
      onProgress('comparing', rows + checker.rows, ranges.length === 1 ? window.totalRows : undefined);
    }
    rows += checker.rows;
    keyless += checker.keyless;
  }
  if (snapshot === undefined || coverage === undefined) throw new BqsyncError('BQS_INTERNAL', 'there was no window to read');

  // A key that is not on a day that was read may be on another: only keys of the content lie where their row lies.
  const mustAsk = isRead !== undefined && key.kind === 'columns';
  const candidates: ExtraRow[] = [];
  let [extra, extraNotText] = [0, 0];
  const note = (row: ExtraRow): void => {
    extra++;
    if (!row.isText) extraNotText++;
    alarms.addExtra(row.day);
    examples.add('extra', () => ({ kind: 'extra', key: row.key, reason: extraReason(row) }));
  };
  const walk = await walkTarget({
    operations,
    target: targetRef(table),
    plan,
    shape: prepared.shape,
    isRead,
    keys,
    snapshot,
    retry,
    onProgress: (done) => onProgress('looking for extra rows', done, undefined),
    onExtra: (row) => (mustAsk && row.isText ? candidates.push(row) : note(row)),
  });
  const asked = await confirmAbsent(
    input,
    prepared,
    candidates.map((row) => row.key),
  );
  for (const row of candidates) if (!asked.present.has(row.key)) note(row);
  const outcomes = countOutcomes(keys);
  return {
    ...outcomes,
    snapshot,
    rows,
    quarantined: outcomes.quarantined + keyless,
    duplicates: rows - keyless - keys.size + outcomes.elsewhere,
    targetRows: walk.rows,
    extra,
    extraNotText,
    newer: walk.newer + asked.present.size,
    coverage: coverage.text,
    examples: examples.settled(keys),
    alarmed: alarms.days(keys),
    bytesScanned: bytesScanned + asked.bytesScanned,
    bytesBilled: bytesBilled + asked.bytesBilled,
    bytesByReadApi,
  };
}

/** What must be there by now. Asked after the source's snapshot is fixed: a change that the probe does not show is not in it either. */
async function readCoverage({ source, operations, table, retry, signal }: VerifyInput, { description, key }: Prepared): Promise<Coverage> {
  const progress = await retry(() => readProgress(operations, table.id));
  const { probe } = await retry(() => source.describe(table, signal));
  const isOwn = (found: TableProgress): boolean => found.generation === generationOf(table, description, key, found.epoch);
  return coverageOf(progress !== undefined && isOwn(progress) ? progress : undefined, probe);
}
