import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBugs } from '../src/bugs/all.ts';
import knownSeeds from '../src/bugs/known-seeds.json' with { type: 'json' };
import { edited } from '../src/harness/bundle.ts';
import { Hunt } from '../src/harness/hunt.ts';
import { PROGRAMS } from '../src/harness/seeded-bug.ts';

/** Where the known seed finds nothing any more, since schedules change with what they run, it is looked for from the first on. */
const SCHEDULES = 10_000;
const LIMIT_MS = 10 * 60_000;

let hunt: Hunt;
beforeAll(async () => {
  hunt = await Hunt.begin();
});
afterAll(() => hunt.end());

describe('with one bug put in, a schedule is violated that holds without it', () => {
  for (const bug of seededBugs) {
    it(
      `${bug.id}: ${bug.what}`,
      async () => {
        const seed = (knownSeeds as Partial<Record<string, number>>)[bug.id] ?? 1;
        const found = (await hunt.find(bug, { from: seed, to: seed })) ?? (await hunt.find(bug, { from: 1, to: SCHEDULES }));
        expect(found).toBeDefined();
        if (found?.seed !== seed) console.log(`${bug.id} is found by schedule ${found?.seed} now: renew src/bugs/known-seeds.json`);
      },
      LIMIT_MS,
    );
  }
});

describe('with no bug put in', () => {
  it.each(PROGRAMS)('schedules of the program "%s" hold', async (program) => {
    expect(await hunt.violated(program, { from: 1, to: 100 })).toBeUndefined();
  });
});

describe('the list of bugs', () => {
  const adapterBugs = (name: string) => seededBugs.filter(({ edits }) => edits.some(({ file }) => file.startsWith(`${name}/`)));

  it('has 25 at least, five of them in each adapter', () => {
    expect(new Set(seededBugs.map(({ id }) => id)).size).toBe(seededBugs.length);
    expect(seededBugs.length).toBeGreaterThanOrEqual(25);
    expect(adapterBugs('harper').length).toBeGreaterThanOrEqual(5);
    expect(adapterBugs('bigquery').length).toBeGreaterThanOrEqual(5);
  });

  it('refuses a bug whose place is gone, or is two places', () => {
    const edit = { file: 'core/src/plan/decide.ts', find: 'a', replace: 'b' };
    expect(edited('xay', edit)).toBe('xby');
    expect(() => edited('xy', edit)).toThrow('core/src/plan/decide.ts has 0 times, and not once: a');
    expect(() => edited('xaya', edit)).toThrow('has 2 times');
  });
});
