import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './lib/set-up.mjs';
import { StepFailed, StepStopped } from './lib/step.mjs';
import { root } from './lib/workspace.mjs';

// The application is a direct child of this process, never of npx, pnpm or turbo: those answer signals in ways of their own.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// The verdict holds all rows of a table: they outlive the young generation, whose copying costs half of its time at the default size.
const NODE_OPTIONS = ['--max-semi-space-size=64'];
const EXIT_INTERRUPTED = 130;

const args = process.argv.slice(2).filter((arg, index, all) => arg !== '--' || all.indexOf('--') !== index);
const stopped = new AbortController();
let application;
for (const signal of SIGNALS) {
  process.on(signal, () => {
    if (application === undefined) stopped.abort();
    else application.kill(signal);
  });
}

try {
  await ensureInstalled({ signal: stopped.signal });
  await ensureBuilt(['@bqsync/demo', '@bqsync/harper-plugin'], { signal: stopped.signal });
  process.exitCode = await runApplication();
} catch (error) {
  if (error instanceof StepStopped) process.exitCode = EXIT_INTERRUPTED;
  else if (error instanceof StepFailed) process.exitCode = 1;
  else throw error;
}

function runApplication() {
  if (stopped.signal.aborted) return EXIT_INTERRUPTED;
  return new Promise((resolve) => {
    application = spawn(process.execPath, [...NODE_OPTIONS, join(root, 'apps/demo/dist/main.js'), ...args], { stdio: 'inherit' });
    application.once('error', (error) => {
      process.stderr.write(`the demo could not be started: ${error.message}\n`);
      resolve(1);
    });
    application.once('close', (code, signal) => {
      if (signal === null) resolve(code ?? 1);
      else resolve(SIGNALS.includes(signal) ? EXIT_INTERRUPTED : 128 + (constants.signals[signal] ?? 0));
    });
  });
}
