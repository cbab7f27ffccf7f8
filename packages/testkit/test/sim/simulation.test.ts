import { describe, expect, it } from 'vitest';
import { isCounted, type SimResult, scheduleOf, shrink, simulate, Summary } from '../../src/index.ts';

const ALONE = { maxNodes: 1 };

describe('the simulation of one node and its threads', () => {
  it('ends exact in each of 300 schedules of crashes, faults and late rows', async () => {
    const summary = new Summary();
    for (let seed = 1; seed <= 300; seed++) summary.add(await simulate(scheduleOf(seed, ALONE)));
    const failed = summary.failed.map(({ seed, violations }) => `seed ${String(seed)}: ${violations[0] ?? ''}`);
    expect(failed).toEqual([]);
    expect(summary.counted).toBeGreaterThan(200);
  }, 120_000);

  /** Expected to fail until the engine is mended: then take the mark away. */
  it('a thread that wakes up late does not have an outdated window read again (seed 20244)', async () => {
    expect((await simulate(scheduleOf(20244, ALONE))).violations).toEqual([]);
  });

  it('replays a seed to the last event', async () => {
    const run = () => simulate(scheduleOf(17, ALONE), { trace: true });
    const [first, second] = [await run(), await run()];
    expect(first.trace.length).toBeGreaterThan(20);
    expect(second).toEqual(first);
  });

  it('tells another seed apart', async () => {
    const [one, other] = [await simulate(scheduleOf(17, ALONE)), await simulate(scheduleOf(18, ALONE))];
    expect(one.virtualMs).not.toBe(other.virtualMs);
  });

  it('uses no time of the machine', async () => {
    const result = await simulate(scheduleOf(3, ALONE));
    expect(result.virtualMs).toBeGreaterThan(1000);
  });
});

/** Each of these ends with a replica that is not exact. They are expected to fail until the engine or its failover is mended: then take the mark away. */
describe('several nodes', () => {
  const endOf = async (seed: number, options: { rivals?: boolean } = {}) =>
    (await simulate(scheduleOf(seed, { maxNodes: 3, ...options }))).violations;

  it.fails('an owner that stops in the middle of a window does not leave the smaller row of a key (seed 5756)', async () => {
    expect(await endOf(5756, { rivals: true })).toEqual([]);
  });

  it.fails('a table made again leaves no row of its earlier life while owners change (seed 5764)', async () => {
    expect(await endOf(5764)).toEqual([]);
  });

  it.fails('a replica lacks no row that its progress claims while a node is down (seed 5690)', async () => {
    expect(await endOf(5690)).toEqual([]);
  });
});

/** With the claims held that the engine is known not to hold, for the harness must be able to fail. */
describe('a schedule that fails', () => {
  it('says what did not hold, and is made smaller', async () => {
    let failing: SimResult | undefined;
    let seed = 5000;
    for (; failing === undefined && seed < 5300; seed++) {
      const result = await simulate(scheduleOf(seed, { maxNodes: 3 }), { strict: true });
      if (result.violations.length > 0) failing = result;
    }
    expect(failing?.violations[0]).toMatch(/replica node\d/);
    const schedule = scheduleOf(failing!.seed, { maxNodes: 3 });
    const least = await shrink(schedule, { strict: true });
    expect(least.actions.length).toBeLessThan(schedule.actions.length);
    expect((await simulate(least, { strict: true })).violations).not.toEqual([]);
  }, 120_000);
});

describe('a counted schedule', () => {
  it('has two workers, three windows, 200 rows and three faults at least', () => {
    const result: SimResult = {
      seed: 1,
      violations: [],
      workers: 2,
      windows: 3,
      rows: 200,
      crashes: ['mid-page'],
      sourceFaults: ['timeout'],
      others: ['twin'],
      virtualMs: 1,
      trace: [],
    };
    expect(isCounted(result)).toBe(true);
    for (const less of [{ workers: 1 }, { windows: 2 }, { rows: 199 }, { others: [] }])
      expect(isCounted({ ...result, ...less })).toBe(false);
  });
});
