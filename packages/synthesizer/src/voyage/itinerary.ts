import { type Port, PORTS } from '../fleet/ports.ts';
import type { Vessel } from '../fleet/vessel.ts';
import { between, type SeedWords, STREAM, unit } from '../random/hash.ts';
import { HOUR, type Micros } from '../time/micros.ts';
import { angleBetween, destinationPoint, EARTH_RADIUS_NM, type Vector } from './geodesy.ts';
import type { RotationProfile } from './rotation.ts';

/**
 * A vessel's rotation as numbers. One turn visits its stops in order and takes `period`; leg k leads from the berth of stop k to the
 * berth of stop k+1. All times are whole microseconds, so that no instant ever depends on how it was reached. They are one flat array:
 * the itineraries of 100,000 vessels fit into memory, and the next report is most often of a vessel whose numbers are not in the
 * processor's cache, where each object on the way to them costs as much as the arithmetic.
 */
export type Itinerary = Float64Array;

/** What an itinerary begins with; the legs follow the departures. */
export const ITINERARY = {
  /*
   * The leg last asked for, kept because the next instant that is asked for is most often on it too: see `turnTo`. It holds from
   * `left`, the departure that begins it, to `until`, the next one.
   */
  left: 0,
  until: 1,
  /** The call that it leads to. */
  call: 2,
  /** Where its fields begin, see LEG. */
  leg: 3,
  /** When the vessel anchors; NaN if it goes straight to its berth. */
  anchored: 4,
  /** When it leaves the anchorage; the arrival if it was never there. */
  shifted: 5,
  berthed: 6,
  /** Draft in metres, as loaded. */
  draft: 7,
  /** By how many degrees the bow is off the course made good, counted from -3. */
  leeway: 8,
  period: 9,
  phase: 10,
  stops: 11,
  /** Least draft of the vessel in metres, and how much more it draws fully loaded. */
  lightDraft: 12,
  draftRange: 13,
  /** Planned departures from all stops, since the start of the turn. */
  departures: 14,
} as const;

/** The fields of a leg, from `legAt` on: those of long stays and of the open sea come first, so that they lie side by side. */
export const LEG = {
  /** Where it leads: a position in `PORTS`. */
  port: 0,
  /** Departure to arrival at the next port's limits: the four parts outbound to slowDown. */
  passage: 1,
  /** Places, three numbers each. */
  toBerth: 2,
  outbound: 5,
  speedUp: 6,
  cruise: 7,
  slowDown: 8,
  harbourKnots: 9,
  cruiseKnots: 10,
  /** Length of speeding up and of slowing down, in nautical miles. */
  rampNm: 11,
  /** Angles between two places. */
  seaAngle: 12,
  exit: 13,
  entry: 16,
  fromBerth: 19,
  anchorage: 22,
  outboundAngle: 25,
  inboundAngle: 26,
  toAnchorageAngle: 27,
  shiftAngle: 28,
  shiftKnots: 29,
  /** Port limits to berth. */
  inbound: 30,
  /** Port limits to anchorage. */
  toAnchorage: 31,
  /** Anchorage to berth. */
  shift: 32,
  size: 33,
} as const;

export function stopsOf(itinerary: Itinerary): number {
  // As an integer: the remainder of a call by it is slow otherwise.
  return (itinerary[ITINERARY.stops] as number) | 0;
}

/** Where the leg from a stop begins in the itinerary. */
export function legAt(itinerary: Itinerary, stop: number): number {
  return ITINERARY.departures + stopsOf(itinerary) + stop * LEG.size;
}

/** The ports of a turn, in order of stops. */
export function portsOf(itinerary: Itinerary): number[] {
  const stops = stopsOf(itinerary);
  // A leg names the port that it leads to: stop k is where leg k-1 ends.
  return Array.from({ length: stops }, (_, stop) => itinerary[legAt(itinerary, (stop + stops - 1) % stops) + LEG.port] as number);
}

/** Where a port begins: an ARRIVAL is recorded here. */
const PORT_LIMIT_NM = 3;
const RAMP_NM = 2.5;

interface Stop {
  readonly berth: Vector;
  readonly approach: Vector;
  readonly anchorage: Vector;
  readonly stay: Micros;
}

const hours = (value: number): Micros => Math.ceil(value * HOUR);

