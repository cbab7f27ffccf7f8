import { BqsyncError } from '@bqsync/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Micros, micros, type TableProgress, UnitHelper } from '../src/index.ts';
import { MemorySource, MemoryTarget } from '../src/memory/index.ts';
import { at, COLUMNS, engineOf, instant, row, sorted, specOf, SYNC } from './fixtures.ts';

const HOUR = 3_600;
const never = new AbortController().signal;
let now: Micros;
let source: MemorySource;
let target: MemoryTarget;

beforeEach(() => {
  now = instant(at(100 * HOUR));
  source = sourceAt({ pageRows: 10 });
  target = new MemoryTarget();
});

function sourceAt(options: ConstructorParameters<typeof MemorySource>[0]): MemorySource {
  const made = new MemorySource({ now: () => (now = micros(now + 1000n)), ...options });
  made.create('ports', COLUMNS);
  return made;
}

const rowsIn = () => sorted(target.rowsOf('Ports'));
const rowsOut = () => sorted(source.tables.get('ports')!.rows);
const rows = (count: number, second = (i: number) => i) => Array.from({ length: count }, (_, i) => row(`r${String(i)}`, at(second(i)), i));
const wait = (seconds: number) => (now = micros(now + BigInt(seconds) * 1_000_000n));

let boots = 0;
function boot(options: Parameters<typeof engineOf>[2] = {}) {
  return engineOf(source, target, {
    worker: { workerId: 'host-0', nodeId: 7, bootId: `boot-${String(boots++)}` },
    thorough: false,
    ...options,
  }).engine;
}

/** Steps until an open-ended window is complete. A result that is gone is no fault: the next step opens another. */
async function catchUp(engine = boot()) {
  for (let i = 0; i < 500; i++) {
    const result = await engine.step().catch((error: unknown) => {
      if (error instanceof BqsyncError && error.code === 'BQS_SOURCE_WINDOW_EXPIRED') return undefined;
      throw error;
    });
    if (result?.did === 'completed-tail') return engine;
  }
  throw new Error('not caught up');
}

describe('a window', () => {
  it('is stored under its id before the source is asked for it, and under a new id each time it is opened anew (R3)', async () => {
    const stored: (string | undefined)[] = [];
    source = sourceAt({ before: (call) => call === 'open' && stored.push(target.intents.get('ports')?.request.windowId) });
    source.insert(
      'ports',
      rows(30, (i) => 99 * HOUR + i),
    );
    for (let life = 0; life < 3; life++) {
      const engine = boot();
      while ((await engine.step()).did !== 'opened');
      source.expireResults();
      await catchUp(engine);
    }
    expect(rowsIn()).toEqual(rowsOut());
    const opened = source.opened.map(({ windowId }) => windowId);
    for (const windowId of opened) expect(stored).toContain(windowId);
    expect(stored).not.toContain(undefined);
    expect(new Set(opened).size).toBe(opened.length);
    expect(opened).toHaveLength(6);
  });

  it('that was written of and cannot go on is opened again as it was, though another would be next (R3)', async () => {
    const sync = { ...SYNC, steadyBatchSize: 5, catchupBatchSize: 5, initialBatchSize: 5 };
    source.insert(
      'ports',
      rows(9, (i) => 99 * HOUR + i),
    );
    const engine = await catchUp(boot({ table: specOf({ sync }) }));
    source.insert(
      'ports',
      rows(40, (i) => 99 * HOUR + 60 + i).map((each) => ({ ...each, id: `next-${String(each['id'])}` })),
    );
    while ((await engine.step()).did !== 'committed');
    const begun = source.opened.at(-1)!;
    expect(begun.kind).toBe('tail');
    await engine.stop();
    source.expireResults();
    wait(50 * HOUR);
    // Which would begin with a sweep.
    await catchUp();
    const again = source.opened[source.opened.indexOf(begun) + 1]!;
    expect(again).toMatchObject({ kind: 'tail', range: begun.range });
    expect(again.windowId).not.toBe(begun.windowId);
    expect(rowsIn()).toEqual(rowsOut());
  });
});

