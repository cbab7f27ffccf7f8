import { createInterface } from 'node:readline/promises';
import { BqsyncError } from '@bqsync/errors';

/** Asks on the terminal; anything but yes is no. Throws `BQS_USAGE` where nobody can answer. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new BqsyncError('BQS_USAGE', 'there is no terminal to ask on', { hint: 'give --yes' });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // With readline on the terminal Ctrl-C does not become a signal of the process by itself.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
  } finally {
    terminal.close();
  }
}
