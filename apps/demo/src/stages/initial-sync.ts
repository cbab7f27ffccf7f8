import type { SyncWatch } from '../sync/watch.ts';
import type { Run } from '../run.ts';
import { type TableProgress, plainProgress, progressLines, rowsDone } from '../view/progress.ts';
import { seconds } from '../view/format.ts';

const PLAIN_EVERY_MS = 3_000;

/** Shows the sync until every table has all that was written. */
export async function watchInitialSync(run: Run, watch: SyncWatch): Promise<void> {
  const { screen } = run.output;
  const paint = screen.colours;
  const startedAt = performance.now();
  const took = () => paint.dim(seconds(performance.now() - startedAt));
  screen.show(() => [`${screen.spinner} syncing ${took()}`, ...progressLines(watch.last, paint)]);
  await watch.untilReached();
  screen.show(undefined);
  screen.say(`${paint.green('✓')} in sync  ${took()}`, ...progressLines(watch.last, paint));
}

/** Tells programs, and people without a terminal, how far the tables are: now and then, and when something changes. */
export function progressReporter({ output }: Run): (tables: readonly TableProgress[]) => void {
  let saidAt = -Infinity;
  let said = '';
  return (tables) => {
    const now = performance.now();
    const text = plainProgress(tables);
    if (text === said || now - saidAt < PLAIN_EVERY_MS) return;
    [saidAt, said] = [now, text];
    if (!output.screen.live) output.screen.say(`… ${text}`);
    for (const table of tables) {
      const { status } = table;
      output.event('progress', {
        table: table.table,
        state: status?.state ?? 'starting',
        phase: status?.phase,
        rows: rowsDone(table),
        totalRows: table.total,
        lagSeconds: status?.lagSeconds,
        watermark: status?.watermark,
      });
    }
  };
}
