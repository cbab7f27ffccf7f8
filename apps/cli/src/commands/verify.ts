import type { TableSpec } from '@bqsync/core';
import { BqsyncError, EXIT_CODES, toBqsyncError } from '@bqsync/errors';
import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, requireLogin, withHarperOptions } from '../harper/harper-options.ts';
import { Operations } from '../harper/operations.ts';
import { loadConfiguration, selectTables } from '../load-configuration.ts';
import { errorLines } from '../output/error-lines.ts';
import { formatCount } from '../output/format.ts';
import { connectSource } from '../source/connect-source.ts';
import { repairLines, type Repaired, repairTable, requireConsent } from '../repair/repair-table.ts';
import { retrying } from '../verify/retry.ts';
import type { Verdict } from '../verify/verdict.ts';
import { verdictLines } from '../verify/verdict-lines.ts';
import { type Verification, verifyTable } from '../verify/verify-table.ts';
import { wholeNumber } from '../whole-number.ts';

interface VerifyOptions extends HarperOptions {
  readonly examples: number;
  readonly everyRow?: boolean;
  readonly repair?: boolean;
  readonly yes?: boolean;
  readonly maxDeletes: number;
}

export function addVerify(program: Command, act: Act): void {
  const command = program
    .command('verify')
    .argument('[tables...]', 'ids of tables (default: all)')
    .description('find every row that differs between BigQuery and Harper; exits with 6 on drift')
    .option('--examples <n>', 'rows to show of each kind of difference', wholeNumber(0, 1_000), 5)
    .option('--every-row', 'compare row by row at once, not only where the checksums of a day differ')
    .option('--repair', 'have the plugin put right what differs: rewrite, insert and delete rows; asks first')
    .option('--yes', 'with --repair: do not ask')
    .option('--max-deletes <percent>', "with --repair: how much of a table's rows may be deleted", wholeNumber(0, 100), 10);
  withHarperOptions(command, { rest: true, operations: true })
    .addHelpText('after', HELP)
    .action((tables: string[], options: VerifyOptions) => act((context) => verify(context, tables, options)));
}

const HELP = `
Reads each table whole, which BigQuery bills (bqsync plan shows the price of a backfill). Without --repair it writes nothing.

Examples:
  bqsync verify                       # every table
  bqsync verify ports --examples 50
  bqsync verify ports --repair        # shows what would be done and its price, and asks
  bqsync verify ports --repair --yes --max-deletes 40`;

type Outcome =
  | { readonly verdict: Verdict; readonly repaired?: Repaired | undefined }
  | { readonly table: string; readonly error: BqsyncError };

async function verify(context: CommandContext, ids: readonly string[], options: VerifyOptions): Promise<number> {
  const { output, env, signal } = context;
  const { config } = await loadConfiguration(context);
  const tables = selectTables(config, ids);
  if (options.repair === true) requireConsent(options.yes === true);
  else if (options.yes === true) throw new BqsyncError('BQS_USAGE', '--yes belongs to --repair');
  const operations = new Operations(options, requireLogin(options, env), signal);
  const source = await connectSource(config, output);
  const retry = retrying(config.bigquery, signal);
  const outcomes: Outcome[] = [];

  // One after another, each told apart from the others: what fails for one says nothing of the next.
  const verifyOne = async (table: TableSpec): Promise<Outcome> => {
    const onProgress = (doing: string, done: number, total: number | undefined): void => {
      output.progress.show(
        () => `${table.id}: ${doing}, ${formatCount(done)}${total === undefined ? '' : ` of ${formatCount(total)}`} rows`,
      );
    };
    const { examples, everyRow = false } = options;
    const check = (): Promise<Verification> => verifyTable({ source, operations, table, examples, everyRow, retry, signal, onProgress });
    try {
      const found = await check();
      if (options.repair !== true || found.verdict.exact) return { verdict: found.verdict };
      output.print(...verdictLines(found.verdict, output.colours));
      return await repairTable({ context, options, source, table, retry, signal, check, found, yes: options.yes === true });
    } catch (error) {
      const known = toBqsyncError(error);
      if (signal.aborted || known.code === 'BQS_ABORTED') throw known;
      return { table: table.id, error: known };
    }
  };
  for (const table of tables) {
    const outcome = await verifyOne(table);
    outcomes.push(outcome);
    output.print(...outcomeLines(outcome, context), '');
  }

  const exitCode = exitCodeOf(outcomes);
  const exact = outcomes.flatMap((outcome) => ('verdict' in outcome && outcome.verdict.exact ? [outcome.verdict] : []));
  const filtered = exact.filter((verdict) => verdict.filtered).length;
  output.print(`${exact.length} of ${outcomes.length} exact${filtered === 0 ? '' : `, ${filtered} of them as this account may see it`}`);
  output.document({ ok: exitCode === 0, exitCode, tables: outcomes.map(outcomeDocument) });
  return exitCode;
}

/** Drift is what this command is asked for, so it comes before what could not be compared. */
function exitCodeOf(outcomes: readonly Outcome[]): number {
  if (outcomes.some((outcome) => 'verdict' in outcome && !outcome.verdict.exact)) return EXIT_CODES.drift;
  const failed = outcomes.find((outcome) => 'error' in outcome);
  return failed === undefined || !('error' in failed) ? 0 : failed.error.exitCode;
}

function outcomeLines(outcome: Outcome, { output }: CommandContext): string[] {
  if ('verdict' in outcome) return [...repairLines(outcome.repaired, output.colours), ...verdictLines(outcome.verdict, output.colours)];
  const [first = '', ...more] = errorLines(outcome.error, output.colours);
  return [`${output.colours.bold(outcome.table)}  ${first}`, ...more.map((line) => `  ${line}`)];
}

function outcomeDocument(outcome: Outcome): unknown {
  if ('verdict' in outcome) {
    const { verdict, repaired } = outcome;
    return { ...verdict, ...(repaired === undefined ? {} : { repair: repaired }) };
  }
  return { table: outcome.table, exact: false, error: outcome.error.toJSON() };
}
