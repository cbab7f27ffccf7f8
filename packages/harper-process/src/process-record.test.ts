import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endProcess, identify, isAlive } from './process-record.ts';

describe('identify', () => {
  it('tells a process from another one of the same pid', () => {
    const self = identify(process.pid)!;
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ pid: process.pid, startedAt: 'earlier' })).toBe(false);
  });

  it('knows no process after its end', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid!;
    await once(child, 'close');
    expect(identify(pid)).toBeUndefined();
  });
});

describe('endProcess', () => {
  it('kills a process that ignores SIGTERM', async () => {
    const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"], {
      detached: true,
    });
    await once(child.stdout, 'data');
    const ended = once(child, 'exit');
    await endProcess(identify(child.pid!)!, 50);
    expect((await ended)[1]).toBe('SIGKILL');
  });
});
