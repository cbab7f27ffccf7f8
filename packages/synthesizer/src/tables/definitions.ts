import type { TableName } from '../data/rows.ts';

export type ColumnType = 'STRING' | 'INT64' | 'FLOAT64' | 'TIMESTAMP';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly description?: string;
}

/** How a table is created, and what its rows are known by. */
export interface TableDefinition {
  readonly name: TableName;
  readonly description: string;
  readonly columns: readonly Column[];
  /** Declared, not enforced: BigQuery does not check keys. */
  readonly primaryKey: readonly string[];
  /** The column that says when a row came to be. */
  readonly timeColumn: string;
  /** One partition a day of this column. */
  readonly partitionColumn?: string;
  readonly clustering?: readonly string[];
}

export const TABLES: { readonly [T in TableName]: TableDefinition & { readonly name: T } } = {
  vessel_positions: {
    name: 'vessel_positions',
    description: 'Reported positions of the fleet',
    columns: [
      { name: 'timestamp', type: 'TIMESTAMP' },
      { name: 'mmsi', type: 'STRING' },
      { name: 'imo', type: 'STRING' },
      { name: 'vessel_name', type: 'STRING' },
      { name: 'vessel_type', type: 'STRING' },
      { name: 'flag', type: 'STRING', description: 'ISO 3166 code of the flag state' },
      { name: 'length', type: 'INT64', description: 'metres' },
      { name: 'beam', type: 'INT64', description: 'metres' },
      { name: 'draft', type: 'FLOAT64', description: 'metres, as loaded' },
      { name: 'latitude', type: 'FLOAT64' },
      { name: 'longitude', type: 'FLOAT64' },
      { name: 'speed_knots', type: 'FLOAT64' },
      { name: 'course', type: 'INT64', description: 'degrees, 0 to 359' },
      { name: 'heading', type: 'INT64', description: 'degrees, 0 to 359; 511 if not available' },
      { name: 'status', type: 'STRING' },
      { name: 'destination', type: 'STRING' },
      { name: 'eta', type: 'TIMESTAMP' },
      { name: 'report_date', type: 'STRING', description: 'YYYYMMDD' },
    ],
    primaryKey: ['mmsi', 'timestamp'],
    timeColumn: 'timestamp',
    partitionColumn: 'timestamp',
    clustering: ['vessel_type', 'mmsi'],
  },
  port_events: {
    name: 'port_events',
    description: 'Arrivals, anchorings, berthings and departures of the fleet',
    columns: [
      { name: 'event_time', type: 'TIMESTAMP' },
      { name: 'event_id', type: 'STRING' },
      { name: 'port_id', type: 'STRING', description: 'UN/LOCODE' },
      { name: 'port_name', type: 'STRING' },
      { name: 'vessel_mmsi', type: 'STRING' },
      { name: 'event_type', type: 'STRING', description: 'ARRIVAL, ANCHORED, BERTHED or DEPARTURE' },
      { name: 'status', type: 'STRING' },
      { name: 'latitude', type: 'FLOAT64' },
      { name: 'longitude', type: 'FLOAT64' },
    ],
    primaryKey: ['event_id'],
    timeColumn: 'event_time',
    partitionColumn: 'event_time',
    clustering: ['port_id', 'event_type'],
  },
  vessel_metadata: {
    name: 'vessel_metadata',
    description: 'One row for each vessel of the fleet',
    columns: [
      { name: 'mmsi', type: 'STRING' },
      { name: 'last_updated', type: 'TIMESTAMP' },
      { name: 'imo', type: 'STRING' },
      { name: 'vessel_name', type: 'STRING' },
      { name: 'vessel_type', type: 'STRING' },
      { name: 'flag', type: 'STRING', description: 'ISO 3166 code of the flag state' },
      { name: 'callsign', type: 'STRING' },
      { name: 'length', type: 'INT64', description: 'metres' },
      { name: 'beam', type: 'INT64', description: 'metres' },
      { name: 'draft', type: 'FLOAT64', description: 'metres, by design' },
      { name: 'gross_tonnage', type: 'INT64' },
      { name: 'deadweight', type: 'INT64', description: 'tonnes' },
      { name: 'year_built', type: 'INT64' },
      { name: 'home_port', type: 'STRING', description: 'port of registry' },
      { name: 'owner', type: 'STRING' },
      { name: 'status', type: 'STRING' },
    ],
    primaryKey: ['mmsi'],
    timeColumn: 'last_updated',
    clustering: ['mmsi'],
  },
};
