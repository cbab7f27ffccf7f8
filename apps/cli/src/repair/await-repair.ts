import type { CursorRange } from '@bqsync/core';
import { formatInstant } from '@bqsync/core';
import type { CommandContext } from '../context.ts';
import type { HarperOptions } from '../harper/harper-options.ts';
import { repairAnswer, requestRepair } from '../harper/sync-control.ts';

/** What the plugin says that a repair did, in rows. */
export interface RepairReport {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly quarantined: number;
  /** Quarantine records that are settled. */
  readonly resolved: number;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

const FIELDS = ['inserted', 'updated', 'unchanged', 'deleted', 'quarantined', 'resolved', 'bytesScanned', 'bytesBilled'] as const;

export const NOTHING: RepairReport = {
  inserted: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  quarantined: 0,
  resolved: 0,
  bytesScanned: 0,
  bytesBilled: 0,
};

/** Has the plugin repair ranges of a table and waits until that is done. Ctrl-C ends the waiting; what the plugin has begun it finishes. */
export async function awaitRepair(
  context: CommandContext,
  options: HarperOptions,
  table: string,
  ranges: readonly CursorRange[],
  maxDeletes: number | undefined,
): Promise<RepairReport> {
  const asked = ranges.map(({ from, to, nulls }) => ({
    from: from === undefined ? null : formatInstant(from),
    to: to === undefined ? null : formatInstant(to),
    nulls,
  }));
  const request = await requestRepair(context, options, table, asked, maxDeletes);
  const started = performance.now();
  for (;;) {
    const outcome = await repairAnswer(context, options, request);
    if (outcome !== undefined) return reportOf(outcome);
    context.output.progress.show(() => `${table}: being repaired, ${Math.round((performance.now() - started) / 1000)} s`);
  }
}

export function sumReports(a: RepairReport, b: RepairReport): RepairReport {
  return reportOf(Object.fromEntries(FIELDS.map((name) => [name, a[name] + b[name]])));
}

function reportOf(outcome: Readonly<Record<string, unknown>>): RepairReport {
  const numberOf = (name: (typeof FIELDS)[number]): number => (typeof outcome[name] === 'number' ? outcome[name] : 0);
  return {
    inserted: numberOf('inserted'),
    updated: numberOf('updated'),
    unchanged: numberOf('unchanged'),
    deleted: numberOf('deleted'),
    quarantined: numberOf('quarantined'),
    resolved: numberOf('resolved'),
    bytesScanned: numberOf('bytesScanned'),
    bytesBilled: numberOf('bytesBilled'),
  };
}