function layStop(seed: SeedWords, offset: number, profile: RotationProfile, vessel: number, stop: number, port: Port): Stop {
  const draw = (stream: number, n: number, from: number, to: number): number =>
    between(seed, stream + offset, vessel, stop * 8 + n, from, to);
  const side = unit(seed, STREAM.anchorage + offset, vessel, stop * 8) < 0.5 ? -1 : 1;
  const seaward = port.seawardDegrees + draw(STREAM.approach, 0, -20, 20);
  return {
    berth: destinationPoint(
      port.latitude,
      port.longitude,
      port.seawardDegrees + draw(STREAM.berth, 0, 90, 270),
      draw(STREAM.berth, 1, 0.05, 0.7),
    ),
    approach: destinationPoint(port.latitude, port.longitude, seaward, PORT_LIMIT_NM),
    anchorage: destinationPoint(
      port.latitude,
      port.longitude,
      seaward + side * draw(STREAM.anchorage, 1, 15, 40),
      draw(STREAM.anchorage, 2, 1.6, 2.8),
    ),
    stay: Math.round(draw(STREAM.stay, 0, profile.stay[0], profile.stay[1])),
  };
}

export function layItinerary(
  seed: SeedWords,
  streamOffset: number,
  profile: RotationProfile,
  vessel: Vessel,
  ports: readonly number[],
): Itinerary {
  const stops = ports.map((port, k) => layStop(seed, streamOffset, profile, vessel.index, k, PORTS[port] as Port));
  const itinerary = new Float64Array(ITINERARY.departures + ports.length * (1 + LEG.size));
  // No instant is on a leg before the first is asked for.
  itinerary[ITINERARY.left] = Number.NaN;
  itinerary[ITINERARY.stops] = ports.length;
  itinerary[ITINERARY.lightDraft] = vessel.lightDraftMetres;
  itinerary[ITINERARY.draftRange] = vessel.draftMetres - vessel.lightDraftMetres;
  const cruiseKnots = vessel.serviceSpeedKnots;
  const harbourKnots = Math.min(10, 0.7 * cruiseKnots);
  const shiftKnots = Math.min(6, harbourKnots);
  let departure: Micros = 0;
  for (let k = 0; k < ports.length; k++) {
    const from = stops[k] as Stop;
    const to = stops[(k + 1) % ports.length] as Stop;
    const at = legAt(itinerary, k);
    const outboundAngle = angleBetween(from.berth, from.approach);
    const seaAngle = angleBetween(from.approach, to.approach);
    const inboundAngle = angleBetween(to.approach, to.berth);
    const toAnchorageAngle = angleBetween(to.approach, to.anchorage);
    const shiftAngle = angleBetween(to.anchorage, to.berth);
    const seaNm = seaAngle * EARTH_RADIUS_NM;
    const rampNm = Math.min(RAMP_NM, seaNm / 2);
    // From rest to harbour speed, or back, at even acceleration: twice as long as at full harbour speed.
    const harbourTime = (angle: number): Micros => hours((2 * angle * EARTH_RADIUS_NM) / harbourKnots);
    const rampTime = hours((2 * rampNm) / (harbourKnots + cruiseKnots));
    const cruiseTime = hours((seaNm - 2 * rampNm) / cruiseKnots);
    const inbound = harbourTime(inboundAngle);
    const passage = harbourTime(outboundAngle) + 2 * rampTime + cruiseTime;
    itinerary[ITINERARY.departures + k] = departure;
    itinerary[at + LEG.port] = ports[(k + 1) % ports.length] as number;
    itinerary[at + LEG.passage] = passage;
    itinerary[at + LEG.outbound] = harbourTime(outboundAngle);
    itinerary[at + LEG.speedUp] = rampTime;
    itinerary[at + LEG.cruise] = cruiseTime;
    itinerary[at + LEG.slowDown] = rampTime;
    itinerary[at + LEG.inbound] = inbound;
    itinerary[at + LEG.toAnchorage] = harbourTime(toAnchorageAngle);
    itinerary[at + LEG.shift] = hours((2 * shiftAngle * EARTH_RADIUS_NM) / shiftKnots);
    itinerary.set(from.berth, at + LEG.fromBerth);
    itinerary.set(from.approach, at + LEG.exit);
    itinerary.set(to.approach, at + LEG.entry);
    itinerary.set(to.anchorage, at + LEG.anchorage);
    itinerary.set(to.berth, at + LEG.toBerth);
    itinerary[at + LEG.outboundAngle] = outboundAngle;
    itinerary[at + LEG.seaAngle] = seaAngle;
    itinerary[at + LEG.inboundAngle] = inboundAngle;
    itinerary[at + LEG.toAnchorageAngle] = toAnchorageAngle;
    itinerary[at + LEG.shiftAngle] = shiftAngle;
    itinerary[at + LEG.rampNm] = rampNm;
    itinerary[at + LEG.harbourKnots] = harbourKnots;
    itinerary[at + LEG.cruiseKnots] = cruiseKnots;
    itinerary[at + LEG.shiftKnots] = shiftKnots;
    departure += passage + inbound + to.stay;
  }
  itinerary[ITINERARY.period] = departure;
  itinerary[ITINERARY.phase] = Math.floor(unit(seed, STREAM.phase + streamOffset, vessel.index, 0) * departure);
  return itinerary;
}
