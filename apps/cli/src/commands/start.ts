import type { Command } from 'commander';
import type { Act } from '../context.ts';
import { type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { wish } from './wish.ts';

export function addStart(program: Command, act: Act): void {
  const command = program
    .command('start')
    .argument('[table]', 'id of a table (default: all)')
    .description('let a running plugin sync; kept across restarts of Harper');
  withHarperOptions(command, { rest: true, operations: false }).action((table: string | undefined, options: HarperOptions) =>
    act((context) => wish(context, 'start', table, options)),
  );
}
