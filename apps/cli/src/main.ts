#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: bqsync needs Node 20.19 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  // Loaded only now: an older Node would fail on something inside before it could say so.
  const { runProcess } = await import('./run-process.ts');
  await runProcess();
}
