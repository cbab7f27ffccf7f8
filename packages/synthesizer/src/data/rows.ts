import type { VesselTypeName } from '../fleet/vessel-types.ts';
import type { NavigationStatus } from '../voyage/vessel-state.ts';

/*
 * Rows as BigQuery holds them. TIMESTAMP is ISO text with six fractional digits and Z. Only dirty data (see DirtyOptions) makes a nullable
 * field NULL where the note does not say otherwise.
 */

export interface VesselPositionRow {
  timestamp: string;
  mmsi: string;
  imo: string;
  vessel_name: string;
  vessel_type: VesselTypeName;
  flag: string;
  /** Metres. */
  length: number;
  beam: number;
  /** Metres, one decimal: as loaded on this voyage, at most the design draft of the metadata. */
  draft: number | null;
  /** Degrees, six decimals. */
  latitude: number;
  longitude: number;
  /** One decimal. */
  speed_knots: number;
  /** 0 to 359. */
  course: number;
  /** 0 to 359; 511 if not available (dirty data). */
  heading: number | null;
  status: NavigationStatus;
  /** The port that it sails to, or is in. */
  destination: string | null;
  /** To the minute; NULL from arrival to departure. */
  eta: string | null;
  /** YYYYMMDD of the timestamp. */
  report_date: string;
}

export type PortEventType = 'ARRIVAL' | 'ANCHORED' | 'BERTHED' | 'DEPARTURE';

export interface PortEventRow {
  event_time: string;
  event_id: string;
  /** UN/LOCODE. */
  port_id: string;
  port_name: string;
  vessel_mmsi: string;
  event_type: PortEventType;
  /** Navigational status from this instant on, as the positions have it. */
  status: NavigationStatus | null;
  latitude: number;
  longitude: number;
}

export interface VesselMetadataRow {
  mmsi: string;
  last_updated: string;
  imo: string;
  vessel_name: string;
  vessel_type: VesselTypeName;
  flag: string;
  callsign: string;
  length: number;
  beam: number;
  draft: number;
  gross_tonnage: number;
  deadweight: number;
  year_built: number;
  home_port: string;
  owner: string | null;
  status: string;
}

export interface RowsByTable {
  vessel_positions: VesselPositionRow;
  port_events: PortEventRow;
  vessel_metadata: VesselMetadataRow;
}

export type TableName = keyof RowsByTable;
export const TABLE_NAMES: readonly TableName[] = ['vessel_positions', 'port_events', 'vessel_metadata'];
