import { describe, expect, it } from 'vitest';
import type { NodeViews } from '../ports/membership.ts';
import type { TableProgress } from '../ports/state.ts';
import { micros } from '../ports/time.ts';
import { parseInstant } from './instant.ts';
import { beginGeneration } from './progress.ts';
import { liesAbove, meet, msUntilAbove, openWriting, type Standing, staleHere, takeUp, viewOf } from './takeover.ts';

/** An instant so many minutes into a day. */
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString().replace('Z', '000Z');

/** The progress of a node in its tail that has come to `minutes`, at a snapshot a minute later. */
function progress(minutes: number, changes: Partial<TableProgress> = {}): TableProgress {
  return {
    ...beginGeneration({ tableId: 't', generation: '2026/a', epoch: 0 }, 's', false),
    stage: 'tail',
    frontier: at(minutes),
    maxCursor: at(minutes),
    snapshot: at(minutes + 1),
    sweepSnapshot: at(minutes + 1),
    firstSnapshot: at(1),
    nullsDone: true,
    touched: at(minutes + 1),
    ...changes,
  };
}

const views = (seen: Record<string, TableProgress>): NodeViews =>
  new Map(Object.entries(seen).map(([node, each]) => [node, viewOf(each)] as const));

function standing(changes: Partial<Standing>): Standing {
  return { self: 'a', live: ['a', 'b'], own: undefined, here: new Map(), elsewhere: new Map(), ...changes };
}

/** What a node stores once it has taken up a table and completed its first window at `minutes`. */
function after(taken: TableProgress | undefined, minutes: number): TableProgress {
  return { ...taken!, window: null, snapshot: at(minutes), touched: at(minutes), frontier: at(minutes - 1), healing: false };
}

