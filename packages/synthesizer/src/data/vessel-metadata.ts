import { type Fleet, UPDATE_PERIOD } from '../fleet/fleet.ts';
import { isoMicros, type Micros, type TimeRange } from '../time/micros.ts';
import type { VesselMetadataRow } from './rows.ts';

/** The record of one vessel as of an instant. */
export function metadataRow(fleet: Fleet, index: number, at: Micros): VesselMetadataRow {
  const vessel = fleet.vessel(index);
  const record = fleet.recordAt(index, at);
  return {
    mmsi: vessel.mmsi,
    last_updated: isoMicros(record.lastUpdated),
    imo: vessel.imo,
    vessel_name: vessel.name,
    vessel_type: vessel.type,
    flag: vessel.flag,
    callsign: vessel.callSign,
    length: vessel.lengthMetres,
    beam: vessel.beamMetres,
    draft: vessel.draftMetres,
    gross_tonnage: vessel.grossTonnage,
    deadweight: vessel.deadweight,
    year_built: vessel.yearBuilt,
    home_port: vessel.homePort,
    owner: record.owner,
    status: record.status,
  };
}

/** The whole table as of an instant: one row for each vessel, in order of index. */
export function* metadataSnapshot(fleet: Fleet, at: Micros): Generator<VesselMetadataRow, void, undefined> {
  for (let index = 0; index < fleet.size; index++) yield metadataRow(fleet, index, at);
}

/** The records updated in a range, in order of time: each replaces the row of its vessel. */
export function* metadataUpdates(fleet: Fleet, range: TimeRange): Generator<VesselMetadataRow, void, undefined> {
  const found: { index: number; at: Micros }[] = [];
  for (let index = 0; index < fleet.size; index++)
    for (let at = fleet.recordAt(index, range.end - 1).lastUpdated; at >= range.start; at -= UPDATE_PERIOD) found.push({ index, at });
  for (const { index, at } of found.sort((a, b) => a.at - b.at || a.index - b.index)) yield metadataRow(fleet, index, at);
}
