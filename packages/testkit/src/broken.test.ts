import { describe, expect, it } from 'vitest';
import { brokenMemberships } from './broken/broken-memberships.ts';
import { brokenNodes } from './broken/broken-nodes.ts';
import { brokenSources } from './broken/broken-sources.ts';
import { brokenTargets } from './broken/broken-targets.ts';
import { registerMembershipContract } from './contract/membership-contract.ts';
import type { MembershipFactory } from './contract/membership-harness.ts';
import { registerNodesContract } from './contract/nodes-contract.ts';
import { type ClauseOutcome, runContract } from './contract/run-contract.ts';
import { registerSinkContract } from './contract/sink-contract.ts';
import { registerSourceContract } from './contract/source-contract.ts';
import type { SourceFactory } from './contract/source-harness.ts';
import { registerStateStoreContract } from './contract/state-store-contract.ts';
import type { NodesFactory, TargetFactory } from './contract/target-harness.ts';
import { memoryMembershipHarness } from './memory/memory-membership-harness.ts';
import { memoryNodesHarness } from './memory/memory-nodes-harness.ts';
import { memorySourceHarness } from './memory/memory-source-harness.ts';
import { memoryTargetHarness } from './memory/memory-target-harness.ts';

const ofTarget = (factory: TargetFactory) =>
  runContract((runner) => {
    registerSinkContract(runner, factory);
    registerStateStoreContract(runner, factory);
  });
const ofNodes = (factory: NodesFactory) => runContract((runner) => registerNodesContract(runner, factory));
const ofMembership = (factory: MembershipFactory) => runContract((runner) => registerMembershipContract(runner, factory));
const ofSource = (factory: SourceFactory) => runContract((runner) => registerSourceContract(runner, factory));
const brokenOf = (outcomes: readonly ClauseOutcome[]) => outcomes.filter(({ held }) => !held);

/** Each adapter's outcomes, run once. */
const targets = brokenTargets.map((broken) => ({ ...broken, outcomes: once(() => ofTarget(() => memoryTargetHarness(broken.adapter))) }));
const sources = brokenSources.map((broken) => ({ ...broken, outcomes: once(() => ofSource(() => memorySourceHarness(broken.adapter))) }));
const nodes = brokenNodes.map((broken) => ({ ...broken, outcomes: once(() => ofNodes(() => memoryNodesHarness(broken.adapter))) }));
const memberships = brokenMemberships.map((broken) => ({
  ...broken,
  outcomes: once(() => ofMembership(() => memoryMembershipHarness(broken.adapter))),
}));
const goodTarget = once(() => ofTarget(() => memoryTargetHarness()));
const goodSource = once(() => ofSource(() => memorySourceHarness()));
const goodNodes = once(() => ofNodes(() => memoryNodesHarness()));
const goodMembership = once(() => ofMembership(() => memoryMembershipHarness()));
const good = async () => (await Promise.all([goodTarget(), goodSource(), goodNodes(), goodMembership()])).flat();

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= run());
}

/** The named clause, and by its own assertion: a fault that makes the kit stumble proves nothing. */
function expectCaught(outcomes: readonly ClauseOutcome[], clause: string): void {
  const broken = brokenOf(outcomes);
  expect(broken.map((outcome) => outcome.clause)).toContain(clause);
  expect(broken.find((outcome) => outcome.clause === clause)?.error).toMatchObject({ code: 'ERR_ASSERTION' });
}

describe('the kits', () => {
  for (const { fault, caughtBy, outcomes } of targets)
    it(`reject a target that ${fault}, by ${caughtBy}`, async () => expectCaught(await outcomes(), caughtBy));

  for (const { fault, caughtBy, outcomes } of sources)
    it(`reject a source that ${fault}, by ${caughtBy}`, async () => expectCaught(await outcomes(), caughtBy));

  for (const { fault, caughtBy, outcomes } of nodes)
    it(`reject a node that ${fault}, by ${caughtBy}`, async () => expectCaught(await outcomes(), caughtBy));

  for (const { fault, caughtBy, outcomes } of memberships)
    it(`reject a membership that ${fault}, by ${caughtBy}`, async () => expectCaught(await outcomes(), caughtBy));

  it('find nothing in the good adapters', async () => {
    const outcomes = await good();
    expect(brokenOf(outcomes)).toEqual([]);
    const ids = outcomes.map(({ clause }) => clause);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have no clause that no fault breaks', async () => {
    const all = await Promise.all([...targets, ...sources, ...nodes, ...memberships].map(({ outcomes }) => outcomes()));
    const broken = new Set(all.flatMap(brokenOf).map(({ clause }) => clause));
    const clauses = (await good()).map(({ clause }) => clause);
    expect(clauses.filter((clause) => !broken.has(clause))).toEqual([]);
  });
});

describe('a waiver', () => {
  it('of an unknown clause is an error', async () => {
    const run = runContract((runner) => registerSinkContract(runner, () => memoryTargetHarness(), { waive: { 'rows/none': 'unknown' } }));
    await expect(run).rejects.toThrow('rows/none');
  });

  it('of a clause that holds fails', async () => {
    const waive = { 'rows/complete': 'not needed' };
    const outcomes = await runContract((runner) => registerSinkContract(runner, () => memoryTargetHarness(), { waive }));
    expect(brokenOf(outcomes).map(({ clause }) => clause)).toEqual(['rows/complete']);
  });

  it('closes each harness, whether its clause held or not', async () => {
    let open = 0;
    const factory: TargetFactory = () => {
      open += 1;
      return { ...memoryTargetHarness(brokenTargets[0]!.adapter), close: () => void (open -= 1) };
    };
    expect(brokenOf(await ofTarget(factory))).not.toEqual([]);
    expect(open).toBe(0);
  });
});
