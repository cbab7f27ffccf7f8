import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { readStatus } from '../harper/sync-control.ts';
import { ailmentsOf, exitCodeOfAilments } from '../output/health.ts';
import { statusLines } from '../output/status-lines.ts';

interface StatusOptions extends HarperOptions {
  readonly check?: boolean;
}

export function addStatus(program: Command, act: Act): void {
  const command = program
    .command('status')
    .description('show what a running plugin is doing, table by table')
    .option('--check', 'exit with 0 only if every table is healthy');
  withHarperOptions(command, { rest: true, operations: false })
    .addHelpText(
      'after',
      `
Exits with 0 if the status could be read, whatever it says. With --check also a table that is failed, retrying, degraded, paused, stopped, starting
or read for the first time counts: then it exits by the first of them, 3 configuration, 4 BigQuery, 5 Harper, else 6.`,
    )
    .action((options: StatusOptions) => act((context) => status(context, options)));
}

async function status(context: CommandContext, options: StatusOptions): Promise<number> {
  const { output } = context;
  const { red, green } = output.colours;
  const found = await readStatus(context, options);
  output.print(...statusLines(found, output.colours));
  if (options.check !== true) {
    output.document({ ok: true, exitCode: 0, status: found.raw });
    return 0;
  }
  const ailments = ailmentsOf(found);
  const exitCode = exitCodeOfAilments(ailments);
  output.print(
    '',
    ...ailments.map(({ table, state, message }) => `${red('unhealthy')} ${table ?? 'the plugin'}: ${state}: ${message}`),
    ...(exitCode === 0 ? [`${green('healthy')} every table`] : []),
  );
  output.document({
    ok: exitCode === 0,
    exitCode,
    unhealthy: ailments.map(({ table = null, state, message }) => ({ table, state, message })),
    status: found.raw,
  });
  return exitCode;
}
