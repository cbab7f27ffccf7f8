import { STREAM, unit } from '../random/hash.ts';
import type { Micros } from '../time/micros.ts';
import { ITINERARY, legAt } from './itinerary.ts';
import { callBetween, departureOf, lastDeparted, stopOf, type Timetable } from './port-call.ts';

/** How far a vessel is loaded on its way to a call: its draft in metres, one decimal. */
export function draftOn({ seed, streamOffset, vessel, itinerary }: Timetable, call: number): number {
  const loaded = unit(seed, STREAM.load + streamOffset, vessel, call);
  const light = itinerary[ITINERARY.lightDraft] as number;
  return Math.round((light + (itinerary[ITINERARY.draftRange] as number) * (0.3 + 0.7 * loaded)) * 10) / 10;
}

/** Puts the leg that a vessel is on at an instant, with all that is the same until its end, at the head of the itinerary. */
export function turnTo(t: Timetable, at: Micros): void {
  const { itinerary, seed, vessel } = t;
  if (at >= (itinerary[ITINERARY.left] as number) && at < (itinerary[ITINERARY.until] as number)) return;
  const departed = lastDeparted(t, at);
  const call = departed + 1;
  const left = departureOf(t, departed);
  const until = departureOf(t, call);
  const visit = callBetween(t, call, left, until);
  itinerary[ITINERARY.left] = left;
  itinerary[ITINERARY.until] = until;
  itinerary[ITINERARY.call] = call;
  itinerary[ITINERARY.leg] = legAt(itinerary, stopOf(itinerary, departed));
  itinerary[ITINERARY.anchored] = visit.anchored ?? Number.NaN;
  itinerary[ITINERARY.shifted] = visit.shifted;
  itinerary[ITINERARY.berthed] = visit.berthed;
  itinerary[ITINERARY.draft] = draftOn(t, call);
  // Wind and current keep the bow a few degrees off the course made good.
  itinerary[ITINERARY.leeway] = Math.floor(7 * unit(seed, STREAM.drift, vessel, -call));
}
