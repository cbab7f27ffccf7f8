import {
  bigQueryTarget,
  MultiTableOrchestrator,
  type RangeData,
  TABLE_NAMES,
  type TableName,
  timeRange,
  TABLES,
} from '@bqsync/synthesizer';
import type { LocalBigQuery } from '@bqsync/local-bigquery';
import { PROJECT, type TableConfig } from './harness.ts';

export const COUNTS: Readonly<Record<TableName, number>> = { vessel_positions: 1000, port_events: 50, vessel_metadata: 100 };

export const TARGETS: Readonly<Record<TableName, string>> = {
  vessel_positions: 'VesselPositions',
  port_events: 'PortEvents',
  vessel_metadata: 'VesselMetadata',
};

/** The three tables as a user configures them: keys are the declared ones. */
export function maritimeTables(sync: Partial<Record<TableName, Record<string, unknown>>> = {}): TableConfig[] {
  return TABLE_NAMES.map((name) => ({
    id: name,
    dataset: 'maritime',
    table: name,
    timestampColumn: TABLES[name].timeColumn,
    targetTable: TARGETS[name],
    ...(sync[name] === undefined ? {} : { sync: sync[name] }),
  }));
}

/** Writes the fleet through the official client and gives back what was made. */
export async function writeFleet(local: LocalBigQuery): Promise<RangeData> {
  const target = bigQueryTarget({ projectId: PROJECT, dataset: 'maritime', apiEndpoint: local.url });
  const orchestrator = new MultiTableOrchestrator({ target, fleet: { seed: 7, rotation: 'ferry' } });
  await orchestrator.initialize();
  const { data } = await orchestrator.generateAll(timeRange('2026-06-01T00:00:00Z', '2026-06-01T06:00:00Z'), { recordCounts: COUNTS });
  return data;
}

/** A generated row under the key that the target gives it. */
export function keyOf(table: TableName, row: object): string {
  const values = row as Record<string, unknown>;
  return TABLES[table].primaryKey.map((name) => String(values[name])).join('|');
}
