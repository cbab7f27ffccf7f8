import { registerSinkContract, registerStateStoreContract } from '@bqsync/testkit';
import { afterAll, beforeAll, describe, it as test } from 'vitest';
import { type HarperApp, startHarperApp } from './harper-app.ts';
import { harperHarness } from './kit-harness.ts';

let app: HarperApp | undefined;
beforeAll(async () => {
  app = await startHarperApp();
});
afterAll(() => app?.end());

/** Each clause in a minute: some start Harper again several times. */
const runner = { describe, it: (name: string, check: () => Promise<void>) => test(name, check, 60_000) };

function harnessOf(node?: string) {
  if (app === undefined) throw new Error('Harper has not been started');
  return harperHarness(app, node);
}

describe('Harper with records of one node', () => {
  registerSinkContract(runner, () => harnessOf());
  registerStateStoreContract(runner, () => harnessOf());
});

describe('Harper with records of several nodes', () => {
  registerStateStoreContract(runner, () => harnessOf('node-a'));
});
