import type { Command } from 'commander';
import type { Act } from '../context.ts';
import { type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { wish } from './wish.ts';

export function addStop(program: Command, act: Act): void {
  const command = program
    .command('stop')
    .argument('[table]', 'id of a table (default: all)')
    .description('let a running plugin stop syncing; kept across restarts of Harper, loses nothing');
  withHarperOptions(command, { rest: true, operations: false }).action((table: string | undefined, options: HarperOptions) =>
    act((context) => wish(context, 'stop', table, options)),
  );
}
