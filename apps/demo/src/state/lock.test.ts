import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '@bqsync/harper-process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from './lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bqsync-lock-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** Another process that lives until the test is done with it. */
async function withOther<T>(work: (other: { pid: number; startedAt: string }) => T): Promise<T> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await new Promise((resolve) => child.once('spawn', resolve));
  try {
    return work(identify(child.pid!)!);
  } finally {
    child.stdin.end();
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

describe('the lock of a folder', () => {
  it('is refused in one line while another living process holds it, and free once that has released it', async () => {
    await withOther((other) => {
      const lock = takeLock(dir, other);
      expect(() => takeLock(dir)).toThrow(
        expect.objectContaining({ code: 'BQS_USAGE', exitCode: 2, message: expect.stringContaining(String(other.pid)) }),
      );
      lock.release();
      takeLock(dir).release();
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('of a dead process is taken over', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(dir, 'lock.json'), JSON.stringify({ pid, startedAt: 'long ago' }));
    takeLock(dir).release();
  });

  it('of a process whose pid another one has now is taken over', async () => {
    await withOther(({ pid }) => {
      writeFileSync(join(dir, 'lock.json'), JSON.stringify({ pid, startedAt: 'another start' }));
      const lock = takeLock(dir);
      expect(JSON.parse(readFileSync(join(dir, 'lock.json'), 'utf8'))).toEqual(identify(process.pid));
      lock.release();
    });
  });

  it('that was cut short by a crash is taken over', () => {
    writeFileSync(join(dir, 'lock.json'), '{"pid":');
    takeLock(dir).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is not released by one that does not hold it any more', async () => {
    await withOther((other) => {
      const lock = takeLock(dir);
      rmSync(join(dir, 'lock.json'));
      const theirs = takeLock(dir, other);
      lock.release();
      expect(readdirSync(dir)).toEqual(['lock.json']);
      theirs.release();
    });
  });
});
