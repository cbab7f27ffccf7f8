import { mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

// One file at a time: two of them start a real Harper.
export default mergeConfig(base, { test: { globalSetup: ['test/build-cli.ts'], fileParallelism: false, testTimeout: 90_000 } });
