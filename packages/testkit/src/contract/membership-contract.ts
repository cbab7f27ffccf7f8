import { liveClauses } from './membership/live.ts';
import { viewClauses } from './membership/views.ts';
import type { MembershipFactory } from './membership-harness.ts';
import { type ContractOptions, registerClauses, type TestRunner } from './test-runner.ts';

/**
 * Registers what a `Membership` must hold as tests of `runner`: who is alive and for how long, and what the others have. The factory is called once a test.
 *
 * @throws Error for a waiver of an unknown clause.
 */
export function registerMembershipContract(runner: TestRunner, factory: MembershipFactory, options: ContractOptions = {}): void {
  registerClauses(runner, 'Membership', [...liveClauses, ...viewClauses], factory, options);
}
