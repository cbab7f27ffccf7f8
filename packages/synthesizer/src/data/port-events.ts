import type { Fleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { STREAM, unit } from '../random/hash.ts';
import { isoMicros, type Micros, type TimeRange } from '../time/micros.ts';
import { ITINERARY, stopsOf } from '../voyage/itinerary.ts';
import { lastDeparted, type PortCall, portCall } from '../voyage/port-call.ts';
import { emptyState, type VesselState } from '../voyage/vessel-state.ts';
import type { PortEventRow, PortEventType } from './rows.ts';

/** Which calls are reported: always whole ones, so that an arrival has its departure. */
export type CallFilter = (vessel: number, call: number) => boolean;

/** Reports this share of all calls, the same ones for ever. */
export function shareOfCalls(fleet: Fleet, share: number): CallFilter {
  return share >= 1 ? () => true : (vessel, call) => unit(fleet.words, STREAM.reported, vessel, call) < share;
}

/** What of an ocean-going fleet of 100,000 keeps the table at 5,000 to 10,000 events a day. The denser rotations report every call. */
export function defaultShareOfCalls(fleet: Fleet): number {
  return fleet.rotation === 'ocean' ? 0.3 : 1;
}

export interface EventInstant {
  readonly vessel: number;
  readonly call: number;
  readonly port: number;
  readonly type: PortEventType;
  readonly at: Micros;
}

function eventsOf(vessel: number, call: PortCall): EventInstant[] {
  const event = (type: PortEventType, at: Micros): EventInstant => ({ vessel, call: call.call, port: call.port, type, at });
  return [
    event('ARRIVAL', call.arrival),
    ...(call.anchored === undefined ? [] : [event('ANCHORED', call.anchored)]),
    event('BERTHED', call.berthed),
    event('DEPARTURE', call.departure),
  ];
}

/** One call of a vessel as a range sees it. */
export interface CallInRange {
  readonly vessel: number;
  readonly call: number;
  /** The call's events in the range. */
  readonly events: readonly EventInstant[];
}

/** The calls of one vessel that have an event in the range, in order of time. */
export function callsInRange(fleet: Fleet, vessel: number, range: TimeRange): CallInRange[] {
  const timetable = fleet.timetable(vessel);
  const found: CallInRange[] = [];
  for (let number = lastDeparted(timetable, range.start); ; number++) {
    const call = portCall(timetable, number);
    if (call.arrival >= range.end) return found;
    const events = eventsOf(vessel, call).filter(({ at }) => at >= range.start && at < range.end);
    if (events.length > 0) found.push({ vessel, call: number, events });
  }
}

/** Makes the row of an event; place and status are what the positions say at that instant. */
function portEventRow(fleet: Fleet, event: EventInstant, scratch: VesselState = emptyState()): PortEventRow {
  const { mmsi } = fleet.vessel(event.vessel);
  const state = fleet.stateAt(event.vessel, event.at, scratch);
  const port = PORTS[event.port];
  return {
    event_time: isoMicros(event.at),
    event_id: `${mmsi}-${event.call}-${event.type}`,
    port_id: port?.id ?? '',
    port_name: port?.name ?? '',
    vessel_mmsi: mmsi,
    event_type: event.type,
    status: state.status,
    latitude: state.latitude,
    longitude: state.longitude,
  };
}

function inOrder(a: EventInstant, b: EventInstant): number {
  return a.at - b.at || a.vessel - b.vessel;
}

/** How many events one sweep over the fleet aims to find: few sweeps for a big fleet, little memory for a long range. */
const EVENTS_PER_SWEEP = 20_000;

/**
 * The port events in a range, in order of time. Adjoining ranges give exactly what their union gives, under the same filter.
 */
export function* portEvents(fleet: Fleet, range: TimeRange, reported: CallFilter): Generator<PortEventRow, void, undefined> {
  const scratch = emptyState();
  const { itinerary } = fleet.timetable(0);
  const averagePeriod = (itinerary[ITINERARY.period] as number) / stopsOf(itinerary);
  const step = Math.max(1, Math.ceil((averagePeriod * EVENTS_PER_SWEEP) / (3.4 * fleet.size)));
  for (let start = range.start; start < range.end; start += step) {
    const part = { start, end: Math.min(range.end, start + step) };
    const found: EventInstant[] = [];
    for (let vessel = 0; vessel < fleet.size; vessel++)
      for (const call of callsInRange(fleet, vessel, part)) if (reported(vessel, call.call)) found.push(...call.events);
    for (const event of found.sort(inOrder)) yield portEventRow(fleet, event, scratch);
  }
}
