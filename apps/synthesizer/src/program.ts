import { toBqsyncError } from '@bqsync/errors';
import { scenarios } from '@bqsync/synthesizer';
import { Command, CommanderError } from 'commander';
import { generate, type GenerateFlags, initialize, remove, start, stats } from './commands.ts';
import type { Console } from './console.ts';
import { type Flags, readSettings, type Settings } from './options.ts';

/** Options that every command has. */
function common(command: Command): Command {
  return command
    .option('--tables <list>', 'only these tables, with commas between')
    .option('--seed <seed>', 'the seed of the fleet (default 1)')
    .option('--config <file>', 'YAML with the sections bigquery and synthesizer')
    .option('--project <id>', 'project of BigQuery (default bqsync-local)')
    .option('--dataset <id>', 'dataset of BigQuery (default maritime)')
    .option('--api-endpoint <url>', 'another server that speaks the protocol of BigQuery')
    .option('--state <file>', 'where the run is kept (default .bqsync-synthesizer.json)')
    .option('--json', 'results as JSON lines')
    .option('--yes', 'agree in advance to what deletes');
}

function build(io: Console): Command {
  const program = new Command('bqsync-synthesizer')
    .description(
      'Writes the positions, port events and metadata of a made-up merchant fleet to BigQuery. The same seed gives the same rows, for ever.',
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .addHelpText('after', '\nExit codes: 0 done, 2 usage, 3 configuration, 4 BigQuery, 5 files, 130 stopped.');
  const add = (
    name: string,
    description: string,
    action: (settings: Settings, argument: string, flags: Flags & GenerateFlags & Extra) => Promise<void>,
    more: (command: Command) => Command = (command) => command,
  ): void => {
    const command = more(common(program.command(name).description(description)));
    command.action(async (...given: unknown[]) => {
      const flags = command.opts<Flags & GenerateFlags & Extra>();
      await action(readSettings(flags), typeof given[0] === 'string' ? given[0] : '', flags);
    });
  };
  const named = Object.values(scenarios).map(
    ({ name, description, counts }) =>
      `${name}: ${description} (${Object.values(counts)
        .map((n) => n.toLocaleString('en'))
        .join(' / ')} rows)`,
  );
  add(
    'initialize <scenario>',
    'write a scenario: exactly its rows of positions, port events and vessels',
    (settings, name, { end }) => initialize(io, settings, name, end),
    (command) =>
      command
        .option('--end <instant>', 'where the scenario ends (default: now, at a whole minute)')
        .addHelpText('after', `\nScenarios:\n  ${named.join('\n  ')}`),
  );
  add(
    'start',
    'go on writing what becomes due, until Ctrl-C; exact after a crash',
    (settings, _, { once }) => start(io, settings, once === true),
    (command) => command.option('--once', 'stop when the present is reached'),
  );
  add('stats', 'show what the tables hold and how far the run is', (settings) => stats(io, settings));
  add('clear', 'delete all rows, keep the tables', (settings) => remove(io, settings, 'clear'));
  add('clean', 'drop the tables', (settings) => remove(io, settings, 'clean'));
  add('reset', 'drop the tables and forget the run, for another scenario or seed', (settings) => remove(io, settings, 'reset'));
  add(
    'generate',
    'print rows as NDJSON, or write a file for each table; asks no BigQuery',
    (settings, _, flags) => generate(io, settings, flags),
    (command) =>
      command
        .option('--from <instant>', 'start of the range')
        .option('--to <instant>', 'end of the range, not included')
        .option('--scenario <name>', 'the rows of a scenario that ends at --to')
        .option('--out <folder>', 'a folder for <table>.ndjson instead of stdout'),
  );
  return program;
}

interface Extra {
  readonly end?: string | undefined;
  readonly once?: boolean | undefined;
}

/** Runs a command line; resolves to the exit code and never throws. Errors are one line on stderr, or one of JSON with --json. */
export async function run(args: readonly string[], io: Console): Promise<number> {
  try {
    await build(io).parseAsync(
      args.filter((arg) => arg !== '--'),
      { from: 'user' },
    );
    return io.signal.aborted ? 130 : 0;
  } catch (cause) {
    // commander has said it already; its help is a success.
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
    const error = toBqsyncError(cause);
    if (error.code === 'BQS_ABORTED') return 130;
    if (args.includes('--json')) io.stdout.write(`${JSON.stringify({ event: 'error', ...error.toJSON() })}\n`);
    io.stderr.write(`${error.code}: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}\n`);
    return error.exitCode;
  }
}
