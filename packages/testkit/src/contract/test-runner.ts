import { strict as assert } from 'node:assert';

/** What a kit needs of a test runner: the `describe` and `it` of vitest, jest, mocha or `node:test`. Assertions are the kit's own. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** One promise of a port, checked on a fresh harness. */
export interface Clause<Harness> {
  /** `aspect/promise`, stable: what a waiver and a report name. */
  readonly id: string;
  /** The promise, as a sentence about the adapter. */
  readonly promise: string;
  check(harness: Harness): Promise<void>;
}

export interface ContractOptions {
  /**
   * Clauses that the adapter does not keep, by id, each with the reason, which its test's name then tells. Such a test fails as soon as the
   * clause holds, so that no waiver outlives its reason; an unknown id is an error.
   */
  readonly waive?: Readonly<Record<string, string>>;
}

export interface Closable {
  /** Frees what the factory took. Called once after each clause, whether it held or not. */
  close?(): void | Promise<void>;
}

/** Registers each clause as one test named `id: promise`, grouped by aspect. */
export function registerClauses<Harness extends Closable>(
  runner: TestRunner,
  port: string,
  clauses: readonly Clause<Harness>[],
  factory: () => Harness | Promise<Harness>,
  { waive = {} }: ContractOptions,
): void {
  const unknown = Object.keys(waive).filter((id) => !clauses.some((clause) => clause.id === id));
  if (unknown.length > 0) throw new Error(`the ${port} contract has no clause ${unknown.join(', ')}: correct or remove its waiver`);
  for (const aspect of new Set(clauses.map(aspectOf))) {
    runner.describe(`${port} contract: ${aspect}`, () => {
      for (const clause of clauses.filter((each) => aspectOf(each) === aspect)) {
        const check = async (): Promise<void> => {
          const harness = await factory();
          try {
            await clause.check(harness);
          } finally {
            await harness.close?.();
          }
        };
        const reason = waive[clause.id];
        if (reason === undefined) runner.it(`${clause.id}: ${clause.promise}`, check);
        else
          runner.it(`${clause.id}: waived (${reason})`, () => assert.rejects(check, `the adapter keeps ${clause.id}: remove its waiver`));
      }
    });
  }
}

function aspectOf(clause: { readonly id: string }): string {
  return clause.id.slice(0, clause.id.indexOf('/'));
}
