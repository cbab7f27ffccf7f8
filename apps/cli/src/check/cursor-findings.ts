import type { TableSpec } from '@bqsync/core';
import { formatSeconds } from '../output/format.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { Finding } from './finding.ts';

/** Clocks of almost all time zones differ by half hours, by 14 hours at most. */
const ZONE_SECONDS = 1800;
const MOST_SECONDS = 14 * 3600;
/** A row is written some time after its cursor. */
const SLACK_SECONDS = 90;
/** Less is the usual delay of writing. */
const LEAST_SECONDS = 900;
const DAY_SECONDS = 86_400;

/** Says where a cursor is not by BigQuery's clock, as far as the plugin has read it: `lateness` is measured from the clock and from the newest cursor. */
export function cursorFindings(table: TableSpec, { cursorLeadSeconds: lead }: Pick<PlannedTable, 'cursorLeadSeconds'>): Finding[] {
  if (lead === undefined || Math.abs(lead) < LEAST_SECONDS) return [];
  const base = { table: table.id, check: 'exactness' } as const;
  const name = `cursor ${table.cursorColumn} of ${table.id}`;
  const way = lead < 0 ? 'behind' : 'ahead of';
  if (lead > DAY_SECONDS) {
    const message = `the newest value of ${name} lies more than a day ahead of BigQuery's clock: lateness is measured from that clock`;
    return [{ ...base, level: 'ok', message }];
  }
  const zone = Math.round(lead / ZONE_SECONDS) * ZONE_SECONDS;
  const isZone = zone !== 0 && Math.abs(lead - zone) <= SLACK_SECONDS && Math.abs(zone) <= MOST_SECONDS;
  if (!isZone) {
    const message = `${name} ran ${formatSeconds(Math.round(Math.abs(lead)))} ${way} BigQuery's clock when the table was last written: lateness is measured from both`;
    return [{ ...base, level: 'ok', message }];
  }
  return [
    {
      ...base,
      level: 'warning',
      message: `${name} runs ${Math.abs(zone) / 3600} h ${way} BigQuery's clock: looks like local time; lateness is measured from both`,
      fix: "nothing, if all rows are of one time zone; else set sync.lateness above the time that the slowest lies behind BigQuery's clock",
    },
  ];
}
