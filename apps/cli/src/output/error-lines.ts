import type { BqsyncError } from '@bqsync/errors';
import type { Colours } from './colours.ts';

/** `error: message` and, where there is something to do, `hint: …`. */
export function errorLines(error: BqsyncError, colours: Colours): string[] {
  const lines = [`${colours.red('error:')} ${error.message}`];
  // A configuration's message has the hint of its only error in it already.
  if (error.hint !== undefined && !error.message.includes(error.hint)) lines.push(`${colours.cyan('hint:')} ${error.hint}`);
  return lines;
}
