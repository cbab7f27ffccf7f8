import { createInterface } from 'node:readline/promises';
import type { Writable } from 'node:stream';
import { BqsyncError } from '@bqsync/errors';

/** What a command may use of the process, so that a test can be one. */
export interface Console {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Asks on stderr, unless `yes` says it in advance; refuses where nobody can be asked. */
export async function agree(io: Console, yes: boolean, question: string): Promise<boolean> {
  if (yes) return true;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
    throw new BqsyncError('BQS_USAGE', `not done without being asked: ${question}`, {
      hint: 'nobody can be asked here; confirm with --yes',
    });
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: io.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** Progress for people, on stderr only. */
export function tell(io: Console, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** The result: one line of JSON, or text. */
export function answer(io: Console, json: boolean, value: Readonly<Record<string, unknown>>, text: string): void {
  io.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}
