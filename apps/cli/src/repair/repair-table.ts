import type { BigQuerySource } from '@bqsync/bigquery';
import type { TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { confirm, requireTerminal } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import type { HarperOptions } from '../harper/harper-options.ts';
import type { Colours } from '../output/colours.ts';
import { formatBytes, formatCount, plural } from '../output/format.ts';
import { clipRanges, rangesOfDays } from '../verify/days.ts';
import type { Retry } from '../verify/retry.ts';
import type { Verdict } from '../verify/verdict.ts';
import type { Verification } from '../verify/verify-table.ts';
import { awaitRepair, NOTHING, type RepairReport, sumReports } from './await-repair.ts';
import { costText, estimateRanges } from './estimate.ts';

/** Queries of one repair, at most. */
const MAX_RANGES = 20;
/** Times that a table which still differs afterwards is repaired again: the source may have changed meanwhile. */
const MAX_ROUNDS = 3;
/** So few rows may be deleted whatever their share. */
const FEW_ROWS = 10;

/** What was done to a table. */
export interface Repaired extends RepairReport {
  /** 0: nothing was done, since the answer was no. */
  readonly rounds: number;
}

export interface RepairInput {
  readonly context: CommandContext;
  readonly options: HarperOptions & { readonly maxDeletes: number };
  readonly source: BigQuerySource;
  readonly table: TableSpec;
  readonly retry: Retry;
  readonly signal: AbortSignal;
  readonly check: () => Promise<Verification>;
  readonly found: Verification;
  readonly yes: boolean;
}

/** Before anything is read: where nobody can be asked, `--yes` must be given. */
export function requireConsent(yes: boolean): void {
  if (!yes) requireTerminal();
}

/** Has the plugin put right what a verification found, and verifies again, until nothing differs. */
export async function repairTable(input: RepairInput): Promise<{ readonly verdict: Verdict; readonly repaired: Repaired }> {
  const { context, options, table, check } = input;
  let { found } = input;
  let report = NOTHING;
  let rounds = 0;
  while (!found.verdict.exact && rounds < MAX_ROUNDS && canRepair(found)) {
    const ranges = clipRanges(
      rangesOfDays(found.alarmed, { prunable: found.description.prunable, limit: MAX_RANGES }),
      table.sync.startTimestamp,
    );
    if (ranges.length === 0) break;
    const maxDeletes = await allowedDeletes(input, found.verdict);
    if (maxDeletes === undefined) break;
    if (rounds === 0 && !(await isWanted(input, found, ranges))) break;
    report = sumReports(report, await awaitRepair(context, options, table.id, ranges, maxDeletes));
    rounds++;
    found = await check();
  }
  return { verdict: found.verdict, repaired: { rounds, ...report } };
}

/** Whether something differs that a repair reaches. */
function canRepair({ verdict, extraNotText }: Verification): boolean {
  return verdict.missing + verdict.different + verdict.extra > extraNotText;
}

/** How many rows may go; undefined: the user does not want it. Throws where it needs a yes of its own. */
async function allowedDeletes({ context, options, table, yes, signal }: RepairInput, verdict: Verdict): Promise<number | undefined> {
  const { extra, target } = verdict;
  const limit = Math.max(FEW_ROWS, Math.floor((target * options.maxDeletes) / 100));
  if (extra <= limit) return limit;
  const share = `${formatCount(extra)} of ${formatCount(target)} rows (${Math.ceil((100 * extra) / target)} %)`;
  if (yes) {
    throw new BqsyncError('BQS_USAGE', `repairing ${table.id} would delete ${share}, more than ${options.maxDeletes} %: nothing was done`, {
      hint: `if BigQuery has really lost them: --max-deletes ${Math.ceil((100 * extra) / target)}`,
    });
  }
  return (await confirm(`BigQuery does not have ${share} of ${table.id} any more. Delete that many? [y/N] `, signal, context.output))
    ? extra
    : undefined;
}

async function isWanted(
  { context, source, table, retry, signal, yes }: RepairInput,
  { verdict, description }: Verification,
  ranges: Parameters<typeof estimateRanges>[3],
): Promise<boolean> {
  const { output } = context;
  const billed = await estimateRanges(source, table, description, ranges, retry, signal);
  const { missing, different, extra } = verdict;
  output.print(
    `  ${costText(table.id, ranges.length, billed)} and written whole, for ${plural(missing, 'missing row')} and ${plural(different, 'different one')}; ` +
      `${plural(extra, 'extra row')} deleted`,
  );
  return yes || confirm(`Repair ${table.id}? [y/N] `, signal, output);
}

export function repairLines(repaired: Repaired | undefined, { green, yellow }: Colours): string[] {
  if (repaired === undefined) return [];
  if (repaired.rounds === 0) return [`${yellow('not repaired')}: nothing was done`];
  const { inserted, updated, unchanged, deleted, quarantined, bytesBilled } = repaired;
  const parts = [`${formatCount(inserted)} inserted`, `${formatCount(updated)} updated`, `${formatCount(deleted)} deleted`];
  if (unchanged > 0) parts.push(`${formatCount(unchanged)} equal ones written again`);
  if (quarantined > 0) parts.push(`${formatCount(quarantined)} quarantined`);
  return [`${green('repaired')}: ${parts.join(', ')}; billed ${formatBytes(bytesBilled)}`];
}