describe('a node that takes up a table', () => {
  it('goes on from its own progress where nobody else wrote (R10)', () => {
    const own = progress(10);
    expect(takeUp(standing({ own }))).toBe(own);
    expect(openWriting(standing({ own }))).toBe('none');
    expect(takeUp(standing({}))).toBeUndefined();
  });

  it('begins from the least that any live node has of a dead one’s writing, never from what it has itself (R10)', () => {
    const here = new Map([['dead', progress(30)]]);
    const behind = standing({
      live: ['a', 'b', 'c'],
      here,
      elsewhere: new Map([
        ['b', views({ dead: progress(20) })],
        ['c', views({ dead: progress(25) })],
      ]),
    });
    expect(openWriting(behind)).toBe('here');
    expect(takeUp(behind)).toMatchObject({ frontier: at(20), sweepSnapshot: at(21), stage: 'tail', window: null });
    // A node that is not live has no say.
    expect(takeUp({ ...behind, live: ['a', 'c'] })).toMatchObject({ frontier: at(25) });
  });

  it('begins from the first row where a live node has nothing of a dead one’s writing (R10)', () => {
    const taken = takeUp(standing({ here: new Map([['dead', progress(30)]]), elsewhere: new Map([['b', views({})]]) }));
    expect(taken).toMatchObject({
      frontier: null,
      stage: 'backfill',
      nullsDone: false,
      staleRows: true,
      healing: true,
      generation: '2026/a',
    });
  });

  it('begins from the first row, NULLs too, where it has nothing itself of a dead one’s writing that another live node has (R10)', () => {
    // The live writer left rows unwritten that the dead one had written before: it has them, this node has not.
    const lacking = standing({
      here: new Map([['b', progress(30)]]),
      elsewhere: new Map([['b', views({ dead: progress(2), b: progress(30) })]]),
    });
    const taken = takeUp(lacking);
    expect(taken).toMatchObject({ frontier: null, nullsDone: false, stage: 'backfill', healing: true });
    const own = after(taken, 40);
    expect(openWriting({ ...lacking, own, elsewhere: new Map([['b', views({ dead: progress(2), b: progress(30), a: own })]]) })).toBe(
      'none',
    );
  });

  it('counts a live writer as far as it has come here: its rows are on their way to all (R10)', () => {
    const here = new Map([['b', progress(30)]]);
    const live = ['a', 'b', 'c'];
    expect(takeUp(standing({ live, here, elsewhere: new Map([['c', views({ b: progress(20) })]]) }))).toMatchObject({ frontier: at(30) });
  });

  it('writes rows again even where they seem unchanged, for other nodes may lack them (R8)', () => {
    expect(takeUp(standing({ here: new Map([['dead', progress(30)]]) }))).toMatchObject({ healing: true });
    expect(takeUp(standing({ own: progress(30) }))).toMatchObject({ healing: false });
  });

  it('begins a window in hand anew: its frontier is not past where that began (R10)', () => {
    const window = {
      windowId: 'w',
      kind: 'sweep' as const,
      range: { from: at(5), to: null, nulls: 'exclude' as const },
      snapshot: at(31),
      totalRows: 9,
      units: 1,
      rowsDone: 4,
      commits: 2,
      rewrite: false,
      maxCursor: null,
    };
    expect(takeUp(standing({ here: new Map([['dead', progress(30, { window })]]) }))).toMatchObject({ frontier: at(5), window: null });
  });

  it('accounts for the others once, and again when they wrote since (R10)', () => {
    const first = standing({ here: new Map([['b', progress(30)]]) });
    const own = after(takeUp(first), 40);
    expect(own.heard).toEqual({ b: [{ low: at(31), high: at(31), window: at(31) }] });
    expect(openWriting({ ...first, own })).toBe('none');
    expect(takeUp({ ...first, own })).toBe(own);
    const since = { ...first, own, here: new Map([['b', progress(50)]]) };
    expect(openWriting(since)).toBe('here');
    // The least of its own and what came since.
    expect(takeUp(since)).toMatchObject({ frontier: at(39) });
  });

  it('hears that another live node lacks what it has itself (R10)', () => {
    const own = after(takeUp(standing({ here: new Map([['dead', progress(30)]]) })), 40);
    const lacking = standing({
      own,
      here: new Map([['dead', progress(30)]]),
      elsewhere: new Map([['b', views({ a: own, dead: progress(20) })]]),
    });
    expect(openWriting(lacking)).toBe('elsewhere');
    expect(takeUp(lacking)).toMatchObject({ frontier: at(20), healing: true });
  });
});

describe('a window that goes on from what others wrote', () => {
  const taken = takeUp(standing({ live: ['a'], here: new Map([['dead', progress(30)]]) }))!;
  const touched = parseInstant(at(31))!;

  it('lies above the rows of all their commits, whose versions grow with each (R1)', () => {
    expect(liesAbove(taken, { snapshot: micros(touched + 1n), resumed: false })).toBe(false);
    expect(liesAbove(taken, { snapshot: micros(touched + 10_000_000n), resumed: false })).toBe(true);
    expect(liesAbove({ ...taken, healing: false }, { snapshot: micros(touched + 1n), resumed: false })).toBe(true);
    // A window that would be opened in vain is billed all the same.
    expect(msUntilAbove(taken, micros(touched + 500_000n))).toBeCloseTo(1_500, -1);
    expect(msUntilAbove(taken, micros(touched + 10_000_000n))).toBe(0);
    expect(msUntilAbove(taken, micros(touched - 3_600_000_000n)), 'a clock that is far behind').toBe(5_000);
    expect(msUntilAbove({ ...taken, healing: false }, touched)).toBe(0);
  });

  it('is not one that was opened before its own node wrote (R1)', () => {
    const own = progress(30);
    expect(liesAbove(own, { snapshot: touched, resumed: true })).toBe(false);
    expect(liesAbove(own, { snapshot: micros(touched + 1n), resumed: true })).toBe(true);
  });
});

