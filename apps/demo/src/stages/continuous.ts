import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../run.ts';
import type { LiveGenerator } from '../source/live-generator.ts';
import type { SyncWatch } from '../sync/watch.ts';
import { judge, type Sides, type Verdict } from '../verdict/verdict.ts';
import { count, seconds } from '../view/format.ts';
import { progressLines } from '../view/progress.ts';
import { verdictLines } from '../view/verdict-table.ts';

/** Between two verdicts at least this long, and twenty times as long as one takes. */
const VERDICT_EVERY_MS = 60_000;
const VERDICT_SHARE = 20;

export interface Continuous extends Sides {
  readonly generator: LiveGenerator;
  readonly watch: SyncWatch;
  /** Rows written since the start of this run. */
  readonly rowsWritten: () => number;
}

/** Generates and syncs until interrupted, and compares every row now and then with the generator at rest. Never resolves otherwise. */
export async function keepSyncing(run: Run, parts: Continuous): Promise<void> {
  const { screen } = run.output;
  const paint = screen.colours;
  const { generator, watch } = parts;
  let last = 'the first verdict is above';
  const startedAt = performance.now();
  const head = () => `${screen.spinner} generating and syncing  ${paint.dim(seconds(performance.now() - startedAt))}`;
  const written = () => paint.dim(`${count(parts.rowsWritten())} rows written since`);
  screen.show(() => [
    `${head()}  ${written()}`,
    ...progressLines(watch.last, paint),
    `  ${paint.dim(last)}`,
    '',
    paint.dim('  Ctrl-C stops everything and loses nothing.'),
  ]);
  const judging = (async () => {
    for (let pauseMs = VERDICT_EVERY_MS; ; ) {
      await sleep(pauseMs, undefined, { signal: run.signal });
      const verdict = await judgeAtRest(run, parts);
      pauseMs = Math.max(VERDICT_EVERY_MS, verdict.elapsedMs * VERDICT_SHARE);
      if (verdict.exact) last = said(verdict);
      else screen.say('', ...verdictLines(verdict, paint), '');
      run.output.event('verdict', {
        ok: verdict.exact,
        snapshot: verdict.snapshot,
        elapsedMs: Math.round(verdict.elapsedMs),
        tables: verdict.tables,
      });
      if (!screen.live) screen.say(said(verdict));
    }
  })();
  await Promise.race([generator.run(), watch.follow(), judging]);
}

/** The generator pauses, the sync reaches what it wrote, every row is compared, and it goes on. */
async function judgeAtRest(run: Run, parts: Continuous): Promise<Verdict> {
  await parts.generator.pause();
  try {
    await parts.watch.untilReached();
    return await judge(parts, run.signal);
  } finally {
    parts.generator.resume();
  }
}

function said({ exact, tables, snapshot, elapsedMs }: Verdict): string {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.sourceRows, 0);
  return `verdict at ${snapshot}: ${exact ? 'exact' : 'drift'}, every field of ${count(rows)} rows in ${seconds(elapsedMs)}`;
}
