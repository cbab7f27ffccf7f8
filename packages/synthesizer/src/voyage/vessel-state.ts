import { STREAM, unit } from '../random/hash.ts';
import { HOUR, MINUTE, type Micros } from '../time/micros.ts';
import { EARTH_RADIUS_NM } from './geodesy.ts';
import { type Itinerary, ITINERARY, LEG } from './itinerary.ts';
import type { Timetable } from './port-call.ts';
import { turnTo } from './present-leg.ts';

/** Navigational status as AIS words it. */
export const NAVIGATION_STATUS = ['Under way using engine', 'At anchor', 'Moored'] as const;
export type NavigationStatus = (typeof NAVIGATION_STATUS)[number];

/** Where a vessel is and what it does. Mutable, so that the hot path can use one over and over. */
export interface VesselState {
  /** Degrees, six decimals. */
  latitude: number;
  longitude: number;
  /** One decimal. */
  speedKnots: number;
  /** 0 to 359. */
  course: number;
  heading: number;
  status: NavigationStatus;
  /** Where it goes, or is: a position in `PORTS`. */
  port: number;
  /** Expected arrival; undefined in port. */
  eta: Micros | undefined;
  /** The call that it sails to, or makes. */
  call: number;
  /** Metres, one decimal: as loaded. */
  draft: number;
}

export function emptyState(): VesselState {
  return { latitude: 0, longitude: 0, speedKnots: 0, course: 0, heading: 0, status: 'Moored', port: 0, eta: undefined, call: 0, draft: 0 };
}

const DEGREES = 180 / Math.PI;

/** Puts into `state` the place that a vector points to. */
function placeAt(state: VesselState, x: number, y: number, z: number, flat: number): void {
  state.latitude = Math.round(Math.atan2(z, flat) * DEGREES * 1e6) / 1e6;
  const longitude = Math.round(Math.atan2(y, x) * DEGREES * 1e6) / 1e6;
  state.longitude = longitude === -180 ? 180 : longitude;
}

/** Puts into `state` the place and course at a share of the great circle from one place of an itinerary to another. */
function along(state: VesselState, itinerary: Itinerary, from: number, to: number, angle: number, share: number): void {
  const f = share < 0 ? 0 : share > 1 ? 1 : share;
  const ax = itinerary[from] as number;
  const ay = itinerary[from + 1] as number;
  const az = itinerary[from + 2] as number;
  const bx = itinerary[to] as number;
  const by = itinerary[to + 1] as number;
  const bz = itinerary[to + 2] as number;
  const sin = Math.sin(angle);
  const p = sin === 0 ? 1 - f : Math.sin((1 - f) * angle) / sin;
  const q = sin === 0 ? f : Math.sin(f * angle) / sin;
  const x = p * ax + q * bx;
  const y = p * ay + q * by;
  const z = p * az + q * bz;
  const flat = Math.sqrt(x * x + y * y);
  placeAt(state, x, y, z, flat);
  // The normal of the great circle, seen from here, is at a right angle to the way ahead.
  const nx = ay * bz - az * by;
  const ny = az * bx - ax * bz;
  const nz = ax * by - ay * bx;
  const east = (nz * flat * flat - z * (nx * x + ny * y)) / flat;
  const north = (nx * y - ny * x) / flat;
  // As an integer: its remainder is slow otherwise.
  const course = Math.round(Math.atan2(east, north) * DEGREES) | 0;
  state.course = course < 0 ? course + 360 : course === 360 ? 0 : course;
}

/** The distance made after `elapsed` at even acceleration from `v0` to `v1` over `duration`. */
function made(v0: number, v1: number, elapsed: number, duration: number): number {
  const t = elapsed / HOUR;
  return v0 * t + ((v1 - v0) * t * elapsed) / (2 * duration);
}

