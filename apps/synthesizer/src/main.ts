#!/usr/bin/env node
import { run } from './program.ts';

const stop = new AbortController();
let asked = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    const now = Date.now();
    // One Ctrl-C can arrive several times; a second one by a person comes later and means it.
    if (stop.signal.aborted && now - asked > 500) process.exit(130);
    if (!stop.signal.aborted) asked = now;
    stop.abort();
  });
// A reader that closes the pipe, such as head, wants no more: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
});