describe('late rows', () => {
  it('that came while nothing ran are read by the first sweep, which reaches back from the last one and not from now (R5)', async () => {
    source.insert('ports', [row('a', at(100 * HOUR - 60))]);
    await catchUp();
    const swept = instant(target.progress.get('ports')!.sweepSnapshot!);
    source.insert('ports', [row('late', at(100 * HOUR - 1800)), row('new', at(100 * HOUR))]);
    wait(30 * HOUR);
    await catchUp();
    expect(source.opened.at(-1)).toMatchObject({ kind: 'sweep', range: { to: undefined } });
    expect(source.opened.at(-1)!.range.from).toBeLessThanOrEqual(swept - BigInt(SYNC.latenessSeconds) * 1_000_000n);
    expect(rowsIn()).toEqual(rowsOut());
    expect(target.progress.get('ports')!.counters.late).toBe(1);
  });

  it('are looked for once after the last change, and not with each unconditional poll of a table that is still (R4, R5)', async () => {
    let nowMs = 0;
    const clock = { now: () => now, monotonic: () => nowMs, random: () => 0, sleep: () => Promise.resolve() };
    const day = Array.from({ length: 400 }, (_, i) => row(`r${String(i)}`, at(100 * HOUR - i)));
    source.insert('ports', day);
    const engine = await catchUp(boot({ clock }));
    source.insert('ports', [row('late', at(100 * HOUR - 401))]);
    const read = [];
    for (let i = 0; i < 5; i++) {
      wait(HOUR);
      nowMs += HOUR * 1000;
      await catchUp(engine);
      read.push(source.resultOf(source.opened.at(-1)!.windowId).length);
    }
    expect(rowsIn()).toEqual(rowsOut());
    expect(read).toEqual([401, 1, 1, 1, 1]);
  });

  describe('whose cursor is in local time, 8 hours behind the clock of the source', () => {
    const BEHIND = 8 * HOUR;
    const lateness = { ...SYNC, latenessSeconds: 60 };
    /** One row every 2 s, of which some become visible 20 s late. `poll` seconds lie between two polls. */
    async function stream(seconds: number, isLate: (second: number) => boolean, poll = 2, table = specOf({ sync: lateness })) {
      let nowMs = 0;
      const clock = { now: () => now, monotonic: () => nowMs, random: () => 0, sleep: () => Promise.resolve() };
      const begin = 100 * HOUR;
      const engine = boot({ table, clock });
      for (let second = 0; second < seconds; second += 2) {
        const local = begin + second - BEHIND;
        const due = [...(isLate(second) ? [] : [local]), ...(isLate(second - 20) ? [local - 20] : [])];
        if (due.length > 0)
          source.insert(
            'ports',
            due.map((each) => row(`r${String(each)}`, at(each))),
          );
        if (second % poll === 0) await until(engine);
        wait(2);
        nowMs += 2000;
      }
      nowMs += 60_000;
      wait(60);
      await until(engine);
      return engine;
    }
    const until = async (engine: ReturnType<typeof boot>) => {
      for (;;) {
        const { did } = await engine.step();
        if (did === 'completed-tail' || did === 'skipped') return;
      }
    };

    it('eight of them 20 s late: they arrive, for a sweep reaches lateness behind the newest cursor, too (R5, INV-1)', async () => {
      await stream(160, (second) => second >= 60 && second < 76);
      expect(rowsIn()).toEqual(rowsOut());
      expect(rowsIn()).toHaveLength(80);
      expect(target.progress.get('ports')!.counters).toMatchObject({ late: 8 });
    });

    it('and that came while nothing ran are read by the first sweep (R5)', async () => {
      await stream(120, () => false);
      const newest = 100 * HOUR + 118 - BEHIND;
      source.insert('ports', [row('late', at(newest - 59)), row('new', at(newest + 5 * HOUR))]);
      wait(5 * HOUR);
      await catchUp(boot({ table: specOf({ sync: lateness }) }));
      expect(rowsIn()).toEqual(rowsOut());
    });

    it('arrive where nothing was there before them (R5)', async () => {
      await catchUp(boot({ table: specOf({ sync: lateness }) }));
      await stream(120, (second) => second > 20 && second < 60);
      expect(rowsIn()).toEqual(rowsOut());
    });

    it('arrive with a DATE cursor, though lateness is less than a day (R5)', async () => {
      source.tables.delete('ports');
      source.create('ports', [COLUMNS[0]!, { ...COLUMNS[1]!, type: 'DATE' }, COLUMNS[2]!]);
      source.insert('ports', [row('a', '2026-01-04'), row('b', '2026-01-05')]);
      const engine = await catchUp(boot({ table: specOf({ sync: lateness }) }));
      source.insert('ports', [row('c', '2026-01-05')]);
      await catchUp(engine);
      source.insert('ports', [row('late', '2026-01-04'), row('d', '2026-01-05')]);
      await catchUp(boot({ table: specOf({ sync: lateness }), thorough: true }));
      expect(rowsIn()).toEqual(rowsOut());
    });
  });
});

