import type { TableSpec } from '@bqsync/core';
import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { type HarperOptions, withHarperOptions } from '../harper/harper-options.ts';
import { optionalOperations } from '../harper/optional-operations.ts';
import { readProgress } from '../harper/stored-progress.ts';
import { loadConfiguration, selectTables } from '../load-configuration.ts';
import { formatBytes, formatUsd } from '../output/format.ts';
import { planLines } from '../plan/plan-lines.ts';
import { priceNotes } from '../plan/price-notes.ts';
import { type PlannedQuery, type PlannedTable, planTable } from '../plan/planned-table.ts';
import { connectSource } from '../source/connect-source.ts';

export function addPlan(program: Command, act: Act): void {
  const command = program
    .command('plan')
    .argument('[tables...]', 'ids of tables (default: all)')
    .description('show what would be read: SQL, windows, rows, bytes, price; nothing is written, nothing is billed');
  withHarperOptions(command, { rest: false, operations: true })
    .addHelpText('after', "\nWith a login of Harper it goes on from the plugin's progress, else it plans as if nothing were synced yet.")
    .action((tables: string[], options: HarperOptions) => act((context) => plan(context, tables, options)));
}

interface Planned {
  readonly table: TableSpec;
  readonly plan: PlannedTable;
}

async function plan(context: CommandContext, ids: readonly string[], options: HarperOptions): Promise<number> {
  const { output, signal } = context;
  const { config } = await loadConfiguration(context);
  const operations = optionalOperations(options, context);
  const source = await connectSource(config, output);
  const planned: Planned[] = [];
  for (const table of selectTables(config, ids)) {
    output.progress.show(() => `planning ${table.id}`);
    const description = await source.describe(table, signal);
    const progress = operations === undefined ? undefined : await readProgress(operations, table.id);
    planned.push({ table, plan: await planTable({ source, table, description, progress, signal }) });
  }
  const next = planned.flatMap(({ plan }) => plan.next);
  const month = {
    leastUsd: planned.reduce((sum, { plan }) => sum + plan.tail.least.usdPerMonth, 0),
    mostUsd: planned.reduce((sum, { plan }) => sum + plan.tail.most.usdPerMonth, 0),
  };
  for (const { table, plan } of planned) output.print(...planLines(table, plan, output.colours), '');
  output.print(
    `To read next, all tables: ${formatBytes(total(next, 'bytes'))} scanned, ${formatBytes(total(next, 'billedBytes'))} billed, ${formatUsd(total(next, 'usd'))} on demand. Nothing was billed now.`,
    `A month of polls, all tables: ${formatUsd(month.leastUsd)} if none ever changes, ${formatUsd(month.mostUsd)} if all always do.`,
    priceNotes(
      planned.map(({ table }) => table),
      planned.map(({ plan }) => plan.description.location),
    ),
  );
  output.document({
    ok: true,
    exitCode: 0,
    tables: planned.map(({ table, plan }) => planDocument(table, plan)),
    next: { bytes: total(next, 'bytes'), billedBytes: total(next, 'billedBytes'), usd: total(next, 'usd') },
    month,
  });
  return 0;
}

function total(queries: readonly PlannedQuery[], field: 'bytes' | 'billedBytes' | 'usd'): number {
  return queries.reduce((sum, query) => sum + query[field], 0);
}

function planDocument({ id, source, target }: TableSpec, { description, ...plan }: PlannedTable): unknown {
  const { probe, layout, location, filtered = false, notices = [] } = description;
  return {
    table: id,
    source,
    target,
    rows: probe.rowCount,
    bytes: probe.bytes,
    streaming: probe.streaming,
    layout,
    location,
    filtered,
    notices,
    ...plan,
  };
}
