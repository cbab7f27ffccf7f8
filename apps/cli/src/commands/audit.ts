import { BqsyncError } from '@bqsync/errors';
import type { Command } from 'commander';
import { auditLines } from '../audit/audit-lines.ts';
import { type AuditRecord, auditRecords } from '../audit/audit-records.ts';
import { retryAudit, type RetryOptions } from '../audit/retry-audit.ts';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, requireLogin, withHarperOptions } from '../harper/harper-options.ts';
import { Operations } from '../harper/operations.ts';
import { retrying } from '../verify/retry.ts';
import { wholeNumber } from '../whole-number.ts';

const LIST_HELP = `
Examples:
  bqsync audit --table ports --reason int-overflow
  bqsync audit --limit 100000 --json
  bqsync audit retry --help`;

const RETRY_HELP = `
A row is found again by its timestamp, which its record holds; where that could not be read, all of the window that it came with is read. The plugin
writes every row of what is read, removes the records of rows that are stored now or gone from BigQuery, and counts up those that still fail.

Examples:
  bqsync audit retry ports:kQ3…     # shows the price and asks
  bqsync audit retry --all --table ports --yes`;

/** The list needs no configuration, which would say it. */
const RETRIES = { maxRetries: 3, initialRetryDelayMs: 500 };

interface ListOptions extends HarperOptions {
  readonly table?: string;
  readonly reason?: string;
  readonly limit: number;
}

export function addAudit(program: Command, act: Act): void {
  const audit = program.command('audit').description('show the rows that could not be stored, and why');
  withHarperOptions(
    audit
      .option('--table <id>', 'only of this table')
      .option('--reason <name>', 'only with this cause, such as int-overflow')
      .option('--limit <n>', 'records to show', wholeNumber(1, 10_000_000), 50),
    { rest: false, operations: true },
  )
    .addHelpText('after', LIST_HELP)
    .action((options: ListOptions) => act((context) => list(context, options)));

  const retry = audit
    .command('retry')
    .argument('[ids...]', 'ids of records, as bqsync audit shows them')
    .description('after a fix, have rows that could not be stored read and stored again')
    .option('--all', 'every record')
    .option('--table <id>', 'with --all: only of this table')
    .option('--reason <name>', 'with --all: only with this cause')
    .option('--yes', 'do not ask first: reading again is billed');
  withHarperOptions(retry, { rest: true, operations: true })
    .addHelpText('after', RETRY_HELP)
    .action((ids: string[], _options: unknown, command: Command) => {
      // What the list takes, too, commander has given to it.
      if (audit.getOptionValueSource('limit') === 'cli') throw new BqsyncError('BQS_USAGE', '--limit does not belong to retry');
      return act((context) => retryAudit(context, ids, command.optsWithGlobals<RetryOptions>()));
    });
}

async function list(context: CommandContext, options: ListOptions): Promise<number> {
  const { output, env, signal } = context;
  const operations = new Operations(options, requireLogin(options, env), signal);
  const shown: AuditRecord[] = [];
  let more = false;
  for await (const record of auditRecords(operations, options.table, retrying(RETRIES, signal))) {
    if (options.reason !== undefined && record.reason !== options.reason) continue;
    more = shown.length === options.limit;
    if (more) break;
    shown.push(record);
  }
  output.print(...auditLines(shown, more, output.colours));
  output.document({ ok: true, exitCode: 0, records: shown.map(({ range: _range, ...record }) => record), more });
  return 0;
}
