import type { BigQueryDescription, BigQuerySource } from '@bqsync/bigquery';
import { type TableSpec, type TargetKey, targetKeyOf } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { compileRowPlan, type RowPlan, type TargetShape } from '@bqsync/harper';
import type { Operations } from '../harper/operations.ts';
import { readTargetShape, targetRef } from '../harper/target-shape.ts';
import type { Retry } from './retry.ts';

export interface VerifyInput {
  readonly source: BigQuerySource;
  readonly operations: Operations;
  readonly table: TableSpec;
  /** Examples of each kind. */
  readonly examples: number;
  /** Compare row by row from the start. */
  readonly everyRow: boolean;
  readonly retry: Retry;
  readonly signal: AbortSignal;
  /** Called now and then: rows done and, where known, of how many. */
  readonly onProgress: (doing: string, done: number, total: number | undefined) => void;
}

/** A table and its target as they are declared now. */
export interface Prepared {
  readonly description: BigQueryDescription;
  readonly key: TargetKey;
  readonly shape: TargetShape;
  readonly plan: RowPlan;
}

/** @throws `BQS_TARGET_MISSING`, `BQS_TARGET_INCOMPATIBLE`; what source and target throw. */
export async function prepareTable({ source, operations, table, retry, signal }: VerifyInput): Promise<Prepared> {
  const description = await retry(() => source.describe(table, signal));
  const key = targetKeyOf(table, description);
  const target = targetRef(table);
  const name = `${target.database}.${target.table}`;
  const shape = await retry(() => readTargetShape(operations, target));
  if (shape === undefined) {
    throw new BqsyncError('BQS_TARGET_MISSING', `target "${name}" of table "${table.id}" does not exist`, {
      hint: 'is --operations the right Harper, and has the plugin run there?',
    });
  }
  const plan = compileRowPlan(description.columns, table.cursorColumn, key, shape);
  if (plan.problems.length === 0) return { description, key, shape, plan };
  throw new BqsyncError(
    'BQS_TARGET_INCOMPATIBLE',
    `target "${name}" of table "${table.id}" cannot hold its rows: ${plan.problems.join('; ')}`,
    { hint: 'bqsync check says how to declare it' },
  );
}
