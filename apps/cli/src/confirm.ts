import { createInterface } from 'node:readline/promises';
import { BqsyncError } from '@bqsync/errors';

/** Throws `BQS_USAGE` where nobody can be asked. */
export function requireTerminal(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new BqsyncError('BQS_USAGE', 'there is no terminal to ask on', { hint: 'give --yes' });
}

/** Asks on the terminal; anything but yes is no. Throws `BQS_USAGE` where nobody can answer. */
export async function confirm(question: string, signal: AbortSignal, output?: { readonly progress: { clear(): void } }): Promise<boolean> {
  requireTerminal();
  output?.progress.clear();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // With readline on the terminal Ctrl-C does not become a signal of the process by itself.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
  } finally {
    terminal.close();
  }
}
