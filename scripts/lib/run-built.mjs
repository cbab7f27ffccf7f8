import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './set-up.mjs';
import { StepFailed, StepStopped } from './step.mjs';
import { root } from './workspace.mjs';

/** Builds a package where that is needed, and runs a program of its build with this process's arguments and signals. Sets the exit code. */
export async function runBuilt(name, file) {
  const args = process.argv.slice(2).filter((arg) => arg !== '--');
  const stopped = new AbortController();
  let program;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      stopped.abort();
      // It prints what it has found so far.
      program?.kill('SIGINT');
    });
  }
  try {
    await ensureInstalled({ signal: stopped.signal });
    await ensureBuilt([name], { signal: stopped.signal });
    process.exitCode = await new Promise((resolve, reject) => {
      program = spawn(process.execPath, [join(root, file), ...args], { stdio: 'inherit' });
      program.once('error', reject);
      program.once('close', (code) => resolve(code ?? 1));
    });
  } catch (error) {
    if (error instanceof StepStopped) process.exitCode = 130;
    else if (error instanceof StepFailed) process.exitCode = 1;
    else throw error;
  }
}
