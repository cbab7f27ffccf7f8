import { describe, expect, it } from 'vitest';
import { createFleet, type Fleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { profileOf } from '../fleet/vessel.ts';
import { DAY, HOUR, MINUTE, SECOND, toMicros } from '../time/micros.ts';
import { distanceNm, initialBearing } from './geodesy.ts';
import { departureOf, lastDeparted, portCall } from './port-call.ts';
import type { RotationName } from './rotation.ts';
import type { VesselState } from './vessel-state.ts';

const START = toMicros('2026-08-01');

/** A track sampled evenly. */
function track(fleet: Fleet, index: number, step: number, count: number): (VesselState & { at: number })[] {
  return Array.from({ length: count }, (_, i) => ({ ...fleet.stateAt(index, START + i * step), at: START + i * step }));
}

const apart = (a: VesselState, b: VesselState): number => distanceNm(a.latitude, a.longitude, b.latitude, b.longitude);
const turn = (a: number, b: number): number => Math.abs(((a - b + 540) % 360) - 180);

// A step that sees each manoeuvre of the rotation, and enough of them.
const CASES: readonly { rotation: RotationName; step: number; vessels: number; samples: number }[] = [
  { rotation: 'ocean', step: 20 * MINUTE, vessels: 30, samples: 3000 },
  { rotation: 'coastal', step: 7 * MINUTE, vessels: 40, samples: 2000 },
  { rotation: 'feeder', step: 2 * MINUTE, vessels: 60, samples: 1500 },
  { rotation: 'ferry', step: 40 * SECOND, vessels: 60, samples: 1500 },
];

describe.each(CASES)('a vessel on $rotation rotation', ({ rotation, step, vessels, samples }) => {
  const fleet = createFleet({ seed: 11, vessels, rotation });
  const tracks = Array.from({ length: vessels }, (_, index) => track(fleet, index, step, samples));

  it('lesson 23: never jumps, and its speed is the distance that it makes', () => {
    for (const [index, points] of tracks.entries()) {
      const top = profileOf(fleet.vessel(index).type).speedKnots[1];
      for (let i = 1; i < points.length; i++) {
        const [a, b] = [points[i - 1]!, points[i]!];
        const knots = apart(a, b) / (step / HOUR);
        // Places have six decimals: two of them can be off by 0.0001 nm together.
        const slack = 0.0002 / (step / HOUR);
        if (knots > 1.2 * top + slack) expect.fail(`vessel ${index} made ${knots} kn where ${top} is the most`);
        if (b.speedKnots > top) expect.fail(`vessel ${index} reports ${b.speedKnots} kn`);
        if (knots > Math.max(a.speedKnots, b.speedKnots, fleet.vessel(index).serviceSpeedKnots) + 0.1 + slack)
          expect.fail(`${knots} kn made good`);
      }
    }
  });

  it('lesson 23: gets under way, and comes to rest', () => {
    for (const points of tracks) {
      expect(points.some(({ status, speedKnots }) => status === 'Under way using engine' && speedKnots > 2)).toBe(true);
      expect(points.some(({ status }) => status === 'Moored')).toBe(true);
    }
    expect(tracks.flat().some(({ status }) => status === 'At anchor')).toBe(true);
  });

  it('steers where it goes', () => {
    let compared = 0;
    for (const [index, points] of tracks.entries())
      for (const point of points) {
        const ahead = fleet.stateAt(index, point.at + 30 * SECOND);
        if (point.speedKnots < 4 || ahead.status !== point.status || turn(point.course, ahead.course) > 2) continue;
        compared++;
        const made = initialBearing(point.latitude, point.longitude, ahead.latitude, ahead.longitude);
        if (turn(made, point.course) > 2) expect.fail(`vessel ${index} steers ${point.course} and goes ${made}`);
        if (turn(point.heading, point.course) > 3) expect.fail(`vessel ${index} heads ${point.heading} on course ${point.course}`);
      }
    expect(compared).toBeGreaterThan(1000);
  });

  it('keeps still when moored or at anchor, within 5 nm of its port', () => {
    for (const points of tracks)
      for (const point of points) {
        const port = PORTS[point.port]!;
        if (point.status === 'Under way using engine') continue;
        const off = distanceNm(point.latitude, point.longitude, port.latitude, port.longitude);
        if (point.speedKnots !== 0 || off > 5 || point.eta !== undefined)
          expect.fail(`${point.status} at ${off} nm, ${point.speedKnots} kn`);
      }
  });

  it('has courses and headings of a compass and places on the globe', () => {
    for (const { course, heading, latitude, longitude, eta, at } of tracks.flat()) {
      const compass = (degrees: number): boolean => Number.isInteger(degrees) && degrees >= 0 && degrees <= 359;
      if (!compass(course) || !compass(heading)) expect.fail(`course ${course}, heading ${heading}`);
      if (Math.abs(latitude) > 90 || longitude <= -180 || longitude > 180) expect.fail(`${latitude}, ${longitude}`);
      if (Math.abs(latitude * 1e6 - Math.round(latitude * 1e6)) > 1e-4) expect.fail(`latitude ${latitude} has more than six decimals`);
      if (eta !== undefined && (eta % MINUTE !== 0 || eta < at - MINUTE)) expect.fail('an ETA has passed');
    }
  });

  it('arrives, may anchor, berths and departs in this order, and stays as long as the rotation says', () => {
    for (let index = 0; index < vessels; index++) {
      const timetable = fleet.timetable(index);
      const first = lastDeparted(timetable, START);
      expect(departureOf(timetable, first)).toBeLessThanOrEqual(START);
      expect(departureOf(timetable, first + 1)).toBeGreaterThan(START);
      for (let number = first; number < first + 50; number++) {
        const call = portCall(timetable, number);
        const before = portCall(timetable, number - 1);
        const order = [before.departure, call.arrival, call.anchored ?? call.arrival, call.shifted, call.berthed, call.departure];
        expect([...order].sort((a, b) => a - b)).toEqual(order);
        expect(order.every(Number.isSafeInteger)).toBe(true);
        expect(before.port).not.toBe(call.port);
        const stay = call.departure - call.berthed;
        const [least, most] = rotation === 'feeder' || rotation === 'ferry' ? [HOUR, 6 * HOUR] : [12 * HOUR, 10 * DAY];
        if (stay < least || stay > most) expect.fail(`a stay of ${stay / HOUR} h`);
      }
    }
  });

  it('is at the same place from whichever leg it comes', () => {
    const again = createFleet({ seed: 11, vessels, rotation });
    // To and fro over all that was sampled: most steps leave the leg that the last one was on, and enter it at another end.
    for (let index = 0; index < vessels; index++)
      for (let i = 0; i < 40; i++) {
        const sample = i % 2 === 0 ? i * Math.floor(samples / 40) : samples - 1 - i * Math.floor(samples / 50);
        expect({ ...again.stateAt(index, START + sample * step), at: START + sample * step }).toEqual(tracks[index]![sample]);
      }
  });

  it('is at the same place whichever instant was asked before', () => {
    const again = createFleet({ seed: 11, vessels, rotation });
    for (const i of [samples - 1, 0, 700, 3])
      expect({ ...again.stateAt(vessels - 1, START + i * step), at: START + i * step }).toEqual(tracks[vessels - 1]![i]);
  });
});
