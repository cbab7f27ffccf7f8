import { describe, it } from 'vitest';
import { registerMembershipContract } from './contract/membership-contract.ts';
import { registerNodesContract } from './contract/nodes-contract.ts';
import { registerSinkContract } from './contract/sink-contract.ts';
import { registerSourceContract } from './contract/source-contract.ts';
import { registerStateStoreContract } from './contract/state-store-contract.ts';
import { memoryMembershipHarness } from './memory/memory-membership-harness.ts';
import { memoryNodesHarness } from './memory/memory-nodes-harness.ts';
import { memorySourceHarness } from './memory/memory-source-harness.ts';
import { memoryTargetHarness } from './memory/memory-target-harness.ts';

registerSourceContract({ describe, it }, () => memorySourceHarness());
describe('of streams without a known end', () => registerSourceContract({ describe, it }, () => memorySourceHarness(undefined, 3)));
registerSinkContract({ describe, it }, () => memoryTargetHarness());
registerStateStoreContract({ describe, it }, () => memoryTargetHarness());
registerSinkContract({ describe, it }, () => memoryNodesHarness());
registerStateStoreContract({ describe, it }, () => memoryNodesHarness());
registerNodesContract({ describe, it }, () => memoryNodesHarness());
registerMembershipContract({ describe, it }, () => memoryMembershipHarness());