describe('a window that its writer left in the middle', () => {
  const windowAt = (snapshot: string) => ({
    windowId: 'w',
    kind: 'backfill' as const,
    range: { from: null, to: null, nulls: 'include' as const },
    snapshot,
    totalRows: 9,
    units: 1,
    rowsDone: 4,
    commits: 2,
    rewrite: false,
    maxCursor: null,
  });
  const inHand = (touched: string) => progress(30, { window: windowAt(at(31)), touched });
  const own = after(takeUp(standing({ live: ['a'], here: new Map([['dead', inHand(at(31))]]) })), 40);

  it('is read once more, whatever more of it arrives later (R10)', () => {
    const more = new Map([['dead', inHand(at(31).replace('000000Z', '000017Z'))]]);
    expect(openWriting(standing({ live: ['a'], own, here: more }))).toBe('none');
    expect(openWriting(standing({ live: ['a', 'dead'], own, here: more }))).toBe('none');
    // Complete in the end, on the node that came back: it was read again all the same.
    const complete = new Map([['dead', progress(30, { touched: at(31).replace('000000Z', '000020Z'), snapshot: at(31) })]]);
    expect(openWriting(standing({ live: ['a', 'dead'], own, here: complete }))).toBe('none');
  });

  it('is not the next one, which has to be accounted for (R10)', () => {
    const next = progress(30, { window: windowAt(at(35)), touched: at(35) });
    expect(openWriting(standing({ live: ['a'], own, here: new Map([['dead', next]]) }))).toBe('here');
  });

  it('is not read again by the node that comes back, which goes by what the other has read since (R10)', () => {
    const back = standing({ self: 'dead', live: ['a', 'dead'], own: inHand(at(31)), here: new Map([['a', own]]) });
    expect(takeUp(back)).toMatchObject({ stage: 'tail', frontier: own.frontier, window: null });
  });
});

describe('a node that lost its disk', () => {
  it('goes on from what the others have of its writing, at snapshots above it (R10)', () => {
    const taken = takeUp(standing({ own: progress(10), elsewhere: new Map([['b', views({ a: progress(50) })]]) }));
    expect(taken).toMatchObject({ frontier: at(10), touched: at(51), healing: true });
  });
});

describe('records of different lives of a table', () => {
  const older = progress(50, { generation: '2025/a' });
  const newer = progress(50, { firstSnapshot: at(45) });

  it('meet in the newer one, from its first row where rows of the older may lie above its own (R11)', () => {
    expect(meet(viewOf(older), viewOf(newer))).toMatchObject({ generation: '2026/a', frontier: null, stage: 'backfill', staleRows: true });
    const past = { ...viewOf(older), touched: at(40) };
    expect(meet(viewOf({ ...newer, cleared: 1 }), past)).toMatchObject({ generation: '2026/a', frontier: at(50), staleRows: true });
    // One that never cleared rows may not have written all that it keeps.
    expect(meet(viewOf(newer), past)).toMatchObject({ frontier: null, stage: 'backfill' });
  });

  it('count for nothing but the last where each began by itself and cleared what came before it (R11)', () => {
    const first = progress(50, { firstSnapshot: at(20), cleared: 1 });
    const last = progress(50, { firstSnapshot: at(40), cleared: 1 });
    expect(meet(viewOf(first), viewOf(last))).toMatchObject({ frontier: null, nullsDone: false, stage: 'backfill', staleRows: true });
    expect(meet(viewOf(last), viewOf({ ...last, frontier: at(45) }))).toMatchObject({ frontier: at(45), stage: 'tail', staleRows: false });
  });

  it('have rows of the older one cleared on each node once the newer one was cleared (R11)', () => {
    expect(staleHere({ own: newer, here: new Map([['b', older]]) })).toBeUndefined();
    const cleared = { ...newer, cleared: 1 };
    expect(
      staleHere({
        own: undefined,
        here: new Map([
          ['b', older],
          ['c', cleared],
        ]),
      }),
    ).toEqual({
      before: at(45),
      cleared: 1,
      writers: ['b'],
    });
    expect(staleHere({ own: { ...cleared, stage: 'backfill' }, here: new Map([['b', older]]) })).toBeUndefined();
  });
});
