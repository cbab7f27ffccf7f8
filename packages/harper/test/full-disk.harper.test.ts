import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intent, keyed, order, progress, target } from './fixtures.ts';
import { type HarperApp, startHarperApp } from './harper-app.ts';

// A file system of its own. Mounting one takes Linux and root, and in a container a capability that most do not give.
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts();
const QUEUE_MS = 2_000;

describe.runIf(canMount)('a full disk', () => {
  let dir: string;
  let app: HarperApp;
  const into = target('Filling');
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'bqsync-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=90m', 'tmpfs', dir]);
    writeFileSync(join(dir, 'ballast'), Buffer.alloc(30_000_000));
    app = await startHarperApp({
      graphql: 'type Plain @table @export { id: ID @primaryKey }',
      rootDir: join(dir, 'root'),
      env: { STORAGE_MAXTRANSACTIONQUEUETIME: '2s' },
    });
    await app.call('prepare', into);
    await app.call('saveIntent', intent('Filling'));
  }, 120_000);
  afterAll(async () => {
    await app.end();
    execFileSync('umount', ['-l', dir]);
    rmSync(dir, { recursive: true, force: true });
  });

  let commits = 0;
  const commit = (rows: number, bytes: number) => {
    const batch = Array.from({ length: rows }, (_, index) => keyed(`${String(commits)}-${String(index)}`, { v: 'x'.repeat(bytes) }));
    commits++;
    return app.call('commit', order(into, batch, { sequence: commits, progress: progress('Filling', commits) }));
  };

  it('is named, with what a person has to do', async () => {
    let failure: unknown;
    for (let tries = 0; tries < 200 && failure === undefined; tries++)
      failure = await commit(120, 10_000).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failure).toMatchObject({
      code: 'BQS_TARGET_COMMIT_FAILED',
      retryable: true,
      message: expect.stringMatching(
        /table "Filling" failed and stored nothing: the disk of Harper is full: 0\.\d MB are free at .*database/,
      ),
      hint: 'free space there: bqsync resumes by itself; restart Harper then, as it refuses all other writes of this thread until it is restarted',
    });
  });

  it('stops bqsync only while it is full, though Harper refuses writes of others for ever', async () => {
    rmSync(join(dir, 'ballast'));
    await sleep(QUEUE_MS + 500);
    const others = await app.harper.fetch('/Plain/a', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect([others.status, await others.text()]).toEqual([503, expect.stringContaining('too long of queue')]);
    const before = await app.call('count', 'Filling');
    expect(await commit(3, 10)).toMatchObject({ inserted: 3 });
    expect(await commit(150, 10)).toMatchObject({ inserted: 150 });
    await app.call('saveIntent', intent('Filling', 'w2'));
    expect(await app.call('count', 'Filling')).toBe(before + 153);
    expect(await app.call('loadIntent', 'Filling')).toMatchObject({ request: { windowId: 'w2' } });
  });
});

function mounts(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'bqsync-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(dir);
  }
}
