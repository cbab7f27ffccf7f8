import { describe, expect, it } from 'vitest';
import type { ClusterSummary } from '../src/cluster/cluster-summary.ts';
import { runChaos } from './run-chaos.ts';

const LONG_MS = 600_000;

// Other platforms have one loopback address.
describe.runIf(process.platform === 'linux')('chaos on a cluster', () => {
  it(
    'three nodes, a dozen tables whose last commits are of 1 to 97 rows, the owner of one killed: every node is exact',
    async ({ signal }) => {
      const { code, stdout, stderr } = await runChaos(['--nodes', '3', '--kills', '1', '--seed', '10', '--json'], signal);
      expect(code, stderr).toBe(0);
      const summary = JSON.parse(stdout) as ClusterSummary;
      expect(summary, stderr).toMatchObject({ event: 'summary', exact: true, kills: 1, violations: [], unsafeCommits: false });
      const rows = Object.values(summary.rows);
      expect(rows).toHaveLength(13);
      const all = rows.reduce((sum, count) => sum + count, 0);
      expect(summary.nodes, stderr).toEqual(
        ['127.0.0.31', '127.0.0.32', '127.0.0.33'].map((node) => ({ node, exact: true, rows: all, missing: 0, extra: 0, different: 0 })),
      );
    },
    LONG_MS,
  );
});
