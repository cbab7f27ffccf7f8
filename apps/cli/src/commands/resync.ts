import { formatInstant, parseInstant } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { requestResync } from '../harper/sync-control.ts';

interface ResyncOptions extends HarperOptions {
  readonly table: string;
  readonly from?: string;
  readonly yes?: boolean;
}

export function addResync(program: Command, act: Act): void {
  const command = program
    .command('resync')
    .description('let a running plugin read a table again and put right what differs')
    .requiredOption('--table <id>', 'the table')
    .option('--from <instant>', 'only rows whose timestamp is this or later, such as 2026-01-31T12:00:00Z (default: every row)')
    .option('--yes', 'do not ask first: reading again is billed');
  withHarperOptions(command, { rest: true, operations: false }).action((options: ResyncOptions) =>
    act((context) => resync(context, options)),
  );
}

async function resync(context: CommandContext, options: ResyncOptions): Promise<number> {
  const { output, signal } = context;
  const { table, yes } = options;
  const from = options.from === undefined ? undefined : instantOf(options.from);
  const what = from === undefined ? 'every row' : `every row from ${from} on`;
  if (yes !== true && !(await confirm(`Read ${what} of ${table} again? BigQuery bills it; bqsync plan shows the price. [y/N] `, signal))) {
    output.print('nothing was asked of the plugin');
    output.document({ ok: true, exitCode: 0, action: null });
    return 0;
  }
  const status = await requestResync(context, options, table, from);
  const { green, yellow } = output.colours;
  output.print(
    status === 'begun'
      ? `${green('ok')} ${table}: ${what} is read again; bqsync status shows how far it is`
      : `${yellow('pending')} ${table}: asked for, but the thread that runs the table has not answered yet; bqsync status shows why`,
  );
  output.document({ ok: true, exitCode: 0, action: 'resync', table, from: from ?? null, status });
  return 0;
}

function instantOf(text: string): string {
  const at = parseInstant(text);
  if (at !== undefined) return formatInstant(at);
  throw new BqsyncError('BQS_USAGE', `--from is not an instant in UTC: ${text}`, {
    hint: 'such as 2026-01-31T12:00:00Z or 2026-01-31',
  });
}
