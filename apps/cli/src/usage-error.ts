import { BqsyncError } from '@bqsync/errors';
import type { CommanderError } from 'commander';

/** What commander says of a command line, in one line: what was not understood and what was meant. */
export function usageError(error: CommanderError): BqsyncError {
  const line = error.message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\(Did you mean (.*)\?\)/, '(did you mean $1?)')
    .trim();
  return new BqsyncError('BQS_USAGE', line.includes('did you mean') ? line : `${line}; see --help`, { cause: error });
}
