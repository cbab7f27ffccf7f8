import { BqsyncError } from '@bqsync/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TableSyncEngine } from '../src/index.ts';
import { type CursorRange, type Micros } from '../src/index.ts';
import { MemorySource, MemoryTarget } from '../src/memory/index.ts';
import { at, COLUMNS, engineOf, instant, row, sorted, specOf } from './fixtures.ts';

let source: MemorySource;
let target: MemoryTarget;
let engine: TableSyncEngine;
let failing: ((call: string) => void) | undefined;

beforeEach(async () => {
  failing = undefined;
  source = new MemorySource({ pageRows: 3, before: (call) => failing?.(call) });
  source.create('ports', COLUMNS);
  source.insert(
    'ports',
    Array.from({ length: 10 }, (_, i) => row(`r${i}`, at(i * 100), i)),
  );
  target = new MemoryTarget();
  ({ engine } = engineOf(source, target, { thorough: false }));
  engine.start();
  await until(() => engine.getStatus().state === 'caught-up');
});
afterEach(() => engine.stop());

const range = (from: number, to: number | undefined): CursorRange => ({
  from: instant(at(from)),
  to: to === undefined ? undefined : instant(at(to)),
  nulls: 'exclude',
});
const stored = () => target.tables.get('Ports')!;
const rowsIn = () => sorted(target.rowsOf('Ports'));
const rowsOut = () => sorted(source.tables.get('ports')!.rows);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A row under a key, as of an older snapshot unless told otherwise. */
function put(id: string, ts: string, value: number, snapshot: Micros = instant(at(0))): void {
  stored().set(id, { row: row(id, ts, value), cursor: ts, snapshot });
}

describe('a repair', () => {
  it('rewrites, inserts and deletes in its ranges only, and says what it did', async () => {
    stored().delete('r2');
    put('r3', at(300), -1);
    put('gone', at(250), 0);
    put('elsewhere', at(550), 0);
    const outcome = await engine.repair({ ranges: [range(200, 400)], maxDeletes: 1 });
    expect(outcome).toMatchObject({ ranges: 1, inserted: 1, updated: 1, unchanged: 0, deleted: 1, quarantined: 0 });
    expect(stored().has('elsewhere')).toBe(true);
    stored().delete('elsewhere');
    expect(rowsIn()).toEqual(rowsOut());
    expect(engine.getStatus().counters?.deleted).toBe(1);
  });

  it('leaves the progress as it is: what a part holds says nothing of the rest', async () => {
    const before = target.progress.get('ports')!;
    await engine.stop();
    source.insert('ports', [row('next', at(950)), row('far', at(5_000))]);
    engine.start();
    // Reads beyond what the tail has read.
    const outcome = engine.repair({ ranges: [range(4_900, 9_000)] });
    expect(await outcome).toMatchObject({ inserted: 1 });
    const after = target.progress.get('ports')!;
    for (const name of ['frontier', 'maxCursor', 'snapshot', 'sweepSnapshot', 'seen', 'stage'] as const) {
      expect({ [name]: after[name] }).toEqual({ [name]: before[name] });
    }
    await until(() => rowsIn().length === 12);
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('of one range leaves the greater row of a key alone that lies in another', async () => {
    source.insert('ports', [row('twin', at(150), 1), row('twin', at(850), 2)]);
    put('twin', at(850), 2);
    await engine.repair({ ranges: [range(100, 200)], maxDeletes: 0 });
    expect(stored().get('twin')?.row['value']).toBe(2);
    // Gone from the later range, the earlier row is the one. The first repair takes the greater away, the next brings the other.
    source.tables.get('ports')!.rows = source.tables.get('ports')!.rows.filter(({ value, id }) => id !== 'twin' || value !== 2);
    await engine.repair({ ranges: [range(100, 200), range(800, 900)], maxDeletes: 5 });
    await engine.repair({ ranges: [range(100, 200), range(800, 900)], maxDeletes: 5 });
    expect(stored().get('twin')?.row['value']).toBe(1);
  });

  it('reads rows without a cursor apart, and leaves those with one', async () => {
    source.insert('ports', [row('timeless', null, 1)]);
    put('r5', at(500), 5);
    const nulls: CursorRange = { from: undefined, to: undefined, nulls: 'only' };
    expect(await engine.repair({ ranges: [nulls], maxDeletes: 0 })).toMatchObject({ inserted: 1, deleted: 0 });
    expect(stored().get('timeless')?.row['value']).toBe(1);
  });

  it('deletes nothing where it would delete more than allowed, and the sync goes on', async () => {
    for (let i = 0; i < 3; i++) put(`gone${i}`, at(250 + i), 0);
    await expect(engine.repair({ ranges: [range(200, 400)], maxDeletes: 2 })).rejects.toMatchObject({ code: 'BQS_USAGE' });
    expect(rowsIn()).toHaveLength(13);
    expect(await engine.repair({ ranges: [range(200, 400)] })).toMatchObject({ deleted: 0 });
    expect(await engine.repair({ ranges: [range(200, 400)], maxDeletes: 3 })).toMatchObject({ deleted: 3 });
    expect(engine.getStatus()).toMatchObject({ lastError: undefined });
  });

  it('goes on after a read that fails, without another scan, and gives up what cannot succeed', async () => {
    let left = 2;
    failing = (call) => {
      if (call !== 'read' || left-- <= 0) return;
      throw new BqsyncError('BQS_SOURCE_UNREACHABLE', 'cut');
    };
    stored().delete('r2');
    const scans = source.opened.length;
    expect(await engine.repair({ ranges: [range(0, 500)] })).toMatchObject({ inserted: 1, unchanged: 4 });
    expect(
      new Set(
        source.opened
          .slice(scans)
          .filter(({ kind }) => kind === 'repair')
          .map(({ windowId }) => windowId),
      ).size,
    ).toBe(1);

    failing = (call) => {
      if (call === 'open') throw new BqsyncError('BQS_SOURCE_DENIED', 'no');
    };
    await expect(engine.repair({ ranges: [range(0, 500)] })).rejects.toMatchObject({ code: 'BQS_SOURCE_DENIED' });
    failing = undefined;
    source.insert('ports', [row('later', at(2_000))]);
    expect(await engine.repair({ ranges: [range(0, 500)] })).toMatchObject({ unchanged: 5 });
  });

  it('is refused where nothing runs, and ends with the run', async () => {
    failing = (call) => {
      if (call === 'read') throw new BqsyncError('BQS_SOURCE_UNREACHABLE', 'cut');
    };
    const cut = engine.repair({ ranges: [range(0, 500)] });
    await Promise.all([expect(cut).rejects.toMatchObject({ code: 'BQS_ABORTED' }), engine.stop()]);
    await expect(engine.repair({ ranges: [range(0, 500)] })).rejects.toMatchObject({ code: 'BQS_USAGE' });
    engine.start();
    await expect(engine.repair({ ranges: [range(500, 0)] })).rejects.toMatchObject({ code: 'BQS_USAGE' });
  });

  it('reads nothing below a configured start', async () => {
    await engine.stop();
    const table = specOf({ sync: { ...specOf().sync, startTimestamp: instant(at(450)) } });
    target = new MemoryTarget();
    ({ engine } = engineOf(source, target, { table, thorough: false }));
    engine.start();
    expect(await engine.repair({ ranges: [range(0, 400), range(400, 600)] })).toMatchObject({ ranges: 1 });
    expect(stored().has('r4')).toBe(false);
    expect(stored().has('r5')).toBe(true);
  });
});
