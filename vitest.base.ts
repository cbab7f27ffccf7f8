import { defineConfig } from 'vitest/config';

const conditions = ['@bqsync/source'];

/** What every package's tests share: sources of sibling packages instead of their builds, and a report that `npm test` counts. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    passWithNoTests: false,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
