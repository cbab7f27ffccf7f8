import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './set-up.mjs';
import { StepFailed, StepStopped } from './step.mjs';
import { root } from './workspace.mjs';

// The application is a direct child of this process, never of npx, pnpm or turbo: those answer signals in ways of their own.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const EXIT_INTERRUPTED = 130;

/** Installs and builds what is missing, and runs a program of the workspace with this command's arguments; sets the exit code. */
export async function runApplication({ name, main, builds, nodeOptions = [] }) {
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
    await ensureBuilt(builds, { signal: stopped.signal });
    process.exitCode = await run();
  } catch (error) {
    if (error instanceof StepStopped) process.exitCode = EXIT_INTERRUPTED;
    else if (error instanceof StepFailed) process.exitCode = 1;
    else throw error;
  }

  function run() {
    if (stopped.signal.aborted) return EXIT_INTERRUPTED;
    return new Promise((resolve) => {
      application = spawn(process.execPath, [...nodeOptions, join(root, main), ...args], { stdio: 'inherit' });
      application.once('error', (error) => {
        process.stderr.write(`${name} could not be started: ${error.message}\n`);
        resolve(1);
      });
      application.once('close', (code, signal) => {
        if (signal === null) resolve(code ?? 1);
        else resolve(SIGNALS.includes(signal) ? EXIT_INTERRUPTED : 128 + (constants.signals[signal] ?? 0));
      });
    });
  }
}
