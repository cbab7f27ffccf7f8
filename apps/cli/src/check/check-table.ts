import { type TableSpec, targetKeyOf } from '@bqsync/core';
import { toBqsyncError } from '@bqsync/errors';
import type { BigQuerySource } from '@bqsync/bigquery';
import type { Operations } from '../harper/operations.ts';
import { readProgress } from '../harper/stored-progress.ts';
import { formatBytes, formatCount, formatUsd, plural } from '../output/format.ts';
import { keyText } from '../plan/key-text.ts';
import { type PlannedTable, planTable } from '../plan/planned-table.ts';
import { usdOf } from '../price.ts';
import { checkTarget } from './check-target.ts';
import { failure, type Finding } from './finding.ts';

export interface CheckedTable {
  readonly table: TableSpec;
  readonly findings: readonly Finding[];
  /** Absent where the source failed. */
  readonly plan?: PlannedTable | undefined;
}

/** A poll a day dearer than this is worth a word. */
const DEAR_DAY_USD = 5;

/** Looks at one table from its source to its target. What fails is a finding; only an interrupt rejects. */
export async function checkTable(
  source: BigQuerySource,
  table: TableSpec,
  operations: Operations | undefined,
  signal: AbortSignal,
): Promise<CheckedTable> {
  const findings: Finding[] = [];
  const guard = async <T>(check: Finding['check'], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const known = toBqsyncError(error);
      if (known.code === 'BQS_ABORTED') throw known;
      findings.push(failure(check, table.id, known));
      return undefined;
    }
  };
  const description = await guard('source', () => source.describe(table, signal));
  if (description === undefined) return { table, findings };
  const { probe, layout, location, columns } = description;
  findings.push({
    level: 'ok',
    table: table.id,
    check: 'source',
    message: `${plural(probe.rowCount, 'row')}, ${formatBytes(probe.bytes)}, ${plural(columns.length, 'column')}, ${layout}, in ${location}`,
  });
  const key = targetKeyOf(table, description);
  findings.push(...keyFindings(table, key));

  const plan = await guard('price', async () => {
    const progress = operations === undefined ? undefined : await readProgress(operations, table.id);
    return planTable({ source, table, description, progress, signal });
  });
  if (plan !== undefined) findings.push(...priceFindings(table, plan));
  if (operations !== undefined) {
    findings.push(...((await guard('target', () => checkTarget(operations, table, description, key))) ?? []));
  }
  return { table, findings, plan };
}

function keyFindings(table: TableSpec, key: ReturnType<typeof targetKeyOf>): Finding[] {
  const finding = (rest: Omit<Finding, 'table' | 'check'>): Finding => ({ table: table.id, check: 'key', ...rest });
  if (key.kind === 'columns') {
    return [
      finding({
        level: 'ok',
        message: `${keyText(key)} (${table.primaryKey === undefined ? 'declared in BigQuery' : 'configured'})`,
      }),
    ];
  }
  return [
    finding({
      level: 'warning',
      message: `no key: rows are told apart by ${keyText(key)}, so an update in BigQuery becomes a further row, and ${
        key.ordinal ? 'identical rows are kept' : 'identical rows collapse into one'
      }`,
      fix: 'name the identifying columns under primaryKey, if rows are ever updated',
    }),
  ];
}

function priceFindings(table: TableSpec, plan: PlannedTable): Finding[] {
  const { description, poll, sweep, backfill, pollsPerDay } = plan;
  const dayBytes = poll.billedBytes * pollsPerDay;
  const dayUsd = usdOf(dayBytes);
  const backfillBytes = sum(backfill.map(({ bytes }) => bytes));
  const backfillUsd = sum(backfill.map(({ usd }) => usd));
  const finding = (rest: Omit<Finding, 'table'>): Finding => ({ table: table.id, ...rest });
  const findings: Finding[] = [
    finding({ level: 'ok', check: 'price', message: `backfill: scans ${formatBytes(backfillBytes)}, ${formatUsd(backfillUsd)}` }),
  ];
  const message = `a poll scans ${formatBytes(poll.bytes)}, ${formatUsd(poll.usd)}; a sweep for late rows ${formatUsd(sweep.usd)}; at most ${formatCount(
    pollsPerDay,
  )} polls a day, ${formatUsd(dayUsd)}`;
  const whole = poll.bytes > poll.billedBytes / 2 && !description.prunable;
  if (dayUsd <= DEAR_DAY_USD) findings.push(finding({ level: 'ok', check: 'price', message }));
  else {
    findings.push(
      finding({
        level: 'warning',
        check: 'price',
        message,
        fix: `${
          whole
            ? `partition the table on ${table.cursorColumn} (by hour, if polled often)`
            : `partition by hour, or cluster by ${table.cursorColumn}`
        }; or raise sync.pollInterval; or set cost.maxBytesPerDay`,
      }),
    );
  }
  return [...findings, ...limitFindings(table, plan)];
}

function limitFindings({ id, cost }: TableSpec, { next, poll }: PlannedTable): Finding[] {
  const findings: Finding[] = [];
  const { maxBytesBilledPerQuery: perQuery, maxBytesPerDay: perDay } = cost;
  const largest = Math.max(poll.billedBytes, ...next.map(({ billedBytes }) => billedBytes));
  if (perQuery !== undefined && largest > perQuery) {
    findings.push({
      level: 'error',
      table: id,
      check: 'limits',
      code: 'BQS_SOURCE_BYTES_LIMIT',
      message: `the next query bills up to ${formatBytes(largest)}, cost.maxBytesBilledPerQuery allows ${formatBytes(perQuery)}`,
      fix: `raise cost.maxBytesBilledPerQuery to ${formatBytes(largest)} or more, or copy fewer columns`,
    });
  }
  if (perDay !== undefined && largest > perDay) {
    findings.push({
      level: 'error',
      table: id,
      check: 'limits',
      code: 'BQS_BUDGET_EXHAUSTED',
      message: `one query bills up to ${formatBytes(largest)}, cost.maxBytesPerDay allows ${formatBytes(perDay)}: the table would never be read`,
      fix: `raise cost.maxBytesPerDay to ${formatBytes(largest)} or more`,
    });
  }
  return findings;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
