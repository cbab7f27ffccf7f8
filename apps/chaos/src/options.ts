import { BqsyncError } from '@bqsync/errors';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { TargetChoice } from './cluster/tables.ts';

const TARGET_CHOICES = ['declared', 'made', 'both'] as const satisfies readonly TargetChoice[];
const READ_CHOICES = ['both', 'auto', 'rest', 'storage'] as const;
/** How the tables of a run are read: each by its own way, which takes both, or all by one. */
export type ReadChoice = (typeof READ_CHOICES)[number];

/** Each node is a process of some hundred MB. */
const MOST_NODES = 5;

/** How one table is read. */
export type ReadWay = Exclude<ReadChoice, 'both'>;

export interface ChaosOptions {
  readonly kills: number;
  /** Of kill moments, worker restarts, faults and data. */
  readonly seed: number;
  readonly read: ReadChoice;
  /** Harper nodes: one alone, or a cluster. */
  readonly nodes: number;
  /** Who makes the targets on a cluster. */
  readonly targets: TargetChoice;
  /** The plugin commits as it did when replicas lost rows. */
  readonly unsafeCommits: boolean;
  readonly json: boolean;
}

export type Parsed = { readonly kind: 'run'; readonly options: ChaosOptions } | { readonly kind: 'help'; readonly text: string };

/**
 * Reads the arguments after `pnpm chaos`. A leading `--` is accepted.
 *
 * @throws BqsyncError `BQS_USAGE` for anything not understood, in one line.
 */
export function parseArguments(args: readonly string[]): Parsed {
  let help: string | undefined;
  const command = new Command('pnpm chaos')
    .usage('[options]')
    .description('Kills a real Harper in the middle of its work again and again while BigQuery fails and changes, then compares every row.')
    .option('--kills <n>', 'how often Harper is killed with SIGKILL', wholeNumber(0, 100_000), 10)
    .option('--seed <n>', 'of the moments, faults and data', wholeNumber(0, 2 ** 32 - 1), 1)
    .addOption(
      new Option('--read <api>', 'how rows are read: half of the tables each way, or all as fits, by REST, or by the Storage Read API')
        .choices(READ_CHOICES)
        .default('both'),
    )
    .option('--nodes <n>', 'Harper nodes; more than one are a cluster, and every row of each is compared', wholeNumber(1, MOST_NODES), 1)
    .addOption(
      new Option('--targets <who>', 'of a cluster: tables declared by the application, made by the plugin, or both')
        .choices(TARGET_CHOICES)
        .default('declared'),
    )
    .option('--unsafe-commits', 'test only: the plugin commits in a way that replicas can drop, which the run must find', false)
    .option('--json', 'the summary as one JSON line on stdout', false)
    .helpOption('--help', 'show this')
    .addHelpText('after', '\nExit codes: 0 exact, 2 usage, 4 BigQuery, 5 Harper, 6 drift or broken promise, 130 interrupted.')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        help = (help ?? '') + text;
      },
      writeErr: () => undefined,
    });
  try {
    command.parse([...(args[0] === '--' ? args.slice(1) : args)], { from: 'user' });
  } catch (error) {
    if (help !== undefined) return { kind: 'help', text: help };
    if (error instanceof CommanderError) throw usage(error);
    throw error;
  }
  return { kind: 'run', options: command.opts<ChaosOptions>() };
}

function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
    return value;
  };
}

function usage(cause: CommanderError): BqsyncError {
  const message = cause.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new BqsyncError('BQS_USAGE', message, { hint: 'see pnpm chaos --help', cause });
}
