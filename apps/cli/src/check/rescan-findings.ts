import { type TableSpec, usdOf } from '@bqsync/core';
import { formatBytes, formatUsd } from '../output/format.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { Finding } from './finding.ts';

/** Says, and prices, that a table that was synced is read again whole. */
export function rescanFindings(table: TableSpec, { description, isRescan }: PlannedTable): Finding[] {
  if (!isRescan) return [];
  const { wholeRead } = description;
  const price = wholeRead === undefined ? '' : `: up to ${formatBytes(wholeRead.bytesBilled)}, ${formatUsd(usdOf(wholeRead, table.cost))}`;
  return [
    {
      level: 'warning',
      table: table.id,
      check: 'price',
      message: `it was synced as another table, with other columns or another mapping, and is read again whole${price}`,
      fix: 'nothing, if that is meant; else undo the change before the plugin runs',
    },
  ];
}
