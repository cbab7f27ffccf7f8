import { describe, expect, it } from 'vitest';
import type { Summary } from '../src/summary.ts';
import { runChaos } from './run-chaos.ts';

const LONG_MS = 1_800_000;
const KILLS = 10;

describe('chaos', () => {
  it(
    `${KILLS} kills under load, source faults and late rows, half of the tables read each way: then every row is equal`,
    async ({ signal }) => {
      const { code, stdout, stderr } = await runChaos(['--kills', String(KILLS), '--seed', '4', '--json'], signal);
      expect(code, stderr).toBe(0);
      expect(stdout.trim().split('\n')).toHaveLength(1);
      const summary = JSON.parse(stdout) as Summary;
      expect(summary, stderr).toMatchObject({ event: 'summary', exact: true, kills: KILLS, openWindow: KILLS, violations: [] });
      for (const way of ['rest', 'storage'] as const) {
        const counts = summary.killsByRead[way];
        expect(counts, stderr).toMatchObject({ kills: KILLS / 2, openWindow: KILLS / 2 });
        expect(counts?.midWindow, stderr).toBeGreaterThanOrEqual((0.8 * KILLS) / 2);
      }
      // Counted by the server: no table was read but in its own way, or by REST once its batches were corrupt twice.
      const some = expect.toSatisfy((rows: number) => rows > 0) as number;
      const byRest = { read: 'rest', restRows: some, storageRows: 0, distrusted: 0 };
      const byStorage = (id: string) =>
        expect.objectContaining({
          read: 'storage',
          storageRows: some,
          ...(summary.reads[id]?.distrusted === 0 ? { restRows: 0 } : {}),
        }) as unknown;
      expect(summary.reads, stderr).toEqual({
        orders: byRest,
        readings: byRest,
        visits: byStorage('visits'),
        moorings: byStorage('moorings'),
      });
      expect(summary.restarts, stderr).toBeGreaterThan(0);
      expect(summary.lateRows).toBeGreaterThan(0);
      expect(summary.updatedRows).toBeGreaterThan(0);
      // Each kind but the quota, which only some kills have, stays until it has hit.
      const kinds = Object.keys(summary.faultsByKind);
      const ofStorage = kinds.filter((kind) => /storage|session|batch|stream/.test(kind));
      expect(ofStorage.length, stderr).toBeGreaterThanOrEqual(11);
      expect(kinds.length - ofStorage.length, stderr).toBeGreaterThanOrEqual(12);
      expect(stderr.match(/rows committed before, \d+ after/g)).toHaveLength(KILLS);
    },
    LONG_MS,
  );

  it(
    'stops cleanly at Ctrl-C',
    async ({ signal }) => {
      const { code, stdout, stderr } = await runChaos(['--kills', '1000'], signal, (text, kill) => {
        if (text.includes('kill 1 of')) kill('SIGINT');
      });
      expect(code, stderr).toBe(130);
      expect(stdout).toBe('');
      expect(stderr.trim().split('\n').at(-1)).toBe('stopped');
    },
    LONG_MS,
  );
});
