import { nodeClauses } from './state/nodes.ts';
import type { NodesFactory } from './target-harness.ts';
import { type ContractOptions, registerClauses, type TestRunner } from './test-runner.ts';

/**
 * Registers what a `StateStore` and its `Sink` must hold besides where several nodes share the targets, each with records of its own, as tests of
 * `runner`. The factory is called once a test.
 *
 * @throws Error for a waiver of an unknown clause.
 */
export function registerNodesContract(runner: TestRunner, factory: NodesFactory, options: ContractOptions = {}): void {
  registerClauses(runner, 'StateStore of several nodes', nodeClauses, factory, options);
}
