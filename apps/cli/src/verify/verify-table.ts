import type { BigQueryDescription, BigQuerySource } from '@bqsync/bigquery';
import {
  formatInstant,
  generationOf,
  type OpenWindow,
  type TableProgress,
  type TableSpec,
  type TargetKey,
  targetKeyOf,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { compileRowPlan, type RowPlan, type TargetShape } from '@bqsync/harper';
import type { Operations } from '../harper/operations.ts';
import { readProgress } from '../harper/stored-progress.ts';
import { readTargetShape, targetRef } from '../harper/target-shape.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { Examples } from './examples.ts';
import { KeySet } from './key-set.ts';
import { countOutcomes } from './key-states.ts';
import { verifyRanges } from './ranges.ts';
import type { Retry } from './retry.ts';
import { RowChecker } from './row-checker.ts';
import { openVerify, pagesOf } from './source-rows.ts';
import { walkTarget } from './walk-target.ts';
import type { Verdict } from './verdict.ts';

export interface VerifyInput {
  readonly source: BigQuerySource;
  readonly operations: Operations;
  readonly table: TableSpec;
  /** Examples of each kind. */
  readonly examples: number;
  readonly retry: Retry;
  readonly signal: AbortSignal;
  /** Called now and then: rows done and, where known, of how many. */
  readonly onProgress: (doing: string, done: number, total: number | undefined) => void;
}

/**
 * Compares every row of a table with its target, each way. The source is read once, its rows are looked up in the target by key, and then
 * all keys of the target are walked for those that the source does not have. Writes nothing.
 *
 * @throws `BQS_TARGET_MISSING`, `BQS_TARGET_INCOMPATIBLE`; what source and target throw.
 */
export async function verifyTable(input: VerifyInput): Promise<Verdict> {
  const { source, operations, table, retry, signal, onProgress } = input;
  const description = await retry(() => source.describe(table, signal));
  const key = targetKeyOf(table, description);
  const { shape, plan } = await prepareTarget(input, description, key);

  const layout = await retry(() => verifyRanges(source, table, description, signal));
  let { bytesScanned, bytesBilled } = layout;
  const keys = new KeySet();
  const examples = new Examples(input.examples);
  let checker: RowChecker | undefined;
  let first: OpenWindow | undefined;
  for (const range of layout.ranges) {
    const window = await openVerify(source, table, description, range, retry, signal);
    bytesScanned += window.bytesScanned;
    bytesBilled += window.bytesBilled;
    first ??= window;
    checker ??= new RowChecker({
      operations,
      target: targetRef(table),
      table,
      description,
      key,
      plan,
      shape,
      keys,
      examples,
      retry,
      coverage: await readCoverage(input, description, key),
      snapshot: formatInstant(first.snapshot),
    });
    for await (const page of pagesOf(source, table, description, window, retry, signal)) {
      await checker.check(page);
      onProgress('comparing', checker.rows, layout.ranges.length === 1 ? window.totalRows : undefined);
    }
  }
  if (first === undefined || checker === undefined) throw new BqsyncError('BQS_INTERNAL', 'there was no window to read');

  const walk = await walkTarget({
    operations,
    target: targetRef(table),
    primaryKey: plan.primaryKey,
    keys,
    examples,
    snapshot: formatInstant(first.snapshot),
    retry,
    onProgress: (done) => onProgress('looking for extra rows', done, undefined),
  });
  const below = await countExcluded(input, description);
  const outcomes = countOutcomes(keys);
  return {
    table: table.id,
    exact: outcomes.missing === 0 && outcomes.different === 0 && walk.extra === 0,
    snapshot: formatInstant(first.snapshot),
    source: checker.rows + below.rows,
    target: walk.rows,
    ...outcomes,
    quarantined: outcomes.quarantined + checker.keyless,
    duplicates: checker.rows - checker.keyless - checker.distinctKeys,
    excluded: below.rows,
    extra: walk.extra,
    newer: walk.newer,
    coverage: checker.coverage.text,
    examples: examples.settled(keys),
    notices: plan.notices,
    bytesScanned: bytesScanned + below.bytesScanned,
    bytesBilled: bytesBilled + below.bytesBilled,
  };
}

async function prepareTarget(
  { operations, table, retry }: VerifyInput,
  description: BigQueryDescription,
  key: TargetKey,
): Promise<{ readonly shape: TargetShape; readonly plan: RowPlan }> {
  const target = targetRef(table);
  const name = `${target.database}.${target.table}`;
  const shape = await retry(() => readTargetShape(operations, target));
  if (shape === undefined) {
    throw new BqsyncError('BQS_TARGET_MISSING', `target "${name}" of table "${table.id}" does not exist`, {
      hint: 'is --operations the right Harper, and has the plugin run there?',
    });
  }
  const plan = compileRowPlan(description.columns, table.cursorColumn, key, shape);
  if (plan.problems.length === 0) return { shape, plan };
  throw new BqsyncError(
    'BQS_TARGET_INCOMPATIBLE',
    `target "${name}" of table "${table.id}" cannot hold its rows: ${plan.problems.join('; ')}`,
    { hint: 'bqsync check says how to declare it' },
  );
}

/** What must be there by now. Asked after the source's snapshot is fixed: a change that the probe does not show is not in it either. */
async function readCoverage(
  { source, operations, table, retry, signal }: VerifyInput,
  described: BigQueryDescription,
  key: TargetKey,
): Promise<Coverage> {
  const progress = await retry(() => readProgress(operations, table.id));
  const { probe } = await retry(() => source.describe(table, signal));
  return coverageOf(isOfTable(progress, table, described, key) ? progress : undefined, probe);
}

function isOfTable(progress: TableProgress | undefined, table: TableSpec, description: BigQueryDescription, key: TargetKey): boolean {
  return progress !== undefined && progress.generation === generationOf(table, description, key, progress.epoch);
}

async function countExcluded(
  { source, table, retry, signal }: VerifyInput,
  description: BigQueryDescription,
): Promise<{ readonly rows: number; readonly bytesScanned: number; readonly bytesBilled: number }> {
  const start = table.sync.startTimestamp;
  if (start === undefined) return { rows: 0, bytesScanned: 0, bytesBilled: 0 };
  return retry(() => source.count(table, description, { from: undefined, to: start, nulls: 'exclude' }, signal));
}