describe('a cursor that runs ahead of the clock of the source', () => {
  const AHEAD = 9 * HOUR;
  const begin = 100 * HOUR;
  const sync = { ...SYNC, latenessSeconds: 60 };
  let nowMs = 0;

  /** A row or so each second, at the cursors that `cursorsOf` gives, and a poll each second: how many rows were read in all. */
  async function stream(seconds: number, cursorsOf: (second: number) => readonly number[], before: readonly number[]) {
    nowMs = 0;
    const clock = { now: () => now, monotonic: () => nowMs, random: () => 0, sleep: () => Promise.resolve() };
    const insert = (cursors: readonly number[]) => {
      if (cursors.length > 0)
        source.insert(
          'ports',
          cursors.map((each) => row(`r${String(each)}`, at(each))),
        );
    };
    insert(before);
    const { engine, events } = engineOf(source, target, { table: specOf({ sync }), clock, thorough: false });
    const poll = async () => {
      for (;;) {
        const { did } = await engine.step();
        if (did === 'completed-tail' || did === 'skipped') return;
      }
    };
    for (let second = 0; second < seconds; second++) {
      insert(cursorsOf(second));
      await poll();
      wait(1);
      nowMs += 1000;
    }
    const rowsRead = () => events.reduce((sum, event) => sum + (event.type === 'window-completed' ? event.rows : 0), 0);
    return { engine, poll, insert, rowsRead };
  }
  const ahead = (second: number) => [begin + AHEAD + second];
  const before = Array.from({ length: 100 }, (_, i) => begin + AHEAD - 100 + i);

  it('by nine hours has few rows read again in three minutes, and those that come late arrive (R5, INV-1)', async () => {
    const isLate = (second: number) => second >= 100 && second < 108;
    const { rowsRead } = await stream(180, (s) => [...(isLate(s) ? [] : ahead(s)), ...(isLate(s - 20) ? ahead(s - 20) : [])], before);
    expect(rowsIn()).toEqual(rowsOut());
    expect(rowsRead()).toBeLessThan(3000);
    expect(target.progress.get('ports')!.counters.late).toBe(8);
  });

  it('by nine hours, with a row of the year 9999 among them, too', async () => {
    const far = (Date.parse('9999-12-31T23:59:59Z') - Date.UTC(2026, 0, 1)) / 1000;
    const { rowsRead } = await stream(180, (s) => (s === 30 ? [...ahead(s), far] : ahead(s)), before);
    expect(rowsIn()).toEqual(rowsOut());
    expect(rowsRead()).toBeLessThan(4000);
  });

  it('has a row far behind the others found by a whole sweep, and is read from the clock on again while such rows come (R5)', async () => {
    const { engine, poll, insert, rowsRead } = await stream(120, ahead, before);
    const opened = source.opened.length;
    insert([begin + 200]);
    let polls = 0;
    while (rowsIn().length < rowsOut().length && polls++ < 200_000) {
      wait(60);
      nowMs += 60_000;
      insert([begin + AHEAD + 200 + polls]);
      await poll();
    }
    expect(rowsIn()).toEqual(rowsOut());
    // A quarter of nine hours.
    expect(polls).toBeLessThan(140);
    const read = rowsRead();
    const since = source.opened.slice(opened).map(({ kind }) => kind);
    expect(since).toContain('near-sweep');
    wait(60);
    nowMs += 60_000;
    insert([begin + 170 + 60 * polls]);
    await poll();
    expect(rowsIn()).toEqual(rowsOut());
    expect(rowsRead()).toBeGreaterThan(read);
    await engine.stop();
  });

  it('in a table of which the other half is in step with the clock has every row with its poll', async () => {
    const { poll } = await stream(90, (s) => (s % 2 === 0 ? ahead(s) : [begin + s]), before);
    await poll();
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('is read from the clock on by a process that has just begun, and whole', async () => {
    await stream(60, ahead, before);
    source.insert('ports', [row('between', at(begin + 100)), row('more', at(begin + AHEAD + 61))]);
    await catchUp(boot({ table: specOf({ sync }) }));
    expect(source.opened.at(-1)).toMatchObject({ kind: 'sweep' });
    expect(rowsIn()).toEqual(rowsOut());
  });
});

describe('a row', () => {
  it('that became smaller by cursor is contested, and the window is read once more with the rule of one snapshot (R1)', async () => {
    source.insert('ports', [row('k', at(100 * HOUR - 60), 1), ...rows(5, () => 100 * HOUR - 300)]);
    await catchUp();
    source.retain('ports', ({ id }) => id !== 'k');
    source.insert('ports', [row('k', at(100 * HOUR - 120), 2)]);
    wait(60);
    const { engine, events } = engineOf(source, target, {
      worker: { workerId: 'host-0', nodeId: 7, bootId: 'comparing' },
      thorough: false,
    });
    await catchUp(engine);
    expect(rowsIn()).toEqual(rowsOut());
    expect(events.filter((event) => event.type === 'committed').map(({ outcome }) => outcome.contested)).toEqual([1, 0]);
  });

  it.each([
    ['the lesser one first', [1, 2]],
    ['the greater one first', [2, 1]],
  ])('of which the source has several, %s, never shows a lesser one while they are read again (R1)', async (_, [first = 0, last = 0]) => {
    const shown = new Set<unknown>();
    target = new MemoryTarget({ at: (point) => point === 'after-commit' && shown.add(target.tables.get('Ports')?.get('k')?.row.value) });
    const of = (value: number) => row('k', at(100 * HOUR - 180 + 60 * value), value);
    // More than a page between them, so that they are not of one commit.
    const between = rows(12, () => 100 * HOUR - 90);
    source.insert('ports', [of(first), ...between, of(last)]);
    await catchUp();
    expect(shown).toContain(2);
    shown.clear();
    wait(60);
    source.insert('ports', [row('new', at(100 * HOUR - 30))]);
    await catchUp();
    expect([...shown]).toEqual([2]);
    expect(target.rowsOf('Ports')).toHaveLength(14);
    const { inserted, updated, unchanged, superseded } = target.progress.get('ports')!.counters;
    expect(inserted + updated + unchanged + superseded).toBe(14 + 15);
  });

  it('is written though it seems unchanged while other nodes may lack it, until a sweep is complete (R8)', async () => {
    source.insert(
      'ports',
      rows(20, () => 100 * HOUR - 60),
    );
    await catchUp();
    const before = target.progress.get('ports')!;
    target.progress.set('ports', { ...before, healing: true });
    const stored = () => new Set(Array.from(target.tables.get('Ports')!.values(), ({ snapshot }) => snapshot));
    const [first] = stored();
    wait(60);
    await catchUp();
    expect(target.progress.get('ports')).toMatchObject({ healing: false });
    expect([...stored()]).not.toContain(first);
    const [healed] = stored();
    wait(HOUR);
    await catchUp();
    expect([...stored()]).toEqual([healed]);
  });
});

describe('a checkpoint of long ago', () => {
  it('is a valid start at any time, whatever was written since (INV-4)', async () => {
    const kept: (TableProgress | undefined)[] = [undefined];
    const build = async (upTo: number) => {
      now = instant(at(100 * HOUR));
      source = sourceAt({ pageRows: 7 });
      target = new MemoryTarget();
      for (let round = 0; round < upTo; round++) {
        source.insert('ports', [row('k', at(100 * HOUR + round), round), ...rows(9, (i) => 100 * HOUR + round - i)]);
        source.insert('ports', [row(`own${String(round)}`, at(100 * HOUR + round - 30))]);
        const engine = boot({ table: specOf({ sync: { ...SYNC, initialBatchSize: 4, catchupBatchSize: 4, steadyBatchSize: 4 } }) });
        for (let i = 0; i < 100; i++) {
          const { did } = await engine.step();
          if (kept.at(-1) !== target.progress.get('ports')) kept.push(target.progress.get('ports'));
          if (did === 'completed-tail') break;
        }
        wait(30);
      }
    };
    await build(3);
    const stale = [...kept];
    expect(stale.length).toBeGreaterThan(8);
    for (const progress of stale) {
      await build(3);
      if (progress === undefined) target.progress.delete('ports');
      // What is kept is of another source of the same moment: its table's life must be this one's.
      else target.progress.set('ports', { ...progress, generation: target.progress.get('ports')!.generation });
      await catchUp(boot({ thorough: true }));
      expect(rowsIn(), JSON.stringify(progress)).toEqual(greatest());
    }
  });

  /** Of each key the row of the greatest cursor. */
  const greatest = () => {
    const best = new Map<unknown, ReturnType<typeof row>>();
    for (const each of source.tables.get('ports')!.rows) {
      const held = best.get(each['id']);
      if (
        held === undefined ||
        String(held['ts']) < String(each['ts']) ||
        (held['ts'] === each['ts'] && Number(held['value']) < Number(each['value']))
      )
        best.set(each['id'], each);
    }
    return sorted([...best.values()]);
  };
});

describe('what is in flight', () => {
  it('is two pages at most, however slow the target is (INV-9)', async () => {
    let asked = 0;
    let stored = 0;
    let most = 0;
    source = sourceAt({
      pageRows: 10,
      before: (call) => {
        if (call === 'read') most = Math.max(most, ++asked - stored);
      },
    });
    source.insert('ports', rows(400));
    target = new MemoryTarget({ at: (point) => point === 'after-commit' && (stored += 1) });
    const commit = target.commit.bind(target);
    target.commit = async (...args) => {
      // As long as the source wants, to read on.
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      return commit(...args);
    };
    await catchUp(boot({ table: specOf({ sync: { ...SYNC, initialBatchSize: 10 } }) }));
    expect(stored).toBeGreaterThanOrEqual(40);
    expect(most).toBe(2);
  });
});

describe('the account', () => {
  it('of a table read whole closes: each source row is applied, quarantined, a duplicate or excluded (INV-10)', async () => {
    const excluded = [row('x1', at(1)), row('x2', at(2))];
    const duplicates = [row('r1', at(3 * HOUR)), row('r1', at(4 * HOUR)), row('r2', at(5 * HOUR))];
    source.insert('ports', [
      ...rows(30, (i) => 2 * HOUR + i),
      ...excluded,
      ...duplicates,
      row('null', null),
      { id: null, ts: at(3 * HOUR), value: 1 },
    ]);
    await catchUp(boot({ table: specOf({ sync: { ...SYNC, startTimestamp: instant(at(2 * HOUR)), initialBatchSize: 7 } }) }));
    const { inserted, updated, unchanged, superseded, quarantined } = target.progress.get('ports')!.counters;
    expect(inserted).toBe(rowsIn().length);
    expect({ inserted, duplicates: updated + superseded, unchanged, quarantined }).toEqual({
      inserted: 31,
      duplicates: 3,
      unchanged: 0,
      quarantined: 1,
    });
    expect(31 + 3 + 1 + excluded.length).toBe(source.tables.get('ports')!.rows.length);
  });
});

describe('a truncated table', () => {
  it('does not stop the window in hand, whose rows are fixed, and what is written to it afterwards arrives (INV-11)', async () => {
    source.insert(
      'ports',
      rows(40, (i) => 100 * HOUR - i),
    );
    const engine = boot({ table: specOf({ sync: { ...SYNC, initialBatchSize: 5 } }) });
    while ((await engine.step()).did !== 'committed');
    source.retain('ports', () => false);
    source.insert(
      'ports',
      rows(15, (i) => 100 * HOUR - 60 + i),
    );
    wait(60);
    await catchUp(engine);
    await catchUp(boot({ thorough: true }));
    expect(rowsIn()).toEqual(expect.arrayContaining(rowsOut()));
    // Rows that are gone without a trace are found by verify; to read all again clears them.
    await engine.resync();
    await boot({ thorough: true }).runUntilCaughtUp();
    expect(rowsIn()).toEqual(rowsOut());
  });
});

describe('threads', () => {
  const tables = {
    'whole seconds': (i: number) => Math.floor(i / 3),
    'whole minutes': (i: number) => 60 * Math.floor(i / 40),
    'one timestamp': () => 7,
  };

  async function run(slots: number, second: (i: number) => number) {
    source = sourceAt({ pageRows: 20, unitRows: 50 });
    source.insert('ports', rows(800, second));
    target = new MemoryTarget();
    const engine = boot({ share: { slot: 0, slots }, thorough: true });
    const helpers = Array.from({ length: slots - 1 }, (_, i) => {
      const slot = i + 1;
      const worker = { workerId: `host-${String(slot)}`, nodeId: slot, bootId: `of-${String(slot)}` };
      return new UnitHelper({ table: specOf(), source, sink: target, state: target, share: { slot, slots }, worker });
    });
    const shares = new Array<number>(slots).fill(0);
    for (let done = false; !done; ) {
      const result = await engine.step();
      done = result.did === 'completed-tail';
      if (result.did === 'committed') shares[0]! += result.rows;
      for (const [i, helper] of helpers.entries()) {
        const step = await helper.step(never);
        if (step.did === 'committed') shares[i + 1]! += step.rows;
      }
    }
    expect(rowsIn()).toEqual(rowsOut());
    return { shares, counters: target.progress.get('ports')!.counters };
  }

  it.each(Object.entries(tables))('lesson 7: share rows of %s evenly', async (_what, second) => {
    const { shares } = await run(4, second);
    expect(shares.reduce((a, b) => a + b)).toBe(800);
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(100);
  });

  it('lesson 11: bill the same bytes whether there are 1, 2 or 4 (INV-13)', async () => {
    const billed: number[] = [];
    for (const slots of [1, 2, 4]) billed.push((await run(slots, (i) => i)).counters.bytesBilled);
    expect(new Set(billed).size).toBe(1);
    expect(billed[0]).toBe(80_000);
  });
});

describe('a column that is added between the look at the columns and the window', () => {
  it('is read for the rows of that window, too, by reading it again once the columns are known (R11, INV-1)', async () => {
    let isAdding = false;
    source = sourceAt({
      pageRows: 10,
      before: (call) => {
        if (call !== 'open' || !isAdding) return;
        isAdding = false;
        const table = source.tables.get('ports')!;
        const extra = { name: 'extra', type: 'STRING', repeated: false, required: false } as const;
        Object.assign(table, { columns: [...COLUMNS, extra] });
        table.rows = table.rows.map((each) => ({ ...each, extra: null }));
        source.insert('ports', [{ ...row('new', at(99 * HOUR + 60), 1), extra: 'known' }]);
      },
    });
    source.insert(
      'ports',
      rows(5, (i) => 99 * HOUR + i),
    );
    const engine = await catchUp();
    source.insert('ports', [row('other', at(99 * HOUR + 50), 1)]);
    isAdding = true;
    await catchUp(engine);
    expect(rowsIn().find(({ id }) => id === 'new')?.['extra']).toBeUndefined();
    await catchUp(engine);
    expect(rowsIn().find(({ id }) => id === 'new')?.['extra']).toBe('known');
    expect(rowsIn()).toHaveLength(7);
  });
});
