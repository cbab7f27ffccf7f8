import { fileURLToPath } from 'node:url';
import { EXIT_CODES, toBqsyncError } from '@bqsync/errors';
import { runChaos } from './chaos.ts';
import { runClusterChaos } from './cluster/cluster-chaos.ts';
import { parseArguments } from './options.ts';

/** The clone, seen from `apps/chaos/dist`. */
const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function main(signal: AbortSignal): Promise<number> {
  try {
    const parsed = parseArguments(process.argv.slice(2));
    if (parsed.kind === 'help') {
      process.stdout.write(parsed.text);
      return 0;
    }
    const run = parsed.options.nodes === 1 ? runChaos : runClusterChaos;
    return await run(parsed.options, {
      root,
      signal,
      say,
      onSummary: (summary) => {
        if (parsed.options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      },
    });
  } catch (error) {
    if (signal.aborted) {
      say('stopped');
      return EXIT_CODES.interrupted;
    }
    const { message, hint, exitCode, code, cause } = toBqsyncError(error);
    say(`✗ ${message}${hint === undefined ? '' : `; ${hint}`}`);
    if (code === 'BQS_INTERNAL' && cause instanceof Error && cause.stack !== undefined) say(cause.stack);
    return exitCode;
  }
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
process.exitCode = await main(interrupted.signal);
process.stdout.write('', () => process.exit());
