import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { readStatus } from '../harper/sync-control.ts';
import { statusLines } from '../output/status-lines.ts';

export function addStatus(program: Command, act: Act): void {
  const command = program.command('status').description('show what a running plugin is doing, table by table');
  withHarperOptions(command, { rest: true, operations: false })
    .addHelpText('after', '\nExits with 0 if the status could be read, whatever it says.')
    .action((options: HarperOptions) => act((context) => status(context, options)));
}

async function status(context: CommandContext, options: HarperOptions): Promise<number> {
  const found = await readStatus(context, options);
  context.output.print(...statusLines(found, context.output.colours));
  context.output.document({ ok: true, exitCode: 0, status: found.raw });
  return 0;
}
