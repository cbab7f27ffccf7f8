import { intentClauses } from './state/intent.ts';
import { jsonClauses } from './state/json.ts';
import { progressClauses } from './state/progress.ts';
import { unitClauses } from './state/units.ts';
import type { TargetFactory } from './target-harness.ts';
import { type ContractOptions, registerClauses, type TestRunner } from './test-runner.ts';

/**
 * Registers what a `StateStore` must hold as tests of `runner`: intents, progress, units and checkpoints, exact, as plain JSON, and over restarts. Its
 * records are written through the sink of the same harness, as the engine does. The factory is called once a test.
 *
 * @throws Error for a waiver of an unknown clause.
 */
export function registerStateStoreContract(runner: TestRunner, factory: TargetFactory, options: ContractOptions = {}): void {
  registerClauses(runner, 'StateStore', [...intentClauses, ...progressClauses, ...unitClauses, ...jsonClauses], factory, options);
}
