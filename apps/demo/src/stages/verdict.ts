import { type Run, step } from '../run.ts';
import { controlSync } from '../sync/sync-status.ts';
import { summaryOf } from '../summary.ts';
import { costOf, type Cost } from '../usage.ts';
import { tamper } from '../verdict/tamper.ts';
import { judge, type Sides, type Verdict } from '../verdict/verdict.ts';
import { bytes, type Palette } from '../view/format.ts';
import { verdictLines } from '../view/verdict-table.ts';
import type { BigQueryServer } from '../servers/bigquery.ts';
import type { UsageReport } from '@bqsync/local-bigquery';

export interface VerdictStage extends Sides {
  readonly bigquery: BigQueryServer;
  /** What had been used before the sync began. */
  readonly usageBefore: UsageReport;
}

/** Compares, shows and reports: as the summary if the run ends with it. */
export async function reachVerdict(run: Run, stage: VerdictStage): Promise<Verdict> {
  const { options, output, signal } = run;
  const { screen } = output;
  if (options.tamper) await tamperBehindTheSync(run, stage);
  const verdict = await step(run, 'comparing every row', () => judge(stage, signal));
  if (options.tamper) await controlSync(stage.harper, 'start');
  const cost = costOf(await stage.bigquery.usage(), stage.usageBefore);
  screen.say('', ...verdictLines(verdict, screen.colours), costLine(cost, screen.colours), '');
  const { event, ...summary } = summaryOf(verdict, cost, performance.now() - run.startedAt);
  output.event(options.exit ? event : 'verdict', summary);
  return verdict;
}

/** With the sync stopped, which would put right what it reads again. */
async function tamperBehindTheSync({ output: { screen } }: Run, { harper }: VerdictStage): Promise<void> {
  await controlSync(harper, 'stop');
  await tamper(harper);
  screen.say(`${screen.colours.yellow('!')} tampered with Harper: one row deleted, one altered, one added`);
}

function costLine({ bytesScanned, bytesBilled, backfillBytes, verifyBytes }: Cost, paint: Palette): string {
  const sync = `the sync scanned ${bytes(bytesScanned)} (${bytes(backfillBytes)} of it for the backfill)`;
  return paint.dim(`  ${sync}, billed as ${bytes(bytesBilled)} at BigQuery's minimum; the verdict scanned ${bytes(verifyBytes)}`);
}
