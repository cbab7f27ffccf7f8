import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import { identify, isAlive, type ProcessIdentity } from '@bqsync/harper-process';

/** Holds a folder for this process until released. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a folder. One that a dead process left is taken over, also if its pid now belongs to another process.
 *
 * @throws BqsyncError `BQS_USAGE` if a living process holds it.
 */
export function takeLock(dir: string, self: ProcessIdentity | undefined = identify(process.pid)): Lock {
  if (self === undefined) throw new BqsyncError('BQS_INTERNAL', 'this process does not find itself in the list of processes');
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'lock.json');
  const own = `${path}.${self.pid}`;
  writeFileSync(own, `${JSON.stringify(self)}\n`);
  try {
    while (!claim(own, path)) {
      const holder = read(path);
      if (holder !== undefined && isAlive(holder)) {
        throw new BqsyncError('BQS_USAGE', `${dir} is in use by another demo, process ${holder.pid}`, {
          hint: 'stop it, or give another folder with --state',
        });
      }
      discard(path, own);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return {
    release: () => {
      const holder = read(path);
      if (holder?.pid === self.pid && holder.startedAt === self.startedAt) rmSync(path, { force: true });
    },
  };
}

/** A hard link appears whole or not at all, for one of several at once. */
function claim(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead lock away under a name of one's own, so that of several who try one does. */
function discard(path: string, own: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = read(aside);
  // Between the look and the rename somebody living may have taken the lock: it goes back.
  if (taken !== undefined && isAlive(taken)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function read(path: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity>;
    return typeof value.pid === 'number' && typeof value.startedAt === 'string'
      ? { pid: value.pid, startedAt: value.startedAt }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
