import type { TestRunner } from './test-runner.ts';

export interface ClauseOutcome {
  /** The clause's id, for example `rows/complete`. */
  readonly clause: string;
  readonly held: boolean;
  /** Why it does not hold. */
  readonly error?: unknown;
}

/**
 * Runs a contract without a test runner, one clause after the other, and tells how each ended. Never rejects because of a broken clause.
 *
 * @example
 * const outcomes = await runContract((runner) => registerSinkContract(runner, factory));
 * const broken = outcomes.filter(({ held }) => !held);
 */
export async function runContract(register: (runner: TestRunner) => void): Promise<readonly ClauseOutcome[]> {
  const clauses: { readonly clause: string; readonly check: () => Promise<void> }[] = [];
  register({
    describe: (_name, body) => body(),
    it: (name, check) => clauses.push({ clause: name.slice(0, name.indexOf(':')), check }),
  });
  const outcomes: ClauseOutcome[] = [];
  for (const { clause, check } of clauses) {
    try {
      await check();
      outcomes.push({ clause, held: true });
    } catch (error) {
      outcomes.push({ clause, held: false, error });
    }
  }
  return outcomes;
}
