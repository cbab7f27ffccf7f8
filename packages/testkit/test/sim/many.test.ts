import { expect, it } from 'vitest';
import { Summary } from '../../src/index.ts';
import { simulateMany } from '../../src/sim/many.ts';
import { KNOWN_TO_FAIL } from '../../src/sim/schedule.ts';

/** How many to run: 10,000 take some two minutes on one core. `BQSYNC_SIM_SCHEDULES` says otherwise. */
const SCHEDULES = Number(process.env['BQSYNC_SIM_SCHEDULES'] ?? 10_000);
const LIMIT_MS = 15 * 60_000;
/** Of 10,000: how often each crash point and each source fault are met in one schedule, at least. */
const MET = 20;

it(
  `${String(SCHEDULES)} schedules of crashes, faults and changes of nodes end exact (INV-1, INV-2, INV-3, INV-4, INV-5, INV-6, INV-7, INV-8)`,
  async () => {
    const summary = new Summary();
    const schedule = { maxNodes: 4, without: KNOWN_TO_FAIL };
    const next = await simulateMany({ from: 1, schedules: SCHEDULES, schedule, strict: false }, (outcomes) => {
      for (const outcome of outcomes) summary.add(outcome);
    });
    console.log(summary.lines().join('\n'));
    expect(summary.failed.map(({ seed, violations }) => `pnpm sim --seed ${String(seed)}: ${violations[0] ?? ''}`)).toEqual([]);
    expect(next).toBe(1 + SCHEDULES);
    expect(summary.counted).toBeGreaterThan(0.6 * SCHEDULES);
    if (SCHEDULES >= 10_000) expect(summary.rarest().count).toBeGreaterThanOrEqual((MET * SCHEDULES) / 10_000);
  },
  LIMIT_MS,
);
