import type { TableSpec } from '@bqsync/core';
import type { Colours } from '../output/colours.ts';
import { formatBytes, formatCount, formatSeconds, formatUsd, plural } from '../output/format.ts';
import { keyText } from './key-text.ts';
import type { PlannedQuery, PlannedTable, TailCost } from './planned-table.ts';

const STAGES: Readonly<Record<PlannedTable['stage'], string>> = {
  new: 'not begun: a backfill comes first',
  backfill: 'in its backfill',
  tail: 'backfilled; polls for new rows',
};

const RESCAN = 'its columns or its mapping have changed since it was synced: it is read again whole';

/** A table's plan for people. */
export function planLines(table: TableSpec, plan: PlannedTable, { bold, dim }: Colours): string[] {
  const { source, target, sync } = table;
  const { probe, layout } = plan.description;
  const idleMs = sync.idlePollIntervalMs ?? sync.pollIntervalMs;
  const { least, most } = plan.tail;
  return [
    `${bold(table.id)}  ${source.project}.${source.dataset}.${source.table} → ${target.database === undefined ? '' : `${target.database}.`}${target.table}`,
    `  ${plural(probe.rowCount, 'row')}, ${formatBytes(probe.bytes)}${probe.streaming ? ', more in the streaming buffer' : ''}; ${layout}`,
    `  key ${keyText(plan.key)}; ${plan.isRescan ? RESCAN : STAGES[plan.stage]}`,
    ...(plan.description.notices ?? []).map((notice) => `  ${notice}`),
    ...(plan.next.length === 0
      ? ['  next: nothing, the table has not changed']
      : plan.next.flatMap((query) => queryLines(query, 'next', dim))),
    ...(plan.windows > 1 && plan.stage !== 'tail' ? [`  cut into at least ${formatCount(plan.windows)} windows along the partitions`] : []),
    ...queryLines(plan.poll, 'each poll', dim),
    ...queryLines(plan.sweep, 'each sweep for late rows', dim),
    `  polls: every ${formatSeconds(sync.pollIntervalMs / 1000)}${
      idleMs > sync.pollIntervalMs ? `, up to every ${formatSeconds(idleMs / 1000)} while no rows come` : ''
    }, skipped for free while nothing changes`,
    `  a table that never changes: ${tailText(least)}; one that always does: ${tailText(most)}`,
  ];
}

/** `24 sweeps a day, $0.0015, $0.044 a month` */
function tailText({ polls, sweeps, usdPerDay, usdPerMonth }: TailCost): string {
  const reads = polls === 0 ? plural(sweeps, 'sweep') : `${plural(polls, 'poll')} and ${plural(sweeps, 'sweep')}`;
  return `${reads} a day, ${formatUsd(usdPerDay)}, ${formatUsd(usdPerMonth)} a month`;
}

function queryLines(query: PlannedQuery, name: string, dim: Colours['dim']): string[] {
  const rows = query.rows === null ? '' : `${plural(query.rows, 'row')}, `;
  const how = query.byReadApi ? `${query.kind}, by the Storage Read API` : query.kind;
  return [
    `  ${name} (${how}): ${rows}scans ${formatBytes(query.bytes)}, billed ${formatBytes(query.billedBytes)}, ${formatUsd(query.usd)}`,
    `    ${dim(query.sql)}`,
  ];
}
