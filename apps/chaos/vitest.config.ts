import { mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

/** Each file with `harper` in its name runs a real Harper: one at a time. */
export default mergeConfig(base, { test: { fileParallelism: false } });
