import { resolve } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import { type ScenarioName, scenarios } from '@bqsync/synthesizer';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

const READ_APIS = ['auto', 'rest', 'storage'] as const;
export type ReadApi = (typeof READ_APIS)[number];

/** What a run of the demo was asked to do. */
export interface DemoOptions {
  /** As asked for; without it a kept state goes on with its own, a new one is `realistic`. */
  readonly scenario: ScenarioName | undefined;
  /** As asked for; without it a kept state goes on with its own, a new one is `1`. */
  readonly seed: string | undefined;
  readonly exit: boolean;
  readonly json: boolean;
  readonly tamper: boolean;
  readonly reset: boolean;
  readonly serve: boolean;
  readonly threads: number;
  /** How the sync reads rows. */
  readonly read: ReadApi;
  /** Absolute. */
  readonly stateDir: string;
  readonly httpPort: number | undefined;
  readonly operationsPort: number | undefined;
  readonly bigqueryPort: number | undefined;
}

export type Parsed = { readonly kind: 'run'; readonly options: DemoOptions } | { readonly kind: 'help'; readonly text: string };

const SCENARIO_NAMES = Object.keys(scenarios) as ScenarioName[];

/**
 * Reads the arguments after `npm start --`. A leading `--` is accepted.
 *
 * @throws BqsyncError `BQS_USAGE` for anything not understood, in one line.
 */
export function parseArguments(args: readonly string[], defaultStateDir: string): Parsed {
  let help: string | undefined;
  const command = new Command('npm start --')
    .usage('[options]')
    .description(
      'Three BigQuery tables become three exact Harper tables, on this machine alone: synthesizer, local BigQuery, a real Harper, a verdict.',
    )
    .addOption(new Option('--scenario <name>', 'how much data; a kept state goes on with its own').choices(SCENARIO_NAMES))
    .option('--seed <text>', 'of the fleet; the same seed gives the same rows')
    .option('--exit', 'end after the verdict: 0 exact, 6 drift', false)
    .option('--json', 'JSON lines on stdout, everything else on stderr', false)
    .option('--tamper', 'delete, alter and add one row in Harper before the verdict; implies --exit', false)
    .option('--reset', 'delete the kept state first', false)
    .option('--serve', 'only start both servers on the kept state, without generator and sync', false)
    .option('--threads <n>', 'worker threads of Harper', wholeNumber(1, 64), 2)
    .addOption(
      new Option('--read <api>', 'how rows are read: pages over REST, the Storage Read API, or as fits').choices(READ_APIS).default('auto'),
    )
    .option('--state <dir>', 'folder of all data of this demo', defaultStateDir)
    .option('--http-port <n>', 'of Harper; default: a free one', wholeNumber(1, 65_535))
    .option('--operations-port <n>', 'of the operations API of Harper; default: a free one', wholeNumber(1, 65_535))
    .option('--bigquery-port <n>', 'of the local BigQuery; default: a free one', wholeNumber(1, 65_535))
    .helpOption('--help', 'show this')
    .addHelpText('after', EPILOGUE)
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
    if (error instanceof CommanderError) throw usage(error.message.replace(/^error: /, ''), error);
    throw error;
  }
  return { kind: 'run', options: checked(command.opts<RawOptions>()) };
}

const EPILOGUE = `
Exit codes: 0 ok, 2 usage, 3 configuration, 4 BigQuery, 5 Harper, 6 drift, 130 interrupted.
Ctrl-C stops everything and loses nothing; the next start goes on.`;

interface RawOptions {
  scenario?: ScenarioName;
  seed?: string;
  exit: boolean;
  json: boolean;
  tamper: boolean;
  reset: boolean;
  serve: boolean;
  threads: number;
  read: ReadApi;
  state: string;
  httpPort?: number;
  operationsPort?: number;
  bigqueryPort?: number;
}

function checked(raw: RawOptions): DemoOptions {
  if (raw.serve) {
    for (const name of ['exit', 'tamper', 'reset'] as const) {
      if (raw[name]) throw usage(`--serve only starts the servers: it does not go with --${name}`);
    }
  }
  const ports = [raw.httpPort, raw.operationsPort, raw.bigqueryPort].filter((port) => port !== undefined);
  if (new Set(ports).size < ports.length) throw usage('the ports must differ from each other');
  return {
    scenario: raw.scenario,
    seed: raw.seed,
    exit: raw.exit || raw.tamper,
    json: raw.json,
    tamper: raw.tamper,
    reset: raw.reset,
    serve: raw.serve,
    threads: raw.threads,
    read: raw.read,
    stateDir: resolve(raw.state),
    httpPort: raw.httpPort,
    operationsPort: raw.operationsPort,
    bigqueryPort: raw.bigqueryPort,
  };
}

function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
    return value;
  };
}

function usage(message: string, cause?: unknown): BqsyncError {
  return new BqsyncError('BQS_USAGE', message.replaceAll('\n', ' '), { hint: 'see npm start -- --help', cause });
}
