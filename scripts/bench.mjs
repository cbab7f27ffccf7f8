import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './lib/set-up.mjs';
import { StepFailed, StepStopped } from './lib/step.mjs';
import { root } from './lib/workspace.mjs';

// Builds the benchmark suite where that is needed, and runs it with the arguments given: see `pnpm bench --help`.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const EXIT_INTERRUPTED = 130;

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const stopped = new AbortController();
let suite;
for (const signal of SIGNALS) {
  process.on(signal, () => {
    stopped.abort();
    suite?.kill(signal);
  });
}

try {
  await ensureInstalled({ signal: stopped.signal });
  await ensureBuilt(['@bqsync/bench'], { signal: stopped.signal });
  process.exitCode = await bench();
} catch (error) {
  if (error instanceof StepStopped) process.exitCode = EXIT_INTERRUPTED;
  else if (error instanceof StepFailed) process.exitCode = 1;
  else throw error;
}

function bench() {
  return new Promise((resolve, reject) => {
    suite = spawn(process.execPath, [join(root, 'bench/dist/main.js'), ...args], { stdio: 'inherit' });
    suite.once('error', reject);
    suite.once('close', (code) => resolve(code ?? EXIT_INTERRUPTED));
  });
}
