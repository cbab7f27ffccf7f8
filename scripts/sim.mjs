import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './lib/set-up.mjs';
import { StepFailed, StepStopped } from './lib/step.mjs';
import { root } from './lib/workspace.mjs';

// Builds the simulator where that is needed, and runs it with the arguments given: see `pnpm sim --help`.
const args = process.argv.slice(2).filter((arg) => arg !== '--');
const stopped = new AbortController();
let simulator;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopped.abort();
    // It prints the summary of what it has run.
    simulator?.kill('SIGINT');
  });
}

try {
  await ensureInstalled({ signal: stopped.signal });
  await ensureBuilt(['@bqsync/testkit'], { signal: stopped.signal });
  process.exitCode = await simulate();
} catch (error) {
  if (error instanceof StepStopped) process.exitCode = 130;
  else if (error instanceof StepFailed) process.exitCode = 1;
  else throw error;
}

function simulate() {
  return new Promise((resolve, reject) => {
    simulator = spawn(process.execPath, [join(root, 'packages/testkit/dist/sim/main.js'), ...args], { stdio: 'inherit' });
    simulator.once('error', reject);
    simulator.once('close', (code) => resolve(code ?? 1));
  });
}
