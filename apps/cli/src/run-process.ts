import { EXIT_CODES } from '@bqsync/errors';
import { listenForInterrupt } from './interrupt.ts';
import { run } from './run.ts';

/** Runs the command that this process was started for and leaves its exit code. */
export async function runProcess(): Promise<void> {
  const interrupt = listenForInterrupt(() => process.exit(EXIT_CODES.interrupted));
  // A reader that has seen enough, such as `head`, closes the pipe: that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode);
  });
  try {
    process.exitCode = await run(process.argv.slice(2), {
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      signal: interrupt.signal,
    });
  } finally {
    interrupt.release();
  }
}
