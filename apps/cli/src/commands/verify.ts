import type { TableSpec } from '@bqsync/core';
import { type BqsyncError, EXIT_CODES, toBqsyncError } from '@bqsync/errors';
import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, requireLogin, withHarperOptions } from '../harper/harper-options.ts';
import { Operations } from '../harper/operations.ts';
import { loadConfiguration, selectTables } from '../load-configuration.ts';
import { errorLines } from '../output/error-lines.ts';
import { formatCount } from '../output/format.ts';
import { usdOf } from '../price.ts';
import { connectSource } from '../source/connect-source.ts';
import { retrying } from '../verify/retry.ts';
import type { Verdict } from '../verify/verdict.ts';
import { verdictLines } from '../verify/verdict-lines.ts';
import { verifyTable } from '../verify/verify-table.ts';
import { wholeNumber } from '../whole-number.ts';

interface VerifyOptions extends HarperOptions {
  readonly examples: number;
}

export function addVerify(program: Command, act: Act): void {
  const command = program
    .command('verify')
    .argument('[tables...]', 'ids of tables (default: all)')
    .description('compare every row of a table in BigQuery and in Harper; exits with 6 on drift')
    .option('--examples <n>', 'rows to show of each kind of difference', wholeNumber(0, 1_000), 5);
  withHarperOptions(command, { rest: false, operations: true })
    .addHelpText('after', '\nReads each table whole, which BigQuery bills (bqsync plan shows the price of a backfill). Writes nothing.')
    .action((tables: string[], options: VerifyOptions) => act((context) => verify(context, tables, options)));
}

type Outcome = { readonly verdict: Verdict } | { readonly table: string; readonly error: BqsyncError };

async function verify(context: CommandContext, ids: readonly string[], options: VerifyOptions): Promise<number> {
  const { output, env, signal } = context;
  const { config } = await loadConfiguration(context);
  const tables = selectTables(config, ids);
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
    try {
      return { verdict: await verifyTable({ source, operations, table, examples: options.examples, retry, signal, onProgress }) };
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
  const counts = outcomes.filter((outcome) => 'verdict' in outcome && outcome.verdict.exact).length;
  output.print(`${counts} of ${outcomes.length} exact`);
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
  if ('verdict' in outcome) return verdictLines(outcome.verdict, output.colours);
  const [first = '', ...more] = errorLines(outcome.error, output.colours);
  return [`${output.colours.bold(outcome.table)}  ${first}`, ...more.map((line) => `  ${line}`)];
}

function outcomeDocument(outcome: Outcome): unknown {
  if ('verdict' in outcome) return { ...outcome.verdict, usd: usdOf(outcome.verdict.bytesBilled) };
  return { table: outcome.table, exact: false, error: outcome.error.toJSON() };
}
