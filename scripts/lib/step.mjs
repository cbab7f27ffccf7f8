import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

const tty = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
const colour = tty && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const HEARTBEAT_MS = 15_000;

const seconds = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

/**
 * Runs a command of the set-up with one quiet line of progress on stderr; its own output is shown only if it fails.
 * The command leads a process group of its own, so that an interruption ends what it started too.
 */
export async function step(label, command, args, { env = {}, signal } = {}) {
  const startedAt = performance.now();
  const stopShowing = show(label, startedAt);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const end = () => endGroup(child);
  signal?.addEventListener('abort', end, { once: true });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output.push(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  signal?.removeEventListener('abort', end);
  stopShowing();
  if (signal?.aborted) throw new StepStopped();
  if (code === 0) {
    process.stderr.write(`${paint('32', '✓')} ${label} ${paint('2', seconds(startedAt))}\n`);
    return;
  }
  process.stderr.write(
    `${Buffer.concat(output).toString('utf8').trimEnd()}\n${paint('31', '✗')} ${label}: \`${[command, ...args].join(' ')}\` ended with ${code}\n`,
  );
  throw new StepFailed(label);
}

export class StepFailed extends Error {}
export class StepStopped extends Error {}

function show(label, startedAt) {
  if (!tty) {
    process.stderr.write(`… ${label}\n`);
    const heartbeat = setInterval(() => process.stderr.write(`… ${label}, ${seconds(startedAt)}\n`), HEARTBEAT_MS);
    return () => clearInterval(heartbeat);
  }
  let frame = 0;
  const draw = () =>
    process.stderr.write(`\r\u001b[2K${paint('36', FRAMES[frame++ % FRAMES.length])} ${label} ${paint('2', seconds(startedAt))}`);
  draw();
  const timer = setInterval(draw, 120);
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\u001b[2K');
  };
}

function endGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
