import { defineConfig } from 'vitest/config';
import base from '../../../vitest.base.ts';

/** Not part of the tests: prints ratios, asserts nothing. */
export default defineConfig({ ...base, test: { ...base.test, include: ['bench/commit-rate.ts'], reporters: ['default'] } });
