import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { type BqsyncError, EXIT_CODES, toBqsyncError } from '@bqsync/errors';
import { runDemo } from './demo.ts';
import { parseArguments } from './options.ts';
import { openOutput, type Output } from './output.ts';

/** The clone, seen from `apps/demo/dist`. */
const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');

async function main(): Promise<number> {
  let output: Output | undefined;
  try {
    const parsed = parseArguments(process.argv.slice(2), join(root, '.bqsync', 'demo'));
    if (parsed.kind === 'help') {
      process.stdout.write(parsed.text);
      return 0;
    }
    output = openOutput(parsed.options);
    return await runDemo(parsed.options, root, output);
  } catch (error) {
    return report(toBqsyncError(error), output ?? openOutput({ json: process.argv.includes('--json') }));
  }
}

function report(error: BqsyncError, { screen, event }: Output): number {
  screen.close();
  if (error.code === 'BQS_ABORTED') return EXIT_CODES.interrupted;
  const paint = screen.colours;
  process.stderr.write(`${paint.red('✗')} ${error.message}${error.hint === undefined ? '' : `; ${error.hint}`}\n`);
  if (error.code === 'BQS_INTERNAL' && error.cause instanceof Error && error.cause.stack !== undefined)
    process.stderr.write(`${error.cause.stack}\n`);
  event('error', { ...error.toJSON() });
  return error.exitCode;
}

const code = await main();
// Not by running out of work: an npm that was interrupted may still be at it.
process.stdout.write('', () => process.exit(code));
