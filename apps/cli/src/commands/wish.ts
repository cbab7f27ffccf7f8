import type { CommandContext } from '../context.ts';
import type { HarperOptions } from '../harper/harper-options.ts';
import { storeWish } from '../harper/sync-control.ts';
import { statusLines } from '../output/status-lines.ts';

const FOLLOWS = { start: 'syncing starts within a second', stop: 'syncing stops after the step under way' } as const;

/** What `start` and `stop` share: the plugin keeps the wish and follows it within a second. */
export async function wish(
  context: CommandContext,
  action: 'start' | 'stop',
  table: string | undefined,
  options: HarperOptions,
): Promise<number> {
  const status = await storeWish(context, options, action, table);
  const { green } = context.output.colours;
  context.output.print(`${green('ok')} ${table ?? 'all tables'}: ${FOLLOWS[action]}`, '', ...statusLines(status, context.output.colours));
  context.output.document({ ok: true, exitCode: 0, action, table: table ?? null, status: status.raw });
  return 0;
}
