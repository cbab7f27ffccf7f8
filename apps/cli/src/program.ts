import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAudit } from './commands/audit.ts';
import { addCheck } from './commands/check.ts';
import { addInit } from './commands/init.ts';
import { addLocal } from './commands/local.ts';
import { addPlan } from './commands/plan.ts';
import { addResync } from './commands/resync.ts';
import { addSchema } from './commands/schema.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addVerify } from './commands/verify.ts';
import type { Act } from './context.ts';

const EPILOGUE = `
Exit codes:
  0 ok   2 usage   3 configuration   4 BigQuery   5 Harper   6 drift   130 interrupted   1 a fault of bqsync itself
With --json every command prints one JSON document on stdout, { "ok": …, "exitCode": … } and more; all else goes to stderr.
Commands that talk to Harper log in as BQSYNC_HARPER_USER with BQSYNC_HARPER_PASSWORD, or --user and --password-file.`;

/** The command line, without anything run. `printHelp` gets the text of --help and --version. */
export function createProgram(act: Act, printHelp: (text: string) => void): Command {
  const program = new Command('bqsync')
    .description('Keeps Harper tables exact copies of BigQuery tables.')
    .version(packageJson.version, '--version', 'show the version')
    .option('--config <file>', 'the configuration (default: bqsync.yaml, then config.yaml)')
    .option('--json', 'one JSON document on stdout')
    .option('--no-color', 'plain text; so does the environment variable NO_COLOR')
    .helpOption('-h, --help', 'show this')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .configureOutput({ writeOut: printHelp, writeErr: printHelp, outputError: () => undefined });
  for (const add of [addInit, addCheck, addSchema, addPlan, addStatus, addStart, addStop, addVerify, addAudit, addResync, addLocal]) {
    add(program, act);
  }
  return program;
}