/** The vessel at an instant: exact at any one, alone, in constant time. */
export function stateAt(timetable: Timetable, at: Micros, state: VesselState): VesselState {
  turnTo(timetable, at);
  const { itinerary, seed, vessel } = timetable;
  // As integers: they are counted with and are places in the array.
  const base = (itinerary[ITINERARY.leg] as number) | 0;
  const call = (itinerary[ITINERARY.call] as number) | 0;
  const get = (field: number): number => itinerary[base + field] as number;
  state.call = call;
  state.port = get(LEG.port) | 0;
  state.draft = itinerary[ITINERARY.draft] as number;
  state.status = 'Under way using engine';
  state.eta = undefined;
  const harbour = get(LEG.harbourKnots);
  let knots: number;
  const left = itinerary[ITINERARY.left] as number;
  let elapsed = at - left;
  const passage = get(LEG.passage);
  if (elapsed < passage) {
    state.eta = Math.floor((left + passage) / MINUTE) * MINUTE;
    const outbound = get(LEG.outbound);
    if (elapsed < outbound) {
      const angle = get(LEG.outboundAngle);
      knots = (harbour * elapsed) / outbound;
      along(
        state,
        itinerary,
        base + LEG.fromBerth,
        base + LEG.exit,
        angle,
        made(0, harbour, elapsed, outbound) / (angle * EARTH_RADIUS_NM),
      );
    } else {
      elapsed -= outbound;
      const cruiseKnots = get(LEG.cruiseKnots);
      const speedUp = get(LEG.speedUp);
      const cruise = get(LEG.cruise);
      const slowDown = get(LEG.slowDown);
      const angle = get(LEG.seaAngle);
      let nm: number;
      if (elapsed < speedUp) {
        knots = harbour + ((cruiseKnots - harbour) * elapsed) / speedUp;
        nm = made(harbour, cruiseKnots, elapsed, speedUp);
      } else if (elapsed < speedUp + cruise) {
        knots = cruiseKnots;
        nm = get(LEG.rampNm) + (cruiseKnots * (elapsed - speedUp)) / HOUR;
      } else {
        elapsed -= speedUp + cruise;
        knots = cruiseKnots + ((harbour - cruiseKnots) * elapsed) / slowDown;
        nm = angle * EARTH_RADIUS_NM - get(LEG.rampNm) + made(cruiseKnots, harbour, elapsed, slowDown);
      }
      along(state, itinerary, base + LEG.exit, base + LEG.entry, angle, nm / (angle * EARTH_RADIUS_NM));
    }
  } else {
    const arrival = left + passage;
    const anchored = itinerary[ITINERARY.anchored] as number;
    const shifted = itinerary[ITINERARY.shifted] as number;
    if (at >= (itinerary[ITINERARY.berthed] as number)) {
      knots = 0;
      state.status = 'Moored';
      lieAt(state, itinerary, base + LEG.toBerth, Math.floor(360 * unit(seed, STREAM.drift, vessel, call)));
    } else if (Number.isNaN(anchored)) {
      const inbound = get(LEG.inbound);
      const angle = get(LEG.inboundAngle);
      elapsed = at - arrival;
      knots = harbour * (1 - elapsed / inbound);
      along(state, itinerary, base + LEG.entry, base + LEG.toBerth, angle, made(harbour, 0, elapsed, inbound) / (angle * EARTH_RADIUS_NM));
    } else if (at < anchored) {
      const toAnchorage = get(LEG.toAnchorage);
      const angle = get(LEG.toAnchorageAngle);
      elapsed = at - arrival;
      knots = harbour * (1 - elapsed / toAnchorage);
      along(
        state,
        itinerary,
        base + LEG.entry,
        base + LEG.anchorage,
        angle,
        made(harbour, 0, elapsed, toAnchorage) / (angle * EARTH_RADIUS_NM),
      );
    } else if (at < shifted) {
      knots = 0;
      state.status = 'At anchor';
      // A ship at anchor swings with the tide.
      lieAt(state, itinerary, base + LEG.anchorage, Math.floor(360 * unit(seed, STREAM.drift, vessel ^ call, Math.floor(at / (3 * HOUR)))));
    } else {
      const half = get(LEG.shift) / 2;
      const peak = get(LEG.shiftKnots);
      const angle = get(LEG.shiftAngle);
      elapsed = at - shifted;
      const nm = elapsed < half ? made(0, peak, elapsed, half) : made(0, peak, half, half) + made(peak, 0, elapsed - half, half);
      knots = elapsed < half ? (peak * elapsed) / half : peak * (2 - elapsed / half);
      along(state, itinerary, base + LEG.anchorage, base + LEG.toBerth, angle, nm / (angle * EARTH_RADIUS_NM));
    }
  }
  state.speedKnots = Math.round(knots * 10) / 10;
  if (state.status === 'Under way using engine') state.heading = (state.course + 357 + ((itinerary[ITINERARY.leeway] as number) | 0)) % 360;
  return state;
}

function lieAt(state: VesselState, itinerary: Itinerary, place: number, heading: number): void {
  const x = itinerary[place] as number;
  const y = itinerary[place + 1] as number;
  placeAt(state, x, y, itinerary[place + 2] as number, Math.sqrt(x * x + y * y));
  state.course = heading;
  state.heading = heading;
}
