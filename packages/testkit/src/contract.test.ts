import { describe, it } from 'vitest';
import { registerSinkContract } from './contract/sink-contract.ts';
import { registerSourceContract } from './contract/source-contract.ts';
import { registerStateStoreContract } from './contract/state-store-contract.ts';
import { memorySourceHarness } from './memory/memory-source-harness.ts';
import { memoryTargetHarness } from './memory/memory-target-harness.ts';

registerSourceContract({ describe, it }, () => memorySourceHarness());
describe('of streams without a known end', () => registerSourceContract({ describe, it }, () => memorySourceHarness(undefined, 3)));
registerSinkContract({ describe, it }, () => memoryTargetHarness());
registerStateStoreContract({ describe, it }, () => memoryTargetHarness());
