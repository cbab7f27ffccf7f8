import { fenceClauses } from './sink/fence.ts';
import { lateClauses } from './sink/late.ts';
import { prepareClauses } from './sink/prepare.ts';
import { quarantineClauses } from './sink/quarantine.ts';
import { repairClauses } from './sink/repair.ts';
import { rowClauses } from './sink/rows.ts';
import { staleClauses } from './sink/stale.ts';
import { transactionClauses } from './sink/transaction.ts';
import { versionClauses } from './sink/versions.ts';
import type { TargetFactory } from './target-harness.ts';
import { type ContractOptions, registerClauses, type TestRunner } from './test-runner.ts';

/**
 * Registers what a `Sink` must hold as tests of `runner`: preparing, rows and their values, versions, late rows, quarantine, one
 * transaction, fencing, deleting stale rows, ending repairs. The factory is called once a test, and `close` of what it made afterwards.
 *
 * @throws Error for a waiver of an unknown clause.
 * @example
 * import { describe, it } from 'vitest';
 * registerSinkContract({ describe, it }, () => openMyTarget());
 */
export function registerSinkContract(runner: TestRunner, factory: TargetFactory, options: ContractOptions = {}): void {
  const clauses = [
    ...prepareClauses,
    ...rowClauses,
    ...versionClauses,
    ...lateClauses,
    ...quarantineClauses,
    ...transactionClauses,
    ...fenceClauses,
    ...staleClauses,
    ...repairClauses,
  ];
  registerClauses(runner, 'Sink', clauses, factory, options);
}
