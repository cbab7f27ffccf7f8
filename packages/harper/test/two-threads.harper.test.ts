import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatInstant } from '@bqsync/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { at, intent, keyed, order, progress, target } from './fixtures.ts';
import { EXCLUSIVE_WRITES } from '../src/writes.ts';
import { type HarperApp, startHarperApp } from './harper-app.ts';

let app: HarperApp | undefined;
const call: HarperApp['call'] = (name, ...args) => {
  if (app === undefined) throw new Error('Harper has not been started');
  return app.call(name, ...args);
};
beforeAll(async () => {
  app = await startHarperApp({ threads: 2 });
});
afterAll(() => app?.end());

/** Repeats a call until both workers have taken part. */
async function onBothWorkers(run: () => Promise<unknown>): Promise<void> {
  const seen = new Set<number | undefined>();
  for (let tries = 0; seen.size < 2 && tries < 200; tries++) {
    seen.add(await call('worker'));
    await run();
  }
  expect([...seen].sort()).toEqual([0, 1]);
}

describe('two threads', () => {
  it('that create one target at once end with one, and both can use it (R14)', async () => {
    for (const name of ['Race1', 'Race2', 'Race3']) {
      const into = target(name);
      const prepared = await Promise.all(Array.from({ length: 12 }, () => call('prepare', into)));
      expect(prepared.filter(({ created }) => created).length).toBeGreaterThanOrEqual(1);
      await call('saveIntent', intent(name));
      let sequence = 0;
      // Whichever worker takes it.
      await onBothWorkers(async () => {
        expect(await call('commit', order(into, [keyed(`k${String(sequence)}`)], { sequence }))).toMatchObject({ inserted: 1 });
        sequence++;
      });
      expect(await call('count', name)).toBe(sequence);
    }
  });

  it('see the intents and rows of each other at once', async () => {
    const into = target('Seen');
    for (let n = 0; n < 20; n++) {
      const windowId = `w${String(n)}`;
      await call('saveIntent', intent('Seen', windowId));
      expect((await call('loadIntent', 'Seen'))?.request.windowId).toBe(windowId);
      const fence = { windowId, workerId: 'host-0', bootId: 'boot1' };
      await call('commit', order(into, [keyed('k', { v: String(n) }, String(n).padStart(3, '0'))], { fence, snapshot: at(n) }));
      expect((await call('rows', 'Seen'))[0]).toMatchObject({ row: { v: String(n) }, syncedAt: formatInstant(at(n)) });
    }
  });
});

describe('tables read at one snapshot', () => {
  it('never share a version: a replica would take neighbours of one version for one transaction, and can drop it (R2)', async () => {
    const targets = Array.from({ length: 8 }, (_, n) => target(`Together${String(n)}`));
    for (const into of targets) await call('prepare', into);
    const before = (await call('transactionSizes', 'data'))[1] ?? 0;
    const snapshot = at(602_000);
    await Promise.all(targets.map((into, n) => call('load', `node${String(n)}`, into, order(into, [keyed('x')], { snapshot }), 300, 30)));
    const sizes = await call('transactionSizes', 'data');
    const droppable = Object.keys(sizes).filter((size) => Number(size) > 1 && Number(size) < EXCLUSIVE_WRITES);
    expect(droppable, JSON.stringify(sizes)).toEqual([]);
    // Every row, an intent, and a progress for each of ten commits.
    expect(sizes[1]).toBeGreaterThanOrEqual(before + targets.length * (300 + 1 + 10));
  });
});

describe('a thread that hears of two new tables within one turn', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bqsync-turn-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  // Harper makes tables of its own now and then, with which a thread would learn of all: not in each of the three turns.
  it.each([1, 2, 3])('knows the first only, by Harper alone, and both a moment later: turn %i (R14)', async (turn) => {
    const names = [`Turn${String(turn)}First`, `Turn${String(turn)}Second`] as const;
    const [held, made] = [join(dir, `${String(turn)}.held`), join(dir, `${String(turn)}.made`)];
    await onWorker(() => call('watchTables', 1));
    await onWorker(() => call('holdAtFirstTable', 1, names, held, made));
    await onWorker(() => call('makeTwoTables', 0, names, held, made));
    // Where this fails, Harper has no need of watchTables any more.
    await vi.waitFor(async () => expect(await onWorker(() => call('heldTables', 1, names))).toEqual([names[0]]));
    await vi.waitFor(async () => expect(await onWorker(() => call('knownTables', 1, names))).toEqual(names), { timeout: 10_000 });
  });
});

/** Asks until the worker meant has answered; other requests beside it keep one worker from answering all. */
async function onWorker<T>(ask: () => Promise<T | false | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const [answer] = await Promise.all([ask(), call('worker'), call('worker'), call('worker')]);
    if (answer !== false && answer !== undefined) return answer;
  }
  throw new Error('the worker never answered');
}

describe('kill -9 during commits', () => {
  it.each([20, 250])(
    'of %i rows never leaves progress ahead of its rows (R2, INV-3)',
    async (rowsPerCommit) => {
      const name = `Killed${String(rowsPerCommit)}`;
      const into = target(name);
      await call('saveIntent', intent(name));
      const forever = call('commitForever', order(into, [keyed('x', { v: 'v'.repeat(200) })]), rowsPerCommit).catch(() => undefined);
      await untilRows(name, 5 * rowsPerCommit);
      await sleep(rowsPerCommit / 7);
      await app?.harper.kill();
      await forever;
      await app?.harper.restart();
      const done = (await call('loadProgress', name))?.window?.rowsDone ?? 0;
      const keys = (await call('rows', name)).map(({ key }) => key);
      expect(done).toBeGreaterThanOrEqual(5 * rowsPerCommit);
      const wanted = Array.from({ length: done + rowsPerCommit }, (_, index) => `r${String(index)}`);
      expect(keys).toEqual(expect.arrayContaining(wanted.slice(0, done)));
      expect(wanted).toEqual(expect.arrayContaining(keys));
      // One transaction is stored whole or not at all.
      if (rowsPerCommit >= EXCLUSIVE_WRITES) expect(keys).toHaveLength(done);
      // The table resumes at its progress, over rows that are stored already.
      const again = wanted.slice(done).map((key) => keyed(key, { v: 'v'.repeat(200) }));
      const next = order(into, again, { sequence: (done / rowsPerCommit) * 500, progress: progress(name, done + rowsPerCommit) });
      expect(await call('commit', next)).toMatchObject({
        inserted: done + rowsPerCommit - keys.length,
        superseded: keys.length - done,
      });
    },
    120_000,
  );
});

async function untilRows(name: string, rows: number): Promise<void> {
  for (let tries = 0; tries < 10_000; tries++) {
    if (((await call('loadProgress', name))?.window?.rowsDone ?? 0) >= rows) return;
    await sleep(5);
  }
  throw new Error('no commits are made');
}
