import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bigScheduleOf, isCounted, KINDS, type Schedule, type SimResult, scheduleOf, shrink, simulate } from '../../src/index.ts';

/** Schedules that once failed, at their least. Each name is that of its seed at the time; generators change, these do not. */
const FOUND = join(import.meta.dirname, 'found');

describe('a schedule that once failed', () => {
  for (const file of readdirSync(FOUND).sort()) {
    const name = file.replace('.json', '');
    it(name, async () => {
      const schedule = JSON.parse(readFileSync(join(FOUND, file), 'utf8')) as Schedule;
      expect((await simulate(schedule)).violations).toEqual([]);
    });
  }
});

describe('a simulation', () => {
  it('replays a seed to the last event', async () => {
    const run = () => simulate(scheduleOf(17), { trace: true });
    const [first, second] = [await run(), await run()];
    expect(first.trace.length).toBeGreaterThan(20);
    expect(second).toEqual(first);
  });

  it('tells another seed apart', async () => {
    const [one, other] = [await simulate(scheduleOf(17)), await simulate(scheduleOf(18))];
    expect(one.virtualMs).not.toBe(other.virtualMs);
  });

  it('uses no time of the machine', async () => {
    const result = await simulate(scheduleOf(3));
    expect(result.virtualMs).toBeGreaterThan(1000);
  });

  it('ends exact with 100,000 rows of one cursor', async () => {
    const result = await simulate(bigScheduleOf(1, 100_000));
    expect(result.violations).toEqual([]);
    expect(result.rows).toBeGreaterThan(100_000);
    expect(isCounted(result)).toBe(false);
  }, 120_000);
});

describe('a schedule that fails', () => {
  /** Held to more than the engine promises, for the harness must be able to fail. */
  it('says what did not hold, and is made smaller', async () => {
    let failing: SimResult | undefined;
    for (let seed = 1; failing === undefined && seed < 2000; seed++) {
      const result = await simulate(scheduleOf(seed), { strict: true });
      if (result.violations.length > 0) failing = result;
    }
    expect(failing?.violations[0]).toMatch(/replica node\d/);
    const schedule = scheduleOf(failing!.seed);
    const least = await shrink(schedule, { strict: true });
    expect(least.actions.length).toBeLessThan(schedule.actions.length);
    expect((await simulate(least, { strict: true })).violations).not.toEqual([]);
  }, 120_000);
});

describe('a generated schedule', () => {
  const seeds = Array.from({ length: 2000 }, (_, i) => i);
  const kindsOf = ({ actions }: Schedule) =>
    new Set(actions.map((action) => (action.kind === 'crash' ? action.point : action.kind === 'fault' ? action.fault : action.kind)));

  it('holds every kind of trouble among few thousand', () => {
    const met = new Set<string>(seeds.flatMap((seed) => [...kindsOf(scheduleOf(seed, { without: [] }))]));
    const ofConfig = ['late-days', 'local-time', 'skew', 'rivals'];
    expect(KINDS.filter((kind) => !met.has(kind))).toEqual(ofConfig);
    const configs = seeds.map((seed) => scheduleOf(seed, { without: [] }).config);
    expect(configs.some(({ latenessSeconds }) => latenessSeconds > 86_400)).toBe(true);
    expect(configs.some(({ cursorOffsetMs = 0 }) => cursorOffsetMs < 0)).toBe(true);
    expect(configs.some(({ cursorOffsetMs = 0 }) => cursorOffsetMs > 0)).toBe(true);
    expect(configs.some(({ skewsMs }) => skewsMs !== undefined)).toBe(true);
    expect(configs.some(({ nodes, keys }) => nodes > 1 && keys !== undefined)).toBe(true);
  });

  it('keeps the rest of its troubles where some are left out', () => {
    for (const seed of seeds.slice(0, 200)) {
      const whole = scheduleOf(seed, { without: [] });
      const without = scheduleOf(seed, { without: ['destroy', 'timeout', 'mid-page'] });
      const kept = whole.actions.filter(
        (action) =>
          action.kind !== 'destroy' &&
          !(action.kind === 'fault' && action.fault === 'timeout') &&
          !(action.kind === 'crash' && action.point === 'mid-page'),
      );
      expect(without).toEqual({ ...whole, actions: kept });
    }
  });
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
      changes: [],
      virtualMs: 1,
      trace: [],
    };
    expect(isCounted(result)).toBe(true);
    for (const less of [{ workers: 1 }, { windows: 2 }, { rows: 199 }, { others: [] }])
      expect(isCounted({ ...result, ...less })).toBe(false);
  });
});
