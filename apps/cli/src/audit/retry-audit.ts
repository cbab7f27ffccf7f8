import type { TableSpec } from '@bqsync/core';
import { BqsyncError, EXIT_CODES } from '@bqsync/errors';
import { confirm, requireTerminal } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { type HarperOptions, requireLogin } from '../harper/harper-options.ts';
import { Operations } from '../harper/operations.ts';
import { loadConfiguration, selectTables } from '../load-configuration.ts';
import { formatBytes, formatCount, plural } from '../output/format.ts';
import { awaitRepair, type RepairReport } from '../repair/await-repair.ts';
import { costText, estimateRanges } from '../repair/estimate.ts';
import { connectSource } from '../source/connect-source.ts';
import { clipRanges } from '../verify/days.ts';
import { type Retry, retrying } from '../verify/retry.ts';
import { auditById, type AuditRecord, auditRecords } from './audit-records.ts';
import { joinRanges } from './retry-ranges.ts';

/** Queries of one retry, at most. */
const MAX_RANGES = 20;

export interface RetryOptions extends HarperOptions {
  readonly all?: boolean;
  readonly table?: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

/** What a retry reads again of one table. */
interface TableRetry {
  readonly table: TableSpec;
  readonly records: number;
  readonly ranges: ReturnType<typeof joinRanges>;
}

interface Retried extends RepairReport {
  readonly table: string;
  readonly records: number;
  readonly stillFailing: number;
}

/** Has rows of quarantine read and stored again. Exits with 6 if some of them still cannot be. */
export async function retryAudit(context: CommandContext, ids: readonly string[], options: RetryOptions): Promise<number> {
  const { output, env, signal } = context;
  checkArguments(ids, options);
  if (options.yes !== true) requireTerminal();
  const { config } = await loadConfiguration(context);
  if (options.table !== undefined) selectTables(config, [options.table]);
  const operations = new Operations(options, requireLogin(options, env), signal);
  const retry = retrying(config.bigquery, signal);
  const chosen = await choose(operations, ids, options, retry);

  const source = await connectSource(config, output);
  const retries: TableRetry[] = [];
  for (const [id, { ranges, records }] of chosen) {
    const [table] = selectTables(config, [id]);
    if (table === undefined) continue;
    const description = await retry(() => source.describe(table, signal));
    const clipped = clipRanges(joinRanges(ranges, { prunable: description.prunable, limit: MAX_RANGES }), table.sync.startTimestamp);
    if (clipped.length === 0) continue;
    const price = await estimateRanges(source, table, description, clipped, retry, signal);
    retries.push({ table, records, ranges: clipped });
    output.print(`${plural(records, 'record')}: ${costText(id, clipped.length, price)} and every row there written again`);
  }
  if (retries.length === 0) {
    output.print('there is nothing to retry');
    output.document({ ok: true, exitCode: 0, action: null, tables: [] });
    return 0;
  }
  if (options.yes !== true && !(await confirm('Retry? [y/N] ', signal, output))) {
    output.print('nothing was asked of the plugin');
    output.document({ ok: true, exitCode: 0, action: null, tables: [] });
    return 0;
  }

  const done: Retried[] = [];
  for (const { table, records, ranges } of retries) {
    const report = await awaitRepair(context, options, table.id, ranges, undefined);
    const stillFailing = await countLeft(operations, chosen.get(table.id)?.ids ?? new Set());
    done.push({ table: table.id, records, stillFailing, ...report });
    output.print(linesOf({ table: table.id, records, stillFailing, ...report }, context));
  }
  const exitCode = done.some(({ stillFailing }) => stillFailing > 0) ? EXIT_CODES.drift : 0;
  output.document({ ok: exitCode === 0, exitCode, action: 'retry', tables: done });
  return exitCode;
}

function linesOf({ table, records, stillFailing, inserted, updated, bytesBilled }: Retried, { output }: CommandContext): string {
  const { green, yellow } = output.colours;
  const outcome = stillFailing === 0 ? green('ok') : yellow(`${formatCount(stillFailing)} still cannot be stored`);
  return `${table}: ${outcome}, ${formatCount(records - stillFailing)} settled; ${formatCount(inserted)} inserted, ${formatCount(updated)} updated; billed ${formatBytes(bytesBilled)}`;
}

function checkArguments(ids: readonly string[], { all, table, reason }: RetryOptions): void {
  if (all === true && ids.length > 0) throw new BqsyncError('BQS_USAGE', 'give either ids or --all');
  if (all !== true && ids.length === 0)
    throw new BqsyncError('BQS_USAGE', 'which records? give ids, or --all', { hint: 'bqsync audit lists them' });
  if (all !== true && (table ?? reason) !== undefined) throw new BqsyncError('BQS_USAGE', '--table and --reason belong to --all');
}

type Chosen = Map<string, { readonly ids: Set<string>; readonly ranges: AuditRecord['range'][]; records: number }>;

async function choose(operations: Operations, ids: readonly string[], { all, table, reason }: RetryOptions, retry: Retry): Promise<Chosen> {
  const chosen: Chosen = new Map();
  const add = ({ id, table: tableId, range }: AuditRecord): void => {
    const known = chosen.get(tableId) ?? { ids: new Set<string>(), ranges: [], records: 0 };
    known.ids.add(id);
    known.ranges.push(range);
    known.records = known.ids.size;
    chosen.set(tableId, known);
  };
  if (all === true) {
    for await (const record of auditRecords(operations, table, retry)) {
      if (record.status === 'quarantined' && (reason === undefined || record.reason === reason)) add(record);
    }
    return chosen;
  }
  const wanted = [...new Set(ids)];
  const found = new Map((await auditById(operations, wanted)).map((record) => [record.id, record]));
  const unknown = wanted.filter((id) => found.get(id)?.status !== 'quarantined');
  if (unknown.length > 0) {
    const named = unknown.slice(0, 3).map((id) => JSON.stringify(id.slice(0, 80)));
    throw new BqsyncError(
      'BQS_USAGE',
      `no record ${named.join(', ')}${unknown.length > 3 ? ` and ${formatCount(unknown.length - 3)} more` : ''} of a quarantined row: nothing was done`,
      { hint: 'bqsync audit lists the records' },
    );
  }
  for (const record of found.values()) add(record);
  return chosen;
}

async function countLeft(operations: Operations, ids: ReadonlySet<string>): Promise<number> {
  return (await auditById(operations, [...ids])).length;
}
