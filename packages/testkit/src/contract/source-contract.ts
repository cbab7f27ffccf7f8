import { describeClauses } from './source/describe.ts';
import { openClauses } from './source/open.ts';
import { outlineClauses } from './source/outline.ts';
import { rangeClauses } from './source/range.ts';
import { readClauses } from './source/read.ts';
import type { SourceFactory } from './source-harness.ts';
import { type ContractOptions, registerClauses, type TestRunner } from './test-runner.ts';

/**
 * Registers what a `Source` must hold as tests of `runner`: describing, outlining, opening windows once under their ids, ranges to the
 * microsecond, reading and resuming. The factory is called once a test, and `close` of what it made afterwards.
 *
 * @throws Error for a waiver of an unknown clause.
 */
export function registerSourceContract(runner: TestRunner, factory: SourceFactory, options: ContractOptions = {}): void {
  const clauses = [...describeClauses, ...outlineClauses, ...openClauses, ...rangeClauses, ...readClauses];
  registerClauses(runner, 'Source', clauses, factory, options);
}
