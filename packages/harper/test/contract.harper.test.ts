import { registerNodesContract, registerSinkContract, registerStateStoreContract } from '@bqsync/testkit';
import { afterAll, beforeAll, describe, it as test } from 'vitest';
import { type HarperApp, startHarperApp } from './harper-app.ts';
import { harperHarness, harperNodesHarness } from './kit-harness.ts';

let app: HarperApp | undefined;
beforeAll(async () => {
  app = await startHarperApp();
});
afterAll(() => app?.end());

/** Some clauses start Harper again. */
const runner = { describe, it: (name: string, check: () => Promise<void>) => test(name, check, 120_000) };

function running(): HarperApp {
  if (app === undefined) throw new Error('Harper has not been started');
  return app;
}

describe('Harper with records of one node', () => {
  registerSinkContract(runner, () => harperHarness(running()));
  registerStateStoreContract(runner, () => harperHarness(running()));
});

describe('Harper with records of several nodes', () => {
  registerStateStoreContract(runner, () => harperNodesHarness(running(), 'node-a'));
  registerNodesContract(runner, () => harperNodesHarness(running(), 'node-a'));
});
