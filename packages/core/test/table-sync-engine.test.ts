import { BqsyncError } from '@bqsync/errors';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommitOutcome, type Row, schemaHashOf, syncAll } from '../src/index.ts';
import { MemorySource, MemoryTarget } from '../src/memory/index.ts';
import { at, COLUMNS, engineOf, instant, row, sorted, specOf, SYNC } from './fixtures.ts';

let source: MemorySource;
let target: MemoryTarget;

beforeEach(() => {
  source = new MemorySource({ pageRows: 37, unitRows: 100 });
  source.create('ports', COLUMNS);
  target = new MemoryTarget();
});

const rowsIn = () => sorted(target.rowsOf('Ports'));
const rowsOut = () => sorted(source.tables.get('ports')!.rows);

async function catchUp(options: Parameters<typeof engineOf>[2] = {}) {
  const made = engineOf(source, target, options);
  await made.engine.runUntilCaughtUp();
  return made;
}

describe('one table', () => {
  it('lesson 1: rows that tie on the boundary timestamp all arrive (INV-1)', async () => {
    source.insert(
      'ports',
      Array.from({ length: 30 }, (_, i) => row(`r${i}`, at(0), i)),
    );
    await catchUp({ table: specOf({ sync: { ...SYNC, initialBatchSize: 10 } }) });
    source.insert(
      'ports',
      Array.from({ length: 15 }, (_, i) => row(`s${i}`, at(0), i)),
    );
    await catchUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(rowsIn()).toHaveLength(45);
  });

  it('whose rows other nodes may write makes a window known before its first rows, and one without rows not (R2, R10)', async () => {
    const commits: { rows: number; done: number | undefined; touched: string | null | undefined }[] = [];
    const commit: MemoryTarget['commit'] = (batch, signal) => {
      const watched = (outcome: CommitOutcome) => {
        const records = batch.record(outcome);
        const { window, touched } = records.progress ?? {};
        commits.push({ rows: batch.rows.length, done: window?.rowsDone, touched });
        return records;
      };
      return target.commit({ ...batch, record: watched }, signal);
    };
    const bound = <T extends object>(changed: T): MemoryTarget & T =>
      new Proxy(target, {
        get: (of, name) => {
          if (name in changed) return changed[name as keyof T];
          const value: unknown = Reflect.get(of, name, of);
          return typeof value === 'function' ? (value.bind(of) as unknown) : value;
        },
      }) as MemoryTarget & T;
    const sink = bound({ commit });
    const state = bound({ isShared: true });
    source.insert('ports', [row('a', at(1)), row('b', at(2))]);
    const engine = () => engineOf(source, target, { sink, state }).engine;
    await engine().runUntilCaughtUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(commits.slice(0, 2)).toMatchObject([
      { rows: 0, done: 0 },
      { rows: 2, done: undefined },
    ]);
    // Others tell by it how far this one has come.
    expect(commits[0]?.touched).not.toBeNull();
    const [announced, written] = commits.map(({ touched }) => touched ?? '');
    expect(written! > announced!).toBe(true);
  });

  it('lesson 2: more rows in one millisecond than the batch size end, and an idle table becomes steady and reads nothing more', async () => {
    source.insert(
      'ports',
      Array.from({ length: 250 }, (_, i) => row(`r${i}`, at(5, String(i).padStart(6, '0')), i)),
    );
    const { engine } = await catchUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(engine.getStatus()).toMatchObject({ phase: 'steady', lagSeconds: 0, watermark: at(5, '000249') });
  });

  it('lesson 3: rows late within lateness arrive with the next sweep and are counted (R5, INV-1)', async () => {
    source.insert('ports', [row('a', at(10_000_000))]);
    await catchUp();
    source.insert('ports', [row('late', at(10_000_000 - 1800))]);
    // The source's clock stands at 2027; lateness reaches back from the last sweep there.
    const reach = { ...SYNC, latenessSeconds: 400 * 86_400 };
    const { engine } = await catchUp({ table: specOf({ sync: reach }) });
    expect(rowsIn()).toEqual(rowsOut());
    expect(engine.getStatus().counters).toMatchObject({ late: 1, lateMaxSeconds: 1800 });
  });

  it('rows that are read again because a column was added are not late: all within lateness were', async () => {
    source.insert('ports', [row('a', at(10_000_000 - 900)), row('b', at(10_000_000 - 600)), row('c', at(10_000_000))]);
    const table = specOf({ sync: { ...SYNC, latenessSeconds: 400 * 86_400 } });
    const { engine: first } = await catchUp({ table, thorough: false });
    // The last window reads from the newest row on.
    source.insert('ports', [row('d', at(10_000_050))]);
    await first.runUntilCaughtUp();
    expect(source.opened.at(-1)?.kind).toBe('tail');
    const stored = source.tables.get('ports')!;
    const columns = [...COLUMNS, { name: 'extra', type: 'STRING', repeated: false, required: false } as const];
    Object.assign(stored, { columns, rows: stored.rows.map((each) => ({ ...each, extra: 'filled' })) });
    source.insert('ports', [{ ...row('e', at(10_000_100)), extra: 'x' }]);
    const { engine } = await catchUp({ table });
    expect(rowsIn()).toEqual(rowsOut());
    expect(engine.getStatus().counters).toMatchObject({ late: 0, lateMaxSeconds: 0 });
    source.insert('ports', [{ ...row('late', at(10_000_000 - 1800)), extra: 'y' }]);
    const { engine: later } = await catchUp({ table });
    expect(rowsIn()).toEqual(rowsOut());
    expect(later.getStatus().counters).toMatchObject({ late: 1, lateMaxSeconds: 1900 });
  });

  it('lesson 5: NULL, pre-1970 and future cursors arrive, and a future row hides none that come later (R4, R6)', async () => {
    source.insert('ports', [
      row('null', null),
      row('old', '1931-05-06T00:00:00.000001Z'),
      row('future', '2099-01-01T00:00:00.000000Z'),
      row('now', at(1)),
    ]);
    await catchUp();
    expect(rowsIn()).toEqual(rowsOut());
    source.insert('ports', [row('next', '2098-01-01T00:00:00.000000Z')]);
    await catchUp();
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('lesson 6: 100,000 rows on one timestamp arrive once each (INV-2)', async () => {
    source = new MemorySource({ pageRows: 5000, unitRows: 50_000 });
    source.create('ports', COLUMNS);
    source.insert(
      'ports',
      Array.from({ length: 100_000 }, (_, i) => row(`r${i}`, at(0), i)),
    );
    const { engine } = await catchUp({ table: specOf({ sync: { ...SYNC, initialBatchSize: 5000 } }) });
    expect(target.rowsOf('Ports')).toHaveLength(100_000);
    expect(engine.getStatus().counters).toMatchObject({ inserted: 100_000, unchanged: 0, superseded: 0 });
  });

  it('lesson 12: a missing target stores nothing, moves no checkpoint and says so', async () => {
    source.insert('ports', [row('a', at(0))]);
    const { engine } = engineOf(source, target, { table: specOf({ createTarget: false }) });
    await expect(engine.runUntilCaughtUp()).rejects.toMatchObject({ code: 'BQS_TARGET_MISSING' });
    expect(target.checkpoints.size).toBe(0);
    expect(target.progress.size).toBe(0);
  });

  it('lesson 13: a crash between rows and checkpoint leaves neither, wherever it comes (R2, INV-3)', async () => {
    source.insert(
      'ports',
      Array.from({ length: 300 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    for (const point of ['before-commit', 'mid-commit', 'after-commit'] as const) {
      let commits = 0;
      target = new MemoryTarget({
        at: (reached) => {
          if (reached === point && ++commits === 2) throw new BqsyncError('BQS_TARGET_COMMIT_FAILED', 'crash');
        },
      });
      const { engine } = engineOf(source, target, { retry: { maxRetries: 0 } });
      await expect(engine.runUntilCaughtUp()).rejects.toMatchObject({ code: 'BQS_TARGET_COMMIT_FAILED' });
      const done = target.progress.get('ports')?.window?.rowsDone;
      expect(done, point).toBe(target.rowsOf('Ports').length);
      await catchUp();
      expect(rowsIn(), point).toEqual(rowsOut());
    }
  });

  it('goes on in the middle of a window after a crash without scanning again (INV-4, INV-13)', async () => {
    source.insert(
      'ports',
      // Further apart than lateness, so that a sweep reads the last one only.
      Array.from({ length: 300 }, (_, i) => row(`r${i}`, at(i * 4000), i)),
    );
    const first = engineOf(source, target).engine;
    for (let i = 0; i < 4; i++) await first.step();
    expect(target.progress.get('ports')?.window?.rowsDone).toBeGreaterThan(0);
    const { engine } = engineOf(source, target, { worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-2' } });
    await engine.runUntilCaughtUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(source.opened.filter((request) => request.kind === 'backfill')).toHaveLength(1);
    expect(engine.getStatus().counters?.bytesBilled).toBe(source.opened.length * 30_000 - 29_900 * (source.opened.length - 1));
  });

  it('opens a window anew under another id when its result has expired, and reads it from the first row (R3)', async () => {
    source.insert(
      'ports',
      Array.from({ length: 300 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    const first = engineOf(source, target).engine;
    for (let i = 0; i < 4; i++) await first.step();
    await first.stop();
    source.expireResults();
    await catchUp({ worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-2' } });
    expect(rowsIn()).toEqual(rowsOut());
    let cut = 0;
    const breaking = new MemorySource({
      pageRows: 37,
      before: (call) => {
        if (call === 'read' && ++cut === 3) breaking.expireResults();
      },
    });
    breaking.create('ports', COLUMNS);
    breaking.insert(
      'ports',
      Array.from({ length: 300 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    target = new MemoryTarget();
    await engineOf(breaking, target).engine.runUntilCaughtUp();
    expect(rowsIn()).toEqual(sorted(breaking.tables.get('ports')!.rows));
    const ids = breaking.opened.map((request) => request.windowId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('reads nothing but the free description of an unchanged table (R4)', async () => {
    let now = instant(at(50_000));
    source = new MemorySource({ now: () => now });
    source.create('ports', COLUMNS);
    source.insert('ports', [row('a', at(0)), row('b', at(49_000))]);
    now = instant(at(50_060));
    const { engine } = engineOf(source, target, { thorough: false });
    while ((await engine.step()).did !== 'completed-tail');
    const opened = source.opened.length;
    expect(await engine.step()).toEqual({ did: 'skipped' });
    expect(source.opened).toHaveLength(opened);
    source.insert('ports', [row('c', at(50_060))]);
    expect(await engine.step()).toMatchObject({ did: 'opened', resumed: false });
  });

  it('does not skip a poll while the change is younger than ten seconds or rows stream (R4)', async () => {
    let now = instant(at(50_000));
    const build = async (
      change: (table: NonNullable<ReturnType<MemorySource['tables']['get']>>) => void,
      rows: Row[],
      laterSeconds: number,
    ) => {
      source = new MemorySource({ now: () => now });
      source.create('ports', COLUMNS);
      source.insert('ports', rows);
      change(source.tables.get('ports')!);
      now = instant(at(50_000 + laterSeconds));
      target = new MemoryTarget();
      const { engine } = engineOf(source, target, { thorough: false });
      while ((await engine.step()).did !== 'completed-tail');
      return (await engine.step()).did;
    };
    const still = () => undefined;
    expect(await build(still, [row('a', at(0))], 60)).toBe('skipped');
    now = instant(at(50_000));
    expect(await build(still, [row('a', at(0))], 9)).toBe('opened');
    now = instant(at(50_000));
    expect(await build((table) => (table.streaming = true), [row('a', at(0))], 60)).toBe('opened');
  });

  it.each([
    ['9999-12-31', [row('a', at(0)), row('b', '9999-12-31T23:59:59.999999Z')]],
    ['a clock nine hours ahead', [row('a', at(50_000 + 9 * 3600)), row('b', at(50_001 + 9 * 3600))]],
    ['no cursor', [row('a', null), row('b', null)]],
    ['no rows at all', []],
  ] as const)('costs no scan per poll of an unchanged table, whatever its rows: %s (R4)', async (_, rows) => {
    let now = instant(at(50_000));
    source = new MemorySource({ now: () => now });
    source.create('ports', COLUMNS);
    source.insert('ports', [...rows]);
    now = instant(at(50_060));
    const { engine } = engineOf(source, target, { thorough: false });
    while ((await engine.step()).did !== 'completed-tail');
    const opened = source.opened.length;
    for (let poll = 0; poll < 60; poll++) {
      now = instant(at(50_061 + poll));
      expect((await engine.step()).did).toBe('skipped');
    }
    expect(source.opened).toHaveLength(opened);
    // A row that comes is still read, below the future one, too.
    source.insert('ports', [row('c', at(50_100))]);
    while ((await engine.step()).did !== 'completed-tail');
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('backfills a recreated table again and then deletes the rows of the old one (R11, INV-11)', async () => {
    source.insert('ports', [row('a', at(0)), row('b', at(1))]);
    await catchUp();
    source.tables.delete('ports');
    source.create('ports', COLUMNS);
    source.insert('ports', [row('b', at(1)), row('c', at(-5000))]);
    const { engine } = await catchUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(engine.getStatus().counters).toMatchObject({ inserted: 1, deleted: 1 });
  });

  it('never takes a damaged progress record for a reason to skip the backfill (INV-4)', async () => {
    source.insert(
      'ports',
      Array.from({ length: 50 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    await catchUp();
    const { engine } = engineOf(source, target);
    await engine.step();
    await engine.step();
    target.progress.delete('ports');
    target.tables.get('Ports')!.clear();
    await catchUp({ worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-3' } });
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('cuts the backfill of a large prunable table into windows, reads NULLs in one of their own, and scans nothing twice (R6, INV-13)', async () => {
    source = new MemorySource({ pageRows: 5000 });
    const table = source.create('ports', COLUMNS, { prunable: true });
    source.insert('ports', [...Array.from({ length: 90 }, (_, i) => row(`r${i}`, at(i * 86_400), i)), row('null', null)]);
    const describe_ = source.describe.bind(source);
    // Larger than it is, so that the plan is outlined.
    source.describe = async (...args) => {
      const description = await describe_(...args);
      return { ...description, probe: { ...description.probe, rowCount: 9e6, bytes: 9e9 } };
    };
    const outline_ = source.outline.bind(source);
    source.outline = async (...args) => {
      const outline = await outline_(...args);
      return { ...outline, parts: outline.parts.map((part) => ({ ...part, rows: 1_000_000, bytes: 100_000_000 })) };
    };
    await catchUp({ table: specOf({ sync: { ...SYNC, startTimestamp: instant(at(86_400)) } }) });
    expect(rowsIn()).toEqual(sorted(table.rows.filter((r) => r['ts'] === null || String(r['ts']) >= at(86_400))));
    const backfill = source.opened.filter((request) => request.kind === 'backfill');
    expect(backfill.length).toBeGreaterThan(20);
    expect(backfill[0]?.range.nulls).toBe('only');
    for (let i = 2; i < backfill.length; i++) expect(backfill[i]?.range.from).toBe(backfill[i - 1]?.range.to);
    expect(backfill.at(-1)?.range.to).toBeUndefined();
  });

  it('does not go on with a window that is covered already (R3)', async () => {
    source.insert('ports', [row('k', null, 1), row('k', at(5), 2)]);
    await catchUp();
    const done = target.intents.get('ports')!;
    // As a worker that slept while another one went on would leave it.
    target.intents.set('ports', {
      ...done,
      request: { windowId: 'old', kind: 'backfill', range: { from: null, to: null, nulls: 'only' } },
    });
    await catchUp({ worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-2' } });
    expect(source.opened.map(({ windowId }) => windowId)).not.toContain('old');
    expect(rowsIn()).toEqual([row('k', at(5), 2)]);
  });

  it('does not go on ahead of the rows without a cursor where those are read again for a new column (R3, R6)', async () => {
    source = new MemorySource();
    const table = source.create('ports', COLUMNS, { prunable: true });
    source.insert('ports', [row('k', null, 1), row('k', at(5), 2)]);
    const spec = specOf({ sync: { ...SYNC, startTimestamp: instant(at(0)) } });
    const { engine } = engineOf(source, target, { table: spec });
    while ((await engine.step()).did !== 'completed-window');
    const columns = [...COLUMNS, { name: 'extra', type: 'STRING', repeated: false, required: false } as const];
    Object.assign(table, { columns, rows: table.rows.map((each) => ({ ...each, extra: null })) });
    // As a run would leave it that knew the new columns but was refused its first commit.
    target.intents.set('ports', {
      ...target.intents.get('ports')!,
      schemaHash: schemaHashOf(columns),
      request: { windowId: 'ahead', kind: 'backfill', range: { from: at(0), to: null, nulls: 'exclude' } },
    });
    await catchUp({ table: spec, worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-2' } });
    expect(source.opened.map(({ windowId }) => windowId)).not.toContain('ahead');
    expect(rowsIn()).toEqual([{ ...row('k', at(5), 2), extra: null }]);
  });

  it('reads every row again on request and clears what the source no longer has', async () => {
    source.insert('ports', [row('a', at(0), 1), row('b', at(1), 1), row('c', at(2), 1)]);
    const { engine } = await catchUp();
    target.tables.get('Ports')!.set('x', { row: row('x', at(1)), cursor: at(1), snapshot: instant(at(0)) });
    target.tables.get('Ports')!.set('a', { row: row('a', at(0), 99), cursor: at(0), snapshot: instant(at(0)) });
    await engine.resync();
    // Durable: another run finds it.
    await catchUp({ worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-2' } });
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('repairs rows from an instant on, in a running engine too, and refuses one above what is synced', async () => {
    source.insert('ports', [row('a', at(0), 1), row('b', at(1), 1), row('c', at(2), 1)]);
    const { engine } = engineOf(source, target, {
      thorough: false,
      table: specOf({ sync: { ...SYNC, pollIntervalMs: 1, latenessSeconds: 0.5 } }),
    });
    engine.start();
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
    };
    await until(() => engine.getStatus().state === 'caught-up');
    const damaged = { row: row('b', at(1), 99), cursor: at(1), snapshot: instant(at(0)) };
    target.tables.get('Ports')!.set('b', damaged);
    await expect(engine.resync(instant('2098-01-01'))).rejects.toMatchObject({ code: 'BQS_USAGE' });
    await engine.resync(instant(at(1)));
    await until(() => target.tables.get('Ports')!.get('b') !== damaged);
    await engine.stop();
    expect(rowsIn()).toEqual(rowsOut());
    expect(source.opened.filter((request) => request.kind === 'repair')).toHaveLength(1);
  });

  it('quarantines rows without a key and goes on (INV-14)', async () => {
    source.insert('ports', [row('a', at(0)), { id: null, ts: at(1), value: 1 }, { id: '', ts: at(2), value: 2 }]);
    const { engine } = await catchUp();
    expect(target.quarantine.get('ports')?.map((rejected) => rejected.reason)).toEqual(['key-null', 'key-empty']);
    expect(engine.getStatus().counters).toMatchObject({ inserted: 1, quarantined: 2 });
  });

  it('keeps the greatest of several rows with one key in one snapshot, whatever their order and the batch size (R1, INV-5)', async () => {
    const versions = [row('k', at(5), 1), row('k', at(9), 2), row('k', at(9), 3), row('k', at(1), 9)];
    const fill = Array.from({ length: 45 }, (_, i) => row(`f${i}`, at(i), i));
    for (const order of [versions, [...versions].reverse()]) {
      for (const size of [1, 7, 100]) {
        source = new MemorySource({ pageRows: 11 });
        source.create('ports', COLUMNS);
        source.insert('ports', [...order.slice(0, 2), ...fill, ...order.slice(2)]);
        target = new MemoryTarget();
        const { engine } = await catchUp({ table: specOf({ sync: { ...SYNC, initialBatchSize: size } }) });
        expect(target.tables.get('Ports')!.get('k')?.row).toEqual(row('k', at(9), 3));
        const { inserted = 0, updated = 0, superseded = 0 } = engine.getStatus().counters ?? {};
        expect(inserted).toBe(46);
        expect(inserted + updated + superseded).toBe(49);
      }
    }
  });

  it('lesson 14: without a key identical rows collapse, or are kept apart on request (R7)', async () => {
    const same = { id: 'x', ts: at(0), value: 1 };
    source.insert('ports', [same, same, { ...same, value: 2 }]);
    const base = specOf();
    const { primaryKey: _none, ...keyless } = base;
    await catchUp({ table: keyless });
    expect(target.rowsOf('Ports')).toHaveLength(2);
    target = new MemoryTarget();
    await catchUp({ table: { ...keyless, duplicates: 'keep' } });
    expect(target.rowsOf('Ports')).toHaveLength(3);
  });

  it('never commits more rows than the phase allows and shows the limit in the checkpoint', async () => {
    source.insert(
      'ports',
      Array.from({ length: 230 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    await catchUp();
    expect(Math.max(...target.commits.map((commit) => commit.rows))).toBeLessThanOrEqual(100);
    expect(target.commits[0]?.checkpoint).toMatchObject({ id: 'ports_7', phase: 'initial', batchSize: 100 });
    expect(target.commits.at(-1)?.checkpoint).toMatchObject({
      phase: 'steady',
      batchSize: 20,
      lastTimestamp: at(229),
      recordsIngested: 230,
    });
  });
});

describe('faults', () => {
  it('repeats retryable errors and goes on, gives up on final ones at once (INV-8)', async () => {
    let calls = 0;
    source = new MemorySource({
      before: () => {
        calls += 1;
        if (calls % 5 === 4) throw new BqsyncError('BQS_SOURCE_UNAVAILABLE', 'try again');
      },
    });
    source.create('ports', COLUMNS);
    source.insert(
      'ports',
      Array.from({ length: 30 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    await catchUp();
    expect(rowsIn()).toEqual(rowsOut());

    let denied = 0;
    source = new MemorySource({
      before: () => {
        denied += 1;
        throw new BqsyncError('BQS_SOURCE_DENIED', 'no');
      },
    });
    await expect(engineOf(source, target).engine.runUntilCaughtUp()).rejects.toMatchObject({ code: 'BQS_SOURCE_DENIED' });
    expect(denied).toBe(1);
  });

  it('gives up after maxRetries failures in a row', async () => {
    let calls = 0;
    source = new MemorySource({
      before: () => {
        calls += 1;
        throw new BqsyncError('BQS_SOURCE_UNAVAILABLE', 'down');
      },
    });
    const { engine, events } = engineOf(source, target, { retry: { maxRetries: 3, initialDelayMs: 1 } });
    await expect(engine.runUntilCaughtUp()).rejects.toMatchObject({ code: 'BQS_SOURCE_UNAVAILABLE' });
    expect(calls).toBe(4);
    expect(events.filter((event) => event.type === 'retrying')).toHaveLength(3);
    expect(engine.getStatus()).toMatchObject({ state: 'failed', lastError: { code: 'BQS_SOURCE_UNAVAILABLE', attempts: 4 } });
  });

  it('lesson 15: start and stop in any order leave one loop or none', async () => {
    source.insert('ports', [row('a', at(0))]);
    const { engine } = engineOf(source, target, { table: specOf({ sync: { ...SYNC, pollIntervalMs: 1 } }) });
    engine.start();
    engine.start();
    const stopping = engine.stop();
    engine.start();
    await stopping;
    await Promise.all([engine.stop(), engine.stop()]);
    const calls = source.opened.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(source.opened).toHaveLength(calls);
    expect(engine.getStatus().state).toBe('stopped');
  });

  it('lesson 16: one table’s failure leaves the others alone (INV-6)', async () => {
    source.create('events', COLUMNS);
    source.insert('ports', [row('a', at(0))]);
    source.insert('events', [row('e', at(0))]);
    const results = await syncAll({
      tables: [
        specOf(),
        specOf({ id: 'gone', source: { project: 'p', dataset: 'd', table: 'gone' }, target: { table: 'Gone' } }),
        specOf({ id: 'events', source: { project: 'p', dataset: 'd', table: 'events' }, target: { table: 'Events' } }),
      ],
      source,
      sink: target,
      state: target,
    });
    expect(results).toMatchObject({
      ports: { status: 'success', rows: 1, watermark: at(0) },
      gone: { status: 'failed', error: { code: 'BQS_SOURCE_NOT_FOUND' } },
      events: { status: 'success', rows: 1 },
    });
    expect(target.rowsOf('Events')).toHaveLength(1);
  });

  it('stops for the day when the budget is used up, and says so (INV-13)', async () => {
    source.insert('ports', [row('a', at(0))]);
    const open_ = source.open.bind(source);
    source.open = async (...args) => ({ ...(await open_(...args)), bytesBilled: 20_000_000 });
    const now = source.now();
    const { engine, events } = engineOf(source, target, {
      table: specOf({ cost: { maxBytesPerDay: 25_000_000 } }),
      thorough: false,
      clock: { now: () => now, monotonic: () => 0, random: () => 0, sleep: () => Promise.resolve() },
    });
    while ((await engine.step()).did !== 'completed-tail');
    source.insert('ports', [row('b', at(1))]);
    const paused = await engine.step();
    expect(paused).toMatchObject({ did: 'paused' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'budget-paused', spentBytes: 20_000_000, limitBytes: 25_000_000 }));
    expect(engine.getStatus().state).toBe('paused');
  });

  it('polls a table without new rows more and more rarely, and at its own pace again once rows come', async () => {
    source.insert('ports', [row('a', at(0))]);
    let nowMs = 0;
    const pauses: number[] = [];
    const idle = { ...SYNC, idlePollIntervalMs: 4000 };
    const { engine } = engineOf(source, target, {
      table: specOf({ sync: idle }),
      thorough: false,
      clock: {
        now: () => source.now(),
        monotonic: () => nowMs,
        random: () => 1,
        sleep: async (ms) => {
          pauses.push(ms);
          nowMs += ms;
          if (pauses.length === 30) source.insert('ports', [row('b', at(1))]);
          if (pauses.length === 40) void engine.stop();
          await new Promise(setImmediate);
        },
      },
    });
    engine.start();
    await vi.waitFor(() => {
      expect(engine.getStatus().state).toBe('stopped');
      expect(pauses.length).toBeGreaterThanOrEqual(40);
    });
    expect(pauses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1000));
    expect(pauses.slice(10, 29)).toEqual(pauses.slice(10, 29).toSorted((a, b) => a - b));
    expect(pauses[29]).toBe(4000);
    expect(pauses.slice(30, 40)).toEqual(Array.from({ length: 10 }, () => 1000));
    expect(target.rowsOf('Ports')).toHaveLength(2);
  });

  it('says what the source withholds in the status, whenever that changes, and prices a second read of the whole table before it is done', async () => {
    let notices: readonly string[] = ['its rows are filtered'];
    class Told extends MemorySource {
      override async describe(...args: Parameters<MemorySource['describe']>) {
        const description = await super.describe(...args);
        return { ...description, notices, filtered: notices.length > 0, wholeRead: { bytesBilled: 2 ** 41 } };
      }
    }
    source = new Told();
    source.create('ports', COLUMNS);
    source.insert('ports', [row('a', at(0))]);
    const table = specOf({ cost: { usdPerTiB: 10 } });
    const first = await catchUp({ table });
    expect(first.engine.getStatus().notices).toEqual(['its rows are filtered']);
    expect(first.events).toContainEqual({
      type: 'prepared',
      tableId: 'ports',
      created: true,
      filtered: true,
      notices: [],
      sourceNotices: ['its rows are filtered'],
    });
    notices = [];
    await first.engine.runUntilCaughtUp();
    expect(first.engine.getStatus().notices).toEqual([]);
    notices = ['its values are masked'];
    await first.engine.runUntilCaughtUp();
    expect(first.engine.getStatus().notices).toEqual(['its values are masked']);

    const second = await catchUp({ table: { ...table, primaryKey: ['id', 'value'] } });
    const order = second.events.map(({ type }) => type);
    expect(second.events).toContainEqual(
      expect.objectContaining({ type: 'generation', from: expect.any(String) as string, wholeRead: { bytesBilled: 2 ** 41, usd: 20 } }),
    );
    expect(order.indexOf('generation')).toBeLessThan(order.indexOf('window-opened'));
  });

  it('states costs at the prices of the table, not at list prices', async () => {
    class Billing extends MemorySource {
      override async open(...args: Parameters<MemorySource['open']>) {
        return { ...(await super.open(...args)), bytesBilled: 2 ** 40 };
      }
    }
    source = new Billing();
    source.create('ports', COLUMNS);
    source.insert('ports', [row('a', at(0))]);
    const { engine } = await catchUp({ table: specOf({ cost: { usdPerTiB: 0.5 } }) });
    const { counters, usd } = engine.getStatus();
    expect(counters!.bytesBilled).toBeGreaterThan(0);
    expect(usd).toBe(counters!.bytesBilled / 2 ** 41);
  });

  it('opens a window whose result is too large under another id, so that it may be read another way', async () => {
    let isRefused = true;
    class Limited extends MemorySource {
      override read(...args: Parameters<MemorySource['read']>) {
        if (isRefused) {
          isRefused = false;
          throw new BqsyncError('BQS_SOURCE_RESULT_LIMIT', 'too large');
        }
        return super.read(...args);
      }
    }
    source = new Limited();
    source.create('ports', COLUMNS);
    source.insert('ports', [row('a', at(0))]);
    const { engine } = engineOf(source, target);
    await expect(engine.runUntilCaughtUp()).rejects.toMatchObject({ code: 'BQS_SOURCE_RESULT_LIMIT' });
    await engine.runUntilCaughtUp();
    expect(rowsIn()).toEqual(rowsOut());
    expect(new Set(source.opened.map(({ windowId }) => windowId)).size).toBe(2);
  });

  it('a run that was taken over stores nothing more (R9, INV-7)', async () => {
    source.insert(
      'ports',
      Array.from({ length: 300 }, (_, i) => row(`r${i}`, at(i), i)),
    );
    const old = engineOf(source, target).engine;
    for (let i = 0; i < 3; i++) await old.step();
    const { engine } = engineOf(source, target, { worker: { workerId: 'host-0', nodeId: 7, bootId: 'boot-2' } });
    await engine.runUntilCaughtUp();
    const before = target.commits.length;
    await expect(old.step()).rejects.toMatchObject({ code: 'BQS_FENCED' });
    expect(target.commits).toHaveLength(before);
  });
});
