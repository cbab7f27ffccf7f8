import type { Fleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { isoMicros, type Micros, reportDate, type TimeRange } from '../time/micros.ts';
import { emptyState, type VesselState } from '../voyage/vessel-state.ts';
import type { VesselPositionRow } from './rows.ts';
import { defaultSampling, type PositionSampling, ReportCursor } from './sampling.ts';

/** Makes the row of one vessel at any instant. */
export function positionRow(fleet: Fleet, index: number, at: Micros, scratch: VesselState = emptyState()): VesselPositionRow {
  const vessel = fleet.vessel(index);
  const state = fleet.stateAt(index, at, scratch);
  return {
    timestamp: isoMicros(at),
    mmsi: vessel.mmsi,
    imo: vessel.imo,
    vessel_name: vessel.name,
    vessel_type: vessel.type,
    flag: vessel.flag,
    length: vessel.lengthMetres,
    beam: vessel.beamMetres,
    draft: state.draft,
    latitude: state.latitude,
    longitude: state.longitude,
    speed_knots: state.speedKnots,
    course: state.course,
    heading: state.heading,
    status: state.status,
    destination: PORTS[state.port]?.name ?? null,
    eta: state.eta === undefined ? null : isoMicros(state.eta),
    report_date: reportDate(at),
  };
}

/**
 * The positions reported in a range, in order of time. Adjoining ranges give exactly what their union gives.
 *
 * @throws BqsyncError `BQS_USAGE` if the sampling has no whole number of rows or less than a microsecond for each.
 */
export function* positions(
  fleet: Fleet,
  range: TimeRange,
  sampling: PositionSampling = defaultSampling(fleet),
): Generator<VesselPositionRow, void, undefined> {
  const reports = new ReportCursor(fleet, range, sampling);
  const scratch = emptyState();
  while (reports.next()) yield positionRow(fleet, reports.vessel, reports.at, scratch);
}
