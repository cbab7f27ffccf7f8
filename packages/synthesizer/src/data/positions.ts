import { BqsyncError } from '@bqsync/errors';
import type { Fleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { hash32, STREAM } from '../random/hash.ts';
import { permutation } from '../random/permutation.ts';
import { isoMicros, type Micros, reportDate, SECOND, type TimeRange } from '../time/micros.ts';
import { emptyState, type VesselState } from '../voyage/vessel-state.ts';
import type { VesselPositionRow } from './rows.ts';

/**
 * When positions are reported: time is cut from `origin` on, in both directions, into slots, `rows` of them in each `period`. Every slot
 * has one report, at an instant in it that is drawn by its number, of the vessel whose turn it is. So a range that begins and ends
 * at slots holds exactly as many rows as slots, and no two rows tie.
 */
export interface PositionSampling {
  readonly origin: Micros;
  readonly period: Micros;
  readonly rows: number;
}

/** One report of each vessel in 60,000 s: 144,000 rows a day for 100,000 vessels. */
export function defaultSampling(fleet: Fleet): PositionSampling {
  return { origin: 0, period: 60_000 * SECOND, rows: fleet.size };
}

/** `rows` reports in the range, evenly, going on at the same rate before and after it. */
export function samplingOf(range: TimeRange, rows: number): PositionSampling {
  return { origin: range.start, period: range.end - range.start, rows };
}

interface SlotClock {
  /** The number of the slot that holds an instant. */
  slotOf(at: Micros): number;
  startOf(slot: number): Micros;
}

function slotClock({ origin, period, rows }: PositionSampling): SlotClock {
  if (!Number.isInteger(rows) || rows < 1 || rows > 50_000_000 || !Number.isSafeInteger(period) || period < rows)
    throw new BqsyncError('BQS_USAGE', `${rows} positions do not fit into ${period} microseconds`, {
      hint: 'give a whole number of rows from 1 to 50,000,000 and at least a microsecond for each',
    });
  const whole = Math.floor(period / rows);
  const rest = period - whole * rows;
  // Exact for rows below 2^26: every product stays under 2^53.
  const startOf = (slot: number): Micros => {
    const turn = Math.floor(slot / rows);
    const inTurn = slot - turn * rows;
    return origin + turn * period + inTurn * whole + Math.floor((inTurn * rest) / rows);
  };
  return {
    startOf,
    slotOf(at) {
      const turn = Math.floor((at - origin) / period);
      let slot = turn * rows + Math.floor(((at - origin - turn * period) / period) * rows);
      while (startOf(slot) > at) slot--;
      while (startOf(slot + 1) <= at) slot++;
      return slot;
    },
  };
}

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
    draft: fleet.draftOn(index, state.call),
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
  const clock = slotClock(sampling);
  const turnOf = permutation(fleet.words, STREAM.sampleOrder, fleet.size);
  const scratch = emptyState();
  let slot = clock.slotOf(range.start);
  let start = clock.startOf(slot);
  while (start < range.end) {
    const next = clock.startOf(slot + 1);
    const at = start + (hash32(fleet.words, STREAM.sampleJitter, slot, 0) % Math.min(next - start, 0xffffffff));
    if (at >= range.start && at < range.end) yield positionRow(fleet, turnOf(((slot % fleet.size) + fleet.size) % fleet.size), at, scratch);
    slot++;
    start = next;
  }
}
