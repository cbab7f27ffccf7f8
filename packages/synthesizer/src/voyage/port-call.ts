import { type SeedWords, STREAM, unit } from '../random/hash.ts';
import { MINUTE, type Micros } from '../time/micros.ts';
import { type Itinerary, ITINERARY, LEG, legAt, stopsOf } from './itinerary.ts';
import type { RotationProfile } from './rotation.ts';

/**
 * One visit to a port. Calls of a vessel are numbered without end in both directions: call c is at stop c modulo the number of stops,
 * and leg c is the one that its departure begins.
 */
export interface PortCall {
  readonly call: number;
  readonly port: number;
  readonly arrival: Micros;
  /** Undefined if it goes straight to its berth. */
  readonly anchored: Micros | undefined;
  /** When it leaves the anchorage; the arrival if it was never there. */
  readonly shifted: Micros;
  readonly berthed: Micros;
  readonly departure: Micros;
}

/** The clockwork of one vessel: every instant of its life from the itinerary and counter-based chance. */
export interface Timetable {
  readonly seed: SeedWords;
  readonly streamOffset: number;
  readonly profile: RotationProfile;
  readonly vessel: number;
  readonly itinerary: Itinerary;
}

export function stopOf(itinerary: Itinerary, call: number): number {
  const stops = stopsOf(itinerary);
  const stop = call % stops;
  return stop < 0 ? stop + stops : stop;
}

/** When call `call` ends. */
export function departureOf(t: Timetable, call: number): Micros {
  const { itinerary } = t;
  const stop = stopOf(itinerary, call);
  const turn = (call - stop) / stopsOf(itinerary);
  const delay = Math.round((2 * unit(t.seed, STREAM.delay + t.streamOffset, t.vessel, call) - 1) * t.profile.delay);
  const planned = itinerary[ITINERARY.departures + stop] as number;
  return (itinerary[ITINERARY.phase] as number) + turn * (itinerary[ITINERARY.period] as number) + planned + delay;
}

/** The last call that has ended by `at`: departure(call) ≤ at < departure(call + 1). */
export function lastDeparted(t: Timetable, at: Micros): number {
  const { itinerary } = t;
  const phase = itinerary[ITINERARY.phase] as number;
  const period = itinerary[ITINERARY.period] as number;
  const stops = stopsOf(itinerary);
  const turn = Math.floor((at - phase) / period);
  const inTurn = at - phase - turn * period;
  let stop = stops - 1;
  while (stop > 0 && (itinerary[ITINERARY.departures + stop] as number) > inTurn) stop--;
  let call = turn * stops + stop;
  // Plan and truth differ by a delay, which is less than half of any leg: one step is enough.
  if (at < departureOf(t, call)) call--;
  else if (at >= departureOf(t, call + 1)) call++;
  return call;
}

/** The instants of a call. */
export function portCall(t: Timetable, call: number): PortCall {
  return callBetween(t, call, departureOf(t, call - 1), departureOf(t, call));
}

/** The instants of a call between two departures. */
export function callBetween(t: Timetable, call: number, left: Micros, departure: Micros): PortCall {
  const { itinerary, profile } = t;
  const at = legAt(itinerary, stopOf(itinerary, call - 1));
  const arrival = left + (itinerary[at + LEG.passage] as number);
  const port = itinerary[at + LEG.port] as number;
  if (unit(t.seed, STREAM.anchored + t.streamOffset, t.vessel, call) < profile.anchored) {
    const toAnchorage = itinerary[at + LEG.toAnchorage] as number;
    const shift = itinerary[at + LEG.shift] as number;
    const spare = departure - arrival - toAnchorage - shift - profile.leastStay;
    if (spare >= 10 * MINUTE) {
      const wait = Math.floor(spare * (0.3 + 0.5 * unit(t.seed, STREAM.wait + t.streamOffset, t.vessel, call)));
      const anchored = arrival + toAnchorage;
      const shifted = anchored + wait;
      return { call, port, arrival, anchored, shifted, berthed: shifted + shift, departure };
    }
  }
  return {
    call,
    port,
    arrival,
    anchored: undefined,
    shifted: arrival,
    berthed: arrival + (itinerary[at + LEG.inbound] as number),
    departure,
  };
}
