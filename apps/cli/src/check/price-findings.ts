import type { TableSpec } from '@bqsync/core';
import { formatBytes, formatCount, formatUsd } from '../output/format.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { Finding } from './finding.ts';

/** A day of polls dearer than this is worth a word. */
const DEAR_DAY_USD = 5;

/** What a table costs, and whether its limits let it be read at all. */
export function priceFindings(table: TableSpec, plan: PlannedTable): Finding[] {
  const { description, poll, sweep, backfill, tail } = plan;
  const { polls, sweeps, usdPerDay, usdPerMonth } = tail.most;
  const backfillBytes = sum(backfill.map(({ bytes }) => bytes));
  const backfillUsd = sum(backfill.map(({ usd }) => usd));
  const finding = (rest: Omit<Finding, 'table'>): Finding => ({ table: table.id, ...rest });
  const findings: Finding[] = [
    finding({ level: 'ok', check: 'price', message: `backfill: scans ${formatBytes(backfillBytes)}, ${formatUsd(backfillUsd)}` }),
  ];
  const message = `a poll scans ${formatBytes(poll.bytes)}, ${formatUsd(poll.usd)}; a sweep for late rows ${formatUsd(sweep.usd)}; at most ${formatCount(
    polls + sweeps,
  )} of them a day, ${formatUsd(usdPerDay)}, ${formatUsd(usdPerMonth)} a month`;
  const whole = poll.bytes > poll.billedBytes / 2 && !description.prunable;
  if (usdPerDay <= DEAR_DAY_USD) findings.push(finding({ level: 'ok', check: 'price', message }));
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
