import { BqsyncError } from '@bqsync/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Sink, SyncOrchestrator, UnitHelper } from '../src/index.ts';
import { MemorySource, MemoryTarget } from '../src/memory/index.ts';
import { at, COLUMNS, engineOf, row, sorted, specOf, SYNC } from './fixtures.ts';

const never = new AbortController().signal;
let source: MemorySource;
let layout: { streams?: number };
let target: MemoryTarget;

const owner = (slots: number, bootId = 'boot-1') =>
  engineOf(source, target, { share: { slot: 0, slots }, worker: { workerId: 'host-0', nodeId: 7, bootId } }).engine;
const helper = (slot: number, slots: number) =>
  new UnitHelper({
    table: specOf(),
    source,
    sink: target,
    state: target,
    share: { slot, slots },
    worker: { workerId: `host-${String(slot)}`, nodeId: slot, bootId: `boot-of-${String(slot)}` },
  });
const rowsIn = () => sorted(target.rowsOf('Ports'));
const rowsOut = () => sorted(source.tables.get('ports')!.rows);
const backfills = () => source.opened.filter(({ kind }) => kind === 'backfill').length;

describe.each([
  { name: 'units of known length', of: {} },
  { name: 'streams whose ends are found by reading', of: { streams: 6 } },
])('a window shared by threads, of $name', ({ of }) => {
  beforeEach(() => {
    layout = of;
    source = new MemorySource({ pageRows: 30, unitRows: 100, ...layout });
    source.create('ports', COLUMNS);
    source.insert(
      'ports',
      Array.from({ length: 750 }, (_, i) => row(`r${String(i)}`, at(i % 7), i)),
    );
    target = new MemoryTarget();
  });

  it.each([2, 3, 4])('lesson 9: is read once by %i threads, each row by one of them (INV-2)', async (slots) => {
    const engine = owner(slots);
    const helpers = Array.from({ length: slots - 1 }, (_, i) => helper(i + 1, slots));
    const rows = new Map<number, number>();
    for (let done = false; !done; ) {
      const result = await engine.step();
      done = result.did === 'completed-tail';
      if (result.did === 'committed') rows.set(0, (rows.get(0) ?? 0) + result.rows);
      for (const [i, each] of helpers.entries()) {
        const step = await each.step(never);
        if (step.did === 'committed') rows.set(i + 1, (rows.get(i + 1) ?? 0) + step.rows);
      }
    }
    expect(rowsIn()).toEqual(rowsOut());
    expect(backfills()).toBe(1);
    expect(rows.size).toBe(slots);
    expect([...rows.values()].reduce((a, b) => a + b)).toBe(750);
    expect(target.progress.get('ports')?.counters).toMatchObject({ inserted: 750, unchanged: 0, superseded: 0, bytesScanned: 75_000 });
    expect(target.units.size).toBe(0);
    expect([...target.checkpoints.values()]).toMatchObject([{ recordsIngested: 750, lastTimestamp: at(6) }]);
  });

  it('is completed by its owner when a helper dies in the middle of a unit (INV-7)', async () => {
    let now = 0;
    const clock = { now: () => source.now(), monotonic: () => now, random: () => 0, sleep: () => Promise.resolve(void (now += 1000)) };
    const { engine } = engineOf(source, target, { share: { slot: 0, slots: 2 }, clock });
    const dying = helper(1, 2);
    for (let i = 0; i < 6; i++) {
      await engine.step();
      if (i > 2) await dying.step(never);
    }
    expect(target.units.get('ports/1')?.rowsDone).toBeGreaterThan(0);
    await engine.runUntilCaughtUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(target.units.size).toBe(0);
  });

  it('leaves a unit to its owner once that has read on in it, each row counted once (R9, INV-2)', async () => {
    let now = 0;
    const clock = { now: () => source.now(), monotonic: () => now, random: () => 0, sleep: () => Promise.resolve(void (now += 1000)) };
    const { engine } = engineOf(source, target, { share: { slot: 0, slots: 2 }, clock });
    const sleeping = helper(1, 2);
    while (!target.units.has('ports/1')) {
      await engine.step();
      await sleeping.step(never);
    }
    const begun = target.units.get('ports/1')!.rowsDone;
    while (target.units.get('ports/1')!.rowsDone === begun) await engine.step();
    const goneOn = target.units.get('ports/1');
    expect(await sleeping.step(never)).toEqual({ did: 'nothing' });
    expect(target.units.get('ports/1')).toEqual(goneOn);
    while ((await engine.step()).did !== 'completed-tail') await sleeping.step(never);
    expect(rowsIn()).toEqual(rowsOut());
    expect(target.progress.get('ports')?.counters).toMatchObject({ inserted: 750, superseded: 0 });
  });

  it('leaves a unit to its thread that goes on just when the owner takes it for standing still (R9, INV-2)', async () => {
    let now = 0;
    const clock = { now: () => source.now(), monotonic: () => now, random: () => 0, sleep: () => Promise.resolve(void (now += 1000)) };
    const slow = helper(1, 2);
    let taken: number | undefined;
    const sink: Sink = {
      prepare: (...given) => target.prepare(...given),
      deleteStale: (...given) => target.deleteStale(...given),
      commit: async (batch, signal) => {
        if (taken === undefined && batch.fence.unit?.index === 1) {
          taken = batch.fence.unit.rowsDone;
          expect(await slow.step(never)).toMatchObject({ did: 'committed' });
        }
        return target.commit(batch, signal);
      },
    };
    const { engine } = engineOf(source, target, { share: { slot: 0, slots: 2 }, clock, sink });
    while (!target.units.has('ports/1')) {
      await engine.step();
      await slow.step(never);
    }
    while (taken === undefined) await engine.step();
    expect(target.units.get('ports/1')?.rowsDone).toBeGreaterThan(taken);
    while ((await engine.step()).did !== 'completed-tail') await slow.step(never);
    expect(rowsIn()).toEqual(rowsOut());
    expect(target.progress.get('ports')?.counters).toMatchObject({ inserted: 750, superseded: 0 });
  });

  it('lesson 8: goes on where each unit was when its owner is killed and another number of threads starts (INV-7)', async () => {
    const first = owner(3);
    const help = helper(1, 3);
    for (let i = 0; i < 9; i++) {
      await first.step();
      if (i > 2) await help.step(never);
    }
    const before = target.rowsOf('Ports').length;
    expect(before).toBeGreaterThan(100);
    await owner(1, 'boot-2').runUntilCaughtUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(backfills()).toBe(1);
    expect(target.progress.get('ports')?.counters).toMatchObject({ inserted: 750 });
    // The helper of the former owner is fenced off or has nothing to do.
    await help.step(never).catch((error: unknown) => expect(error).toMatchObject({ code: 'BQS_FENCED' }));
    expect(await help.step(never)).toEqual({ did: 'nothing' });
  });

  it('is opened anew when its result expires, and units of the lost one are not taken for its own (R3)', async () => {
    const first = owner(2);
    for (let i = 0; i < 6; i++) await first.step();
    source.expireResults();
    await owner(2, 'boot-2')
      .runUntilCaughtUp()
      .catch((error: unknown) => {
        throw error;
      });
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('survives faults of the sink and the source in every thread (INV-8)', async () => {
    let calls = 0;
    source = new MemorySource({
      pageRows: 30,
      unitRows: 100,
      ...layout,
      before: () => {
        if (++calls % 6 === 5) throw new BqsyncError('BQS_SOURCE_UNAVAILABLE', 'injected');
      },
    });
    source.create('ports', COLUMNS);
    source.insert(
      'ports',
      Array.from({ length: 750 }, (_, i) => row(`r${String(i)}`, at(i % 7), i)),
    );
    let commits = 0;
    target = new MemoryTarget({
      at: () => {
        if (++commits % 11 === 10) throw new BqsyncError('BQS_TARGET_COMMIT_FAILED', 'injected');
      },
    });
    const engine = owner(2);
    const help = helper(1, 2);
    for (let steps = 0; steps < 2000; steps++) {
      const result = await engine.step().catch(() => ({ did: 'failed' }));
      await help.step(never).catch(() => undefined);
      if (result.did === 'completed-tail') break;
    }
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('runs by orchestrators on their own loops', async () => {
    const shared = { tables: [specOf({ sync: { ...SYNC, pollIntervalMs: 5 } })], source, sink: target, state: target };
    const [one, two] = [0, 1].map(
      (slot) =>
        new SyncOrchestrator({
          ...shared,
          share: { slot, slots: 2 },
          worker: { workerId: `host-${String(slot)}`, nodeId: slot, bootId: `b${String(slot)}` },
        }),
    );
    two!.help('ports');
    one!.start('ports');
    while (one!.getStatus()[0]?.state !== 'caught-up') await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([one!.stopAll(), two!.stopAll()]);
    expect(rowsIn()).toEqual(rowsOut());
  });
});
