import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { removeReports, sumReports } from './lib/reports.mjs';
import { ensureInstalled, quietEnv, withPnpm } from './lib/set-up.mjs';
import { StepFailed, StepStopped } from './lib/step.mjs';
import { root } from './lib/workspace.mjs';

// Runs every test of every package and counts them from the runners' own reports. Arguments go to turbo, for example --filter=@bqsync/core.
const args = process.argv.slice(2).filter((arg, index, all) => arg !== '--' || all.indexOf('--') !== index);
const stopped = new AbortController();
let turbo;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopped.abort();
    turbo?.kill(signal);
  });
}

try {
  await ensureInstalled({ signal: stopped.signal });
  removeReports();
  const code = await runTests();
  process.exitCode = stopped.signal.aborted ? 130 : conclude(code);
} catch (error) {
  if (error instanceof StepStopped) process.exitCode = 130;
  else if (error instanceof StepFailed) process.exitCode = 1;
  else throw error;
}

function runTests() {
  const [command, commandArgs] = withPnpm(
    'node',
    join(root, 'node_modules/turbo/bin/turbo'),
    'run',
    'test',
    '--continue',
    '--ui=stream',
    '--output-logs=new-only',
    '--log-order=grouped',
    ...args,
  );
  return new Promise((resolve) => {
    turbo = spawn(command, commandArgs, {
      cwd: root,
      env: { ...process.env, ...quietEnv, BQSYNC_BUILD: 'code' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    turbo.once('error', (error) => {
      process.stderr.write(`the tests could not be started: ${error.message}\n`);
      resolve(127);
    });
    turbo.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
}

function conclude(turboCode) {
  const { passed, failed, skipped, failures, faults } = sumReports();
  process.stdout.write('\n');
  // Again at the end: what failed is far above in the output of all packages.
  for (const failure of failures) process.stdout.write(`✗ ${failure}\n`);
  // With a selection of packages the others have no result, which is what was asked for.
  const counted = args.length === 0 ? faults : [];
  for (const fault of counted) process.stdout.write(`✗ ${fault}\n`);
  if (turboCode !== 0 && failed === 0) process.stdout.write(`✗ the test run ended with ${turboCode}\n`);
  if (passed === 0) process.stdout.write('✗ no test passed\n');
  if (skipped > 0) process.stdout.write('✗ a test was skipped; none may be\n');
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return turboCode === 0 && passed > 0 && failed === 0 && skipped === 0 && counted.length === 0 ? 0 : 1;
}
