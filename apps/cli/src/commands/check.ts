import type { BqsyncConfig } from '@bqsync/config';
import { targetTypeNames } from '@bqsync/harper';
import type { Command } from 'commander';
import { checkCredentials } from '../check/check-credentials.ts';
import { type CheckedTable, checkTable, type CheckSetting } from '../check/check-table.ts';
import { exitCodeOf, type Finding } from '../check/finding.ts';
import { findingCounts, findingLines } from '../check/finding-lines.ts';
import type { Act, CommandContext } from '../context.ts';
import { HOW_TO_LOG_IN, type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { optionalOperations } from '../harper/optional-operations.ts';
import { loadConfiguration, selectTables } from '../load-configuration.ts';
import { plural } from '../output/format.ts';
import { priceNotes } from '../plan/price-notes.ts';
import { connectSource } from '../source/connect-source.ts';

export function addCheck(program: Command, act: Act): void {
  const command = program
    .command('check')
    .argument('[tables...]', 'ids of tables (default: all)')
    .description('look at configuration, credentials, schemas, lossy types and prices; nothing is written, nothing is billed');
  withHarperOptions(command, { rest: false, operations: true })
    .option('--schema <file>', "a file of the application's GraphQL schema to look at; may be given again", collect, [])
    .addHelpText(
      'after',
      '\nExits by the worst finding: 0 with warnings, else 3, 4 or 5. Targets are looked at with a login of Harper, or as --schema declares them.',
    )
    .action((tables: string[], options: CheckOptions) => act((context) => check(context, tables, options)));
}

interface CheckOptions extends HarperOptions {
  readonly schema: readonly string[];
}

function collect(file: string, files: readonly string[]): readonly string[] {
  return [...files, file];
}

async function check(context: CommandContext, ids: readonly string[], options: CheckOptions): Promise<number> {
  const { output } = context;
  const { file, config } = await loadConfiguration(context);
  const tables = selectTables(config, ids);
  const operations = optionalOperations(options, context);
  const declared = await declaredTargets(options.schema);
  const general: Finding[] = [
    { level: 'ok', check: 'config', message: `${file}: ${plural(config.tables.length, 'table')}` },
    await checkCredentials(config.bigquery),
  ];
  if (operations === undefined && options.schema.length === 0) {
    general.push({
      level: 'warning',
      check: 'target',
      message: 'the targets were not looked at: no login of Harper is given',
      fix: `${HOW_TO_LOG_IN}; or name the application's schema with --schema`,
    });
  }
  const setting = {
    projectId: config.bigquery.projectId,
    operations,
    files: options.schema,
    declared,
    typeNames: targetTypeNames(config.tables),
  };
  // Without credentials every table would say the same again.
  const checked = exitCodeOf(general) === 0 ? await checkTables(context, config, tables, setting) : [];
  if (checked.some(({ plan }) => plan !== undefined)) general.push(priceNote(checked));
  const findings = [...general, ...checked.flatMap((table) => table.findings)];
  const exitCode = exitCodeOf(findings);
  output.print(...findingLines(findings, output.colours), '', findingCounts(findings));
  output.document({ ok: exitCode === 0, exitCode, file, findings, tables: checked.map(tableDocument) });
  return exitCode;
}

async function declaredTargets(files: readonly string[]): Promise<CheckSetting['declared']> {
  if (files.length === 0) return [];
  // The parser of GraphQL takes a while to load: only this option pays.
  const { readSchemaFiles } = await import('../check/schema-files.ts');
  return readSchemaFiles(files);
}

async function checkTables(
  { output, signal }: CommandContext,
  config: BqsyncConfig,
  tables: BqsyncConfig['tables'],
  setting: CheckSetting,
): Promise<readonly CheckedTable[]> {
  const source = await connectSource(config, output);
  const checked: CheckedTable[] = [];
  for (const table of tables) {
    output.progress.show(() => `checking ${table.id}`);
    checked.push(await checkTable(source, table, setting, signal));
  }
  return checked;
}

function priceNote(checked: readonly CheckedTable[]): Finding {
  const locations = checked.flatMap(({ plan }) => (plan === undefined ? [] : [plan.description.location]));
  const message = priceNotes(
    checked.map(({ table }) => table),
    locations,
  );
  return { level: 'ok', check: 'price', message };
}

function tableDocument({ table, plan }: CheckedTable): unknown {
  if (plan === undefined) return { table: table.id };
  const { stage, isRescan, backfill, poll, sweep, tail, windows, description } = plan;
  const { filtered = false, notices = [] } = description;
  return { table: table.id, filtered, notices, stage, isRescan, windows, backfill, poll, sweep, tail };
}
